// MultiDict: an ordered dictionary of text in which a key may stand several times, as args and form have it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/error.hpp"

namespace retort {

class json;

/// A dictionary was asked for a key that it does not have; in a view it becomes 400 Bad Request.
class KeyError : public Error {
  public:
    using Error::Error;
};

class MultiDict {
  public:
    using Pair = std::pair<std::string, std::string>;

    MultiDict() = default;
    MultiDict(std::vector<Pair> pairs);

    /// The first value of that key. Throws KeyError("missing-key").
    const std::string& operator[](std::string_view key) const;
    /// The first value of that key, if there is one.
    std::optional<std::string> get(std::string_view key) const;
    std::string get(std::string_view key, std::string_view otherwise) const;
    /// The first value read as T (text, a number, bool, or what JSON reads out of text: dates, Decimal, Uuid, enums),
    /// or empty when it is missing or no T.
    template <class T>
    std::optional<T> get(std::string_view key) const;
    /// The first value read as T, or `otherwise` when it is missing or no T, as Flask's `type=int`.
    template <class T>
    T get(std::string_view key, std::type_identity_t<T> otherwise) const {
        return get<T>(key).value_or(std::move(otherwise));
    }
    /// All values of that key, in order.
    std::vector<std::string> getlist(std::string_view key) const;
    /// Those that are a T.
    template <class T>
    std::vector<T> getlist(std::string_view key) const;
    bool contains(std::string_view key) const { return find(key) != nullptr; }
    /// The first value of that key, or null.
    const std::string* find(std::string_view key) const noexcept;

    void add(std::string key, std::string value);
    /// Every key once, each with its first value, in order.
    std::vector<Pair> first_values() const;

    /// All pairs in order: `for (auto& [key, value] : request.args)`.
    auto begin() const { return pairs_.begin(); }
    auto end() const { return pairs_.end(); }
    /// The number of pairs.
    std::size_t size() const noexcept { return pairs_.size(); }
    bool empty() const noexcept { return pairs_.empty(); }
    /// `{"key": ["value", …]}`
    json to_json() const;
    /// `{"key": "value"}`: the first value of each; not `flat`, as `to_json`.
    json to_dict(bool flat = true) const;

    friend bool operator==(const MultiDict&, const MultiDict&) = default;

  private:
    std::vector<Pair> pairs_;
};

namespace detail {

/// As Python's int() and float(): blanks around are allowed, and an underscore between digits is not. Empty: no number.
std::optional<std::int64_t> text_to_integer(std::string_view text);
std::optional<double> text_to_real(std::string_view text);
std::optional<bool> text_to_bool(std::string_view text);

template <class T, class Json = json>
std::optional<T> text_to(const std::string& text) {
    if constexpr (std::same_as<T, std::string>) {
        return text;
    } else if constexpr (std::same_as<T, bool>) {
        return text_to_bool(text);
    } else if constexpr (std::integral<T>) {
        auto number = text_to_integer(text);
        if (!number || !std::in_range<T>(*number)) return std::nullopt;
        return static_cast<T>(*number);
    } else if constexpr (std::floating_point<T>) {
        auto number = text_to_real(text);
        return number ? std::optional<T>{static_cast<T>(*number)} : std::nullopt;
    } else {
        try {
            return Json(text).template as<T>();
        } catch (const Error&) {
            return std::nullopt;
        }
    }
}

}  // namespace detail

template <class T>
std::optional<T> MultiDict::get(std::string_view key) const {
    const std::string* text = find(key);
    return text == nullptr ? std::nullopt : detail::text_to<T>(*text);
}

template <class T>
std::vector<T> MultiDict::getlist(std::string_view key) const {
    std::vector<T> values;
    for (auto& [name, text] : pairs_) {
        if (name != key) continue;
        if (auto value = detail::text_to<T>(text)) values.push_back(std::move(*value));
    }
    return values;
}

}  // namespace retort
