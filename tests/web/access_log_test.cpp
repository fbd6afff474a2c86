// The line of the access log.
#include "retort/web/access_log.hpp"

#include "retort/base/json.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("a line has Werkzeug's layout, and nothing in it can forge another") {
    http::Request request;
    request.method = "GET";
    request.target = "/a?x=1";
    request.remote_address = "127.0.0.1";
    auto line = detail::access_line(request, 200);
    CHECK(line.starts_with("127.0.0.1 - - ["));
    CHECK(line.ends_with("] \"GET /a?x=1 HTTP/1.1\" 200 -\n"));
    // "20/Nov/2026 21:40:53"
    CHECK(line.find(']') - line.find('[') == 21);
    request.target = "/\x1b[31m\n\"";
    request.version_minor = 0;
    CHECK(detail::access_line(request, 404).ends_with("\"GET /\\x1b[31m\\x0a\\x22 HTTP/1.0\" 404 -\n"));
    request.version_major = 2;
    CHECK(detail::access_line(request, 200).ends_with(" HTTP/2.0\" 200 -\n"));
}

TEST_CASE("what the server refuses itself has two lines, without what is not known of it") {
    auto lines = detail::refusal_lines("::1", 400, "a\nb");
    CHECK(lines.starts_with("::1 - - ["));
    CHECK(lines.find("] code 400, message a\\x0ab\n::1 - - [") != std::string::npos);
    CHECK(lines.ends_with("] \"-\" 400 -\n"));
    auto read = json::parse(detail::refusal_json("::1", 431, "too \"large\""));
    CHECK(read["status"] == 431);
    CHECK(read["remote"] == "::1");
    CHECK(read["problem"] == "too \"large\"");
    CHECK_FALSE(read.contains("target"));
}

TEST_CASE("a line for programs is JSON") {
    http::Request request;
    request.method = "GET";
    request.target = "/a\n\"";
    request.remote_address = "127.0.0.1";
    auto line = detail::access_json(request, 404);
    CHECK(line.ends_with("}\n"));
    auto read = json::parse(line);
    CHECK(read["target"] == "/a\n\"");
    CHECK(read["status"] == 404);
    CHECK(read["protocol"] == "HTTP/1.1");
    CHECK(read["time"].text().size() == 20);
}
