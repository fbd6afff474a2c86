// Filters of numbers: abs, round, int, float, sum, filesizeformat.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "retort/base/text.hpp"
#include "retort/template/builtins.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/letters.hpp"

namespace retort::templates {

double round_to(double number, std::int64_t digits) {
    if (!std::isfinite(number) || digits > 300) return number;
    if (digits < -308) return std::copysign(0.0, number);
    if (digits < 0) {
        double power = std::pow(10.0, static_cast<double>(-digits));
        return std::nearbyint(number / power) * power;
    }
    char text[700];
    std::snprintf(text, sizeof text, "%.*f", static_cast<int>(digits), number);
    return std::strtod(text, nullptr);
}

namespace {

/// Python's float("…"); empty when it is none.
bool read_real(std::string_view text, double& out) {
    text = strip(text);
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool joins = text[at] == '_' && at > 0 && at + 1 < text.size() && is_ascii_digit(text[at - 1]) &&
                     is_ascii_digit(text[at + 1]);
        if (!joins) plain += text[at];
    }
    auto unsigned_part = std::string_view{plain}.substr(!plain.empty() && (plain[0] == '+' || plain[0] == '-') ? 1 : 0);
    bool number = !unsigned_part.empty() && (is_ascii_digit(unsigned_part[0]) || unsigned_part[0] == '.');
    bool word = iequals(unsigned_part, "inf") || iequals(unsigned_part, "infinity") || iequals(unsigned_part, "nan");
    if (unsigned_part.find_first_of("xX") != unsigned_part.npos || !(number || word)) return false;
    char* end = nullptr;
    out = std::strtod(plain.c_str(), &end);
    return end == plain.c_str() + plain.size();
}

/// Python's int("…", base).
bool read_integer(std::string_view text, int base, std::int64_t& out) {
    text = strip(text);
    std::string plain;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        if (text[0] == '-') plain += '-';
        text.remove_prefix(1);
    }
    if (text.size() > 2 && text[0] == '0') {
        char prefix = ascii_lower(text[1]);
        int meant = prefix == 'x' ? 16 : prefix == 'o' ? 8 : prefix == 'b' ? 2 : 0;
        if (meant != 0 && (base == meant || base == 0)) {
            base = meant;
            text.remove_prefix(text[2] == '_' ? 3 : 2);
        }
    }
    if (base == 0) base = 10;
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool joins = text[at] == '_' && at > 0 && at + 1 < text.size() && text[at - 1] != '_';
        if (!joins) plain += text[at];
    }
    if (text.empty() || text[0] == '-' || base < 2 || base > 36) return false;
    auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), out, base);
    return error == std::errc{} && end == plain.data() + plain.size();
}

bool whole(double number, Value& out) {
    if (std::isinf(number)) throw_overflow("cannot convert float infinity to integer");
    if (std::isnan(number)) return false;
    if (std::abs(number) >= 9.2e18) throw_overflow("The number does not fit into 64 bits.");
    out = Value::integer(static_cast<std::int64_t>(number));
    return true;
}

Value int_filter(const Call& call) {
    Parameters given(call, "int", {"value", "default", "base"}, 1);
    auto& value = given[0];
    Value out = given.has(1) ? given[1] : Value::integer(0);
    if (value.is_undefined()) throw_undefined(value);
    if (value.is_integral()) return Value::integer(value.integer());
    std::int64_t number = 0;
    auto base = !given.has(2) ? 10 : given[2].is_integral() ? given.integer(2, 10) : -1;
    if (value.is_text() && read_integer(value.text(), static_cast<int>(base), number)) {
        return Value::integer(number);
    }
    double real = value.is_real() ? value.real() : 0;
    auto view = object_of(value);
    if (value.is_real() || (value.is_text() && read_real(value.text(), real)) ||
        (view && view.type->is_text && read_real(str(value), real))) {
        whole(real, out);
    }
    return out;
}

Value float_filter(const Call& call) {
    Parameters given(call, "float", {"value", "default"}, 1);
    auto& value = given[0];
    if (value.is_undefined()) throw_undefined(value);
    if (value.is_number()) return Value::real(value.real());
    double real = 0;
    auto view = object_of(value);
    if (value.is_text() && read_real(value.text(), real)) return Value::real(real);
    if (view && view.type->is_text && read_real(str(value), real)) return Value::real(real);
    return given.has(1) ? given[1] : Value::real(0);
}

Value abs_filter(const Call& call) {
    Parameters given(call, "abs", {"x"}, 1);
    auto& value = given[0];
    if (value.is_real()) return Value::real(std::abs(value.real()));
    if (value.is_integral()) return value.integer() < 0 ? negative(value) : Value::integer(value.integer());
    if (calculation_of(value) != nullptr) {
        auto other = negative(value);
        return order(value, other) < 0 ? other : value;
    }
    throw_type_error("bad operand type for abs(): '" + type_name(value) + "'");
}

std::int64_t round_integer(std::int64_t number, std::int64_t digits) {
    if (digits >= 0) return number;
    if (digits < -18) return 0;
    std::int64_t power = 1;
    for (auto at = digits; at < 0; ++at) power *= 10;
    auto down = number - ((number % power) + power) % power;
    auto rest = number - down;
    bool up = rest * 2 > power || (rest * 2 == power && (down / power) % 2 != 0);
    return up ? down + power : down;
}

Value round_filter(const Call& call) {
    Parameters given(call, "round", {"value", "precision", "method"}, 1);
    std::string method = given.has(2) ? str(given[2]) : "common";
    if (method != "common" && method != "ceil" && method != "floor") {
        throw FilterArgumentError("filter-argument"_code, "method must be common, ceil or floor");
    }
    auto& value = given[0];
    if (value.is_undefined() && method != "common") throw_undefined(value);
    if (given.has(1) && given[1].is_none() && method == "common" && value.is_real()) {
        Value out;
        if (!whole(std::nearbyint(value.real()), out)) throw_value_error("cannot convert float NaN to integer");
        return out;
    }
    auto digits = given.has(1) && given[1].is_none() && method == "common" ? 0 : given.integer(1, 0);
    auto* type = calculation_of(value);
    bool of_its_own = type != nullptr && type->round != nullptr;
    if (method == "common" && of_its_own) return type->round(object_of(value).object, digits);
    double real = value.is_number() ? value.real() : 0;
    if (of_its_own) {
        read_real(str(value), real);
    } else if (!value.is_number()) {
        throw_type_error("type " + type_name(value) + " doesn't define __round__ method");
    }
    if (method == "common") {
        return value.is_real() ? Value::real(round_to(value.real(), digits))
                               : Value::integer(round_integer(value.integer(), digits));
    }
    if (value.is_integral() && digits >= 0) return Value::real(real);
    double power = std::pow(10.0, static_cast<double>(digits)), moved = real * power;
    // Python's ceil and floor are whole numbers, which have no negative zero.
    return Value::real(((method == "ceil" ? std::ceil(moved) : std::floor(moved)) + 0.0) / power);
}

Value filesizeformat(const Call& call) {
    Parameters given(call, "filesizeformat", {"value", "binary"}, 1);
    double bytes = 0;
    if (given[0].is_undefined()) throw_undefined(given[0]);
    auto* type = calculation_of(given[0]);
    if (given[0].is_number()) {
        bytes = given[0].real();
    } else if (type != nullptr && type->round != nullptr) {
        read_real(str(given[0]), bytes);
    } else if (!given[0].is_text()) {
        throw_type_error("float() argument must be a string or a real number, not '" + type_name(given[0]) + "'");
    } else if (!read_real(given[0].text(), bytes)) {
        throw_value_error("could not convert " + repr(given[0]) + " to float");
    }
    bool binary = given.truth(1, false);
    double base = binary ? 1024 : 1000;
    if (bytes == 1) return Value::text("1 Byte");
    if (bytes < base) return Value::text(std::to_string(static_cast<std::int64_t>(bytes)) + " Bytes");
    constexpr const char* large = "kMGTPEZY";
    long double unit = base;  // whose powers are exact, as Python's are
    std::size_t at = 0;
    for (; at < 8; ++at) {
        unit *= base;
        if (bytes < unit || at == 7) break;
    }
    char text[330];
    std::snprintf(text, sizeof text, "%.1f ", base * bytes / static_cast<double>(unit));
    return Value::text(text + std::string(1, binary ? ascii_upper(large[at]) : large[at]) + (binary ? "iB" : "B"));
}

Value sum(const Call& call) {
    Parameters given(call, "sum", {"iterable", "attribute", "start"}, 1);
    Getter get(call, given[1]);
    Value total = given.has(2) ? given[2] : Value::integer(0);
    if (total.is_text()) throw_type_error("sum() can't sum strings [use ''.join(seq) instead]");
    auto each = iterate(given[0]);
    for (Value item; each->next(item);) total = arithmetic(Operator::add, total, get(item));
    return total;
}

}  // namespace

void add_number_filters(Functions& filters) {
    filters["abs"] = abs_filter;
    filters["int"] = int_filter;
    filters["float"] = float_filter;
    filters["round"] = round_filter;
    filters["filesizeformat"] = filesizeformat;
    filters["sum"] = sum;
}

}  // namespace retort::templates
