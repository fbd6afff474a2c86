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
    /// The first value read as T (an integer, bool or double), or empty when it is missing or no T.
    template <class T>
    std::optional<T> get(std::string_view key) const;
    /// The first value read as T, or `otherwise` when it is missing or no T, as Flask's `type=int`.
    template <class T>
    T get(std::string_view key, std::type_identity_t<T> otherwise) const {
        return get<T>(key).value_or(std::move(otherwise));
    }
    /// All values of that key, in order.
    std::vector<std::string> getlist(std::string_view key) const;
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

}  // namespace detail

template <class T>
std::optional<T> MultiDict::get(std::string_view key) const {
    const std::string* text = find(key);
    if (text == nullptr) return std::nullopt;
    if constexpr (std::same_as<T, std::string>) {
        return *text;
    } else if constexpr (std::same_as<T, bool>) {
        return detail::text_to_bool(*text);
    } else if constexpr (std::integral<T>) {
        auto number = detail::text_to_integer(*text);
        if (!number || !std::in_range<T>(*number)) return std::nullopt;
        return static_cast<T>(*number);
    } else {
        static_assert(std::floating_point<T>, "MultiDict::get<T> reads std::string, bool, integers and double.");
        auto number = detail::text_to_real(*text);
        return number ? std::optional<T>{static_cast<T>(*number)} : std::nullopt;
    }
}

}  // namespace retort
