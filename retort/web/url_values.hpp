// What url_for is given: values by their names, in which dates are written as they are, not as HTTP writes them.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>

#include "retort/base/json.hpp"
#include "retort/base/json_struct.hpp"

namespace retort {
namespace detail {

template <class T>
concept HoldsMoment = JsonMoment<T> || (JsonOptional<T> && JsonMoment<typename T::value_type>);
/// A column of a model; low, so by its shape.
template <class T>
concept MomentColumn = requires(const T& column) {
    { column.is_set() } -> std::same_as<bool>;
    requires HoldsMoment<std::remove_cvref_t<decltype(column.value())>>;
};
template <class T>
concept MomentRange = JsonRange<T> && requires { requires HoldsMoment<typename T::value_type>; };

/// The value as JSON, with dates and times as Python's `str` writes them.
template <class T>
json url_json(T&& value) {
    using Plain = std::remove_cvref_t<T>;
    if constexpr (JsonMoment<Plain>) {
        return json(value.to_string());
    } else if constexpr (HoldsMoment<Plain>) {
        return value.has_value() ? json(value->to_string()) : json();
    } else if constexpr (MomentColumn<Plain>) {
        return value.is_set() ? url_json(value.value()) : json();
    } else if constexpr (MomentRange<Plain>) {
        json list = json::array();
        for (const auto& each : value) list.push_back(url_json(each));
        return list;
    } else {
        return json(std::forward<T>(value));
    }
}

/// An item of a braced list, as JsonItem is one.
struct UrlItem : JsonItem {
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, UrlItem>)
    UrlItem(T&& item) : JsonItem(url_json(std::forward<T>(item))) {}
    template <std::size_t size>
    UrlItem(const char (&text)[size]) : JsonItem(text) {}
    UrlItem(std::initializer_list<UrlItem> items);
};

}  // namespace detail

/// The values of url_for: `{{"id", 3}, {"day", Date{2024, 1, 2}}}`, or anything that is an object of JSON.
class UrlValues {
  public:
    UrlValues();
    UrlValues(std::initializer_list<detail::UrlItem> items);
    template <class T>
        requires(!std::same_as<std::remove_cvref_t<T>, UrlValues>)
    UrlValues(T&& values) : values_(std::forward<T>(values)) {}
    UrlValues(const UrlValues& other);
    UrlValues(UrlValues&& other) noexcept;
    UrlValues& operator=(UrlValues other) noexcept;
    ~UrlValues();

    const json& values() const noexcept { return values_; }

  private:
    json values_;
};

}  // namespace retort
