// Converters: how a variable of a rule is recognised in a path, read, and written into a URL.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "retort/base/error.hpp"
#include "retort/base/json.hpp"
#include "retort/base/uuid.hpp"

namespace retort {

/// What a variable of a rule is read as; custom converters may give any json.
using RouteValue = std::variant<std::string, std::int64_t, double, Uuid, json>;

/// A variable's name and value; the name lives as long as the application's rules.
struct RouteArgument {
    std::string_view name;
    RouteValue value;
};

/// The value as JSON: text, integer, double, a Uuid's text.
json json_of(const RouteValue& value);

/// A rule that cannot be understood, or that stands in the way of another.
class RouteError : public Error {
  public:
    using Error::Error;
};

/// No URL can be built for an endpoint with these values.
class BuildError : public Error {
  public:
    using Error::Error;
};

/// `<name(2, max=5):variable>`: what stands between the parentheses. Words and quoted texts are text, numbers are
/// numbers, True and False are booleans. What a converter does not ask for when it is made, its rule may not give.
class ConverterArguments {
  public:
    ConverterArguments() = default;
    /// Throws RouteError("malformed-rule").
    explicit ConverterArguments(std::string_view text);

    const std::vector<json>& positional() const;
    const std::vector<std::pair<std::string, json>>& named() const;
    /// The argument of that name, or at that position; null value when it was not given.
    const json& get(std::string_view name, std::size_t position = SIZE_MAX) const;
    /// Throws ArgumentError("converter-arguments") when one was given that nobody has asked for.
    void refuse_unread() const;

  private:
    std::vector<json> positional_;
    std::vector<std::pair<std::string, json>> named_;
    // What the converter has asked for: the names, and how many positions.
    mutable std::vector<std::string> names_read_;
    mutable std::size_t positions_read_ = 0;
    mutable bool all_named_read_ = false;
};

/// Derive from it for a converter of your own; `accepts` and `pattern` are all that is needed.
class Converter {
  public:
    virtual ~Converter() = default;

    /// Whether the whole text has this converter's form. Percent codes are decoded; without `spans_segments` it never
    /// holds a slash.
    virtual bool accepts(std::string_view text) const = 0;
    /// Reads a text that was accepted. False makes the whole request a 404, as for an integer out of its bounds.
    virtual bool convert(std::string_view text, RouteValue& value) const;
    /// The value's text in a URL, percent-encoded. Throws BuildError for a value that does not fit.
    virtual std::string to_url(const json& value) const;
    /// Two converters with the same pattern recognise the same texts.
    virtual std::string pattern() const = 0;
    /// Lighter ones are tried first: numbers 50, most 100, path 200.
    virtual int weight() const { return 100; }
    /// Whether its text may hold slashes.
    virtual bool spans_segments() const { return false; }
};

using ConverterFactory = std::function<std::unique_ptr<Converter>(const ConverterArguments&)>;

/// The converters by name: string, int, float, path, uuid, any, default, and the user's own.
class Converters {
  public:
    Converters();
    /// Adds one, or replaces the one of that name.
    void add(std::string name, ConverterFactory factory);
    /// Throws RouteError("unknown-converter" or "converter-arguments").
    std::unique_ptr<Converter> make(std::string_view name, std::string_view arguments) const;

  private:
    std::vector<std::pair<std::string, ConverterFactory>> factories_;
};

}  // namespace retort
