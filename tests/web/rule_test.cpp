// What a rule knows of itself.
#include "retort/web/rule.hpp"

#include <string>

#include "retort/base/text.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("methods, variables and arguments") {
    Converters converters;
    Rule rule{"/a/<int:id>/<path:rest>",
              "a",
              {.methods = {"get", "Post"}, .defaults = json::object({{"page", 1}})},
              converters};
    CHECK(rule.text() == "/a/<int:id>/<path:rest>");
    CHECK(join(rule.methods(), " ") == "GET HEAD OPTIONS POST");
    CHECK(rule.allows("HEAD"));
    CHECK_FALSE(rule.allows("PUT"));
    CHECK_FALSE(rule.allows("PROPFIND"));
    CHECK(rule.variables() == std::vector<std::string>{"id", "rest"});
    CHECK(rule.arguments() == std::vector<std::string>{"id", "page", "rest"});
    CHECK(rule.parts().size() == 4);
    CHECK(rule.parts().back().to_the_end);
}

TEST_CASE("two slashes in a rule are one") {
    Converters converters;
    CHECK(Rule("/a//<x>", "a", {}, converters).build(json{{"x", "1"}}) == "/a/1");
    CHECK(Rule("/a//<x>", "a", {}, converters, true, false).build(json{{"x", "1"}}) == "/a//1");
}

TEST_CASE("defaults decide whether a rule suits") {
    Converters converters;
    Rule rule{"/p/", "p", {.defaults = json::object({{"page", 1}})}, converters};
    CHECK(rule.suitable_for(json{}, ""));
    CHECK(rule.suitable_for(json{{"page", 1}}, "GET"));
    CHECK_FALSE(rule.suitable_for(json{{"page", 2}}, ""));
    CHECK_FALSE(rule.suitable_for(json{}, "POST"));
    CHECK(rule.build(json{{"page", 1}, {"q", "x"}}) == "/p/?q=x");
}

TEST_CASE("a part cuts a segment greedily, as the regular expressions of Werkzeug do") {
    Converters converters;
    Rule rule{"/<a>.<b>", "x", {}, converters};
    std::string_view captures[4];
    CHECK(rule.parts()[1].match("x.y.z", captures) == 2);
    CHECK(captures[0] == "x.y");
    CHECK(captures[1] == "z");
    CHECK(rule.parts()[1].match("xyz", captures) == -1);
    CHECK(rule.parts()[1].match(".z", captures) == -1);
}
