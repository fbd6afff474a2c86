// Which C++ values become JSON and back: the templates behind json's constructor and json::as.
#pragma once

#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <tuple>

#include "retort/base/enumerators.hpp"
#include "retort/base/floats.hpp"
#include "retort/base/json.hpp"

namespace retort {
namespace detail {

/// Throws JsonTypeError("json-type").
[[noreturn]] void refuse_json_text(const std::string& text, std::string_view wanted);

/// An enum's value as its name, and back. Throw JsonTypeError("json-type") for what has no name, or is none.
std::string_view name_of_value(std::span<const std::string_view> names, std::int64_t value);
std::int64_t value_from_name(std::span<const std::string_view> names, const json& document);

void to_json();  // makes the unqualified call below look by argument only

template <class T>
concept JsonMethod = requires(const T& value) { value.to_json(); };
template <class T>
concept JsonFunction = requires(const T& value) { to_json(value); };
template <class T>
concept JsonCharacter = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                        std::same_as<T, char16_t> || std::same_as<T, char32_t>;
template <class T>
concept JsonInteger = std::integral<T> && !std::same_as<T, bool> && !JsonCharacter<T>;
template <class T>
concept JsonText = std::convertible_to<const T&, std::string_view> && !std::same_as<T, std::nullptr_t>;
/// std::filesystem::path, whose parts are paths again.
template <class T>
concept JsonPath = requires(const T& path) {
    { path.native() } -> std::same_as<const std::string&>;
    path.lexically_normal();
};
template <class T>
concept JsonOptional = requires(const T& value) {
    typename T::value_type;
    { value.has_value() } -> std::same_as<bool>;
    *value;
};
template <class T>
concept JsonRange = requires(const T& value) {
    std::begin(value);
    std::end(value);
};
template <class T>
concept JsonMap = JsonRange<T> && requires { typename T::mapped_type; };
/// Read out of text: Date, Time, DateTime, Uuid.
template <class T>
concept JsonParsed = requires(std::string_view text) {
    { T::parse(text) } -> std::same_as<std::optional<T>>;
};
template <class T>
concept JsonTuple = requires { std::tuple_size<T>::value; };

template <class T>
inline constexpr bool is_json_value =
    JsonMethod<T> || JsonFunction<T> || std::same_as<T, bool> || JsonInteger<T> || std::floating_point<T> ||
    JsonText<T> || std::same_as<T, Date> || std::same_as<T, DateTime> || JsonOptional<T> || JsonRange<T> ||
    JsonTuple<T> || std::is_enum_v<T> || std::same_as<T, std::nullptr_t> || std::same_as<T, std::nullopt_t> ||
    std::same_as<T, json>;

inline std::string_view json_key(std::string_view key) { return key; }
template <JsonInteger T>
std::string json_key(T key) {
    return std::to_string(key);
}

}  // namespace detail

/// What json can be made of; what this refuses draws one sentence from the compiler.
template <class T>
concept JsonValue = detail::is_json_value<std::remove_cvref_t<T>>;

/// Puts a C++ value into a new json. Not for users: write `json(value)`.
class JsonFill {
  public:
    template <class T>
    static void fill(json& out, const T& value) {
        using namespace detail;
        if constexpr (std::same_as<T, json>) {
            out = value;
        } else if constexpr (JsonMethod<T>) {
            fill_made(out, value.to_json());
        } else if constexpr (JsonFunction<T>) {
            fill_made(out, to_json(value));
        } else if constexpr (std::same_as<T, bool> || std::same_as<T, Date> || std::same_as<T, DateTime>) {
            out.assign(value);
        } else if constexpr (JsonInteger<T>) {
            out.assign(static_cast<std::conditional_t<std::signed_integral<T>, std::int64_t, std::uint64_t>>(value));
        } else if constexpr (std::floating_point<T>) {
            if constexpr (std::same_as<T, float>) {
                out.assign(widened(value));
            } else {
                out.assign(static_cast<double>(value));
            }
        } else if constexpr (std::is_pointer_v<T> && JsonText<T>) {
            if (value != nullptr) out.assign(static_cast<std::string_view>(value));
        } else if constexpr (JsonText<T>) {
            out.assign(static_cast<std::string_view>(value));
        } else if constexpr (JsonPath<T>) {
            out.assign(std::string_view(value.native()));
        } else if constexpr (std::is_enum_v<T>) {
            out.assign(name_of_value(reflection::enumerators<T>, static_cast<std::int64_t>(value)));
        } else {
            fill_compound(out, value);
        }
    }

  private:
    /// What a `to_json` gave.
    template <class T>
    static void fill_made(json& out, T&& made) {
        if constexpr (std::same_as<T, json>) {
            out.adopt(made);
        } else {
            fill(out, std::as_const(made));
        }
    }

    template <class T>
    static void fill_compound(json& out, const T& value) {
        using namespace detail;
        if constexpr (JsonOptional<T>) {
            if (value.has_value()) fill(out, *value);
        } else if constexpr (JsonMap<T>) {
            auto& object = out.make_object();
            for (const auto& [key, item] : value) fill(object[json_key(key)], item);
        } else if constexpr (JsonRange<T>) {
            auto& array = out.make_array();
            if constexpr (requires { value.size(); }) array.reserve(value.size());
            for (const auto& item : value) fill_element(array.emplace_back(), item);
        } else if constexpr (JsonTuple<T>) {
            auto& array = out.make_array();
            std::apply([&](const auto&... item) { (fill(array.emplace_back(), item), ...); }, value);
        }
    }

    template <class T>
    static void fill_element(json& out, const T& item) {
        if constexpr (std::same_as<T, std::vector<bool>::reference>) {
            fill(out, static_cast<bool>(item));
        } else {
            fill(out, item);
        }
    }
};

template <class T>
    requires(!std::same_as<std::remove_cvref_t<T>, json> && !std::same_as<std::remove_cvref_t<T>, detail::JsonItem> &&
             !std::derived_from<std::remove_cvref_t<T>, reflection::AnyTag>)
json::json(T&& value) : integer_(0) {
    static_assert(JsonValue<T>,
                  "This type is no JSON value: give it a member `json to_json() const`, or list what to show in "
                  "json{{\"name\", value}, …}.");
    if constexpr (std::same_as<std::remove_cvref_t<T>, std::string> && !std::is_lvalue_reference_v<T> &&
                  !std::is_const_v<std::remove_reference_t<T>>) {
        set_text(std::move(value));
    } else if constexpr (JsonValue<T>) {
        JsonFill::fill(*this, static_cast<const std::remove_cvref_t<T>&>(value));
    }
}

template <class T>
T json::as() const& {
    if constexpr (std::same_as<T, json>) {
        return *this;
    } else if constexpr (requires { T::from_json(*this); }) {
        return T::from_json(*this);
    } else if constexpr (std::same_as<T, bool>) {
        return to_bool();
    } else if constexpr (detail::JsonInteger<T> && std::signed_integral<T>) {
        return static_cast<T>(to_integer(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    } else if constexpr (detail::JsonInteger<T>) {
        return static_cast<T>(to_unsigned(std::numeric_limits<T>::max()));
    } else if constexpr (std::floating_point<T>) {
        return static_cast<T>(to_real());
    } else if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>) {
        return text();
    } else if constexpr (std::is_enum_v<T>) {
        return static_cast<T>(detail::value_from_name(reflection::enumerators<T>, *this));
    } else if constexpr (detail::JsonParsed<T>) {
        auto parsed = T::parse(text());
        if (!parsed) detail::refuse_json_text(text(), reflection::short_type_name<T>());
        return *parsed;
    } else if constexpr (detail::JsonOptional<T>) {
        return is_null() ? T{} : T{as<typename T::value_type>()};
    } else if constexpr (detail::JsonMap<T>) {
        T map;
        for (const auto& member : items()) map.emplace(member.key, member.value.template as<typename T::mapped_type>());
        return map;
    } else {
        static_assert(detail::JsonRange<T>,
                      "json::as has no way to make this type: give it `static T from_json(const json&)`.");
        T list;
        for (const json& item : *this) list.insert(list.end(), item.as<typename T::value_type>());
        return list;
    }
}

template <class T>
T json::get(std::string_view key, T otherwise) const {
    const json* member = find(key);
    return member == nullptr || member->is_null() ? std::move(otherwise) : member->as<T>();
}

}  // namespace retort
