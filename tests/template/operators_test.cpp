// What operators, comparisons and formats make of decimals, dates and spans of time; the results are Python's.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "retort/template/template.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

std::string price_shown(std::string_view text) {
    templates::Environment environment;
    return environment.render_string(text, {{"p", Decimal("10.00")}, {"q", Decimal("9.5")}, {"z", Decimal("0.00")}});
}

std::string time_shown(std::string_view text) {
    templates::Environment environment;
    return environment.render_string(text, {{"a", DateTime{2024, 1, 2, 3, 4, 5, 999}},
                                            {"b", DateTime{2023, 12, 31, 23, 59, 59}},
                                            {"d", Date{2024, 2, 29}},
                                            {"e", Date{2021, 1, 3}},
                                            {"t", Time{13, 5, 9}},
                                            {"span", Interval(std::chrono::minutes(90))}});
}

}  // namespace

TEST_CASE("decimals are ordered as numbers, among integers and floats") {
    CHECK(price_shown("{{ q < p }} {{ p > 5 }} {{ p == 10 }} {{ p >= 10.0 }} {{ q == 9.5 }}") ==
          "True True True True True");
    CHECK(price_shown("{{ [p, q]|max }} {{ [p, q]|min }} {{ [p, q]|sort|join(' ') }}") == "10.00 9.5 9.5 10.00");
    CHECK(price_shown("{{ [p, 10, q]|unique|list|length }} {{ {p: 1}[10] }} {{ 'y' if z else 'n' }}") == "2 1 n");
}

TEST_CASE("decimals are computed with, and keep their digits") {
    CHECK(price_shown("{{ p + q }} {{ p - q }} {{ p * 3 }} {{ 2 * q }} {{ p / 4 }} {{ p / 3 }}") ==
          "19.50 0.50 30.00 19.0 2.50 3.333333333333333333333333333");
    CHECK(price_shown("{{ -q }} {{ (q - p)|abs }} {{ [p, q]|sum }} {{ q|round }} {{ (p / 3)|round(2) }}") ==
          "-9.5 0.50 19.50 10 3.33");
    CHECK(price_shown("{{ '{:.1f}|{:>8}|{:,}'.format(q, p, p * 1000) }} {{ p is number }}") ==
          "9.5|   10.00|10,000.00 True");
    CHECK(price_shown("{{ p // 3 }} {{ p % 3 }} {{ -p // 4 }} {{ -p % 4 }} {{ q is even }} {{ p is divisibleby 5 }}") ==
          "3 1.00 -2 -2.00 False True");
    CHECK(price_shown("{{ q|round(0, 'ceil') }} {{ q|round(0, 'floor') }} {{ '%.1f'|format(q) }}") == "10.0 9.0 9.5");
    CHECK(price_shown("{{ '%d'|format(q) }} {{ q|filesizeformat }} {{ (p * 1000)|filesizeformat }}") ==
          "9 9 Bytes 10.0 kB");
    CHECK_THROWS_AS(price_shown("{{ p + 1.5 }}"), templates::TypeError);
    CHECK_THROWS_AS(price_shown("{{ (12345678901234567 * p)|round(38) }}"), templates::OverflowError);
    CHECK_THROWS_AS(price_shown("{{ p / 0 }}"), templates::ZeroDivisionError);
}

TEST_CASE("decimals are laid out with all their digits") {
    templates::Environment environment;
    auto formatted = [&](const char* number, std::string_view specification) {
        std::string text = "{{ '{:";
        return environment.render_string(text.append(specification).append("}'.format(n) }}"),
                                         {{"n", Decimal(number)}});
    };
    CHECK(formatted("2.675", ".2f") == "2.68");
    CHECK(formatted("0.125", ".2f") == "0.12");
    CHECK(formatted("12345678901234567890.125", ".2f") == "12345678901234567890.12");
    CHECK(formatted("12345678901234567.89", ",.2f") == "12,345,678,901,234,567.89");
    CHECK(formatted("-0.001", ".2f") == "-0.00");
    CHECK(formatted("0.1256", "%") == "12.56%");
    CHECK(formatted("0.1256", ".1%") == "12.6%");
    CHECK(formatted("1.50", "f") == "1.50");
    CHECK(formatted("1.50", "<8") == "1.50    ");
    CHECK(formatted("-1.5", "08") == "-00001.5");
    CHECK(formatted("1.5", "+") == "+1.5");
}

TEST_CASE("between two moments lies a span of time") {
    CHECK(time_shown("{{ (a - b).days }} {{ a - b }} {{ b - a }} {{ (a - b).seconds }} {{ (b - a).days }}") ==
          "1 1 day, 3:04:06.000999 -2 days, 20:55:53.999001 11046 -2");
    CHECK(time_shown("{{ (a - b).total_seconds() }} {{ (d - e).days }} {{ (a - b) > (b - a) }} {{ [a, b]|min }}") ==
          "97446.000999 1152 True 2023-12-31 23:59:59");
    CHECK(time_shown("{{ a + (a - b) }} {{ b - (a - b) }} {{ d + (a - b) }} {{ d - (b - a) }}") ==
          "2024-01-03 06:08:11.001998 2023-12-30 20:55:52.999001 2024-03-01 2024-03-02");
    CHECK(time_shown("{{ (a - b) * 2 }} {{ (a - b) / 2 }} {{ (d - e) / (d - e) }} {{ (b - a)|abs }} {{ b + span }}") ==
          "2 days, 6:08:12.001998 13:32:03.000500 1.0 1 day, 3:04:06.000999 2024-01-01 01:29:59");
    for (std::string_view text : {"{{ a + (a - b) * 9e6 }}", "{{ (a - b) * 1e300 }}", "{{ (a - b) / 1e-300 }}"}) {
        CHECK_THROWS_AS(time_shown(text), templates::OverflowError);
    }
    for (std::string_view text : {"{{ a + b }}", "{{ a - d }}", "{{ a < d }}", "{{ '%.1f'|format(a) }}"}) {
        CHECK_THROWS_AS(time_shown(text), templates::TypeError);
    }
}

TEST_CASE("moments are written in Python's formats") {
    CHECK(time_shown("{{ '{:%d.%m.%Y %H:%M}'.format(a) }} {{ '{:%Y}'.format(d) }} {{ '{}'.format(b) }}") ==
          "02.01.2024 03:04 2024 2023-12-31 23:59:59");
    CHECK(time_shown("{{ a.isoformat(' ') }} {{ a.isoformat(timespec='minutes') }} {{ t.isoformat('minutes') }} "
                     "{{ b.isoformat(sep='_', timespec='milliseconds') }} {{ a.strftime('%H%z%Z') }}|") ==
          "2024-01-02 03:04:05.000999 2024-01-02T03:04 13:05 2023-12-31_23:59:59.000 03|");
    CHECK(time_shown("{{ b.isocalendar()[1] }} {{ e.isocalendar() }} {{ d.isocalendar()[1] }}") ==
          "52 (2020, 53, 7) 9");
    CHECK_THROWS_AS(time_shown("{{ d.time() }}"), UndefinedError);
    CHECK_THROWS_AS(time_shown("{{ a.isoformat(timespec='x') }}"), templates::ValueError);
}
