// The names of a C++ enum's values, as they are stored in the database.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "retort/sql/types.hpp"

namespace retort::orm {

/// An enum's values from 0 to 63 that have names; the rest of the 64 are "".
struct Enumeration {
    std::string_view type_name;
    std::span<const std::string_view> names;  ///< by value
};

/// The name of a value; throws ArgumentError("not-an-enum-value") when it has none.
std::string_view name_of(const Enumeration& enumeration, std::int64_t value);
/// Enum('red', 'green', …) with the names in the order of their values.
sql::Type enumeration_type(const Enumeration& enumeration);

namespace detail {

inline constexpr std::size_t most_enumerators = 64;

template <auto... values>
consteval std::string_view spell_values() {
    return __PRETTY_FUNCTION__;
}

// `… {E::red, E::green, (E)2}]` in g++, `… <E::red, E::green, (E)2>]` in clang.
constexpr std::array<std::string_view, most_enumerators> split_values(std::string_view text) {
    std::array<std::string_view, most_enumerators> names{};
    std::size_t at = text.rfind("values = ") + 10;
    for (std::size_t value = 0; value < most_enumerators; ++value) {
        std::size_t end = text.find_first_of(",}>]", at);
        std::string_view item = text.substr(at, end - at);
        bool named = item.find(')') == item.npos;
        names[value] = named ? item.substr(item.rfind(':') == item.npos ? 0 : item.rfind(':') + 1) : "";
        at = end + 2;
    }
    return names;
}

template <class E, std::size_t... value>
constexpr auto enumerator_names(std::index_sequence<value...>) {
    return split_values(spell_values<static_cast<E>(value)...>());
}
template <class E>
inline constexpr auto enumerators = enumerator_names<E>(std::make_index_sequence<most_enumerators>{});

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

template <class E>
constexpr Enumeration enumeration() {
    return {detail::short_type_name(detail::spell_type<E>()), detail::enumerators<E>};
}

}  // namespace retort::orm
