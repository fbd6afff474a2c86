// HTTP/2 on a real connection: requests and answers, bodies both ways, flow control, the end.
#include "retort/http/http2_session.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <stdexcept>

#include "http2_client.hpp"
#include "retort/fiber/fiber.hpp"
#include "tls_client.hpp"

using namespace retort;
using namespace retort::http;
using namespace retort::http::testing;
using std::chrono::milliseconds;

namespace {

ServerOptions http2_options() {
    ServerOptions options = quick_options();
    options.http2 = true;
    return options;
}

void echo(Request& request, Response& response) {
    response.headers.add("Content-Type", "text/plain");
    response.body = std::string(request.method) + " " + std::string(request.target) + " " + read_body(request);
}

std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
    return text;
}

/// A handler that waits until it is let go, and how many do.
struct Gate {
    std::atomic<int> waiting{0};
    std::atomic<bool> open{false};

    void pass() {
        ++waiting;
        while (!open) fibers::sleep_for(milliseconds{1});
    }
    void await(int count) const {
        while (waiting < count) std::this_thread::yield();
    }
};

}  // namespace

TEST_CASE("with prior knowledge a request is answered, and the connection stays") {
    LiveServer server{echo, http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    const Http2Answer answer = http2.ask({.path = "/a?b=1"});
    CHECK(answer.status == 200);
    CHECK(answer.header("server") == "Retort");
    CHECK(answer.header("date").size() == 29);
    CHECK(answer.header("content-type") == "text/plain");
    CHECK(answer.header("content-length") == "11");
    CHECK(answer.body == "GET /a?b=1 ");
    CHECK(answer.error == NGHTTP2_NO_ERROR);
    CHECK(http2.ask({.method = "POST", .path = "/b", .body = "body"}).body == "POST /b body");
    CHECK(http2.ask({.path = "/c"}).body == "GET /c ");
    CHECK(http2.goaways.empty());
}

TEST_CASE("requests may come in any pieces, from the preface on") {
    LiveServer server{echo, http2_options()};
    const auto port = server.start().port();
    const std::string all = preface() + frame(NGHTTP2_HEADERS, 4, 1, "\x83" + get_fields().substr(1)) +
                            frame(NGHTTP2_DATA, 1, 1, "body") + frame(NGHTTP2_HEADERS, 5, 3, get_fields());
    for (std::size_t part : {std::size_t{1}, std::size_t{7}, std::size_t{30}, all.size()}) {
        Client client{port};
        for (std::size_t at = 0; at < all.size(); at += part) client.send(std::string_view{all}.substr(at, part));
        client.end_sending();
        const std::string heard = client.receive_all();
        CHECK(heard.find("POST / body") != std::string::npos);
        CHECK(heard.find("GET / ") != std::string::npos);
    }
}

TEST_CASE("without the option there is no HTTP/2") {
    LiveServer server{echo};
    Client client{server.start().port()};
    CHECK(client.ask(preface()).status == 505);
    CHECK(client.ended());
}

TEST_CASE("HTTP/1 and HTTP/2 are spoken on one port") {
    LiveServer server{echo, http2_options()};
    const auto port = server.start().port();
    Client old{port}, recent{port};
    Http2Client http2{recent};
    CHECK(old.ask(get("/old")).body == "GET /old ");
    CHECK(http2.ask({.path = "/new"}).body == "GET /new ");
    CHECK(old.ask(get("/old")).body == "GET /old ");
    SUBCASE("but the preface only begins a connection") {
        CHECK(old.ask(preface()).status == 505);
        CHECK(old.ended());
    }
}

TEST_CASE("over TLS the handshake decides") {
    ServerOptions options = http2_options();
    options.tls.certificate = "adhoc";
    LiveServer server{[](Request& request, Response& response) {
                          response.body = std::to_string(request.version_major) + (request.secure ? " secure" : "");
                      },
                      options};
    const auto port = server.start().port();
    TlsClient both{port, {.protocols = "\x08http/1.1\x02h2"}};
    REQUIRE(both.protocol() == "h2");
    Http2Client http2{both};
    CHECK(http2.ask({}).body == "2 secure");
    TlsClient old{port, {.protocols = "\x08http/1.1"}};
    CHECK(old.ask(get("/")).body == "1 secure");
    TlsClient silent{port};
    CHECK(silent.ask(get("/")).body == "1 secure");
    TlsClient wrong{port};
    CHECK(wrong.ask(preface()).status == 505);
}

TEST_CASE("a handler sees the same request as with HTTP/1.1") {
    LiveServer server{[](Request& request, Response& response) {
                          response.body = std::string(request.method) + "|" + std::string(request.path) + "|" +
                                          std::string(request.query) + "|" + std::to_string(request.version_major) +
                                          "|" + std::string(request.remote_address) + "|" +
                                          (request.body != nullptr ? "body" : "bare");
                          for (auto& header : request.headers) {
                              response.body += "|" + std::string(header.name) + "=" + std::string(header.value);
                          }
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    CHECK(http2
              .ask({.path = "/a%20b?x=1&y=2",
                    .fields = {{"accept", "text/html"}, {"cookie", "a=1"}, {"x-y", ""}, {"cookie", "b=2"}}})
              .body == "GET|/a%20b|x=1&y=2|2|127.0.0.1|bare|Host=test|accept=text/html|x-y=|cookie=a=1; b=2");
    CHECK(http2.ask({.method = "PUT", .body = "x"}).body == "PUT|/||2|127.0.0.1|body|Host=test");
    CHECK(http2.ask({.method = "OPTIONS", .path = "*"}).body == "OPTIONS|*||2|127.0.0.1|bare|Host=test");
    const std::int32_t other =
        http2.submit_fields({{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {"host", "named.example"}});
    CHECK(http2.wait(other).body == "GET|/||2|127.0.0.1|bare|Host=named.example");
}

TEST_CASE("requests of a connection are served at the same time, and answered as they are ready") {
    std::atomic<int> inside{0};
    LiveServer server{[&](Request& request, Response& response) {
                          ++inside;
                          if (request.path == "/slow") {
                              while (inside < 11) fibers::sleep_for(milliseconds{1});
                          }
                          response.body = std::string(request.path);
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    const std::int32_t slow = http2.submit({.path = "/slow"});
    std::vector<std::int32_t> quick;
    for (int i = 0; i < 10; ++i) quick.push_back(http2.submit({.path = "/" + std::to_string(i)}));
    CHECK(http2.wait(slow).body == "/slow");
    for (int i = 0; i < 10; ++i) CHECK(http2.wait(quick[static_cast<std::size_t>(i)]).body == "/" + std::to_string(i));
    CHECK(http2.closed.front() != slow);
}

TEST_CASE("HEAD, 204 and 304 have no body, and the lengths that HTTP/1.1 has") {
    LiveServer server{[](Request& request, Response& response) {
                          response.body = "12345";
                          if (request.path == "/204") response.status = 204;
                          if (request.path == "/304") response.status = 304;
                          if (request.path == "/empty") response.body.clear();
                          if (request.path == "/file") {
                              response.body.clear();
                              response.headers.add("Content-Length", "77");
                          }
                          if (request.path == "/stream") {
                              response.stream = [](BodyWriter& writer) { writer.write("streamed"); };
                          }
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    for (auto& [path, length] : {std::pair{"/", "5"}, {"/file", "77"}, {"/stream", ""}}) {
        const Http2Answer head = http2.ask({.method = "HEAD", .path = path});
        CHECK(head.status == 200);
        CHECK(head.header("content-length") == length);
        CHECK(head.body.empty());
        CHECK(head.error == NGHTTP2_NO_ERROR);
    }
    for (const char* path : {"/204", "/304"}) {
        const Http2Answer answer = http2.ask({.path = path});
        CHECK(answer.status == std::stoi(path + 1));
        CHECK(answer.header("content-length").empty());
        CHECK(answer.body.empty());
    }
    CHECK(http2.ask({.path = "/empty"}).header("content-length") == "0");
    CHECK(http2.ask({.path = "/stream"}).body == "streamed");
}

TEST_CASE("what belongs to a connection of HTTP/1.1 does not leave with an answer") {
    LiveServer server{[](Request&, Response& response) {
                          response.headers = {{"Connection", "close"},  {"Keep-Alive", "5"}, {"Transfer-Encoding", "x"},
                                              {"Upgrade", "websocket"}, {"Date", "never"},   {"Content-Length", "99"},
                                              {"Server", "mine"},       {"X-Padded", " a "}, {"Set-Cookie", "a=1"},
                                              {"Set-Cookie", "b=2"}};
                          response.body = "hello";
                      },
                      http2_options()};
    Client client{server.start().port()};
    Http2Client http2{client};
    const Http2Answer answer = http2.ask({});
    std::string all;
    for (auto& [name, value] : answer.fields) {
        if (name != "date") all += name + "=" + value + ";";
    }
    CHECK(all == ":status=200;server=mine;x-padded=a;set-cookie=a=1;set-cookie=b=2;content-length=5;");
    CHECK(answer.header("date") != "never");
    CHECK(http2.ask({}).body == "hello");
}

TEST_CASE("bodies of any size pass both ways") {
    LiveServer server{[](Request& request, Response& response) { response.body = read_body(request); },
                      http2_options()};
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
    LiveServer server{[](Request& request, Response& response) { response.body = read_body(request); }, options};
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
    CHECK(http2.wait(stream).body == "POST / body");
}

TEST_CASE("whatever a handler throws is a bare 500, and only its stream ends") {
    std::atomic<int> reported{0};
    LiveServer server{[](Request& request, Response& response) {
                          response.body = "half done";
                          if (request.path == "/std") throw std::runtime_error("secret");
                          if (request.path == "/int") throw 42;
                          if (request.path == "/stream") {
                              response.stream = [](BodyWriter& writer) {
                                  writer.write("begun");
                                  throw std::runtime_error("secret");
                              };
                          }
                      },
                      http2_options()};
    server.server().on_handler_error([&](std::exception_ptr) { ++reported; });
    Client client{server.start().port()};
    Http2Client http2{client};
    for (const char* path : {"/std", "/int"}) {
        const Http2Answer answer = http2.ask({.path = path});
        CHECK(answer.status == 500);
        CHECK(answer.body.find("secret") == std::string::npos);
    }
    CHECK(http2.ask({.path = "/stream"}).error == NGHTTP2_INTERNAL_ERROR);
    CHECK(reported == 3);
    CHECK(http2.ask({}).body == "half done");
}

TEST_CASE("a client that gives a request up: its handler learns of it, others do not") {
    std::atomic<int> learned{0}, inside{0};
    LiveServer server{[&](Request& request, Response& response) {
                          ++inside;
                          if (request.path == "/read") {
                              try {
                                  read_body(request);
                              } catch (const ProtocolError& error) {
                                  if (error.code() == "client-disconnected") ++learned;
                                  throw;
                              }
                          }
                          if (request.path == "/write") {
                              response.stream = [&](BodyWriter& writer) {
                                  try {
                                      for (;;) writer.write(std::string(100'000, 'x'));
                                  } catch (const ProtocolError& error) {
                                      if (error.code() == "client-disconnected") ++learned;
                                      throw;
                                  }
                              };
                          }
                      },
                      http2_options()};
    const auto port = server.start().port();
    Client client{port};
    Http2Client http2{client};
    const std::int32_t reading = http2.submit({.method = "POST", .path = "/read", .body = "begun", .ends = false});
    const std::int32_t writing = http2.submit({.path = "/write"});
    while (http2.answers[writing].body.size() < 100'000 && http2.pump()) {
    }
    http2.reset(reading);
    http2.reset(writing);
    while (learned < 2 && http2.ask({}).status == 200) {
    }
    CHECK(learned == 2);
    inside = 0;
    {
        Client leaving{port};
        Http2Client gone{leaving};
        gone.submit({.method = "POST", .path = "/read", .body = "begun", .ends = false});
        gone.submit({.path = "/write"});
        while (inside < 2) std::this_thread::yield();
    }
    while (learned < 4) std::this_thread::yield();
    CHECK(http2.ask({}).status == 200);
}

TEST_CASE("many connections, many streams, several threads") {
    ServerOptions options = http2_options();
    options.threads = 2;
    LiveServer server{[](Request& request, Response& response) {
                          fibers::sleep_for(milliseconds{request.target.size() % 2});
                          response.body = std::string(request.target);
                      },
                      options};
    const auto port = server.start().port();
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            Client client{port};
            Http2Client http2{client};
            std::vector<std::int32_t> streams;
            for (int j = 0; j < 50; ++j) streams.push_back(http2.submit({.path = "/" + std::string(j, 'p')}));
            for (int j = 0; j < 50; ++j) good += http2.wait(streams[j]).body == "/" + std::string(j, 'p') ? 1 : 0;
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(good == 200);
}

TEST_CASE("stopping serves what is under way and takes nothing new") {
    Gate gate;
    LiveServer server{[&](Request& request, Response& response) {
                          if (request.path == "/slow") gate.pass();
                          response.body = "done";
                      },
                      http2_options()};
    const auto port = server.start().port();
    Client idle_client{port}, busy_client{port};
    Http2Client idle{idle_client}, busy{busy_client};
    CHECK(idle.ask({}).status == 200);
    const std::int32_t slow = busy.submit({.path = "/slow"});
    gate.await(1);
    server.server().stop();
    idle.drain();
    REQUIRE_FALSE(idle.goaways.empty());
    CHECK(idle.goaways[0] == std::pair<std::int32_t, std::uint32_t>{INT32_MAX, NGHTTP2_NO_ERROR});
    while (busy.goaways.size() < 2 && busy.pump()) {
    }
    CHECK(busy.goaways.back() == std::pair<std::int32_t, std::uint32_t>{slow, NGHTTP2_NO_ERROR});
    gate.open = true;
    CHECK(busy.wait(slow).body == "done");
    busy.drain();
    idle_client.close();
    busy_client.close();
    server.join();
    CHECK_FALSE(Client{port}.connected);
}

TEST_CASE("a client that does not answer to the end of a server is not waited for") {
    LiveServer server{echo, http2_options()};
    Client client{server.start().port()};
    client.send(preface());
    client.send(frame(NGHTTP2_HEADERS, 5, 1, get_fields()));
    std::string heard(1000, '\0');
    heard.resize(static_cast<std::size_t>(client.receive_some(heard.data(), heard.size())));
    CHECK(goaway_in(heard) == std::nullopt);
    server.server().stop();
    CHECK(goaway_in(heard + client.receive_all()) == NGHTTP2_NO_ERROR);
    client.close();
}
