// What HTTP/2 refuses: malformed requests, floods, and clients that are too slow.

#include <atomic>
#include <thread>

#include "http2_client.hpp"
#include "retort/fiber/fiber.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace retort::http;
using namespace retort::http::testing;
using std::chrono::milliseconds;

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

void echo(Request& request, Response& response) { response.body = read_body(request); }

Fields fields_of_get(const Fields& more = {}) {
    Fields fields{{":method", "GET"}, {":scheme", "http"}, {":authority", "test"}, {":path", "/"}};
    fields.insert(fields.end(), more.begin(), more.end());
    return fields;
}

/// Fields without compression, as HPACK has them.
std::string literal(const Fields& fields) {
    std::string bytes;
    for (auto& [name, value] : fields) {
        bytes += '\0';
        for (auto* text : {&name, &value}) (bytes += static_cast<char>(text->size())).append(*text);
    }
    return bytes;
}

/// Sends frames until the server ends the connection, and what it said then.
std::optional<std::uint32_t> flood(std::uint16_t port, const std::string& beginning, const std::string& frames) {
    Client client{port};
    client.send(preface() + beginning);
    std::string heard;
    std::thread reader{[&] { heard = client.receive_all(); }};
    for (int i = 0; i < 6000 && client.send(frames); ++i) {
    }
    client.end_sending();
    reader.join();
    return goaway_in(heard);
}

std::string repeated(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("requests that HTTP/1.1 would refuse are refused alike") {
    std::atomic<int> calls{0};
    LiveServer server{[&](Request&, Response&) { ++calls; }, http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::string long_value(40'000, 'a');
    Fields many = fields_of_get();
    for (int i = 0; i < 101; ++i) many.push_back({"x", "y"});
    const std::vector<std::pair<int, Fields>> cases{
        {431, fields_of_get({{"x", long_value}})},
        {431, fields_of_get({{"x", long_value.substr(0, 20'000)}, {"y", long_value.substr(0, 20'000)}})},
        {431, many},
        {414, {{":method", "GET"}, {":scheme", "http"}, {":authority", "test"}, {":path", "/" + long_value}}},
        {400, {{":method", "GET"}, {":scheme", "ftp"}, {":authority", "test"}, {":path", "/"}}},
        {400, {{":method", "GET"}, {":scheme", "ftp"}, {":authority", "test"}, {":path", "http://test/"}}},
        {400, fields_of_get({{"host", "other"}})},
        {501, {{":method", "CONNECT"}, {":authority", "test:80"}}},
    };
    for (const auto& [status, fields] : cases) {
        CAPTURE(fields[3 % fields.size()].second.substr(0, 50));
        CHECK(http2.wait(http2.submit_fields(fields)).status == status);
    }
    CHECK(calls == 0);
    CHECK(http2.wait(http2.submit_fields(fields_of_get())).status == 200);
}

TEST_CASE("a head that HTTP/2 forbids ends its stream, and no handler sees it") {
    std::atomic<int> calls{0};
    LiveServer server{[&](Request&, Response&) { ++calls; }, http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::vector<Fields> cases{
        fields_of_get({{"connection", "keep-alive"}}),
        {{":method", "GET"}, {":scheme", "http"}, {":authority", "a/b"}, {":path", "/"}},
        fields_of_get({{"keep-alive", "5"}}),
        fields_of_get({{"proxy-connection", "x"}}),
        fields_of_get({{"transfer-encoding", "chunked"}}),
        fields_of_get({{"upgrade", "websocket"}}),
        fields_of_get({{"te", "gzip"}}),
        fields_of_get({{"x-split", "a\r\nx-injected: b"}}),
        fields_of_get({{"x-null", std::string{"a\0b", 3}}}),
        fields_of_get({{"x y", "a"}}),
        fields_of_get({{"x:y", "a"}}),
        fields_of_get({{":path", "/again"}}),
        fields_of_get({{":status", "200"}}),
        fields_of_get({{"content-length", "5"}}),
        fields_of_get({{"content-length", "x"}}),
        {{":method", "GET"}, {":scheme", "http"}, {":authority", "test"}},
        {{":method", "GET"}, {":scheme", "http"}, {":authority", "test"}, {":path", ""}},
        {{":method", "GET"}, {":scheme", "http"}, {":authority", "test"}, {":path", "no-slash"}},
        {{":method", "GET"}, {":scheme", "http"}, {"x", "y"}, {":path", "/"}},
        {{":scheme", "http"}, {":authority", "test"}, {":path", "/"}},
    };
    for (const Fields& fields : cases) {
        CAPTURE(fields.back().first);
        const Http2Answer answer = http2.wait(http2.submit_fields(fields));
        CHECK(answer.closed);
        CHECK((answer.error == NGHTTP2_PROTOCOL_ERROR || answer.status == 400));
    }
    CHECK(calls == 0);
    CHECK(http2.wait(http2.submit_fields(fields_of_get())).status == 200);
}

TEST_CASE("nothing of a path or a method can become another line or another request") {
    LiveServer server{[](Request& request, Response& response) {
                          response.body = std::string(request.method) + "|" + std::string(request.target);
                      },
                      http2_options()};
    const auto port = server.start().port();
    for (const Fields& fields : std::vector<Fields>{
             {{":method", "GET"}, {":scheme", "http"}, {":authority", "t"}, {":path", "/a b"}},
             {{":method", "GET"}, {":scheme", "http"}, {":authority", "t"}, {":path", "/a HTTP/1.1\r\nx: y"}},
             {{":method", "GET"}, {":scheme", "http"}, {":authority", "t"}, {":path", "/a#b"}},
             {{":method", "GET /x"}, {":scheme", "http"}, {":authority", "t"}, {":path", "/"}},
             {{":method", "GET"}, {":scheme", "http"}, {":authority", "t\r\nx: y"}, {":path", "/"}},
             {{":method", "GET"}, {":scheme", "http"}, {":authority", "user@t"}, {":path", "/"}}}) {
        CAPTURE(fields[3].second);
        Client client{port};
        Http2Client http2{client};
        const Http2Answer answer = http2.wait(http2.submit_fields(fields));
        CHECK((answer.status == 400 || answer.error == NGHTTP2_PROTOCOL_ERROR));
        CHECK(answer.body.find('|') == std::string::npos);
    }
}

TEST_CASE("bodies beyond the limit are refused, with or without a length") {
    ServerOptions options = http2_options();
    options.max_body_bytes = 100'000;
    std::atomic<int> calls{0};
    LiveServer server{[&](Request& request, Response& response) {
                          ++calls;
                          echo(request, response);
                      },
                      options};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::string large(150'000, 'x');
    CHECK(http2.ask({.method = "POST", .fields = {{"content-length", "150000"}}, .body = large}).status == 413);
    CHECK(calls == 0);
    CHECK(http2.ask({.method = "POST", .body = large}).status == 413);
    CHECK(http2.ask({.method = "POST", .body = large.substr(0, 100'000)}).body.size() == 100'000);
}

TEST_CASE("a body that differs from its length ends its stream") {
    LiveServer server{echo, http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    for (const char* length : {"3", "9"}) {
        const Http2Answer answer =
            http2.ask({.method = "POST", .fields = {{"content-length", length}}, .body = "12345"});
        CHECK(answer.error == NGHTTP2_PROTOCOL_ERROR);
    }
    CHECK(http2.ask({.method = "POST", .body = "good"}).body == "good");
}

TEST_CASE("beyond the most streams, requests are refused unserved; one that was given up counts until it ends") {
    std::atomic<int> inside{0};
    std::atomic<bool> open{false};
    ServerOptions options = http2_options();
    options.max_streams = 3;
    LiveServer server{[&](Request& request, Response& response) {
                          if (request.path != "/slow") return;
                          ++inside;
                          while (!open) fibers::sleep_for(milliseconds{1});
                          response.body = "slow";
                          --inside;
                      },
                      options};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::int32_t first = http2.submit({.path = "/slow"}), second = http2.submit({.path = "/slow"});
    const std::int32_t third = http2.submit({.path = "/slow"}), fourth = http2.submit({.path = "/slow"});
    CHECK(http2.wait(fourth).error == NGHTTP2_REFUSED_STREAM);
    http2.reset(third);
    CHECK(http2.ask({}).error == NGHTTP2_REFUSED_STREAM);
    CHECK(inside == 3);
    open = true;
    CHECK(http2.wait(first).body == "slow");
    CHECK(http2.wait(second).body == "slow");
    while (inside != 0) std::this_thread::yield();
    CHECK(http2.ask({}).status == 200);
}

TEST_CASE("all streams of a thread together get no more fibers than connections would") {
    std::atomic<int> inside{0};
    std::atomic<bool> open{false};
    ServerOptions options = http2_options();
    options.max_connections = 2;
    LiveServer server{[&](Request& request, Response&) {
                          if (request.path != "/slow") return;
                          ++inside;
                          while (!open) fibers::sleep_for(milliseconds{1});
                      },
                      options};
    const auto port = server.start().port();
    Client client{port}, other_client{port};
    Http2Client http2{client}, other{other_client};
    const std::int32_t first = http2.submit({.path = "/slow"}), second = http2.submit({.path = "/slow"});
    while (inside < 2) std::this_thread::yield();
    CHECK(other.ask({}).error == NGHTTP2_REFUSED_STREAM);
    open = true;
    CHECK(http2.wait(first).status == 200);
    CHECK(http2.wait(second).status == 200);
    CHECK(other.ask({}).status == 200);
}

TEST_CASE("floods end the connection") {
    LiveServer server{[](Request&, Response&) {}, http2_options()};
    const auto port = server.start().port();
    const std::string ping = frame(NGHTTP2_PING, 0, 0, "12345678");
    const std::string settings = frame(NGHTTP2_SETTINGS, 0, 0, {"\0\x03\0\0\0\x64", 6});
    const std::string empty_data = frame(NGHTTP2_DATA, 0, 1, {});
    const std::string priority = frame(NGHTTP2_PRIORITY, 0, 1, {"\0\0\0\x03\x10", 5});
    const std::string window = frame(NGHTTP2_WINDOW_UPDATE, 0, 1, {"\0\0\0\x01", 4});
    const std::string unknown = frame(0x42, 0, 0, "x");
    const std::string upload =
        frame(NGHTTP2_HEADERS, 4, 1,
              literal({{":method", "POST"}, {":scheme", "http"}, {":authority", "t"}, {":path", "/"}}));
    for (const std::string& one : {ping, settings, priority, unknown}) {
        CAPTURE(static_cast<int>(one[3]));
        CHECK(flood(port, {}, repeated(one, 200)) == NGHTTP2_ENHANCE_YOUR_CALM);
    }
    LiveServer reading{echo, http2_options()};
    const auto reading_port = reading.start().port();
    for (const std::string& one : {empty_data, window}) {
        CAPTURE(static_cast<int>(one[3]));
        CHECK(flood(reading_port, upload, repeated(one, 400)) == NGHTTP2_ENHANCE_YOUR_CALM);
    }
    CHECK(Client{port}.ask(get("/")).status == 200);
}

TEST_CASE("rapid resets end the connection, and most are never served") {
    std::atomic<int> calls{0};
    LiveServer server{[&](Request&, Response&) { ++calls; }, http2_options()};
    const auto port = server.start().port();
    std::string frames;
    for (std::uint32_t stream = 1; stream < 40'000; stream += 2) {
        frames += frame(NGHTTP2_HEADERS, 5, stream, get_fields());
        frames += frame(NGHTTP2_RST_STREAM, 0, stream, {"\0\0\0\x08", 4});
    }
    Client client{port};
    client.send(preface());
    std::thread sender{[&] {
        client.send(frames);
        client.end_sending();
    }};
    CHECK(goaway_in(client.receive_all()).has_value());
    sender.join();
    CHECK(calls < 2000);
    CHECK(Client{port}.ask(get("/")).status == 200);
}

TEST_CASE("a head in too many pieces ends the connection") {
    LiveServer server{[](Request&, Response&) {}, http2_options()};
    const auto port = server.start().port();
    const std::string begun = frame(NGHTTP2_HEADERS, 0, 1, get_fields());
    CHECK(flood(port, begun, repeated(frame(NGHTTP2_CONTINUATION, 0, 1, {}), 100)).has_value());
    CHECK(flood(port, begun, repeated(frame(NGHTTP2_CONTINUATION, 0, 1, literal({{"x", std::string(100, 'y')}})), 100))
              .has_value());
    CHECK(Client{port}.ask(get("/")).status == 200);
}

TEST_CASE("a small head that unpacks to a large one is refused") {
    std::atomic<int> calls{0};
    LiveServer server{[&](Request&, Response&) { ++calls; }, http2_options()};
    Client client{server.start().port()};
    client.send(preface());
    // A field of 3,000 bytes goes into the table, and is named 10,000 times.
    std::string fields = get_fields() + "\x40\x01x\x7f\xb9\x16" + std::string(3000, 'y');
    client.send(frame(NGHTTP2_HEADERS, 5, 1, fields + std::string(10'000, '\xbe')));
    client.send(frame(NGHTTP2_GOAWAY, 0, 0, std::string(8, '\0')));
    const std::string heard = client.receive_all();
    CHECK(heard.find("The headers are larger than this server takes.") != std::string::npos);
    CHECK(calls == 0);
}

TEST_CASE("bytes that are no frames end the connection") {
    LiveServer server{[](Request&, Response&) {}, http2_options()};
    const auto port = server.start().port();
    const std::string start = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for (const std::string& bytes :
         {start + std::string(100, '\0'), start + std::string(1000, '\xff'), start + "GET / HTTP/1.1\r\n\r\n",
          preface() + frame(NGHTTP2_DATA, 0, 1, "never begun"), preface() + frame(NGHTTP2_HEADERS, 5, 2, get_fields()),
          preface() + frame(NGHTTP2_HEADERS, 5, 1, "\xff\xff\xff\xff\xff"),
          preface() + frame(NGHTTP2_SETTINGS, 0, 0, "odd"), preface() + frame(NGHTTP2_PUSH_PROMISE, 4, 1, "abcd"),
          preface() + frame(NGHTTP2_CONTINUATION, 4, 1, get_fields())}) {
        Client client{port};
        client.send(bytes);
        CHECK(goaway_in(client.receive_all()).value_or(NGHTTP2_NO_ERROR) != NGHTTP2_NO_ERROR);
    }
    Client half{port};
    half.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
    CHECK(half.receive().status == 505);
    Client{port}.send(start.substr(0, 20));
    CHECK(Client{port}.ask(get("/")).status == 200);
}

TEST_CASE("clients that say nothing, or not enough, are left") {
    ServerOptions options = http2_options();
    options.header_timeout = milliseconds{60};
    options.idle_timeout = milliseconds{300};
    LiveServer server{echo, options};
    const auto port = server.start().port();
    Client no_settings{port}, half_head{port}, idle{port};
    no_settings.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    half_head.send(preface() + frame(NGHTTP2_HEADERS, 1, 1, get_fields()));
    idle.send(preface() + frame(NGHTTP2_HEADERS, 5, 1, get_fields()));
    CHECK(goaway_in(no_settings.receive_all()) == NGHTTP2_ENHANCE_YOUR_CALM);
    CHECK(goaway_in(half_head.receive_all()) == NGHTTP2_ENHANCE_YOUR_CALM);
    CHECK(goaway_in(idle.receive_all()) == NGHTTP2_NO_ERROR);
}

TEST_CASE("a malformed request does not make the next one late") {
    ServerOptions options = http2_options();
    options.header_timeout = milliseconds{60};
    options.idle_timeout = milliseconds{60'000};
    LiveServer server{echo, options};
    Client client{server.start().port()};
    Http2Client http2{client};
    CHECK(http2.wait(http2.submit_fields(fields_of_get({{"transfer-encoding", "chunked"}}))).closed);
    std::this_thread::sleep_for(milliseconds{200});
    CHECK(http2.wait(http2.submit_fields(fields_of_get())).status == 200);
}

TEST_CASE("a body that comes too slowly is answered 408, and the connection stays") {
    ServerOptions options = http2_options();
    options.body_timeout = milliseconds{40};
    LiveServer server{echo, options};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::int32_t slow = http2.submit({.method = "POST", .body = "begun", .ends = false});
    CHECK(http2.wait(slow).status == 408);
    CHECK(http2.ask({.method = "POST", .body = "whole"}).body == "whole");
}

TEST_CASE("an answer that its client does not take is given up, and the connection stays") {
    ServerOptions options = http2_options();
    options.write_timeout = milliseconds{60};
    std::atomic<int> cut{0};
    LiveServer server{[&](Request& request, Response& response) {
                          if (request.path == "/whole") response.body.assign(1'000'000, 'x');
                          if (request.path == "/stream" || request.path == "/later") {
                              const bool later = request.path == "/later";
                              response.stream = [&cut, later](BodyWriter& writer) {
                                  try {
                                      if (later) fibers::sleep_for(milliseconds{5});
                                      for (;;) writer.write(std::string(10'000, 'x'));
                                  } catch (...) {
                                      ++cut;
                                      throw;
                                  }
                              };
                          }
                      },
                      options};
    Client client{server.start().port()};
    Http2Client http2{client, 1000, false};
    const std::int32_t whole = http2.submit({.path = "/whole"}), stream = http2.submit({.path = "/stream"});
    CHECK(http2.wait(whole).error == NGHTTP2_INTERNAL_ERROR);
    CHECK(http2.wait(stream).error == NGHTTP2_INTERNAL_ERROR);
    CHECK(http2.ask({}).status == 200);
    CHECK(http2.ask({.path = "/later"}).error == NGHTTP2_INTERNAL_ERROR);
    while (cut < 2) std::this_thread::yield();
}

TEST_CASE("a client that ends its side gets what it made room for, and no writer waits for more") {
    std::atomic<int> cut{0};
    LiveServer server{[&](Request& request, Response& response) {
                          response.body.assign(request.path == "/whole" ? 200'000 : 20'000, 'x');
                          if (request.path != "/stream") return;
                          response.stream = [&cut](BodyWriter& writer) {
                              fibers::sleep_for(milliseconds{20});
                              try {
                                  for (;;) writer.write(std::string(10'000, 'x'));
                              } catch (...) {
                                  ++cut;
                                  throw;
                              }
                          };
                      },
                      http2_options()};
    const auto port = server.start().port();
    for (const char* path : {"/", "/whole", "/stream"}) {
        Client client{port};
        Http2Client http2{client, 0, false};
        const std::int32_t stream = http2.submit({.path = path});
        client.end_sending();
        http2.drain();
        CHECK(http2.answers[stream].body.size() == (path == std::string_view{"/"} ? 20'000 : 65'535));
    }
    CHECK(cut == 1);
}

TEST_CASE("a client that reads nothing at all is cut off") {
    ServerOptions options = http2_options();
    options.write_timeout = milliseconds{60};
    std::atomic<bool> cut{false};
    LiveServer server{[&](Request&, Response& response) {
                          response.stream = [&](BodyWriter& writer) {
                              try {
                                  for (;;) writer.write(std::string(1'000'000, 'x'));
                              } catch (...) {
                                  cut = true;
                                  throw;
                              }
                          };
                      },
                      options};
    Client client{server.start().port(), 4096};
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(NGHTTP2_SETTINGS, 0, 0, {"\0\x04\x7f\xff\xff\xff", 6}) +
                frame(NGHTTP2_WINDOW_UPDATE, 0, 0, {"\x7f\0\0\0", 4}) + frame(NGHTTP2_HEADERS, 5, 1, get_fields()));
    while (!cut) std::this_thread::yield();
    CHECK(cut);
}
