// Intervals and instants with a zone: their texts, as Python prints them.
#include "retort/base/interval.hpp"

#include "retort/base/datetime_tz.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace std::chrono_literals;

TEST_CASE("interval: text as Python's timedelta") {
    const std::pair<Interval, const char*> cases[] = {
        {0s, "0:00:00"},           {26h + 2s, "1 day, 2:00:02"}, {-1s, "-1 day, 23:59:59"},  {1us, "0:00:00.000001"},
        {11h + 30min, "11:30:00"}, {-48h, "-2 days, 0:00:00"},   {240h, "10 days, 0:00:00"},
    };
    for (const auto& [interval, text] : cases) {
        CAPTURE(text);
        CHECK(to_string(interval) == text);
        CHECK(parse_interval(text) == interval);
    }
    for (const char* text :
         {"", "x", "1 week, 0:00:00", "1 day", "day, 0:00:00", "25:00:00", "99999999999 days, 0:00:00"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_interval(text));
    }
}

TEST_CASE("datetime with a zone: kept and shown in UTC") {
    auto moment = DateTimeTz::parse("2024-01-31T13:07:00+02:00");
    REQUIRE(moment);
    CHECK(moment->to_string() == "2024-01-31 11:07:00+00:00");
    CHECK(*moment == DateTimeTz(DateTime(2024, 1, 31, 13, 7), 2h));
    CHECK(moment->in_zone(-60min) == DateTime(2024, 1, 31, 10, 7));
    for (const char* same : {"2024-01-31 11:07:00Z", "2024-01-31 11:07:00.000000+00", "2024-01-31 06:37:00-0430"}) {
        CAPTURE(same);
        CHECK(DateTimeTz::parse(same) == moment);
    }
    for (const char* none : {"", "2024-01-31 11:07:00", "2024-01-31", "2024-01-31 11:07:00+2",
                             "2024-01-31 11:07:00+24:00", "2024-01-31 11:07:00+0x", "2024-13-31 11:07:00Z"}) {
        CAPTURE(none);
        CHECK_FALSE(DateTimeTz::parse(none));
    }
    CHECK(*moment + 30min - *moment == 30min);
    static_assert(!std::is_convertible_v<DateTime, DateTimeTz>);
}
