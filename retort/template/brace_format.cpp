// Python's str.format and format specifications.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "retort/base/json_writer.hpp"
#include "retort/base/text.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/format_spec.hpp"
#include "retort/template/letters.hpp"
#include "retort/template/operations.hpp"

namespace retort::templates {

std::string integer_digits(std::int64_t number, char type, bool alternate) {
    auto magnitude =
        number < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    int base = type == 'b' ? 2 : type == 'o' ? 8 : type == 'x' || type == 'X' ? 16 : 10;
    char digits[72];
    auto end = std::to_chars(digits, digits + sizeof digits, magnitude, base).ptr;
    std::string out(digits, end);
    if (type == 'X') out = ascii_upper(out);
    if (alternate && base != 10) out = std::string{"0"} + type + out;
    return out;
}

namespace {

std::string printed(double number, char type, std::int64_t precision, bool alternate) {
    char pattern[8] = {'%', '#', '.', '*', type, 0};
    if (!alternate) std::memmove(pattern + 1, pattern + 2, 5);
    char digits[1500];
    std::snprintf(digits, sizeof digits, pattern, static_cast<int>(precision), number);
    return digits;
}

/// Without a type: as g, but with a digit behind the point, or else an exponent.
std::string general_digits(double number, std::int64_t precision, bool alternate) {
    precision = std::max<std::int64_t>(precision, 1);
    std::string scientific = printed(number, 'e', precision - 1, alternate);
    auto exponent = scientific.find('e');
    if (std::strtol(scientific.c_str() + exponent + 1, nullptr, 10) == precision - 1) {
        auto kept = alternate || precision == 1 ? exponent : scientific.find_last_not_of(".0", exponent - 1) + 1;
        return scientific.erase(kept, exponent - kept);
    }
    std::string out = printed(number, 'g', precision, alternate);
    return out.find_first_of(".e") == out.npos ? out + ".0" : out;
}

}  // namespace

std::string real_digits(double number, char type, std::int64_t precision, bool alternate) {
    number = std::abs(number);
    if (!std::isfinite(number)) {
        std::string word = std::isnan(number) ? "nan" : "inf";
        return type == 'F' || type == 'E' || type == 'G' ? ascii_upper(word) : word;
    }
    if (type == 0 && precision < 0) {
        std::string out;
        append_real(out, number);
        return out;
    }
    if (precision > 1000) throw_value_error("precision too big");
    if (type == 0) return general_digits(number, precision, alternate);
    return printed(number, type, precision < 0 ? 6 : precision, alternate);
}

std::string character_of(std::int64_t number) {
    if (number < 0 || number > 0x10FFFF) throw_overflow("%c arg not in range(0x110000)");
    std::string character;
    append_utf8(character, static_cast<char32_t>(number));
    return character;
}

std::string sign_of(bool is_negative, char sign) {
    if (is_negative) return "-";
    return sign == '+' || sign == ' ' ? std::string(1, sign) : "";
}

namespace {

std::string_view take_character(std::string_view& text) {
    auto size = std::max<std::uint32_t>(read_utf8(text).size, 1);
    auto character = text.substr(0, size);
    text.remove_prefix(std::min<std::size_t>(size, text.size()));
    return character;
}
bool is_align(char c) { return c == '<' || c == '>' || c == '^' || c == '='; }

std::int64_t take_number(std::string_view& text) {
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc::result_out_of_range || number > static_cast<std::int64_t>(most_text)) {
        throw_value_error("Too many decimal digits in format string");
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}
bool take(std::string_view& text, char wanted) {
    if (text.empty() || text[0] != wanted) return false;
    text.remove_prefix(1);
    return true;
}

}  // namespace

namespace {

/// What separates groups of digits, where the type has such.
void read_grouping(std::string_view& text, FormatSpec& spec) {
    if (take(text, ',')) spec.grouping = ',';
    if (!text.empty() && (text[0] == '_' || text[0] == ',')) {
        bool second = spec.grouping != 0;
        if (second && text[0] == '_') throw_value_error("Cannot specify both ',' and '_'.");
        if (!second && take(text, '_')) spec.grouping = '_';
        if (!second && !text.empty() && text[0] == ',') throw_value_error("Cannot specify both ',' and '_'.");
    }
}

void check_grouping(const FormatSpec& spec) {
    if (spec.grouping == 0 || spec.type == 0) return;
    std::string_view types = spec.grouping == '_' ? "defgEG%FboxX" : "defgEG%F";
    if (types.find(spec.type) != types.npos) return;
    throw_value_error(std::string{"Cannot specify '"} + spec.grouping + "' with '" + spec.type + "'.");
}

}  // namespace

FormatSpec read_spec(std::string_view text) {
    FormatSpec spec;
    auto rest = text;
    auto first = rest.empty() ? std::string_view{} : take_character(rest);
    bool filled = !rest.empty() && is_align(rest[0]);
    if (filled) {
        spec.fill = first, spec.align = rest[0];
        text = rest.substr(1);
    } else if (!text.empty() && is_align(text[0])) {
        spec.align = text[0];
        text.remove_prefix(1);
    }
    if (!text.empty() && (text[0] == '+' || text[0] == '-' || text[0] == ' ')) {
        spec.sign = text[0];
        text.remove_prefix(1);
    }
    spec.positive_zero = take(text, 'z');
    spec.alternate = take(text, '#');
    if (!filled && take(text, '0')) {
        spec.fill = "0";
        spec.zeros = spec.align == 0;
    }
    if (!text.empty() && is_ascii_digit(text[0])) spec.width = take_number(text);
    read_grouping(text, spec);
    if (take(text, '.')) {
        if (text.empty() || !is_ascii_digit(text[0])) throw_value_error("Format specifier missing precision");
        spec.precision = take_number(text);
    }
    if (text.size() > 1) throw_value_error("Invalid format specifier");
    if (!text.empty()) spec.type = text[0];
    check_grouping(spec);
    return spec;
}

namespace {

/// Commas or `_` between groups of digits before the point, and zeros in groups up to the width.
std::string grouped(std::string digits, const FormatSpec& spec, std::int64_t width) {
    bool wide = std::string_view{"boxX"}.find(spec.type) != std::string_view::npos && spec.type != 0;
    std::size_t size = wide ? 4 : 3, whole = 0;
    while (whole < digits.size() && (is_ascii_digit(digits[whole]) || (wide && digits[whole] != '.'))) ++whole;
    if (whole == 0) return digits;
    std::string out = digits.substr(whole);
    for (std::size_t count = 0; whole > 0 || static_cast<std::int64_t>(out.size()) < width; ++count) {
        if (count > 0 && count % size == 0) out.insert(out.begin(), spec.grouping);
        out.insert(out.begin(), whole > 0 ? digits[--whole] : '0');
    }
    return out;
}

}  // namespace

std::string laid_out(const FormatSpec& spec, const std::string& sign, std::string digits) {
    bool inside = spec.align == '=' || spec.zeros;
    auto width = spec.width - static_cast<std::int64_t>(sign.size());
    if (spec.grouping != 0) digits = grouped(std::move(digits), spec, inside && spec.fill == "0" ? width : 0);
    if (inside) return sign + padded(digits, width, spec.fill, '>');
    return padded(sign + digits, spec.width, spec.fill, spec.align == 0 ? '>' : spec.align);
}

namespace {

[[noreturn]] void throw_code(const FormatSpec& spec, const Value& value) {
    throw_value_error("Unknown format code '" + std::string(1, spec.type) + "' for object of type '" +
                      type_name(value) + "'");
}

std::string format_real(double number, const FormatSpec& spec) {
    bool percent = spec.type == '%';
    char type = percent ? 'f' : spec.type == 'n' ? 'g' : spec.type;
    std::string digits = real_digits(percent ? number * 100 : number, type, spec.precision, spec.alternate);
    bool negative = std::signbit(number) && !std::isnan(number);
    auto mantissa = std::string_view{digits}.substr(0, digits.find_first_of("eE"));
    if (spec.positive_zero && mantissa.find_first_of("123456789in") == mantissa.npos) negative = false;
    if (percent) digits += '%';
    return laid_out(spec, sign_of(negative, spec.sign), std::move(digits));
}

std::string format_character(std::int64_t number, const FormatSpec& spec) {
    constexpr const char* what = " not allowed with integer format specifier 'c'";
    if (spec.sign != 0) throw_value_error(std::string{"Sign"} + what);
    if (spec.alternate) throw_value_error(std::string{"Alternate form (#)"} + what);
    return laid_out(spec, "", character_of(number));
}

std::string format_integer(const Value& value, const FormatSpec& spec) {
    auto number = value.integer();
    char type = spec.type == 0 || spec.type == 'n' ? 'd' : spec.type;
    if (std::string_view{"dboxXc"}.find(type) == std::string_view::npos) {
        if (std::string_view{"eEfFgG%"}.find(type) == std::string_view::npos) throw_code(spec, value);
        return format_real(static_cast<double>(number), spec);
    }
    if (spec.precision >= 0) throw_value_error("Precision not allowed in integer format specifier");
    if (spec.positive_zero) {
        throw_value_error("Negative zero coercion (z) not allowed in integer format specifier");
    }
    if (type == 'c') return format_character(number, spec);
    std::string sign = sign_of(number < 0, spec.sign);
    if (spec.alternate && type != 'd') (sign += '0') += type;
    return laid_out(spec, sign, integer_digits(number, type, false));
}

std::string format_text(const Value& value, const FormatSpec& spec) {
    constexpr const char* what = " not allowed in string format specifier";
    if (spec.type != 0 && spec.type != 's') throw_code(spec, value);
    if (spec.sign != 0) throw_value_error((spec.sign == ' ' ? "Space" : "Sign") + std::string{what});
    if (spec.positive_zero) throw_value_error(std::string{"Negative zero coercion (z)"} + what);
    if (spec.alternate) throw_value_error(std::string{"Alternate form (#)"} + what);
    if (spec.align == '=') throw_value_error(std::string{"'=' alignment"} + what);
    if (spec.grouping != 0) throw_value_error("Cannot specify '" + std::string(1, spec.grouping) + "' with 's'.");
    auto text = value.text();
    if (spec.precision >= 0) text = first_characters(text, static_cast<std::size_t>(spec.precision));
    return padded(text, spec.width, spec.fill, spec.align == 0 ? '<' : spec.align);
}

}  // namespace

std::string format_value(const Value& value, std::string_view text) {
    if (text.empty()) return str(value);
    if (auto* type = calculation_of(value); type != nullptr && type->format != nullptr) {
        return type->format(object_of(value).object, text);
    }
    auto view = object_of(value);
    bool has_text = view && view.type->is_text;
    if (!value.is_text() && !value.is_number() && !has_text) {
        throw_type_error("unsupported format string passed to " + type_name(value) + ".__format__");
    }
    auto spec = read_spec(text);
    if (value.is_text()) return format_text(value, spec);
    if (value.is_integral()) return format_integer(value, spec);
    if (has_text) return format_text(Value::text(str(value)), spec);
    if (spec.type != 0 && std::string_view{"eEfFgGn%"}.find(spec.type) == std::string_view::npos) {
        throw_code(spec, value);
    }
    return format_real(value.real(), spec);
}

namespace {

/// One text with its fields.
class BraceFormat {
  public:
    BraceFormat(const Value& format, const Call& call) : call_(call), html_(format.is_markup()) {}

    std::string run(std::string_view text, int depth) {
        if (depth > 2) throw_value_error("Max string recursion exceeded");
        std::string out;
        while (!text.empty()) {
            auto brace = text.find_first_of("{}");
            out += text.substr(0, brace);
            if (brace == text.npos) break;
            char found = text[brace];
            text.remove_prefix(brace + 1);
            if (!text.empty() && text[0] == found) {
                out += found;
                text.remove_prefix(1);
            } else if (found == '}') {
                throw_value_error("Single '}' encountered in format string");
            } else {
                auto end = field_end(text);
                field(out, text.substr(0, end), depth);
                text.remove_prefix(end + 1);
            }
        }
        return out;
    }

  private:
    static std::size_t field_end(std::string_view text) {
        int open = 1;
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (text[at] == '{') ++open;
            if (text[at] == '}' && --open == 0) return at;
        }
        throw_value_error(text.empty() ? "Single '{' encountered in format string"
                                       : "expected '}' before end of string");
    }

    void field(std::string& out, std::string_view text, int depth) {
        auto bracket = text.find('[');
        auto name_end = text.find_first_of("!:");
        if (bracket < name_end) name_end = text.find_first_of("!:", std::min(text.find(']', bracket), text.size()));
        auto name = text.substr(0, name_end);
        text = name_end == text.npos ? std::string_view{} : text.substr(name_end);
        Value value = lookup(name);
        if (!text.empty() && text[0] == '!') {
            if (text.size() < 2) throw_value_error("end of string while looking for conversion specifier");
            value = converted(value, text[1]);
            text.remove_prefix(2);
        }
        if (!text.empty() && text[0] == ':') text.remove_prefix(1);
        std::string spec = text.find('{') == text.npos ? std::string{text} : run(text, depth + 1);
        if (html_ && value.is_markup()) {
            if (!spec.empty()) throw_value_error("Unsupported format specification for Markup.");
            out += value.text();
        } else if (html_) {
            append_html_escaped(out, format_value(value, spec));
        } else {
            out += format_value(value, spec);
        }
    }

    static Value converted(const Value& value, char how) {
        if (how == 's') return Value::text(str(value));
        if (how == 'r') return Value::text(repr(value));
        if (how == 'a') return Value::text(ascii(value));
        throw_value_error("Unknown conversion specifier " + std::string(1, how));
    }

    Value lookup(std::string_view name) {
        auto end = name.find_first_of(".[");
        Value value = first_value(name.substr(0, end));
        name = end == name.npos ? std::string_view{} : name.substr(end);
        while (!name.empty()) {
            Value found;
            if (name[0] == '.') {
                auto stop = std::min(name.find_first_of(".[", 1), name.size());
                if (name.substr(1, 1) == "_" || !find_attribute(value, name.substr(1, stop - 1), found)) {
                    throw_type_error("'" + type_name(value) + "' object has no attribute '" +
                                     std::string{name.substr(1, stop - 1)} + "'");
                }
                name.remove_prefix(stop);
            } else {
                auto stop = name.find(']');
                if (stop == name.npos) throw_value_error("Missing ']' in format string");
                found = item(value, name.substr(1, stop - 1));
                name.remove_prefix(stop + 1);
            }
            value = found;
        }
        return value;
    }

    static Value item(const Value& value, std::string_view key) {
        std::int64_t place = 0;
        auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), place);
        bool number = !key.empty() && error == std::errc{} && end == key.data() + key.size();
        Value found;
        if (!find_item(value, number ? Value::integer(place) : Value::text(std::string{key}), found)) {
            bool by_place = value.is_text() || sequence_of(value) != nullptr || value.as<Range>() != nullptr;
            if (!(number && by_place) && value.as<Dict>() == nullptr) {
                throw_type_error("'" + type_name(value) + "' object has no items by " + (number ? "place" : "name"));
            }
            throw_lookup_error("there is no item " + std::string{key} + " in the value");
        }
        return found;
    }

    Value first_value(std::string_view name) {
        std::size_t place = 0;
        auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), place);
        bool automatic = name.empty();
        if (automatic) {
            place = next_++;
        } else if (error != std::errc{} || end != name.data() + name.size()) {
            if (auto* keyword = call_.find(name)) return keyword->value;
            throw_lookup_error("'" + std::string{name} + "'");
        }
        if (counting_ != Counting::undecided && (counting_ == Counting::automatic) != automatic) {
            throw_value_error("cannot switch between automatic field numbering and manual field specification");
        }
        counting_ = automatic ? Counting::automatic : Counting::manual;
        if (place >= call_.arguments.size()) {
            throw_lookup_error("Replacement index " + std::to_string(place) +
                               " out of range for positional args tuple");
        }
        return call_.arguments[place];
    }

    enum class Counting : std::uint8_t { undecided, automatic, manual };

    const Call& call_;
    bool html_;
    Counting counting_ = Counting::undecided;
    std::size_t next_ = 0;
};

}  // namespace

Value brace_format(const Value& format, const Call& call) {
    return Value::text(BraceFormat(format, call).run(format.text(), 0), format.is_markup());
}

}  // namespace retort::templates
