// Strict reading: what is JSON, what is not, where it broke; and what is written reads back.

#include <cstdint>
#include <random>
#include <string>

#include "retort/base/json.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("documents") {
    CHECK(json::parse(" {\"a\" : [1, -2.5e3, true, false, null, \"x\"] } ").dump({.sort_keys = false}) ==
          R"({"a":[1,-2500.0,true,false,null,"x"]})");
    CHECK(json::parse("12") == 12);
    CHECK(json::parse("\"x\"") == "x");
    CHECK(json::parse("[]").dump() == "[]");
    CHECK(json::parse("{}").dump() == "{}");
    CHECK(json::parse("{\"a\":1,\"a\":2}").dump() == R"({"a":2})");
    CHECK(json::parse("{\"a\":[1],\"a\":{\"b\":2}}").dump() == R"({"a":{"b":2}})");
    CHECK(json::parse("\xEF\xBB\xBF{}").is_object());
    CHECK(json::parse(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000")").text() ==
          std::string{"\"\\/\b\f\n\r\t\u00e9\U0001F600\0", 15});
}

TEST_CASE("numbers keep what they are") {
    CHECK(json::parse("123456789012345678901234567890").dump() == "123456789012345678901234567890");
    CHECK(json::parse("-9223372036854775808").as<std::int64_t>() == INT64_MIN);
    CHECK(json::parse("-9223372036854775809").kind() == JsonKind::number);
    CHECK(json::parse("-0").dump() == "0");
    CHECK(json::parse("-0.0").dump() == "-0.0");
    CHECK(json::parse("1.0").dump() == "1.0");
    CHECK(json::parse("1E2").dump() == "100.0");
    CHECK(json::parse("1e-400").dump() == "0.0");
    CHECK(json::parse("0e999999").dump() == "0.0");
    CHECK_THROWS_AS(json::parse("1e400"), JsonParseError);
}

TEST_CASE("what is no JSON is refused") {
    for (std::string text : {"",
                             " ",
                             "{a:1}",
                             "{} x",
                             "NaN",
                             "Infinity",
                             "-Infinity",
                             "[1,]",
                             "{\"a\":1,}",
                             "[,1]",
                             "01",
                             "-",
                             "+1",
                             "1.",
                             ".5",
                             "1e",
                             "1e+",
                             "tru",
                             "nul",
                             "True",
                             "'x'",
                             "\"",
                             "\"\\",
                             "\"\\x\"",
                             "\"\\u12\"",
                             "\"\\u12g4\"",
                             "\"\\u-123\"",
                             "\"\\ud800\"",
                             "\"\\udc00\"",
                             "\"\\ud800\\u0041\"",
                             "\"a\nb\"",
                             "[1",
                             "{\"a\"",
                             "{\"a\":",
                             "{\"a\":1",
                             "[1 2]",
                             "{1:2}",
                             "\"\xff\"",
                             "\"\xc0\x80\"",
                             "\"\xed\xa0\x80\"",
                             "//c\n1",
                             "\x01",
                             "[1]]",
                             "\xEF\xBB\xBF"}) {
        CHECK_THROWS_AS(json::parse(text), JsonParseError);
        CHECK_FALSE(json::try_parse(text));
    }
}

TEST_CASE("errors say where and what") {
    try {
        json::parse("{\n  \"é\": [1,\n 2 3]}");
        FAIL("accepted");
    } catch (const JsonParseError& error) {
        CHECK(error.code() == "invalid-json");
        CHECK(error.line() == 3);
        CHECK(error.column() == 4);
        CHECK(error.message() == "this is no JSON: expected ',' or ']' at line 3, column 4, but found '3'.");
    }
    try {
        json::parse("[NaN]");
        FAIL("accepted");
    } catch (const JsonParseError& error) {
        CHECK(error.hint().find("NaN") != std::string::npos);
    }
}

TEST_CASE("depth is limited, not the stack") {
    std::string open(512, '['), close(512, ']');
    CHECK(json::parse(open + close).is_array());
    CHECK_THROWS_AS(json::parse("[" + open + close + "]"), JsonParseError);
    CHECK_THROWS_AS(json::parse(std::string(1'000'000, '[')), JsonParseError);
    CHECK(json::parse(open + close).dump() == open + close);
}

TEST_CASE("an object of many keys costs no square") {
    std::string text = "{";
    for (int i = 0; i < 20000; ++i) text += "\"k" + std::to_string(i % 15000) + "\":" + std::to_string(i) + ",";
    text.back() = '}';
    auto document = json::parse(text);
    CHECK(document.size() == 15000);
    CHECK(document.at("k0") == 15000);
    CHECK(document.at("k14999") == 14999);
}

namespace {

std::string random_text(std::mt19937& random) {
    static constexpr char32_t points[] = {U'a', U'"', U'\\', U'\n', 0, 0x7f, 0xe9, 0x65e5, 0x1f600, 0xffff, U'/'};
    std::string text;
    std::u32string chosen;
    for (auto left = random() % 8; left > 0; --left) chosen += points[random() % 11];
    for (char32_t point : chosen) {
        if (point < 0x80) text += static_cast<char>(point);
        if (point == 0xe9) text += "é";
        if (point == 0x65e5) text += "日";
        if (point == 0x1f600) text += "\U0001F600";
        if (point == 0xffff) text += "\uffff";
    }
    return text;
}

json random_document(std::mt19937& random, int depth) {
    switch (random() % (depth > 4 ? 6 : 8)) {
        case 0: return nullptr;
        case 1: return random() % 2 == 0;
        case 2: return static_cast<std::int64_t>((std::uint64_t{random()} << 32) | random()) >> (random() % 64);
        case 3: return std::ldexp(static_cast<double>(random()) - 2e9, static_cast<int>(random() % 400) - 200);
        case 4: return json::integer_from_digits("9" + std::to_string(random()) + "0000000000000000000");
        case 5: return random_text(random);
        case 6: {
            json list = json::array();
            for (auto left = random() % 5; left > 0; --left) list.push_back(random_document(random, depth + 1));
            return list;
        }
        default: {
            json object = json::object();
            for (auto left = random() % 25; left > 0; --left)
                object[random_text(random)] = random_document(random, depth + 2);
            return object;
        }
    }
}

}  // namespace

TEST_CASE("every document reads back from every layout") {
    std::mt19937 random{7};
    for (int i = 0; i < 400; ++i) {
        json document = random_document(random, 0);
        for (JsonFormat format : {JsonFormat{}, JsonFormat{.ascii = false}, JsonFormat{.sort_keys = false, .indent = 2},
                                  JsonFormat{.spaced = true}}) {
            auto text = document.dump(format);
            auto again = json::parse(text);
            CHECK(again == document);
            CHECK(again.dump(format) == text);
        }
    }
}
