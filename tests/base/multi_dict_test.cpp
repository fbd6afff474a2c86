// Several values under one key, typed reading, and the missing key.
#include "retort/base/multi_dict.hpp"

#include <string>

#include "retort/base/decimal.hpp"
#include "retort/base/json.hpp"
#include "retort/base/time.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("first, all and missing") {
    MultiDict args{{{"x", "7"}, {"y", ""}, {"x", "8"}}};
    CHECK(args["x"] == "7");
    CHECK(args.get("x") == "7");
    CHECK(args.getlist("x") == std::vector<std::string>{"7", "8"});
    CHECK(args.getlist("z").empty());
    CHECK_FALSE(args.get("z"));
    CHECK(args.get("z", "other") == "other");
    CHECK(args.get("y", "other") == "");
    CHECK(args.contains("y"));
    CHECK(args.size() == 3);
    CHECK(args.first_values() == std::vector<MultiDict::Pair>{{"x", "7"}, {"y", ""}});
    CHECK(args.to_json().dump() == R"({"x":["7","8"],"y":[""]})");
    CHECK(args.to_dict().dump() == R"({"x":"7","y":""})");
    CHECK(args.to_dict(false) == args.to_json());
    std::string seen;
    for (const auto& [key, value] : args) seen += key + value;
    CHECK(seen == "x7yx8");
}

TEST_CASE("the missing key says what to do") {
    MultiDict form{{{"username", "ana"}}};
    try {
        form["usrname"];
        FAIL("found");
    } catch (const KeyError& error) {
        CHECK(error.code() == "missing-key");
        CHECK(error.hint() == "did you mean \"username\"?");
    }
}

TEST_CASE("typed reading falls back as Flask's type=int does") {
    MultiDict args{{{"x", "7"},
                    {"bad", "zz"},
                    {"big", "99999999999999999999"},
                    {"plus", " +5 "},
                    {"f", "1.5"},
                    {"t", "true"},
                    {"neg", "-3"},
                    {"both", "+-1"}}};
    CHECK(args.get<int>("x", 5) == 7);
    CHECK(args.get<int>("bad", 5) == 5);
    CHECK(args.get<int>("nope", 5) == 5);
    CHECK(args.get<int>("big", 5) == 5);
    CHECK(args.get<int>("plus", 0) == 5);
    CHECK(args.get<unsigned>("neg", 9) == 9);
    CHECK(args.get<std::int8_t>("neg") == -3);
    CHECK_FALSE(args.get<int>("f"));
    CHECK_FALSE(args.get<int>("both"));
    CHECK(args.get<double>("f", 0) == 1.5);
    CHECK(args.get<bool>("t", false));
    CHECK(args.get<std::string>("x") == "7");
}

namespace {
enum class Colour : std::uint8_t { red, green };
}

TEST_CASE("what JSON reads out of text is read out of text") {
    MultiDict args{{{"day", "2026-11-23"},
                    {"no_day", "2026-13-23"},
                    {"empty", ""},
                    {"price", "19.90"},
                    {"colour", "green"},
                    {"no_colour", "mauve"},
                    {"id", "1"},
                    {"id", "x"},
                    {"id", "3"}}};
    CHECK(args.get<Date>("day") == Date(2026, 11, 23));
    CHECK(args.get<Date>("no_day", Date(1970, 1, 1)) == Date(1970, 1, 1));
    CHECK_FALSE(args.get<Date>("empty"));
    CHECK(args.get<Decimal>("price") == Decimal("19.90"));
    CHECK(args.get<Colour>("colour") == Colour::green);
    CHECK_FALSE(args.get<Colour>("no_colour"));
    CHECK(args.getlist<int>("id") == std::vector{1, 3});
    CHECK(args.getlist<int>("none").empty());
}
