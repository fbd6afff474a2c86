// Patterns as Cors and REGEXP use them.
#include "retort/base/pattern.hpp"

#include <string>

#include "retort/base/error.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("Pattern: a match anywhere, or from the start, with or without capitals") {
    CHECK(Pattern("b+").match("abc") == Match::found);
    CHECK(Pattern("b+", {.from_start = true}).match("abc") == Match::none);
    CHECK(Pattern("a", {.from_start = true}).match("abc") == Match::found);
    CHECK(Pattern("ABC").match("abc") == Match::none);
    CHECK(Pattern("ABC", {.ignore_case = true}).match("abc") == Match::found);
    CHECK(Pattern("a$").match("a\n") == Match::none);
}

TEST_CASE("Pattern: characters of UTF-8, or bytes") {
    CHECK(Pattern("^.$").match("ë") == Match::none);
    CHECK(Pattern("^.$", {.utf8 = true}).match("ë") == Match::found);
    CHECK(Pattern("^.$", {.utf8 = true}).match("\xff") == Match::none);
}

TEST_CASE("Pattern: what is malformed is refused at its place, and what never ends is given up") {
    std::string message;
    try {
        Pattern("a(b");
    } catch (const ArgumentError& error) {
        message = error.message();
        CHECK(error.code() == "invalid-pattern");
    }
    CHECK(message == "the pattern \"a(b\" is no regular expression: missing closing parenthesis at character 4.");
    CHECK(Pattern("^(a+)+$").match(std::string(40, 'a') + "b") == Match::gave_up);
}
