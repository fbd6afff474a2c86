// Headers, reasons, and what may not stand in a header.
#include "retort/http/message.hpp"

#include <string>
#include <utility>

#include "retort/base/error.hpp"
#include "tests/doctest.hpp"

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

TEST_CASE("headers outgrow the room inside, survive copies and moves, and may be made of themselves") {
    Headers headers;
    for (int i = 0; i < 30; ++i) headers.add("X-" + std::to_string(i), std::string(static_cast<std::size_t>(i), 'v'));
    for (int i = 0; i < 5; ++i) headers.add("X-Again", *headers.get("X-29"));
    CHECK(headers.size() == 35);
    CHECK(headers.get("X-0") == "");
    CHECK(headers.get("X-29") == std::string(29, 'v'));
    CHECK(headers.get_all("X-Again")[4] == std::string(29, 'v'));
    const Headers copy = headers;
    Headers moved = std::move(headers);
    CHECK(moved.lines() == copy.lines());
    headers = Headers{{"A", "b: c "}};
    CHECK(headers.lines() == "A: b: c \r\n");
    CHECK(headers.get("a") == "b: c ");
    moved = headers;
    CHECK(moved.lines() == headers.lines());
    moved.add(moved);
    CHECK(moved.size() == 2);
}

TEST_CASE("what the server writes itself is known without a search") {
    CHECK_FALSE(Headers{{"X-Date", "x"}, {"Content-Type", "x"}}.has_own_of_server());
    for (const char* name : {"date", "SERVER", "Connection", "content-length", "Transfer-Encoding"})
        CHECK(Headers{{name, "x"}}.has_own_of_server());
    CHECK(Headers{{"content-type", "x"}}.has_content_type());
    Headers headers{{"Content-Type", "x"}, {"Server", "x"}};
    headers.remove("server");
    CHECK_FALSE(headers.has_own_of_server());
    CHECK(headers.has_content_type());
    headers.clear();
    CHECK_FALSE(headers.has_content_type());
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
    CHECK_THROWS_AS(headers.add("Content-Type", "a\nb"), ArgumentError);
    CHECK_THROWS_AS((Headers{{"X", "a\nb"}}), ArgumentError);
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
