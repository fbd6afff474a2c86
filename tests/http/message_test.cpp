// Headers, reasons, and what may not stand in a header.
#include "retort/http/message.hpp"

#include <doctest/doctest.h>

#include "retort/base/error.hpp"

using namespace retort;
using http::Headers;

TEST_CASE("headers are ordered, compared without case, and may repeat") {
    Headers headers{{"Content-Type", "text/plain"}};
    headers.add("Set-Cookie", "a=1");
    headers.add("Set-Cookie", "b=2");
    CHECK(headers.get("content-TYPE") == "text/plain");
    CHECK_FALSE(headers.get("Content-Typ"));
    CHECK(headers.get_all("set-cookie").size() == 2);
    headers.set("set-cookie", headers.get_all("Set-Cookie")[1]);
    CHECK(headers.size() == 2);
    CHECK(headers.get("Set-Cookie") == "b=2");
    headers.set("X-New", "");
    CHECK(headers.contains("x-new"));
    headers.remove("Content-Type");
    CHECK(headers.begin()->name == "Set-Cookie");
}

TEST_CASE("a header that would split the message is refused") {
    Headers headers;
    for (const char* name : {"", "A B", "A:", "A\r\nB", "\xc3\xa9"})
        CHECK_THROWS_AS(headers.add(name, "x"), ArgumentError);
    for (const char* value : {"a\r\nSet-Cookie: x", "a\nb", "a\rb", "a\x01"}) {
        CHECK_THROWS_AS(headers.add("X", value), ArgumentError);
        CHECK_THROWS_AS(headers.set("X", value), ArgumentError);
    }
    CHECK_THROWS_AS(headers.add("X", std::string_view("a\0b", 3)), ArgumentError);
    CHECK(headers.size() == 0);
    headers.add("X", "tab\tand caf\xc3\xa9");
    try {
        headers.add("Location", "a\nb");
    } catch (const Error& error) {
        CHECK(error.code() == "invalid-header");
    }
}

TEST_CASE("reason phrases are Werkzeug's, in upper case") {
    CHECK(http::reason_phrase(200) == "OK");
    CHECK(http::reason_phrase(201) == "CREATED");
    CHECK(http::reason_phrase(308) == "PERMANENT REDIRECT");
    CHECK(http::reason_phrase(404) == "NOT FOUND");
    CHECK(http::reason_phrase(413) == "REQUEST ENTITY TOO LARGE");
    CHECK(http::reason_phrase(418) == "I'M A TEAPOT");
    CHECK(http::reason_phrase(500) == "INTERNAL SERVER ERROR");
    CHECK(http::reason_phrase(299) == "UNKNOWN");
    CHECK(http::reason_phrase(999) == "UNKNOWN");
}
