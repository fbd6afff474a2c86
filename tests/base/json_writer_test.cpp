// What is written is what Flask writes, byte for byte.
#include "retort/base/json_writer.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("text is ASCII with surrogate pairs") {
    CHECK(json(std::string{"\0\x1f\"\\/\x7f\u00e9\U0001F600\t\n", 14}).dump() ==
          "\"\\u0000\\u001f\\\"\\\\/\\u007f\\u00e9\\ud83d\\ude00\\t\\n\"");
    CHECK(json("é<&>\u2028").dump() == "\"\\u00e9<&>\\u2028\"");
    CHECK(json("\b\f\r").dump() == "\"\\b\\f\\r\"");
    CHECK(json("é\x7f\n").dump({.ascii = false}) == "\"é\x7f\\n\"");
    const std::string long_text(300, 'x');
    std::string expected = "\"";
    expected.append(long_text).append("\\u00e9\"");
    CHECK(json(long_text + "é").dump() == expected);
}

TEST_CASE("broken UTF-8 is replaced") {
    CHECK(json("a\xff").dump() == "\"a\\ufffd\"");
    CHECK(json("\xed\xa0\x80").dump({.ascii = false}) == "\"\uFFFD\uFFFD\uFFFD\"");
}

TEST_CASE("doubles are Python's repr") {
    struct Case {
        double number;
        const char* text;
    };
    for (auto [number, text] : {Case{1.0, "1.0"},
                                {-0.0, "-0.0"},
                                {0.1, "0.1"},
                                {1e16, "1e+16"},
                                {1e15, "1000000000000000.0"},
                                {9999999999999998.0, "9999999999999998.0"},
                                {1e20, "1e+20"},
                                {1e-5, "1e-05"},
                                {1e-7, "1e-07"},
                                {0.0001, "0.0001"},
                                {0.00012345, "0.00012345"},
                                {1.5e300, "1.5e+300"},
                                {5e-324, "5e-324"},
                                {123456.789, "123456.789"},
                                {1.7976931348623157e308, "1.7976931348623157e+308"},
                                {12345678901234567.0, "1.2345678901234568e+16"},
                                {2.5, "2.5"}}) {
        CHECK(json(number).dump() == text);
    }
}

TEST_CASE("what is not finite is refused") {
    CHECK_THROWS_AS(json(std::nan("")).dump(), JsonTypeError);
    CHECK_THROWS_AS((json{1, std::numeric_limits<double>::infinity()}.dump()), JsonTypeError);
}

TEST_CASE("keys are sorted by code points, or left in order") {
    json document{{"b", 1}, {"a", {{"z", 1}, {"é", 2}, {"y", 3}}}, {"", 0}};
    CHECK(document.dump() == "{\"\":0,\"a\":{\"y\":3,\"z\":1,\"\\u00e9\":2},\"b\":1}");
    CHECK(document.dump({.sort_keys = false, .ascii = false}) == "{\"b\":1,\"a\":{\"z\":1,\"é\":2,\"y\":3},\"\":0}");
}

TEST_CASE("layouts of debug mode and of json.dumps") {
    json document{{"b", 1}, {"a", {1, json::array(), json::object(), {{"k", "v"}}}}};
    CHECK(document.dump({.indent = 2}) ==
          "{\n  \"a\": [\n    1,\n    [],\n    {},\n    {\n      \"k\": \"v\"\n    }\n  ],\n  \"b\": 1\n}");
    CHECK(document.dump({.spaced = true}) == "{\"a\": [1, [], {}, {\"k\": \"v\"}], \"b\": 1}");
    CHECK(json("Hola").dump({.indent = 2}) == "\"Hola\"");
}

TEST_CASE("streaming writes the same") {
    std::string out = "before ";
    JsonWriter writer{out};
    writer.begin_object();
    writer.key("id").value(1).key("name").value("x").key("ok").value(true).key("none").value(nullptr);
    writer.key("list").begin_array().value(1.5).value(2u).value(std::string{"é"}).begin_array().end_array().end_array();
    writer.key("doc").value(json{{"b", 1}, {"a", 2}}).end_object();
    CHECK(out ==
          "before {\"id\":1,\"name\":\"x\",\"ok\":true,\"none\":null,\"list\":[1.5,2,\"\\u00e9\",[]],"
          "\"doc\":{\"a\":2,\"b\":1}}");
    std::string pretty;
    JsonWriter indented{pretty, {.indent = 2}};
    indented.begin_array().value(1).begin_object().key("a").value(2).end_object().end_array();
    CHECK(pretty == "[\n  1,\n  {\n    \"a\": 2\n  }\n]");
}

TEST_CASE("integers of every size are their digits") {
    std::mt19937_64 random{7};
    for (int i = 0; i < 20'000; ++i) {
        auto number = static_cast<std::int64_t>(random() >> random() % 64);
        if (i % 2 == 1) number = -number;
        CHECK(json(number).dump() == std::to_string(number));
    }
    CHECK(json(INT64_MIN).dump() == "-9223372036854775808");
    CHECK(json(INT64_MAX).dump() == "9223372036854775807");
    CHECK(json(std::vector<std::int64_t>{0, 9, 10, 99, 100, -1, -100, INT64_MIN}).dump() ==
          "[0,9,10,99,100,-1,-100,-9223372036854775808]");
    std::string out;
    JsonWriter{out}.value(std::uint64_t{18446744073709551615u});
    CHECK(out == "18446744073709551615");
}
