// Whole documents as text: order, depth, and what does not fit into the writer's buffer.
#include "retort/base/json_tree.hpp"

#include <string>
#include <utility>

#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("keys are sorted by bytes, in objects within objects too") {
    json document{{"b", 1}, {"a", {{"z", 1}, {"", 2}, {"y", {{"d", 1}, {"c", 2}}}}}, {"\xc3\xa9", 3}, {"B", 4}};
    CHECK(document.dump() == R"({"B":4,"a":{"":2,"y":{"c":2,"d":1},"z":1},"b":1,"\u00e9":3})");
    CHECK(document.dump({.sort_keys = false}) == R"({"b":1,"a":{"z":1,"":2,"y":{"d":1,"c":2}},"\u00e9":3,"B":4})");
}

TEST_CASE("documents larger than the buffer come out whole") {
    json list = json::array();
    std::string expected = "[";
    for (int i = 0; i < 3000; ++i) {
        const std::string text(static_cast<std::size_t>(i % 700), 'x');
        list.push_back({{"n", i}, {"text", text}});
        if (i != 0) expected += ',';
        expected.append("{\"n\":").append(std::to_string(i)).append(",\"text\":\"").append(text).append("\"}");
    }
    CHECK(list.dump() == expected + "]");
}

TEST_CASE("depth costs no stack") {
    json document;
    for (int i = 0; i < 500; ++i) document = json::array({std::move(document)});
    std::string expected(500, '[');
    expected.append("null").append(500, ']');
    CHECK(document.dump() == expected);
}

TEST_CASE("members are sorted at every depth, and go on where they were left") {
    json document{{"b", 0}};
    std::string expected = R"({"b":0})";
    for (int i = 1; i <= 40; ++i) {
        json list = json::array({1, std::move(document), "x"});
        document = {{"z", i}, {"m", std::move(list)}, {"a", "y"}};
        expected = R"({"a":"y","m":[1,)" + expected + R"(,"x"],"z":)" + std::to_string(i) + "}";
    }
    CHECK(document.dump() == expected);
    CHECK(json::parse(document.dump({.indent = 1})) == document);
    CHECK(json::parse(document.dump({.indent = 1})).dump() == expected);
}

TEST_CASE("braced lists keep their meaning when lists stand in lists") {
    CHECK(json{{"a", {1, 2}}}.dump() == R"({"a":[1,2]})");
    CHECK(json{{"a", {{"b", 1}}}}.dump() == R"({"a":{"b":1}})");
    CHECK(json{{"a", 1}, {"a", "x"}}.dump() == R"({"a":"x"})");
    CHECK(json({1, {"a", 2}, {}}).dump() == R"([1,["a",2],{}])");
    CHECK(json({{"a"}, 1}).dump() == R"(["a",1])");
    CHECK(json::object({{"a", {{"b", {{"c", nullptr}}}}}}).dump() == R"({"a":{"b":{"c":null}}})");
    CHECK_THROWS_AS(json::object({{"a", 1, 2}}), ArgumentError);
}

TEST_CASE("a byte that needs an escape is found at each place of a name and of a text") {
    for (std::size_t size = 0; size <= 70; ++size) {
        CAPTURE(size);
        const std::string text(size, 'x');
        CHECK(json{{text, text}}.dump() == "{\"" + text + "\":\"" + text + "\"}");
        for (std::size_t at = 0; at < size; ++at) {
            for (const auto& [byte, escape] :
                 {std::pair{'"', "\\\""}, {'\\', "\\\\"}, {'\x1f', "\\u001f"}, {'\x7f', "\\u007f"}}) {
                auto raw = text, written = text;
                raw[at] = byte;
                written.replace(at, 1, escape);
                CHECK(json{{raw, raw}, {"z", raw}}.dump({.sort_keys = false}) ==
                      "{\"" + written + "\":\"" + written + "\",\"z\":\"" + written + "\"}");
            }
        }
    }
}

TEST_CASE("what stands behind the end of a text is not taken for a part of it") {
    std::string text = "plain \"quoted\"";
    text.resize(5);  // the quotes still stand behind it
    std::string grown(40, '"');
    grown.resize(3, 'x');
    grown.assign("abc");
    CHECK(json{{text, grown}}.dump() == R"({"plain":"abc"})");
}
