// The calendar to the day, texts to the character.
#include "retort/base/time.hpp"

#include <chrono>
#include <concepts>
#include <sstream>
#include <string>

#include "retort/base/datetime_tz.hpp"
#include "retort/base/error.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("every day of 800 years goes there and back") {
    Date day{1, 1, 1};
    CHECK(day.days() == -719162);
    int year = 1600, month = 1, dom = 1;
    std::int32_t days = Date{1600, 1, 1}.days();
    constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool same = true;
    while (year < 2400) {
        auto date = Date::from_days(days++);
        same =
            same && date.year() == year && date.month() == month && date.day() == dom && Date{year, month, dom} == date;
        same = same && Date::parse(date.to_string()) == date;
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        if (++dom > lengths[month - 1] + (month == 2 && leap)) dom = 1, ++month;
        if (month > 12) month = 1, ++year;
    }
    CHECK(same);
    CHECK(Date{9999, 12, 31}.days() == 2932896);
}

TEST_CASE("what is no day is refused") {
    CHECK_THROWS_AS((Date{2023, 2, 29}), ArgumentError);
    CHECK_THROWS_AS((Date{0, 1, 1}), ArgumentError);
    CHECK_THROWS_AS((Date{10000, 1, 1}), ArgumentError);
    CHECK_THROWS_AS((Date{2024, 13, 1}), ArgumentError);
    CHECK_THROWS_AS((Date{2024, 1, 0}), ArgumentError);
    for (auto text : {"", "2024-1-1", "2024-02-30", "2024/01/01", "2024-01-0x", "02024-01-01", "2024-01-01 ",
                      "-024-01-01", "0000-01-01"}) {
        CHECK_FALSE(Date::parse(text));
    }
    CHECK(Date::parse("2024-02-29") == Date{2024, 2, 29});
}

TEST_CASE("days and instants of <chrono>") {
    using namespace std::chrono;
    CHECK(Date(year{2024} / 2 / 29) == Date(2024, 2, 29));
    CHECK(Date(year_month_day{sys_days{days{-1}}}) == Date(1969, 12, 31));
    CHECK_THROWS_AS(Date(year{2023} / 2 / 29), ArgumentError);
    CHECK(DateTime(sys_days{year{2024} / 2 / 29}) == DateTime(2024, 2, 29));
    static_assert(!std::convertible_to<DateTime, Date> && !std::convertible_to<year_month, Date>);
}

TEST_CASE("times") {
    CHECK(Time{13, 7}.to_string() == "13:07:00");
    CHECK(Time{23, 59, 59, 999999}.to_string() == "23:59:59.999999");
    CHECK(Time{0, 0, 0, 5}.to_string() == "00:00:00.000005");
    CHECK(Time::parse("13:07") == Time{13, 7});
    CHECK(Time::parse("13:07:09.5") == Time{13, 7, 9, 500000});
    CHECK(Time::parse("13:07:09.000123") == Time{13, 7, 9, 123});
    for (auto text : {"", "1:07", "24:00", "13:60", "13:07:60", "13:07:0", "13:07:09.", "13:07:09.1234567",
                      "13:07:09.12x", "13-07", "13:07Z", "13:07:09.-1"}) {
        CHECK_FALSE(Time::parse(text));
    }
    CHECK_THROWS_AS((Time{24, 0}), ArgumentError);
    CHECK_THROWS_AS((Time{0, 0, 0, 1000000}), ArgumentError);
    Time time{13, 7, 9, 123};
    CHECK(time.hour() == 13);
    CHECK(time.minute() == 7);
    CHECK(time.second() == 9);
    CHECK(time.microsecond() == 123);
}

TEST_CASE("date and time together") {
    DateTime when{2024, 1, 31, 13, 7, 0};
    CHECK(when.to_string() == "2024-01-31 13:07:00");
    CHECK(when.to_http() == "Wed, 31 Jan 2024 13:07:00 GMT");
    CHECK(when.microseconds() == 1706706420000000);
    CHECK(DateTime::parse("2024-01-31 13:07:00") == when);
    CHECK(DateTime::parse("2024-01-31T13:07") == when);
    CHECK(DateTime::parse("2024-01-31") == DateTime{2024, 1, 31});
    CHECK((when + std::chrono::microseconds{7}).to_string() == "2024-01-31 13:07:00.000007");
    for (auto text : {"2024-01-31x13:07", "2024-01-31 ", "2024-01-31 13:07:00Z", "2024-01-31T13:07:00+00:00",
                      "2024-01-3", "2024-01-31 13:07:00 "}) {
        CHECK_FALSE(DateTime::parse(text));
    }
}

TEST_CASE("instants before 1970 keep their time of day") {
    DateTime when{1969, 12, 31, 23, 59, 59, 999999};
    CHECK(when.microseconds() == -1);
    CHECK(when.to_string() == "1969-12-31 23:59:59.999999");
    CHECK(when.to_http() == "Wed, 31 Dec 1969 23:59:59 GMT");
    CHECK(DateTime::parse(when.to_string()) == when);
    CHECK(DateTime{1, 1, 1}.to_http() == "Mon, 01 Jan 0001 00:00:00 GMT");
    CHECK(DateTime{9999, 12, 31, 23, 59, 59, 999999}.to_string() == "9999-12-31 23:59:59.999999");
    CHECK(DateTime{std::chrono::system_clock::time_point{std::chrono::nanoseconds{-1}}}.microseconds() == -1);
}

TEST_CASE("texts and instants agree, step by step") {
    bool same = true;
    for (std::int64_t at = -62135596800000000; at < 253402300800000000; at += 86399999977123) {
        auto when = DateTime::from_microseconds(at);
        same = same && DateTime::parse(when.to_string()) == when && DateTime{when.date(), when.time()} == when;
    }
    CHECK(same);
}

TEST_CASE("no instant breaks the writer") {
    CHECK_FALSE(DateTime::from_microseconds(INT64_MAX).to_string().empty());
    CHECK_FALSE(DateTime::from_microseconds(INT64_MIN).to_http().empty());
    CHECK_FALSE(Date::from_days(INT32_MAX).to_string().empty());
    CHECK_FALSE(Date::from_days(INT32_MIN).to_string().empty());
}

TEST_CASE("days, times and instants are written to streams as their texts") {
    std::ostringstream out;
    out << Date{2024, 1, 31} << '|' << Time{7, 5, 9} << '|' << DateTime{2024, 1, 31, 7, 5, 9} << '|'
        << DateTimeTz{DateTime{2024, 1, 31}};
    CHECK(out.str() == "2024-01-31|07:05:09|2024-01-31 07:05:09|2024-01-31 00:00:00+00:00");
}

TEST_CASE("days are added to, and lie apart") {
    const Date eve(2023, 12, 31);
    CHECK(eve + std::chrono::days(1) == Date(2024, 1, 1));
    CHECK(eve - std::chrono::days(31) == Date(2023, 11, 30));
    CHECK((Date(2024, 3, 1) - Date(2024, 2, 1)).count() == 29);
    CHECK((Date::today() - utc_now().date()).count() <= 0);
}
