// The converters of Werkzeug: string, int, float, path, uuid and any.
#include "retort/web/converters.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "retort/base/multi_dict.hpp"
#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"
#include "retort/web/digits.hpp"

namespace retort {
namespace {

[[noreturn]] void does_not_fit(const json& value, std::string_view wanted) {
    throw BuildError("value-does-not-fit"_code, "the value " + value.dump() + " is not " + std::string{wanted} + ".",
                     "give url_for a value that the rule's converter takes");
}

/// As Python's str() writes it, for values that are put into a URL as text.
std::string plain_text(const json& value) {
    switch (value.kind()) {
        case JsonKind::text: return value.text();
        case JsonKind::boolean: return value.to_bool() ? "True" : "False";
        case JsonKind::integer:
        case JsonKind::number:
        case JsonKind::real: return value.dump();
        case JsonKind::null:
        case JsonKind::array:
        case JsonKind::object: break;
    }
    does_not_fit(value, "a text or a number");
}

class StringConverter final : public Converter {
  public:
    explicit StringConverter(const ConverterArguments& arguments) {
        least_ = size_of(arguments.get("minlength", 0), 1);
        most_ = size_of(arguments.get("maxlength", 1), SIZE_MAX);
        if (const json& exact = arguments.get("length", 2); !exact.is_null()) least_ = most_ = size_of(exact, 0);
        counts_ = least_ != 1 || most_ != SIZE_MAX;
    }

    bool accepts(std::string_view text) const override {
        if (!counts_) return !text.empty();
        auto size = utf8_length(text);
        return size >= least_ && size <= most_;
    }
    std::string pattern() const override {
        if (least_ == most_) return "[^/]{" + std::to_string(least_) + "}";
        return "[^/]{" + std::to_string(least_) + "," + (most_ == SIZE_MAX ? "" : std::to_string(most_)) + "}";
    }

  private:
    static std::size_t size_of(const json& value, std::size_t otherwise) {
        return value.is_null() ? otherwise : value.as<std::size_t>();
    }

    std::size_t least_, most_;
    bool counts_;
};

class PathConverter final : public Converter {
  public:
    bool accepts(std::string_view text) const override { return !text.empty() && text[0] != '/'; }
    std::string pattern() const override { return "[^/].*?"; }
    int weight() const override { return 200; }
    bool spans_segments() const override { return true; }
};

class UuidConverter final : public Converter {
  public:
    bool accepts(std::string_view text) const override { return Uuid::parse(text).has_value(); }
    bool convert(std::string_view text, RouteValue& value) const override {
        value = *Uuid::parse(text);
        return true;
    }
    std::string pattern() const override { return "uuid"; }
    std::string to_url(const json& value) const override {
        if (!value.is_text()) does_not_fit(value, "a UUID");
        return percent_encode(value.text(), UrlPart::value);
    }
};

class AnyConverter final : public Converter {
  public:
    explicit AnyConverter(const ConverterArguments& arguments) {
        for (const json& item : arguments.positional()) items_.push_back(plain_text(item));
        if (items_.empty()) throw ArgumentError("converter-arguments"_code, "any needs the texts that it takes.");
    }

    bool accepts(std::string_view text) const override {
        return std::find(items_.begin(), items_.end(), text) != items_.end();
    }
    std::string to_url(const json& value) const override {
        auto text = plain_text(value);
        if (!accepts(text)) does_not_fit(value, "one of " + join(items_, ", "));
        return percent_encode(text, UrlPart::value);
    }
    std::string pattern() const override { return "(?:" + join(items_, "|") + ")"; }

  private:
    std::vector<std::string> items_;
};

/// What integers and floats have in common: a sign, bounds, and digits of any script, as Python's `\d`.
class NumberConverter : public Converter {
  public:
    explicit NumberConverter(const ConverterArguments& arguments, std::size_t first)
        : least_(arguments.get("min", first)), most_(arguments.get("max", first + 1)) {
        const json& sign = arguments.get("signed", first + 2);
        signed_ = !sign.is_null() && sign.as<bool>();
        bounded_ = !least_.is_null() || !most_.is_null();
        if ((!least_.is_null() && !least_.is_number()) || (!most_.is_null() && !most_.is_number())) {
            throw ArgumentError("converter-arguments"_code, "min and max are numbers.");
        }
    }
    int weight() const override { return 50; }

  protected:
    /// The text after the sign; empty when there is a sign that may not be.
    std::string_view unsigned_part(std::string_view text) const {
        if (signed_ && text.starts_with('-')) text.remove_prefix(1);
        return text;
    }
    template <class Number>
    bool within_bounds(Number number) const {
        bool low = !least_.is_null() && static_cast<double>(number) < least_.to_real();
        return !low && (most_.is_null() || static_cast<double>(number) <= most_.to_real());
    }
    const char* sign() const { return signed_ ? "-?" : ""; }

    json least_, most_;
    bool bounded_;
    bool signed_;
};

class IntConverter final : public NumberConverter {
  public:
    explicit IntConverter(const ConverterArguments& arguments) : NumberConverter(arguments, 1) {
        const json& digits = arguments.get("fixed_digits", 0);
        digits_ = digits.is_null() ? 0 : digits.as<std::size_t>();
    }

    bool accepts(std::string_view text) const override {
        text = unsigned_part(text);
        return !text.empty() && detail::leading_digits(text) == text.size();
    }

    bool convert(std::string_view text, RouteValue& value) const override {
        if (digits_ != 0 && utf8_length(text) != digits_) return false;
        std::string ascii;
        if (!is_utf8_ascii(text)) text = ascii = detail::ascii_digits(text);
        std::int64_t number = 0;
        if (!read_digits(text, number)) return false;
        if (bounded_ && !integer_within_bounds(number)) return false;
        value = number;
        return true;
    }

    std::string to_url(const json& value) const override {
        std::string text = std::to_string(integer_of(value));
        std::size_t at = text[0] == '-' ? 1 : 0;
        if (text.size() < digits_) text.insert(at, digits_ - text.size(), '0');
        return text;
    }
    std::string pattern() const override { return std::string{sign()} + "\\d+"; }

  private:
    static bool is_utf8_ascii(std::string_view text) {
        return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    }
    /// False when it does not fit. The usual short ones are quicker read by hand than by std::from_chars.
    static bool read_digits(std::string_view text, std::int64_t& number) {
        if (text.size() > 18 || text[0] == '-') {
            return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
        }
        for (char c : text) number = number * 10 + (c - '0');
        return true;
    }
    bool integer_within_bounds(std::int64_t number) const {
        bool low = least_.is_integer() ? number < least_.as<std::int64_t>() : !within_bounds(number);
        bool high = most_.is_integer() ? number > most_.as<std::int64_t>() : !within_bounds(number);
        return !low && !high;
    }
    /// As Python's int(): texts of digits, and fractions cut.
    static std::int64_t integer_of(const json& value) {
        if (value.kind() == JsonKind::integer) return value.as<std::int64_t>();
        if (value.is_boolean()) return value.to_bool();
        if (value.kind() == JsonKind::real && std::abs(value.to_real()) < 9.2e18) {
            return static_cast<std::int64_t>(value.to_real());
        }
        if (value.is_text()) {
            if (auto number = detail::text_to_integer(value.text())) return *number;
        }
        does_not_fit(value, "an integer");
    }

    std::size_t digits_;
};

class FloatConverter final : public NumberConverter {
  public:
    explicit FloatConverter(const ConverterArguments& arguments) : NumberConverter(arguments, 0) {}

    bool accepts(std::string_view text) const override {
        text = unsigned_part(text);
        auto whole = detail::leading_digits(text);
        if (whole == 0 || whole >= text.size() || text[whole] != '.') return false;
        text.remove_prefix(whole + 1);
        return !text.empty() && detail::leading_digits(text) == text.size();
    }

    bool convert(std::string_view text, RouteValue& value) const override {
        std::string ascii = detail::ascii_digits(text);
        double number = 0;
        if (std::from_chars(ascii.data(), ascii.data() + ascii.size(), number).ec != std::errc{}) return false;
        if (!within_bounds(number)) return false;
        value = number;
        return true;
    }

    // Never with an exponent, which the rule would not recognise again.
    std::string to_url(const json& value) const override {
        double number = real_of(value);
        if (!std::isfinite(number)) does_not_fit(value, "a finite number");
        std::array<char, 400> text;
        auto end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed).ptr;
        std::string url(text.data(), end);
        return url.find('.') == std::string::npos ? url + ".0" : url;
    }
    std::string pattern() const override { return std::string{sign()} + "\\d+\\.\\d+"; }

  private:
    static double real_of(const json& value) {
        if (value.is_number()) return value.to_real();
        if (value.is_boolean()) return value.to_bool();
        double number = 0;
        if (value.is_text()) {
            auto text = trim(value.text());
            auto result = std::from_chars(text.data(), text.data() + text.size(), number);
            if (result.ec == std::errc{} && result.ptr == text.data() + text.size()) return number;
        }
        does_not_fit(value, "a number");
    }
};

template <class T>
std::unique_ptr<Converter> make_converter(const ConverterArguments& arguments) {
    if constexpr (std::is_constructible_v<T, const ConverterArguments&>) {
        return std::make_unique<T>(arguments);
    } else {
        return std::make_unique<T>();
    }
}

}  // namespace

json json_of(const RouteValue& value) {
    return std::visit([](const auto& held) { return json(held); }, value);
}

bool Converter::convert(std::string_view text, RouteValue& value) const {
    value.emplace<std::string>(text);
    return true;
}

std::string Converter::to_url(const json& value) const { return percent_encode(plain_text(value), UrlPart::value); }

Converters::Converters() {
    add("default", make_converter<StringConverter>);
    add("string", make_converter<StringConverter>);
    add("int", make_converter<IntConverter>);
    add("float", make_converter<FloatConverter>);
    add("path", make_converter<PathConverter>);
    add("uuid", make_converter<UuidConverter>);
    add("any", make_converter<AnyConverter>);
}

void Converters::add(std::string name, ConverterFactory factory) {
    for (auto& [known, made_by] : factories_) {
        if (known == name) {
            made_by = std::move(factory);
            return;
        }
    }
    factories_.emplace_back(std::move(name), std::move(factory));
}

std::unique_ptr<Converter> Converters::make(std::string_view name, std::string_view arguments) const {
    if (name.empty()) name = "default";
    std::vector<std::string_view> known;
    for (const auto& [key, factory] : factories_) {
        known.push_back(key);
        if (key != name) continue;
        try {
            ConverterArguments given{arguments};
            auto converter = factory(given);
            given.refuse_unread();
            return converter;
        } catch (const RouteError&) {
            throw;
        } catch (const Error& error) {
            throw RouteError("converter-arguments"_code,
                             "the converter \"" + std::string{name} + "\" cannot take (" + std::string{arguments} +
                                 "): " + error.message(),
                             error.hint().empty() ? "see the converter's arguments in docs/errors.md" : error.hint());
        }
    }
    throw RouteError("unknown-converter"_code, "there is no converter \"" + std::string{name} + "\".",
                     did_you_mean_hint(name, known,
                                       "add it with app.add_converter(\"" + std::string{name} +
                                           "\", …) before the rule that names it"));
}

}  // namespace retort
