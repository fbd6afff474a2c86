// The parser of request heads: what is read, what is refused, and that splits do not matter.
#include "retort/http/parser.hpp"

#include <random>
#include <string>
#include <vector>

#include "tests/doctest.hpp"

using namespace retort::http;
using Outcome = ParseResult::Outcome;

namespace {

/// The head in a block of its own size, so that the address sanitizer sees each step too far.
ParseResult parse(RequestParser& parser, std::string_view bytes, Request& request, std::vector<char>& block) {
    block.assign(bytes.begin(), bytes.end());
    block.shrink_to_fit();
    return parser.parse({block.data(), block.size()}, request);
}

struct Parsed {
    explicit Parsed(std::string_view bytes, ParserLimits limits = {}) : parser(limits) {
        result = parse(parser, bytes, request, block);
    }
    RequestParser parser;
    Request request;
    std::vector<char> block;
    ParseResult result;
};

std::string head(std::string_view line, std::string_view headers = "Host: h\r\n") {
    return std::string(line) + "\r\n" + std::string(headers) + "\r\n";
}

struct Refused {
    int status;
    std::string bytes;
};

const std::vector<Refused>& refused() {
    using namespace std::string_literals;
    static const std::vector<Refused> list = {
        {400, "garbage\r\n\r\n"},
        {400, head("GET")},
        {400, head(" GET / HTTP/1.1")},
        {400, head("GET  / HTTP/1.1")},
        {400, head("GET /  HTTP/1.1")},
        {400, head("GET / HTTP/1.1 ")},
        {400, head("GET\t/\tHTTP/1.1")},
        {400, head("G(T / HTTP/1.1")},
        {400, head("G\x80T / HTTP/1.1")},
        {400, head("GET /a b HTTP/1.1")},
        {400, head("GET /a\tb HTTP/1.1")},
        {400, head("GET /\x01 HTTP/1.1")},
        {400, head("GET /\x7f HTTP/1.1")},
        {400, head("GET /a#b HTTP/1.1")},
        {400, head("GET a HTTP/1.1")},
        {400, head("GET * HTTP/1.1")},
        {400, head("GET /")},
        {400, head("GET / HTTP/1.1x")},
        {400, head("GET / HTTP/11")},
        {400, head("GET / http/1.1")},
        {400, head("GET / HTTP/1,1")},
        {400, head("GET / HTTP/1.11")},
        {400, "GET / HTTP/1.1\nHost: h\r\n\r\n"},
        {400, "GET / HTTP/1.1\rHost: h\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n"},
        {400, "\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {400, "GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n"s},
        {400, head("GET / HTTP/1.1", "Host: h\nX: y\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\rX: y\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nX: a\0b\r\n"s)},
        {400, head("GET / HTTP/1.1", "Host: h\r\nX: a\x0b\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nX: a\x7f\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nX : y\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nX\t: y\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nX: y\r\n folded\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nX: y\r\n\tfolded\r\n")},
        {400, head("GET / HTTP/1.1", " Host: h\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\n: y\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nX\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nX y: z\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nX\x80: z\r\n")},
        {400, head("GET / HTTP/1.1", "")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nHost: h\r\n")},
        {400, head("GET / HTTP/1.1", "Host: h\r\nhost: other\r\n")},
        {400, head("GET / HTTP/1.0", "Host: h\r\nhost: other\r\n")},
        {400, head("GET / HTTP/1.1", "Host: a b\r\n")},
        {400, head("GET / HTTP/1.1", "Host: a,b\r\n")},
        {400, head("GET / HTTP/1.1", "Host: user@b\r\n")},
        {400, head("GET / HTTP/1.1", "Host: a/b\r\n")},
        {400, head("GET / HTTP/1.1", "Host: a:99999\r\n")},
        {400, head("GET / HTTP/1.1", "Host: a:65536\r\n")},
        {400, head("GET / HTTP/1.1", "Host: a:b\r\n")},
        {400, head("GET / HTTP/1.1", "Host: a:80:80\r\n")},
        {400, head("GET / HTTP/1.1", "Host: \xff\r\n")},
        {400, head("GET / HTTP/1.1", "Host: caf\xc3\xa9.example\r\n")},
        {400, head("GET / HTTP/1.1", "Host: a%00b\r\n")},
        {400, head("GET / HTTP/1.1", "Host: a]b\r\n")},
        {400, head("GET / HTTP/1.1", "Host: ::1\r\n")},
        {400, head("GET / HTTP/1.1", "Host: [::1\r\n")},
        {400, head("GET / HTTP/1.1", "Host: []\r\n")},
        {400, head("GET / HTTP/1.1", "Host: [g]\r\n")},
        {400, head("GET / HTTP/1.1", "Host: [::1]80\r\n")},
        {400, head("GET http://other/ HTTP/1.1")},
        {400, head("GET http:/// HTTP/1.1")},
        {400, head("GET ftp://h/ HTTP/1.1")},
        {400, head("GET http://user@h/ HTTP/1.1")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nContent-Length: 1\r\ncontent-length: 1\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nContent-Length: 1, 1\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nContent-Length: +1\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nContent-Length: -1\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nContent-Length: 0x10\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nContent-Length: 1 2\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nContent-Length:\r\n")},
        {413, head("POST / HTTP/1.1", "Host: h\r\nContent-Length: 99999999999999999999999\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding: chunked, chunked\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding: chunked, gzip\r\n")},
        {400, head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding:\r\n")},
        {400, head("POST / HTTP/1.1",
                   "Host: h\r\nTransfer-Encoding: \x0b"
                   "chunked\r\n")},
        {400, head("POST / HTTP/1.0", "Host: h\r\nTransfer-Encoding: chunked\r\n")},
        {501, head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding: gzip\r\n")},
        {501, head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding: gzip, chunked\r\n")},
        {501, head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding: xchunked\r\n")},
        {501, head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding: identity\r\n")},
        {501, head("CONNECT h:443 HTTP/1.1")},
        {417, head("POST / HTTP/1.1", "Host: h\r\nExpect: miracles\r\n")},
        {505, head("GET / HTTP/2.0")},
        {505, head("PRI * HTTP/2.0", "")},
        {505, head("GET / HTTP/0.9")},
    };
    return list;
}

const std::vector<std::string>& accepted() {
    static const std::vector<std::string> list = {
        head("GET / HTTP/1.1"),
        head("GET / HTTP/1.0", ""),
        head("GET / HTTP/1.9"),
        "\r\n" + head("GET / HTTP/1.1"),
        head("OPTIONS * HTTP/1.1"),
        head("GET /a?b=c?d HTTP/1.1", "Host: localhost:5000\r\nUser-Agent: curl/8\r\nAccept: */*\r\n"),
        head("GET /caf\xc3\xa9 HTTP/1.1"),
        head("GET http://h/a?b HTTP/1.1"),
        head("FOO / HTTP/1.1", "Host:\r\n"),
        head("GET / HTTP/1.1", "Host: my_app-1.example.com.:65535\r\n"),
        head("GET / HTTP/1.1", "Host: a:\r\n"),
        head("GET / HTTP/1.1", "Host: [::ffff:127.0.0.1]\r\n"),
        head("GET / HTTP/1.1", "Host: [::1]:80\r\nX-Empty:\r\nX-Tab: a\tb\r\nX-Blank: \t c \t\r\n"),
        head("GET / HTTP/1.1", "Host: h\r\nX-Latin: caf\xe9\r\n!#$%&'*+-.^_`|~: token\r\n"),
        head("POST / HTTP/1.1", "Host: h\r\nTransfer-Encoding: ,Chunked\r\nExpect: 100-Continue\r\n"),
        head("POST / HTTP/1.1", "Host: h\r\nContent-Length: 007\r\nConnection: close\r\n"),
    };
    return list;
}

std::string describe(const ParseResult& result, const Request& request, const RequestParser& parser) {
    std::string text = std::to_string(static_cast<int>(result.outcome)) + " " + std::to_string(result.size) + " " +
                       std::to_string(result.status);
    if (result.outcome == Outcome::failed) return text + " " + result.problem;
    text += " " + std::string(request.method) + " " + std::string(request.path) + " " + std::string(request.query);
    for (const auto& header : request.headers) text += "|" + std::string(header.name) + "=" + std::string(header.value);
    return text + (parser.keep_alive() ? " keep" : " close") + (request.chunked ? " chunked" : "") +
           (parser.expects_continue() ? " expects" : "");
}

std::string parse_growing(std::string_view bytes, std::mt19937& random, ParserLimits limits) {
    RequestParser parser{limits};
    Request request;
    std::vector<char> block;
    for (std::size_t size = 1;; size = std::min(bytes.size(), size + 1 + random() % 20)) {
        const ParseResult result = parse(parser, bytes.substr(0, size), request, block);
        if (result.outcome != Outcome::incomplete || size >= bytes.size()) return describe(result, request, parser);
    }
}

}  // namespace

TEST_CASE("a host that was good does not make the next one good") {
    RequestParser parser{{}};
    std::vector<char> block;
    const std::string long_host(80, 'h');
    for (std::string host : {"h:80", "h:80", "h:8x", "h:80", "h/", "", long_host.c_str(), "h:80"}) {
        Request request;
        const bool good = host != "h:8x" && host != "h/";
        const auto result = parse(parser, head("GET / HTTP/1.1", "Host: " + host + "\r\n"), request, block);
        CHECK((result.outcome == Outcome::complete) == good);
        if (good) CHECK(request.header("host") == host);
    }
    Request request;
    CHECK(parse(parser, head("GET / HTTP/1.1", "Host: h:80\r\nHost: h:80\r\n"), request, block).status == 400);
    CHECK(parse(parser, head("GET / HTTP/1.1", "Host: h:80\r\nX: y\r\n"), request, block).outcome == Outcome::complete);
    CHECK(request.headers.size() == 2);
}

TEST_CASE("a head is taken apart") {
    Parsed parsed{
        head("POST /a%20b?x=1&y HTTP/1.1", "Host: localhost:5000\r\nContent-Length: 12\r\nX-Blank: \t value \t\r\n") +
        "rest"};
    REQUIRE(parsed.result.outcome == Outcome::complete);
    CHECK(parsed.result.size == parsed.block.size() - 4);
    CHECK(parsed.request.method == "POST");
    CHECK(parsed.request.target == "/a%20b?x=1&y");
    CHECK(parsed.request.path == "/a%20b");
    CHECK(parsed.request.query == "x=1&y");
    CHECK(parsed.request.has_query);
    CHECK(parsed.request.version_minor == 1);
    CHECK(parsed.request.content_length == 12);
    CHECK_FALSE(parsed.request.chunked);
    CHECK(parsed.request.header("x-blank") == "value");
    CHECK(parsed.request.headers.size() == 3);
    CHECK(parsed.parser.keep_alive());
}

TEST_CASE("targets: with and without a query, absolute, asterisk") {
    CHECK_FALSE(Parsed{head("GET /a HTTP/1.1")}.request.has_query);
    CHECK(Parsed{head("GET /a? HTTP/1.1")}.request.has_query);
    CHECK(Parsed{head("GET http://H HTTP/1.1")}.request.path == "/");
    CHECK(Parsed{head("GET http://h?q HTTP/1.1")}.request.path == "/");
    CHECK(Parsed{head("GET http://h?q HTTP/1.1")}.request.query == "q");
    CHECK(Parsed{head("GET HTTPS://h/p?q HTTP/1.1")}.request.path == "/p");
    CHECK(Parsed{head("OPTIONS * HTTP/1.1")}.request.path == "*");
    CHECK(Parsed{head("GET //users HTTP/1.1")}.request.path == "//users");
}

TEST_CASE("who wants to keep the connection") {
    CHECK(Parsed{head("GET / HTTP/1.1")}.parser.keep_alive());
    CHECK_FALSE(Parsed{head("GET / HTTP/1.1", "Host: h\r\nConnection: Close\r\n")}.parser.keep_alive());
    CHECK_FALSE(Parsed{head("GET / HTTP/1.1", "Host: h\r\nConnection: x, close\r\n")}.parser.keep_alive());
    CHECK_FALSE(Parsed{head("GET / HTTP/1.0", "")}.parser.keep_alive());
    CHECK(Parsed{head("GET / HTTP/1.0", "Connection: Keep-Alive\r\n")}.parser.keep_alive());
    CHECK_FALSE(Parsed{head("GET / HTTP/1.0", "Connection: keep-alive, close\r\n")}.parser.keep_alive());
}

TEST_CASE("expectations: only 100-continue, and only from HTTP/1.1") {
    CHECK(Parsed{head("POST / HTTP/1.1", "Host: h\r\nExpect: 100-continue\r\n")}.parser.expects_continue());
    CHECK_FALSE(Parsed{head("POST / HTTP/1.0", "Expect: 100-continue\r\n")}.parser.expects_continue());
}

TEST_CASE("what could be read in two ways is refused") {
    for (const auto& [status, bytes] : refused()) {
        CAPTURE(bytes);
        Parsed parsed{bytes};
        CHECK(parsed.result.outcome == Outcome::failed);
        CHECK(parsed.result.status == status);
    }
}

TEST_CASE("what is right is accepted, and every beginning of it is incomplete") {
    for (const auto& bytes : accepted()) {
        CAPTURE(bytes);
        CHECK(Parsed{bytes}.result.outcome == Outcome::complete);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            CHECK(Parsed{bytes.substr(0, size)}.result.outcome == Outcome::incomplete);
        }
    }
}

TEST_CASE("limits: 414 for the line, 431 for the headers, and exactly enough is enough") {
    const std::string exact = head("GET / HTTP/1.1", "Host: h\r\nX: " + std::string(100, 'x') + "\r\n");
    CHECK(Parsed{exact, {exact.size(), 10}}.result.outcome == Outcome::complete);
    CHECK(Parsed{exact, {exact.size() - 1, 10}}.result.status == 431);
    CHECK(Parsed{"GET /" + std::string(200, 'a'), {100, 10}}.result.status == 414);
    CHECK(Parsed{"GET /" + std::string(50, 'a'), {100, 10}}.result.outcome == Outcome::incomplete);
    CHECK(Parsed{exact, {1000, 1}}.result.status == 431);
    CHECK(Parsed{exact, {1000, 2}}.result.outcome == Outcome::complete);
}

TEST_CASE("any split of the bytes gives the same") {
    std::mt19937 random{11};
    std::vector<std::string> inputs = accepted();
    for (const auto& one : refused()) inputs.push_back(one.bytes);
    inputs.push_back("GET /" + std::string(300, 'a') + " HTTP/1.1\r\n\r\n");
    for (const std::string& base : std::vector(inputs)) {
        for (int i = 0; i < 20; ++i) {
            std::string changed = base;
            changed[random() % changed.size()] = static_cast<char>(random() % 256);
            inputs.push_back(changed);
        }
    }
    const ParserLimits limits{200, 5};
    for (const std::string& bytes : inputs) {
        CAPTURE(bytes);
        Parsed whole{bytes, limits};
        const std::string expected = describe(whole.result, whole.request, whole.parser);
        for (int i = 0; i < 3; ++i) CHECK(parse_growing(bytes, random, limits) == expected);
    }
}
