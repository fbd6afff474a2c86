// The calendar (Hinnant's days from civil) and the texts of dates and times.
#include "retort/base/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "retort/base/error.hpp"

namespace retort {
namespace {

constexpr std::int64_t microseconds_a_second = 1'000'000;
constexpr std::int64_t microseconds_a_day = 86'400 * microseconds_a_second;

struct Civil {
    int year;
    int month;
    int day;
};

constexpr std::int32_t days_from_civil(int year, int month, int day) {
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400;
    auto year_of_era = static_cast<unsigned>(year - era * 400);
    auto day_of_year = static_cast<unsigned>((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1);
    unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + static_cast<int>(day_of_era) - 719468;
}

constexpr Civil civil_from_days(std::int32_t days) {
    std::int64_t shifted = std::int64_t{days} + 719468;
    std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    auto day_of_era = static_cast<unsigned>(shifted - era * 146097);
    unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned shifted_month = (5 * day_of_year + 2) / 153;
    int day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
    int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    return {static_cast<int>(year_of_era + era * 400) + (month <= 2), month, day};
}

constexpr int days_in_month(int year, int month) {
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

constexpr bool is_day(int year, int month, int day) {
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

constexpr bool is_time(int hour, int minute, int second, int microsecond) {
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && microsecond >= 0 &&
           microsecond < microseconds_a_second;
}

constexpr std::int64_t time_of(int hour, int minute, int second, int microsecond) {
    return ((hour * 60 + minute) * 60LL + second) * microseconds_a_second + microsecond;
}

/// Whole days, rounded down, so that times before 1970 have a time of day too.
constexpr std::int64_t floor_days(std::int64_t microseconds) {
    std::int64_t days = microseconds / microseconds_a_day;
    return days - (microseconds % microseconds_a_day < 0);
}

constexpr std::int64_t microseconds_of_day(std::int64_t microseconds) {
    std::int64_t rest = microseconds % microseconds_a_day;
    return rest < 0 ? rest + microseconds_a_day : rest;
}

/// -1 when one of the two is no digit.
inline int two_digits(const char* at) {
    unsigned tens = static_cast<unsigned char>(at[0]) - '0', ones = static_cast<unsigned char>(at[1]) - '0';
    return tens > 9 || ones > 9 ? -1 : static_cast<int>(tens * 10 + ones);
}

constexpr auto pairs = [] {
    std::array<char, 200> table{};
    for (std::size_t i = 0; i < 100; ++i) {
        table[2 * i] = static_cast<char>('0' + i / 10);
        table[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return table;
}();

inline char* put_two(char* at, int number) {
    at[0] = pairs[static_cast<std::size_t>(number) * 2];
    at[1] = pairs[static_cast<std::size_t>(number) * 2 + 1];
    return at + 2;
}

/// Years outside 0 to 9999 can only come from from_days and from_microseconds; they are written as they are.
char* put_year(char* at, int year) {
    if (year < 0 || year > 9999) return std::to_chars(at, at + 12, year).ptr;
    return put_two(put_two(at, year / 100), year % 100);
}

char* put_date(char* at, Civil civil) {
    at = put_year(at, civil.year);
    *at++ = '-';
    at = put_two(at, civil.month);
    *at++ = '-';
    return put_two(at, civil.day);
}

char* put_clock(char* at, int seconds) {
    at = put_two(at, seconds / 3600);
    *at++ = ':';
    at = put_two(at, seconds / 60 % 60);
    *at++ = ':';
    return put_two(at, seconds % 60);
}

char* put_time(char* at, std::int64_t microseconds) {
    at = put_clock(at, static_cast<int>(microseconds / microseconds_a_second));
    int fraction = static_cast<int>(microseconds % microseconds_a_second);
    if (fraction == 0) return at;
    *at++ = '.';
    return put_two(put_two(put_two(at, fraction / 10'000), fraction / 100 % 100), fraction % 100);
}

/// One to six digits as microseconds; -1 when it is none.
int parse_fraction(std::string_view text) {
    if (text.empty() || text.size() > 6) return -1;
    int value = 0;
    for (std::size_t i = 0; i < 6; ++i) {
        int digit = i < text.size() ? text[i] - '0' : 0;
        if (digit < 0 || digit > 9) return -1;
        value = value * 10 + digit;
    }
    return value;
}

}  // namespace

Date::Date(int year, int month, int day) {
    if (!is_day(year, month, day)) {
        throw ArgumentError(
            "invalid-date"_code,
            "there is no day " + std::to_string(year) + "-" + std::to_string(month) + "-" + std::to_string(day) + ".",
            "years go from 1 to 9999; Date::parse answers empty instead of throwing");
    }
    days_ = days_from_civil(year, month, day);
}

std::optional<Date> Date::parse(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    int century = two_digits(&text[0]), year = two_digits(&text[2]), month = two_digits(&text[5]),
        day = two_digits(&text[8]);
    if ((century | year | month | day) < 0 || !is_day(century * 100 + year, month, day)) return std::nullopt;
    return from_days(days_from_civil(century * 100 + year, month, day));
}

int Date::year() const { return civil_from_days(days_).year; }
int Date::month() const { return civil_from_days(days_).month; }
int Date::day() const { return civil_from_days(days_).day; }

std::string Date::to_string() const {
    char text[24];
    return {text, put_date(text, civil_from_days(days_))};
}

Time::Time(int hour, int minute, int second, int microsecond) {
    if (!is_time(hour, minute, second, microsecond)) {
        throw ArgumentError("invalid-time"_code,
                            "there is no time " + std::to_string(hour) + ":" + std::to_string(minute) + ":" +
                                std::to_string(second) + " and " + std::to_string(microsecond) + " microseconds.",
                            "hours go to 23, minutes and seconds to 59; Time::parse answers empty instead of throwing");
    }
    microseconds_ = time_of(hour, minute, second, microsecond);
}

std::optional<Time> Time::parse(std::string_view text) {
    if (text.size() < 5 || text[2] != ':') return std::nullopt;
    int hour = two_digits(&text[0]), minute = two_digits(&text[3]), second = 0, fraction = 0;
    if (text.size() > 5) {
        if (text.size() < 8 || text[5] != ':') return std::nullopt;
        second = two_digits(&text[6]);
    }
    if (text.size() > 8) {
        if (text[8] != '.') return std::nullopt;
        fraction = parse_fraction(text.substr(9));
    }
    if (!is_time(hour, minute, second, fraction)) return std::nullopt;
    return from_microseconds(time_of(hour, minute, second, fraction));
}

int Time::hour() const { return static_cast<int>(microseconds_ / (3600 * microseconds_a_second)); }
int Time::minute() const { return static_cast<int>(microseconds_ / (60 * microseconds_a_second) % 60); }
int Time::second() const { return static_cast<int>(microseconds_ / microseconds_a_second % 60); }
int Time::microsecond() const { return static_cast<int>(microseconds_ % microseconds_a_second); }

std::string Time::to_string() const {
    char text[24];
    return {text, put_time(text, microseconds_)};
}

DateTime::DateTime(int year, int month, int day, int hour, int minute, int second, int microsecond)
    : DateTime(Date{year, month, day}, Time{hour, minute, second, microsecond}) {}

DateTime::DateTime(Date date, Time time) : microseconds_(date.days() * microseconds_a_day + time.microseconds()) {}

DateTime::DateTime(std::chrono::system_clock::time_point instant)
    : microseconds_(std::chrono::floor<std::chrono::microseconds>(instant.time_since_epoch()).count()) {}

std::optional<DateTime> DateTime::parse(std::string_view text) {
    auto date = Date::parse(text.substr(0, 10));
    if (!date) return std::nullopt;
    if (text.size() == 10) return DateTime{*date, Time{}};
    if (text[10] != ' ' && text[10] != 'T') return std::nullopt;
    auto time = Time::parse(text.substr(11));
    if (!time) return std::nullopt;
    return DateTime{*date, *time};
}

Date DateTime::date() const { return Date::from_days(static_cast<std::int32_t>(floor_days(microseconds_))); }

Time DateTime::time() const { return Time::from_microseconds(microseconds_of_day(microseconds_)); }

std::string DateTime::to_string() const {
    char text[48];
    std::int64_t days = floor_days(microseconds_);
    char* at = put_date(text, civil_from_days(static_cast<std::int32_t>(days)));
    *at++ = ' ';
    return {text, put_time(at, microseconds_of_day(microseconds_))};
}

std::string DateTime::to_http() const {
    static constexpr char weekdays[] = "ThuFriSatSunMonTueWed", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    std::int64_t days = floor_days(microseconds_);
    Civil civil = civil_from_days(static_cast<std::int32_t>(days));
    char text[64];
    std::memcpy(text, weekdays + ((days % 7 + 7) % 7) * 3, 3);
    std::memcpy(text + 3, ", ", 2);
    char* to = put_two(text + 5, civil.day);
    *to++ = ' ';
    to = std::copy_n(months + (civil.month - 1) * 3, 3, to);
    *to++ = ' ';
    to = put_year(to, civil.year);
    *to++ = ' ';
    auto of_day = static_cast<int>(microseconds_of_day(microseconds_) / microseconds_a_second);
    to = put_clock(to, of_day);
    to = std::copy_n(" GMT", 4, to);
    return std::string(text, to);
}

Date Date::today() { return utc_now().date(); }

DateTime utc_now() { return DateTime{std::chrono::system_clock::now()}; }

}  // namespace retort
