// The names of a C++ enum's values.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace retort::reflection {

namespace detail {

inline constexpr std::size_t most_enumerators = 64;

template <auto... values>
consteval std::string_view spell_values() {
    return __PRETTY_FUNCTION__;
}

/// Where an item of a list ends: at a comma or a closing bracket of its own level.
constexpr std::size_t end_of_item(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    for (; at < text.size(); ++at) {
        char c = text[at];
        if (c == '<' || c == '(' || c == '{') ++depth;
        if (c == '>' || c == ')' || c == '}' || c == ',') {
            if (depth == 0) break;
            if (c != ',') --depth;
        }
    }
    return at;
}

constexpr bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

/// `red` of `space::E::red`; "" of `(space::E)7`, which is no enumerator.
constexpr std::string_view enumerator_of(std::string_view item) {
    std::size_t begin = item.size();
    while (begin > 0 && is_name_character(item[begin - 1])) --begin;
    item = item.substr(begin);
    return item.empty() || (item[0] >= '0' && item[0] <= '9') ? std::string_view() : item;
}

// `… {E::red, E::green, (E)2}]` in g++, `… <E::red, E::green, (E)2>]` in clang.
constexpr std::array<std::string_view, most_enumerators> split_values(std::string_view text) {
    std::array<std::string_view, most_enumerators> names{};
    std::size_t at = text.rfind("values = ") + 10;
    for (auto& name : names) {
        std::size_t end = end_of_item(text, at);
        name = enumerator_of(text.substr(at, end - at));
        at = end + 2;
    }
    return names;
}

constexpr bool has_names(const std::array<std::string_view, most_enumerators>& names) {
    for (auto name : names) {
        if (!name.empty()) return true;
    }
    return false;
}

template <class E, std::size_t... value>
constexpr auto enumerator_names(std::index_sequence<value...>) {
    constexpr auto names = split_values(spell_values<static_cast<E>(value)...>());
    static_assert(has_names(names),
                  "an enum is known by the names of its enumerators from 0 to 63, and this one has none there: count "
                  "them from 0, or keep its number (an int field, StoredAs<E, int> in a column)");
    return names;
}
template <class E>
consteval std::string_view spell_type() {
    return __PRETTY_FUNCTION__;
}
constexpr std::string_view short_type_name(std::string_view text) {
    std::size_t begin = text.rfind("E = ") + 4;
    text = text.substr(begin, text.find_first_of(";]", begin) - begin);
    std::size_t colon = text.rfind(':');
    return colon == text.npos ? text : text.substr(colon + 1);
}

}  // namespace detail

/// `Date` of `retort::Date`.
template <class T>
consteval std::string_view short_type_name() {
    return detail::short_type_name(detail::spell_type<T>());
}

/// The names of an enum's values from 0 to 63, by value; "" where there is none.
template <class E>
inline constexpr auto enumerators = detail::enumerator_names<E>(std::make_index_sequence<detail::most_enumerators>{});

}  // namespace retort::reflection
