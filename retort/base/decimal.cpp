// Arithmetic of decimals on 128-bit integers, and their texts.
#include "retort/base/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "retort/base/error.hpp"
#include "retort/base/json.hpp"

namespace retort {
namespace {

__extension__ using Signed = __int128;
__extension__ using Unsigned = unsigned __int128;

constexpr int most = Decimal::most_digits;

constexpr auto powers = [] {
    std::array<Unsigned, most + 1> table{};
    table[0] = 1;
    for (std::size_t i = 1; i < table.size(); ++i) table[i] = table[i - 1] * 10;
    return table;
}();
constexpr Unsigned power(int exponent) { return powers[static_cast<std::size_t>(exponent)]; }
/// The first magnitude that is too large.
constexpr Unsigned limit = powers[most];

[[noreturn]] void overflow(const char* what) {
    throw ArgumentError("decimal-overflow"_code, std::string(what) + " has more than 38 digits.",
                        "round it first: value.rounded(2)");
}

/// False when the product has more than 38 digits.
bool multiply(Unsigned a, Unsigned b, Unsigned& product) {
    if (a != 0 && b > (limit - 1) / a) return false;
    product = a * b;
    return true;
}

int count_digits(Unsigned magnitude) {
    int count = 1;
    while (count < most && magnitude >= power(count)) ++count;
    return count;
}

/// magnitude / 10^dropped, half to even. `inexact` says that there was something behind the last digit already.
Unsigned drop_digits(Unsigned magnitude, int dropped, bool inexact = false) {
    if (dropped > most) return 0;
    Unsigned unit = power(dropped);
    Unsigned kept = magnitude / unit, rest = magnitude % unit;
    Unsigned other_half = unit - rest;
    bool up = rest > other_half || (rest == other_half && dropped > 0 && (inexact || (kept & 1) != 0));
    return kept + (up ? 1 : 0);
}

}  // namespace

/// A decimal taken apart: sign, magnitude, scale.
struct DecimalParts {
    Unsigned magnitude = 0;
    int scale = 0;
    bool negative = false;

    static DecimalParts of(const Decimal& decimal) {
        Signed value =
            static_cast<Signed>(static_cast<Unsigned>(static_cast<std::uint64_t>(decimal.high_)) << 64 | decimal.low_);
        bool negative = value < 0;
        return {negative ? Unsigned{0} - static_cast<Unsigned>(value) : static_cast<Unsigned>(value), decimal.scale_,
                negative};
    }
    Decimal whole(const char* what) const {
        if (magnitude >= limit || scale > most) overflow(what);
        Unsigned bits = negative ? Unsigned{0} - magnitude : magnitude;
        Decimal decimal;
        decimal.low_ = static_cast<std::uint64_t>(bits);
        decimal.high_ = static_cast<std::int64_t>(static_cast<std::uint64_t>(bits >> 64));
        decimal.scale_ = static_cast<std::uint8_t>(scale);
        return decimal;
    }
    void strip_zeros() {
        while (scale > 0 && magnitude % 10 == 0) {
            magnitude /= 10;
            --scale;
        }
    }
};

namespace {

/// Reads the digits and the point of a number; false when there is no digit or there are too many.
bool read_digits(std::string_view& text, DecimalParts& parts) {
    bool point = false, any = false;
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        if (text[at] == '.' && !point) {
            point = true;
            continue;
        }
        unsigned digit = static_cast<unsigned char>(text[at]) - '0';
        if (digit > 9) break;
        any = true;
        if (!multiply(parts.magnitude, 10, parts.magnitude)) return false;
        parts.magnitude += digit;
        if (point) ++parts.scale;
    }
    text.remove_prefix(at);
    return any && parts.magnitude < limit;
}

bool apply_exponent(DecimalParts& parts, int exponent) {
    parts.scale -= exponent;
    if (parts.magnitude == 0) parts.scale = parts.scale < 0 ? 0 : std::min(parts.scale, most);
    while (parts.scale < 0) {
        if (!multiply(parts.magnitude, 10, parts.magnitude)) return false;
        ++parts.scale;
    }
    if (parts.scale > most) parts.strip_zeros();
    return parts.scale <= most;
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
    DecimalParts parts;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
        parts.negative = text[0] == '-';
        text.remove_prefix(1);
    }
    if (!read_digits(text, parts)) return std::nullopt;
    int exponent = 0;
    if (!text.empty()) {
        if ((text[0] | 0x20) != 'e') return std::nullopt;
        text.remove_prefix(1);
        if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
        if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
        exponent = std::clamp(exponent, -1000, 1000);
    }
    if (!apply_exponent(parts, exponent)) return std::nullopt;
    return parts.whole("a Decimal");
}

Decimal::Decimal(std::string_view text) {
    auto parsed = parse(text);
    if (!parsed) {
        throw ArgumentError("invalid-decimal"_code, "\"" + std::string(text) + "\" is no decimal number.",
                            "write it as 12.50, with at most 38 digits; Decimal::parse(text) answers empty instead");
    }
    *this = *parsed;
}

Decimal Decimal::from_parts(std::int64_t coefficient, int scale) {
    auto parts = DecimalParts::of(Decimal(coefficient));
    parts.scale = scale;
    return parts.whole("a Decimal");
}

Decimal Decimal::from_double(double value, int scale) {
    if (!std::isfinite(value)) {
        throw ArgumentError("not-a-number"_code, "a Decimal cannot be NaN or infinite.",
                            "check the double with std::isfinite first");
    }
    constexpr int exact_digits = std::numeric_limits<double>::digits10;
    if (std::abs(value) >= 1e38) overflow("the double");
    char text[128];
    auto read = [&](std::to_chars_result written) {
        return parse({text, static_cast<std::size_t>(written.ptr - text)});
    };
    auto shortest = read(std::to_chars(text, std::end(text), value, std::chars_format::scientific));
    if (shortest && shortest->digits() <= exact_digits) return *shortest;
    if (scale >= 0 && scale <= most) {
        auto fixed = read(std::to_chars(text, std::end(text), value, std::chars_format::fixed, scale));
        if (fixed && fixed->to_double() == value) return *fixed;
    }
    auto cut = read(std::to_chars(text, std::end(text), value, std::chars_format::scientific, exact_digits - 1));
    // Digits beyond the 38th behind the point are none.
    if (!cut) cut = read(std::to_chars(text, std::end(text), value, std::chars_format::fixed, most));
    if (!cut) overflow("the double");
    return cut->normalized();
}

int Decimal::digits() const { return count_digits(DecimalParts::of(*this).magnitude); }

std::optional<std::int64_t> Decimal::coefficient() const {
    auto value = static_cast<std::int64_t>(low_);
    if (high_ != (value < 0 ? -1 : 0)) return std::nullopt;
    return value;
}

Decimal Decimal::rounded(int scale) const {
    auto parts = DecimalParts::of(*this);
    if (scale < 0 || scale > most) overflow("the rounded number");
    if (scale < parts.scale) {
        parts.magnitude = drop_digits(parts.magnitude, parts.scale - scale);
    } else if (!multiply(parts.magnitude, power(scale - parts.scale), parts.magnitude)) {
        overflow("the rounded number");
    }
    parts.scale = scale;
    return parts.whole("the rounded number");
}

Decimal Decimal::normalized() const {
    auto parts = DecimalParts::of(*this);
    parts.strip_zeros();
    return parts.whole("a Decimal");
}

namespace {

/// The next digit of rest / divisor; `rest` becomes what is left, times ten. In steps that cannot overflow.
unsigned next_digit(Unsigned& rest, Unsigned divisor) {
    Unsigned sum = 0;
    unsigned digit = 0;
    for (int i = 0; i < 10; ++i) {
        bool carries = sum >= divisor - rest;
        sum = carries ? sum - (divisor - rest) : sum + rest;
        digit += carries ? 1 : 0;
    }
    rest = sum;
    return digit;
}

}  // namespace

Decimal Decimal::divided_by(const Decimal& divisor, int scale) const {
    auto a = DecimalParts::of(*this), b = DecimalParts::of(divisor);
    if (b.magnitude == 0) {
        throw ArgumentError("division-by-zero"_code, "a Decimal cannot be divided by zero.", "check the divisor first");
    }
    if (scale < 0 || scale > most) overflow("the quotient");
    DecimalParts quotient{a.magnitude / b.magnitude, a.scale - b.scale, a.negative != b.negative};
    Unsigned rest = a.magnitude % b.magnitude;
    while (quotient.scale < scale) {
        if (!multiply(quotient.magnitude, 10, quotient.magnitude)) overflow("the quotient");
        quotient.magnitude += next_digit(rest, b.magnitude);
        ++quotient.scale;
    }
    if (quotient.scale > scale) {
        quotient.magnitude = drop_digits(quotient.magnitude, quotient.scale - scale, rest != 0);
    } else {
        Unsigned other_half = b.magnitude - rest;
        bool up = rest > other_half || (rest == other_half && (quotient.magnitude & 1) != 0);
        quotient.magnitude += up ? 1 : 0;
    }
    quotient.scale = scale;
    return quotient.whole("the quotient");
}

double Decimal::to_double() const {
    auto parts = DecimalParts::of(*this);
    constexpr int exact_power = 22;  // the largest power of ten that a double holds
    if (parts.magnitude <= Unsigned{1} << 53 && parts.scale <= exact_power) {
        double quotient =
            static_cast<double>(static_cast<std::uint64_t>(parts.magnitude)) / static_cast<double>(power(parts.scale));
        return parts.negative ? -quotient : quotient;
    }
    std::string text = to_string();
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::int64_t Decimal::to_integer() const {
    auto integer = normalized();
    auto value = integer.scale_ == 0 ? integer.coefficient() : std::nullopt;
    if (value) return *value;
    throw ArgumentError("decimal-overflow"_code, to_string() + " is no integer of 64 bits.",
                        "round it first: value.rounded(0)");
}

std::string Decimal::to_string() const {
    auto parts = DecimalParts::of(*this);
    int count = count_digits(parts.magnitude);
    std::string text(static_cast<std::size_t>(count), '0');
    for (auto at = text.size(); at > 0; parts.magnitude /= 10) {
        text[--at] = static_cast<char>('0' + static_cast<int>(parts.magnitude % 10));
    }
    int exponent = count - 1 - parts.scale;  // of the first digit
    if (exponent < -6) {
        if (count > 1) text.insert(1, 1, '.');
        text += 'E' + std::to_string(exponent);
    } else if (parts.scale > 0) {
        if (count <= parts.scale)
            text.insert(0, static_cast<std::size_t>(parts.scale) + 1 - static_cast<std::size_t>(count), '0');
        text.insert(text.size() - static_cast<std::size_t>(parts.scale), 1, '.');
    }
    return parts.negative ? '-' + text : text;
}

Decimal Decimal::from_json(const json& value) {
    if (value.kind() == JsonKind::integer) return Decimal(value.as<std::int64_t>());
    if (value.kind() == JsonKind::real) return from_double(value.as<double>());
    return Decimal(value.kind() == JsonKind::number ? value.digits() : value.text());
}

Decimal operator-(const Decimal& a) {
    auto parts = DecimalParts::of(a);
    parts.negative = !parts.negative && parts.magnitude != 0;
    return parts.whole("a Decimal");
}

Decimal operator+(const Decimal& a, const Decimal& b) {
    auto left = DecimalParts::of(a), right = DecimalParts::of(b);
    int scale = std::max(left.scale, right.scale);
    for (auto* side : {&left, &right}) {
        if (!multiply(side->magnitude, power(scale - side->scale), side->magnitude)) overflow("the sum");
    }
    DecimalParts sum{left.magnitude, scale, left.negative};
    if (left.negative == right.negative) {
        sum.magnitude += right.magnitude;
    } else if (left.magnitude >= right.magnitude) {
        sum.magnitude -= right.magnitude;
    } else {
        sum = {right.magnitude - left.magnitude, scale, right.negative};
    }
    return sum.whole("the sum");
}

Decimal operator*(const Decimal& a, const Decimal& b) {
    auto left = DecimalParts::of(a), right = DecimalParts::of(b);
    bool fits = multiply(left.magnitude, right.magnitude, left.magnitude) && left.scale + right.scale <= most;
    if (!fits) {
        left = DecimalParts::of(a.normalized());
        right = DecimalParts::of(b.normalized());
        if (!multiply(left.magnitude, right.magnitude, left.magnitude)) overflow("the product");
    }
    DecimalParts product{left.magnitude, left.scale + right.scale, left.negative != right.negative};
    if (product.scale > most) product.strip_zeros();
    return product.whole("the product");
}

std::weak_ordering operator<=>(const Decimal& a, const Decimal& b) {
    auto left = DecimalParts::of(a), right = DecimalParts::of(b);
    if (left.negative != right.negative) {
        return left.negative ? std::weak_ordering::less : std::weak_ordering::greater;
    }
    if (left.negative) std::swap(left, right);
    Unsigned left_unit = power(left.scale), right_unit = power(right.scale);
    Unsigned whole[] = {left.magnitude / left_unit, right.magnitude / right_unit};
    // Fractions are less than one, so that they fit when both have as many digits as the longer one.
    int scale = std::max(left.scale, right.scale);
    Unsigned fraction[] = {left.magnitude % left_unit * power(scale - left.scale),
                           right.magnitude % right_unit * power(scale - right.scale)};
    if (whole[0] != whole[1]) return whole[0] < whole[1] ? std::weak_ordering::less : std::weak_ordering::greater;
    if (fraction[0] == fraction[1]) return std::weak_ordering::equivalent;
    return fraction[0] < fraction[1] ? std::weak_ordering::less : std::weak_ordering::greater;
}

}  // namespace retort
