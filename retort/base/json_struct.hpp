// Json<T>: a plain struct that is a JSON document where it leaves the program, by the names of its fields.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/json.hpp"
#include "retort/base/reflection.hpp"
#include "retort/base/uuid.hpp"

namespace retort {

class DateTimeTz;

namespace detail {

/// Kept in documents as ISO 8601 text, which sorts and reads back.
template <class T>
concept JsonMoment =
    std::same_as<T, Date> || std::same_as<T, Time> || std::same_as<T, DateTime> || std::same_as<T, DateTimeTz>;
template <class T>
concept JsonStruct = std::is_aggregate_v<T> && std::is_class_v<T> && !JsonMethod<T> && !JsonRange<T>;

template <class T>
json to_document(const T& value);
template <class T>
T from_document(const json& document);

template <class T, std::size_t... at>
json struct_to_document(const T& value, std::index_sequence<at...>) {
    json document = json::object();
    reflection::with_fields(
        value, [&](const auto&... field) { ((document[reflection::field_name<T, at>] = to_document(field)), ...); });
    return document;
}

template <class F>
void field_from_document(F& field, std::string_view name, const json& document) {
    if constexpr (JsonOptional<F>) {
        field = from_document<F>(document.get(name));
    } else {
        field = from_document<F>(document.at(name));
    }
}
template <class T, std::size_t... at>
T struct_from_document(const json& document, std::index_sequence<at...>) {
    T value{};
    reflection::with_fields(
        value, [&](auto&... field) { (field_from_document(field, reflection::field_name<T, at>, document), ...); });
    return value;
}

template <class T>
json to_document(const T& value) {
    if constexpr (JsonMoment<T>) {
        return json(value.to_string());
    } else if constexpr (JsonStruct<T>) {
        return struct_to_document(value, std::make_index_sequence<reflection::field_count<T>>{});
    } else if constexpr (JsonMethod<T> || JsonText<T> || JsonPath<T> || std::same_as<T, json>) {
        return json(value);
    } else if constexpr (JsonOptional<T>) {
        return value.has_value() ? to_document(*value) : json();
    } else if constexpr (JsonMap<T>) {
        json document = json::object();
        for (const auto& [key, item] : value) document[json_key(key)] = to_document(item);
        return document;
    } else if constexpr (JsonRange<T>) {
        json document = json::array();
        for (const auto& item : value) document.push_back(to_document(item));
        return document;
    } else {
        return json(value);
    }
}

template <class T>
T from_document(const json& document) {
    if constexpr (std::same_as<T, json>) {
        return document;
    } else if constexpr (requires { T::from_json(document); } || JsonParsed<T>) {
        return document.as<T>();
    } else if constexpr (JsonStruct<T>) {
        return struct_from_document<T>(document, std::make_index_sequence<reflection::field_count<T>>{});
    } else if constexpr (JsonOptional<T>) {
        return document.is_null() ? T{} : T{from_document<typename T::value_type>(document)};
    } else if constexpr (JsonMap<T>) {
        T map;
        for (const auto& member : document.items()) {
            map.emplace(member.key, from_document<typename T::mapped_type>(member.value));
        }
        return map;
    } else if constexpr (JsonRange<T> && !JsonText<T>) {
        T list;
        for (const json& item : document) list.insert(list.end(), from_document<typename T::value_type>(item));
        return list;
    } else {
        return document.as<T>();
    }
}

}  // namespace detail

/// A struct, or anything of structs, numbers, text, dates, enums (by their names), optionals, vectors and maps, that is
/// written and read as a JSON document. A member that is missing is an error, unless the field is optional; members
/// without a field are passed over. `->` and `*` reach the struct.
template <class T>
struct Json {
    T value{};

    Json() = default;
    Json(T of) : value(std::move(of)) {}  // NOLINT: the struct is what is meant

    T* operator->() { return &value; }
    const T* operator->() const { return &value; }
    T& operator*() { return value; }
    const T& operator*() const { return value; }

    json to_json() const { return detail::to_document(value); }
    /// Throws JsonTypeError or JsonKeyError.
    static Json from_json(const json& document) { return Json(detail::from_document<T>(document)); }

    friend bool operator==(const Json& a, const Json& b)
        requires std::equality_comparable<T>
    {
        return a.value == b.value;
    }
};

}  // namespace retort
