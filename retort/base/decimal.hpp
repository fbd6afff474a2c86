// Decimal: an exact decimal number, such as an amount of money.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace retort {

class json;

/// A number of up to 38 decimal digits, of which up to 38 stand behind the point. It is exact: `+`, `-` and `*` give
/// the true result or throw ArgumentError("decimal-overflow"); only `divided_by` and `rounded` round, half to even.
///
/// `Decimal price = "12.50"` and `Decimal(12)` make one; a double does not convert, as 0.1 is no tenth. Trailing zeros
/// are kept and printed as Python's Decimal does (12.50), and do not matter in comparisons (12.50 == 12.5).
class Decimal {
  public:
    static constexpr int most_digits = 38;

    constexpr Decimal() = default;
    template <std::integral T>
        requires(!std::same_as<T, bool> && sizeof(T) <= 8)
    constexpr Decimal(T value)  // NOLINT: integers are decimals
        : low_(static_cast<std::uint64_t>(value)), high_(value < 0 ? -1 : 0) {}
    /// From a literal. Throws ArgumentError("invalid-decimal"). Text from outside is for `parse`.
    template <std::size_t size>
    Decimal(const char (&literal)[size]) : Decimal(std::string_view(literal)) {}  // NOLINT: literals are decimals
    explicit Decimal(std::string_view text);
    template <std::floating_point T>
    Decimal(T) = delete;  // say what is meant: Decimal::from_double(x), or Decimal("0.1")

    /// `-12.50`, `.5`, `1e3`; empty when the text is no number or has more digits than a Decimal.
    static std::optional<Decimal> parse(std::string_view text);
    /// coefficient / 10^scale, with a scale from 0 to 38. Throws ArgumentError("decimal-overflow").
    static Decimal from_parts(std::int64_t coefficient, int scale);
    /// The decimal number that was meant by a double: the shortest that reads back as it, if that has 15 digits at
    /// most; else the one with `scale` digits behind the point, if that reads back as it; else 15 digits of it.
    /// Throws ArgumentError("not-a-number") for NaN and infinity, ArgumentError("decimal-overflow").
    static Decimal from_double(double value, int scale = -1);

    /// Digits behind the point.
    constexpr int scale() const { return scale_; }
    /// All digits, without leading zeros; 1 of zero.
    int digits() const;
    constexpr bool is_zero() const { return low_ == 0 && high_ == 0; }
    constexpr bool is_negative() const { return high_ < 0; }
    /// The number times 10^scale, where 64 bits hold it.
    std::optional<std::int64_t> coefficient() const;

    /// With so many digits behind the point; rounded half to even when there are more.
    [[nodiscard]] Decimal rounded(int scale) const;
    /// Without zeros at the end of the digits behind the point.
    [[nodiscard]] Decimal normalized() const;
    /// The quotient with so many digits behind the point, rounded half to even. Throws
    /// ArgumentError("division-by-zero").
    [[nodiscard]] Decimal divided_by(const Decimal& divisor, int scale) const;
    /// The nearest double.
    double to_double() const;
    explicit operator double() const { return to_double(); }
    /// Throws ArgumentError("decimal-overflow") when it is no integer of 64 bits.
    std::int64_t to_integer() const;

    /// As Python's `str`: 12.50, 0.000001, 1E-7.
    std::string to_string() const;
    /// Its text, as in Flask: a JSON number would be read as a double by nearly everybody.
    std::string to_json() const { return to_string(); }
    /// From a text or a number.
    static Decimal from_json(const json& value);

    friend Decimal operator+(const Decimal& a, const Decimal& b);
    friend Decimal operator-(const Decimal& a, const Decimal& b) { return a + -b; }
    friend Decimal operator*(const Decimal& a, const Decimal& b);
    friend Decimal operator-(const Decimal& a);
    template <std::same_as<Decimal> D, class N>
        requires(std::same_as<N, Decimal> || std::integral<N>)
    friend D operator/(const D&, const N&) {
        static_assert(!std::same_as<D, Decimal>,
                      "a quotient of Decimals has to be rounded: say to how many digits, price.divided_by(3, 2)");
        return {};
    }
    Decimal& operator+=(const Decimal& other) { return *this = *this + other; }
    Decimal& operator-=(const Decimal& other) { return *this = *this - other; }
    Decimal& operator*=(const Decimal& other) { return *this = *this * other; }

    friend std::weak_ordering operator<=>(const Decimal& a, const Decimal& b);
    friend bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }
    /// Writes `to_string()`.
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const Decimal& value) {
        return out << value.to_string();
    }

  private:
    friend struct DecimalParts;
    // Two words instead of one of 128 bits, which would want to stand at an address divisible by 16.
    std::uint64_t low_ = 0;
    std::int64_t high_ = 0;
    std::uint8_t scale_ = 0;
};

}  // namespace retort
