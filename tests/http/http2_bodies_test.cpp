// HTTP/2 bodies on a real connection: both ways, streamed, flow control, 100-continue, trailers.

#include <atomic>
#include <mutex>
#include <stdexcept>

#include "http2_client.hpp"
#include "retort/fiber/fiber.hpp"
#include "tests/doctest.hpp"
#include "tls_client.hpp"

using namespace retort;
using namespace retort::http;
using namespace retort::http::testing;
using std::chrono::milliseconds;

namespace {

void echo(Request& request, Response& response) { response.body = read_body(request); }

}  // namespace

TEST_CASE("bodies of any size pass both ways") {
    LiveServer server{echo, http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16'384}, std::size_t{65'536},
                             std::size_t{300'000}, std::size_t{3'000'000}}) {
        const std::string body = pattern(size);
        CHECK(http2.ask({.method = "POST", .body = body, .has_body = true}).body == body);
        const std::string length = std::to_string(size);
        CHECK(http2.ask({.method = "POST", .fields = {{"content-length", length}}, .body = body, .has_body = true})
                  .body == body);
    }
}

TEST_CASE("large bodies over TLS, several at a time") {
    ServerOptions options = http2_options();
    options.tls.certificate = "adhoc";
    LiveServer server{echo, options};
    TlsClient client{server.start().port(), {.protocols = "\x02h2"}};
    Http2Client http2{client};
    const std::string body = pattern(700'000);
    std::vector<std::int32_t> streams;
    for (int i = 0; i < 8; ++i) streams.push_back(http2.submit({.method = "POST", .body = body}));
    for (std::int32_t stream : streams) CHECK(http2.wait(stream).body == body);
}

TEST_CASE("a body is read as it comes, and the answer streamed meanwhile") {
    LiveServer server{[](Request& request, Response& response) {
                          char byte[1];
                          std::string begun;
                          while (begun.size() < 5 && request.body->read(byte) == 1) begun += byte[0];
                          const std::string rest = read_body(request);
                          response.stream = [=](BodyWriter& writer) {
                              writer.write(begun + "|");
                              fibers::sleep_for(milliseconds{1});
                              writer.write({});
                              writer.write(rest);
                              writer.trailer("X-Sum", std::to_string(rest.size()));
                          };
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::int32_t stream = http2.submit({.method = "POST", .ends = false});
    http2.more(stream, "be", false);
    std::this_thread::sleep_for(milliseconds{2});
    http2.more(stream, "gun and", false);
    http2.more(stream, " the rest", true);
    const Http2Answer& answer = http2.wait(stream);
    CHECK(answer.body == "begun| and the rest");
    CHECK(answer.header("content-length").empty());
    CHECK(answer.trailers == std::vector<std::pair<std::string, std::string>>{{"x-sum", "13"}});
    CHECK(answer.error == NGHTTP2_NO_ERROR);
}

TEST_CASE("a handler sends its response while it still runs, and what it does afterwards changes nothing") {
    std::atomic<bool> upgraded{false};
    LiveServer server{[&](Request& request, Response& response) {
                          response.body = std::string(100'000, 'x');
                          std::string local = "streamed";
                          if (request.path == "/stream") {
                              response.stream = [&local](BodyWriter& writer) { writer.write(local); };
                          }
                          if (request.channel->upgrade({}) != nullptr) upgraded = true;
                          request.channel->send(response);
                          local = "changed";
                          response.body = "changed";
                          response.status = 500;
                          request.channel->send(response);
                          if (request.path == "/throw") throw 1;
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    for (const char* path : {"/", "/throw"}) {
        const Http2Answer answer = http2.ask({.path = path});
        CHECK(answer.status == 200);
        CHECK(answer.body == std::string(100'000, 'x'));
    }
    CHECK(http2.ask({.path = "/stream"}).body == "streamed");
    CHECK_FALSE(upgraded);
}

TEST_CASE("parts of a stream arrive before its end") {
    Gate gate;
    LiveServer server{[&](Request&, Response& response) {
                          response.stream = [&](BodyWriter& writer) {
                              writer.write("first");
                              gate.pass();
                              writer.write(" last");
                          };
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::int32_t stream = http2.submit({});
    while (http2.answers[stream].body != "first" && http2.pump()) {
    }
    CHECK(http2.answers[stream].body == "first");
    gate.open = true;
    CHECK(http2.wait(stream).body == "first last");
}

TEST_CASE("a stream that says its length keeps to it") {
    LiveServer server{[](Request& request, Response& response) {
                          response.headers.add("Content-Length", "5");
                          response.stream = [path = std::string(request.path)](BodyWriter& writer) {
                              writer.write(path == "/short" ? "123" : "1234567");
                          };
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    CHECK(http2.ask({.path = "/short"}).error == NGHTTP2_INTERNAL_ERROR);
    const Http2Answer answer = http2.ask({.path = "/long"});
    CHECK(answer.body == "12345");
    CHECK(answer.header("content-length") == "5");
}

TEST_CASE("a client's window is obeyed: a writer waits, others are served") {
    std::atomic<std::size_t> written{0};
    LiveServer server{[&](Request& request, Response& response) {
                          response.body = "small";
                          if (request.path != "/large") return;
                          response.stream = [&](BodyWriter& writer) {
                              for (int i = 0; i < 100; ++i) {
                                  writer.write(std::string(10'000, 'x'));
                                  written += 10'000;
                              }
                          };
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client, 1000, false};
    const std::int32_t large = http2.submit({.path = "/large"});
    while (http2.answers[large].body.size() < 1000 && http2.pump()) {
    }
    for (int i = 0; i < 5; ++i) CHECK(http2.ask({.path = "/small"}).body == "small");
    CHECK(http2.answers[large].body.size() == 1000);
    CHECK(written <= 70'000);
    while (!http2.answers[large].closed) {
        ::nghttp2_session_consume(http2.session(), large, http2.answers[large].body.size() % 1000 == 0 ? 1000 : 1);
        ::nghttp2_submit_window_update(http2.session(), NGHTTP2_FLAG_NONE, large, 50'000);
        ::nghttp2_submit_window_update(http2.session(), NGHTTP2_FLAG_NONE, 0, 50'000);
        if (!http2.pump()) break;
    }
    CHECK(http2.answers[large].body.size() == 1'000'000);
}

TEST_CASE("a body that no handler reads does not fill the memory") {
    Gate gate;
    LiveServer server{[&](Request& request, Response& response) {
                          if (request.path == "/deaf") gate.pass();
                          response.body = read_body(request).substr(0, 10);
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::int32_t deaf = http2.submit({.method = "POST", .path = "/deaf", .body = pattern(2'000'000)});
    gate.await(1);
    CHECK(http2.ask({.method = "POST", .body = "other"}).body == "other");
    CHECK(::nghttp2_session_get_stream_remote_window_size(http2.session(), deaf) == 0);
    gate.open = true;
    CHECK(http2.wait(deaf).body == pattern(10));
}

TEST_CASE("an answer before the end of the body ends both, and the connection goes on") {
    LiveServer server{[](Request& request, Response& response) {
                          response.body = request.path == "/ignore" ? "not read" : read_body(request);
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    for (int i = 0; i < 20; ++i) {
        const std::int32_t stream =
            http2.submit({.method = "POST", .path = "/ignore", .body = pattern(200'000), .ends = false});
        const Http2Answer& answer = http2.wait(stream);
        CHECK(answer.body == "not read");
        CHECK(answer.error == NGHTTP2_NO_ERROR);
    }
    CHECK(http2.ask({.method = "POST", .body = pattern(500'000)}).body == pattern(500'000));
}

TEST_CASE("100-continue is said when the body is asked for") {
    LiveServer server{
        [](Request& request, Response& response) { response.body = request.path == "/no" ? "no" : read_body(request); },
        http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::int32_t stream = http2.submit({.method = "POST", .fields = {{"expect", "100-continue"}}, .ends = false});
    while (http2.answers[stream].informational.empty() && http2.pump()) {
    }
    CHECK(http2.answers[stream].informational == std::vector<int>{100});
    http2.more(stream, "now", true);
    CHECK(http2.wait(stream).body == "now");
    const std::int32_t refused =
        http2.submit({.method = "POST", .path = "/no", .fields = {{"expect", "100-continue"}}, .ends = false});
    const Http2Answer& answer = http2.wait(refused);
    CHECK(answer.body == "no");
    CHECK(answer.informational.empty());
    CHECK(http2.ask({.fields = {{"expect", "wonders"}}}).status == 417);
}

TEST_CASE("trailers of a request are passed over") {
    LiveServer server{echo, http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::int32_t stream = http2.submit({.method = "POST", .body = "body", .ends = false});
    const std::string name = "x-late", value = "1";
    const nghttp2_nv late{reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                          reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), 6, 1, 0};
    ::nghttp2_submit_trailer(http2.session(), stream, &late, 1);
    CHECK(http2.wait(stream).body == "body");
}
