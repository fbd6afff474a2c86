// Decimals: exact arithmetic, rounding half to even, and Python's text.
#include "retort/base/decimal.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <sstream>

#include "retort/base/error.hpp"
#include "retort/base/json.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("decimal: text as Python's Decimal reads and prints it") {
    const std::pair<const char*, const char*> cases[] = {
        {"12.50", "12.50"},
        {"-0.05", "-0.05"},
        {"+7", "7"},
        {"007.10", "7.10"},
        {".5", "0.5"},
        {"5.", "5"},
        {"0", "0"},
        {"0.000001", "0.000001"},
        {"0.0000001", "1E-7"},
        {"0.00000120", "0.00000120"},
        {"0.000000120", "1.20E-7"},
        {"0.00", "0.00"},
        {"0.0000000", "0E-7"},
        {"1e3", "1000"},
        {"1.5E+2", "150"},
        {"1.25e-2", "0.0125"},
        {"99999999999999999999999999999999999999", "99999999999999999999999999999999999999"},
        {"-0.00000000000000000000000000000000000001", "-1E-38"},
    };
    for (const auto& [text, shown] : cases) {
        CAPTURE(text);
        auto decimal = Decimal::parse(text);
        REQUIRE(decimal);
        CHECK(decimal->to_string() == shown);
    }
}

TEST_CASE("decimal: what is no number, or has too many digits, is none") {
    for (const char* text :
         {"", "-", ".", "+.", "1.2.3", "abc", "1e", "1e+-3", "12 ", " 12", "1,5", "NaN", "Infinity", "0x10", "1e39",
          "100000000000000000000000000000000000000", "0.000000000000000000000000000000000000001", "1e99999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(Decimal::parse(text));
    }
    CHECK(Decimal::parse("1.0000000000000000000000000000000000000e-5") == Decimal("0.00001"));
    CHECK_THROWS_AS(Decimal("12,50"), ArgumentError);
    CHECK_THROWS_WITH(Decimal(std::string_view("x")), doctest::Contains("no decimal number"));
}

TEST_CASE("decimal: sums and products are exact") {
    CHECK(Decimal("0.1") + Decimal("0.2") == Decimal("0.3"));
    CHECK((Decimal("1.10") + 2).to_string() == "3.10");
    CHECK((3 - Decimal("0.75")).to_string() == "2.25");
    CHECK((Decimal("0.75") - 3).to_string() == "-2.25");
    CHECK((Decimal("-0.75") - Decimal("-0.25")).to_string() == "-0.50");
    CHECK((Decimal("1.10") * Decimal("2.0")).to_string() == "2.200");
    CHECK((Decimal("99999999.99") * Decimal("99999999.99")).to_string() == "9999999998000000.0001");
    CHECK((Decimal("-1.5") * 3).to_string() == "-4.5");
    CHECK(-Decimal("0.0") == 0);
    Decimal total = 10;
    total += Decimal("0.05");
    total -= 1;
    total *= 2;
    CHECK(total.to_string() == "18.10");
    const Decimal nines("99999999999999999999999999999999999999");
    CHECK_THROWS_AS(nines + 1, ArgumentError);
    CHECK_THROWS_AS(nines * 2, ArgumentError);
    CHECK_THROWS_AS(nines + Decimal("0.1"), ArgumentError);
    CHECK(nines - 1 < nines);
    // More than 38 digits behind the point, but the last are zeros.
    CHECK(Decimal("0.50000000000000000000") * Decimal("0.50000000000000000000") == Decimal("0.25"));
}

TEST_CASE("decimal: rounding is half to even") {
    const std::pair<const char*, const char*> cases[] = {
        {"0.125", "0.12"}, {"0.135", "0.14"}, {"0.1251", "0.13"}, {"-0.125", "-0.12"}, {"-0.135", "-0.14"},
        {"2.5", "2.50"},   {"0.005", "0.00"}, {"0.015", "0.02"},  {"9.999", "10.00"},  {"0.0049999", "0.00"},
    };
    for (const auto& [text, shown] : cases) {
        CAPTURE(text);
        CHECK(Decimal(std::string_view(text)).rounded(2).to_string() == shown);
    }
    CHECK(Decimal("0.5").rounded(0).to_string() == "0");
    CHECK(Decimal("1.5").rounded(0).to_string() == "2");
    CHECK(Decimal("0.99999999999999999999999999999999999999").rounded(0) == 1);
    CHECK_THROWS_AS((void)Decimal("99999999999999999999999999999999999999").rounded(1), ArgumentError);
    CHECK_THROWS_AS((void)Decimal(1).rounded(39), ArgumentError);
}

TEST_CASE("decimal: quotients to the digits asked for") {
    CHECK(Decimal(1).divided_by(3, 5).to_string() == "0.33333");
    CHECK(Decimal(2).divided_by(3, 5).to_string() == "0.66667");
    CHECK(Decimal(1).divided_by(8, 2).to_string() == "0.12");
    CHECK(Decimal(3).divided_by(8, 2).to_string() == "0.38");
    CHECK(Decimal(-1).divided_by(8, 2).to_string() == "-0.12");
    CHECK(Decimal("0.1250").divided_by(1, 2).to_string() == "0.12");
    // A tie that is none, because a digit follows far behind.
    CHECK(Decimal("0.12500000000000000000000000000000000001").divided_by(1, 2).to_string() == "0.13");
    CHECK(Decimal("0.375").divided_by(3, 2).to_string() == "0.12");
    CHECK(Decimal("0.376").divided_by(3, 2).to_string() == "0.13");
    CHECK(Decimal(1).divided_by(Decimal("0.001"), 0).to_string() == "1000");
    CHECK(Decimal("99999999999999999999999999999999999998")
              .divided_by(Decimal("99999999999999999999999999999999999999"), 10)
              .to_string() == "1.0000000000");
    CHECK_THROWS_AS((void)Decimal(1).divided_by(0, 2), ArgumentError);
    CHECK_THROWS_AS((void)Decimal("1e37").divided_by(Decimal("0.1"), 2), ArgumentError);
}

TEST_CASE("decimal: what was divided and multiplied again is what it was") {
    std::mt19937_64 random(1);
    for (int i = 0; i < 2000; ++i) {
        auto a =
            Decimal::from_parts(static_cast<std::int64_t>(random()) >> (random() % 40), static_cast<int>(random() % 9));
        auto b = Decimal::from_parts(static_cast<std::int64_t>(random() >> 40) + 1, static_cast<int>(random() % 5));
        CAPTURE(a.to_string());
        CAPTURE(b.to_string());
        CHECK((a * b).divided_by(b, a.scale()) == a);
        CHECK((a + b) - b == a);
        CHECK(((a <=> b) == 0) == (a - b == 0));
        CHECK((a < b) == (a - b).is_negative());
        CHECK(Decimal::parse(a.to_string()) == a);
    }
}

TEST_CASE("decimal: order and equality are of numbers, whatever their zeros") {
    CHECK(Decimal("12.50") == Decimal("12.5"));
    CHECK(Decimal("-1") < Decimal("0.0000000000000000000000000000000000001"));
    CHECK(Decimal("99999999999999999999999999999999999999") > Decimal("0.99999999999999999999999999999999999999"));
    CHECK(Decimal("-2.5") < Decimal("-2.49"));
    CHECK(Decimal("2") > 1);
    CHECK(Decimal(std::numeric_limits<std::uint64_t>::max()).to_string() == "18446744073709551615");
    CHECK(Decimal(std::numeric_limits<std::int64_t>::min()).to_string() == "-9223372036854775808");
    CHECK(Decimal("12.500").normalized().to_string() == "12.5");
    CHECK(Decimal("12.500").digits() == 5);
}

TEST_CASE("decimal: the number that a double was meant to be") {
    CHECK(Decimal::from_double(0.1).to_string() == "0.1");
    CHECK(Decimal::from_double(12.345).to_string() == "12.345");
    CHECK(Decimal::from_double(0.1 + 0.2).to_string() == "0.3");
    CHECK(Decimal::from_double(-3).to_string() == "-3");
    CHECK(Decimal::from_double(1e20).to_string() == "100000000000000000000");
    CHECK(Decimal::from_double(1234567890123.457, 3).to_string() == "1234567890123.457");
    CHECK(Decimal::from_double(0.1 + 0.2, 2) == Decimal("0.3"));
    CHECK(Decimal::from_double(1e-300).is_zero());
    CHECK_THROWS_AS((void)Decimal::from_double(std::nan("")), ArgumentError);
    CHECK_THROWS_AS((void)Decimal::from_double(std::numeric_limits<double>::infinity()), ArgumentError);
    CHECK_THROWS_AS((void)Decimal::from_double(1e300), ArgumentError);
    CHECK(static_cast<double>(Decimal("0.1")) == 0.1);
    CHECK(Decimal("123456789012345678901234567890.5").to_double() == 123456789012345678901234567890.5);
    static_assert(!std::is_convertible_v<double, Decimal>);
    std::mt19937_64 random(2);
    for (int i = 0; i < 5000; ++i) {  // 15 digits always come back
        auto decimal =
            Decimal::from_parts(static_cast<std::int64_t>(random() % 2'000'000'000'000'000) - 999'999'999'999'999,
                                static_cast<int>(random() % 16));
        if (decimal.digits() > 15) continue;
        CAPTURE(decimal.to_string());
        CHECK(Decimal::from_double(decimal.to_double()) == decimal);
    }
}

TEST_CASE("decimal: integers and JSON") {
    CHECK(Decimal("12.00").to_integer() == 12);
    CHECK_THROWS_AS((void)Decimal("12.5").to_integer(), ArgumentError);
    CHECK_THROWS_AS((void)Decimal("1e19").to_integer(), ArgumentError);
    CHECK(json(Decimal("12.50")).dump() == R"("12.50")");
    CHECK(json::parse("\"1.20\"").as<Decimal>().to_string() == "1.20");
    CHECK(json::parse("1.2").as<Decimal>() == Decimal("1.2"));
    CHECK(json::parse("12345678901234567890").as<Decimal>().to_string() == "12345678901234567890");
    CHECK_THROWS_AS((void)json::parse("true").as<Decimal>(), JsonTypeError);
}

TEST_CASE("decimal: written to a stream as its text") {
    std::ostringstream out;
    out << Decimal("12.50") << '|' << Decimal(7);
    CHECK(out.str() == "12.50|7");
}
