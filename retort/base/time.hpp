// Date, Time and DateTime: calendar values without a zone, to the microsecond.
#pragma once

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "retort/base/duration.hpp"

namespace retort {

/// A day of the proleptic Gregorian calendar, years 1 to 9999.
class Date {
  public:
    constexpr Date() = default;
    /// Throws ArgumentError("invalid-date") when there is no such day.
    Date(int year, int month, int day);
    /// From a day of <chrono>: `std::chrono::year{2026} / 11 / 23`. Throws as above.
    template <class Calendar>
        requires requires(const Calendar& day) {
            requires std::is_class_v<decltype(day.year())>;
            static_cast<unsigned>(day.month());
            static_cast<unsigned>(day.day());
        }
    Date(const Calendar& day)
        : Date(static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
               static_cast<int>(static_cast<unsigned>(day.day()))) {}
    static constexpr Date from_days(std::int32_t days_since_1970) {
        Date date;
        date.days_ = days_since_1970;
        return date;
    }
    /// `YYYY-MM-DD`; empty when the text is no such day.
    static std::optional<Date> parse(std::string_view text);

    constexpr std::int32_t days() const { return days_; }
    int year() const;
    int month() const;
    int day() const;
    /// ISO 8601: `2024-01-31`.
    std::string to_string() const;

    /// Of the day that it is now in UTC.
    static Date today();

    friend constexpr auto operator<=>(Date, Date) = default;
    friend constexpr Date operator+(Date day, std::chrono::days span) {
        return from_days(day.days_ + static_cast<std::int32_t>(span.count()));
    }
    friend constexpr Date operator-(Date day, std::chrono::days span) { return day + -span; }
    friend constexpr std::chrono::days operator-(Date left, Date right) {
        return std::chrono::days{left.days_ - right.days_};
    }
    /// Writes `to_string()`.
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, Date value) {
        return out << value.to_string();
    }

  private:
    std::int32_t days_ = 0;
};

/// A time of day, 00:00:00 to 23:59:59.999999.
class Time {
  public:
    constexpr Time() = default;
    /// Throws ArgumentError("invalid-time") when there is no such time.
    Time(int hour, int minute, int second = 0, int microsecond = 0);
    static constexpr Time from_microseconds(std::int64_t since_midnight) {
        Time time;
        time.microseconds_ = since_midnight;
        return time;
    }
    /// `HH:MM[:SS[.ffffff]]`; empty when the text is no such time.
    static std::optional<Time> parse(std::string_view text);

    constexpr std::int64_t microseconds() const { return microseconds_; }
    int hour() const;
    int minute() const;
    int second() const;
    int microsecond() const;
    /// `13:07:00`, with `.ffffff` when there are microseconds.
    std::string to_string() const;

    friend constexpr auto operator<=>(Time, Time) = default;
    /// Writes `to_string()`.
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, Time value) {
        return out << value.to_string();
    }

  private:
    std::int64_t microseconds_ = 0;
};

/// A date and a time, without a zone; by convention UTC.
class DateTime {
  public:
    constexpr DateTime() = default;
    /// Throws ArgumentError("invalid-date" or "invalid-time").
    DateTime(int year, int month, int day, int hour = 0, int minute = 0, int second = 0, int microsecond = 0);
    DateTime(Date date, Time time);
    /// The instant in UTC, cut to microseconds.
    DateTime(std::chrono::system_clock::time_point instant);
    static constexpr DateTime from_microseconds(std::int64_t since_1970) {
        DateTime value;
        value.microseconds_ = since_1970;
        return value;
    }
    /// `YYYY-MM-DD[T| ]HH:MM[:SS[.ffffff]]` or a date alone; empty when the text is none. A zone is refused.
    static std::optional<DateTime> parse(std::string_view text);

    constexpr std::int64_t microseconds() const { return microseconds_; }
    Date date() const;
    Time time() const;
    /// `2024-01-31 13:07:00`, with `.ffffff` when there are microseconds (Python's `str`).
    std::string to_string() const;
    /// `Wed, 31 Jan 2024 13:07:00 GMT`, as HTTP and Flask's JSON write it; microseconds are cut.
    std::string to_http() const;

    friend constexpr auto operator<=>(DateTime, DateTime) = default;
    /// Writes `to_string()`.
    template <class Traits>
    friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, DateTime value) {
        return out << value.to_string();
    }
    friend constexpr DateTime operator+(DateTime when, std::chrono::microseconds span) {
        return from_microseconds(when.microseconds_ + span.count());
    }
    friend constexpr DateTime operator-(DateTime when, std::chrono::microseconds span) {
        return from_microseconds(when.microseconds_ - span.count());
    }
    friend constexpr std::chrono::microseconds operator-(DateTime left, DateTime right) {
        return std::chrono::microseconds{left.microseconds_ - right.microseconds_};
    }

  private:
    std::int64_t microseconds_ = 0;
};

/// The present instant in UTC; `Column<DateTime> date = utc_now` runs it for each object.
DateTime utc_now();

}  // namespace retort
