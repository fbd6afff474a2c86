// Response heads: bytes, order, what the server keeps for itself.
#include "retort/http/response_head.hpp"

#include "tests/doctest.hpp"

using namespace retort::http;
using namespace retort::http::detail;

namespace {

std::string write(const Response& response, const ResponseFraming& framing, std::string_view server = "test") {
    HeadWriter writer{server};
    OutputBuffer output;
    writer.write(output, response, framing, std::chrono::steady_clock::now());
    std::string text{output.view()};
    const auto date = text.find("Date: ");
    if (date != text.npos) text.erase(date, 37);
    return text;
}

}  // namespace

TEST_CASE("a head is written in order") {
    Response response;
    response.headers = {{"Content-Type", "text/plain"}, {"X", ""}};
    CHECK(write(response, {.content_length = 13}) ==
          "HTTP/1.1 200 OK\r\nServer: test\r\nContent-Type: text/plain\r\nX: \r\nContent-Length: 13\r\n\r\n");
    response.status = 404;
    CHECK(write(response, {.chunked = true, .connection = ConnectionHeader::close}, "") ==
          "HTTP/1.1 404 NOT FOUND\r\nContent-Type: text/plain\r\nX: \r\nTransfer-Encoding: chunked\r\n"
          "Connection: close\r\n\r\n");
}

TEST_CASE("framing headers of the response itself are dropped") {
    Response response;
    response.headers = {{"content-length", "99"}, {"Transfer-Encoding", "x"}, {"DATE", "d"}, {"connection", "x"}};
    CHECK(write(response, {.content_length = 0}) == "HTTP/1.1 200 OK\r\nServer: test\r\nContent-Length: 0\r\n\r\n");
}

TEST_CASE("a response names its own server and reason") {
    Response response;
    response.headers = {{"server", "mine"}};
    response.reason = "FINE";
    CHECK(write(response, {}) == "HTTP/1.1 200 FINE\r\nserver: mine\r\n\r\n");
    response.reason = "a\r\nX: y";
    response.status = 0;
    CHECK(write(response, {}) == "HTTP/1.1 500 INTERNAL SERVER ERROR\r\nserver: mine\r\n\r\n");
}

TEST_CASE("dates are written in English and GMT") {
    CHECK(format_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(format_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    CHECK(format_date(1709164800) == "Thu, 29 Feb 2024 00:00:00 GMT");
}

TEST_CASE("an output buffer keeps what was not sent yet") {
    OutputBuffer output;
    std::string expected;
    for (int i = 0; i < 2000; ++i) {
        output.append("0123456789abcdefghijklmnopqrstuvwxyz");
        expected += "0123456789abcdefghijklmnopqrstuvwxyz";
        if (i % 3 == 2) {
            output.consume(50);
            expected.erase(0, 50);
        }
    }
    const bool same = output.view() == expected;
    CHECK(same);
    output.reset();
    CHECK(output.empty());
}
