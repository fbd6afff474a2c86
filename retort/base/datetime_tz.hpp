// DateTimeTz: an instant that knows its zone, kept in UTC.
#pragma once

#include <compare>
#include <concepts>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/base/time.hpp"

namespace retort {

/// A point in time that means the same everywhere. Whatever zone it is made from, it is kept and shown in UTC.
///
/// A DateTime has no zone and does not convert by itself: `DateTimeTz(local, offset)` says which one was meant.
class DateTimeTz {
  public:
    constexpr DateTimeTz() = default;
    /// A date and time of the zone that is `offset` ahead of UTC.
    explicit constexpr DateTimeTz(DateTime local, std::chrono::minutes offset = std::chrono::minutes(0))
        : utc_(local - std::chrono::microseconds(offset)) {}
    DateTimeTz(std::chrono::system_clock::time_point instant) : utc_(instant) {}  // NOLINT: an instant is one
    static DateTimeTz now() { return DateTimeTz(utc_now()); }
    /// `2024-01-31T13:07:00+02:00`, with a blank for the T, a Z, `+0200` or `+02` too; empty when the text is none or
    /// has no zone.
    static std::optional<DateTimeTz> parse(std::string_view text);

    constexpr DateTime utc() const { return utc_; }
    /// The clock of the zone that is `offset` ahead of UTC.
    constexpr DateTime in_zone(std::chrono::minutes offset) const { return utc_ + std::chrono::microseconds(offset); }
    /// `2024-01-31 11:07:00+00:00`, as Python's `str`.
    std::string to_string() const { return utc_.to_string() + "+00:00"; }
    /// As Flask writes it: `Wed, 31 Jan 2024 11:07:00 GMT`.
    DateTime to_json() const { return utc_; }

    friend constexpr auto operator<=>(DateTimeTz, DateTimeTz) = default;
    /// Writes `to_string()`.
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, DateTimeTz value) {
        return out << value.to_string();
    }
    friend constexpr DateTimeTz operator+(DateTimeTz when, std::chrono::microseconds span) {
        return DateTimeTz(when.utc_ + span);
    }
    friend constexpr DateTimeTz operator-(DateTimeTz when, std::chrono::microseconds span) {
        return DateTimeTz(when.utc_ - span);
    }
    friend constexpr std::chrono::microseconds operator-(DateTimeTz left, DateTimeTz right) {
        return left.utc_ - right.utc_;
    }

  private:
    DateTime utc_;
};

}  // namespace retort
