// HTTP/2 on a real connection: requests and answers, streams beside each other, the end.
#include "retort/http/http2_session.hpp"

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

void echo(Request& request, Response& response) {
    response.headers.add("Content-Type", "text/plain");
    response.body = std::string(request.method) + " " + std::string(request.target) + " " + read_body(request);
}

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
    server.server().on_handler_error([&](std::exception_ptr, const Request*) { ++reported; });
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

TEST_CASE("a client that says goodbye and leaves in the middle of an answer over TLS is noticed") {
    std::atomic<int> learned{0};
    ServerOptions options = http2_options();
    options.tls.certificate = "adhoc";
    LiveServer server{[&](Request&, Response& response) {
                          response.stream = [&](BodyWriter& writer) {
                              try {
                                  for (;; fibers::sleep_for(milliseconds{1})) writer.write("event\n");
                              } catch (const ProtocolError& error) {
                                  if (error.code() == "client-disconnected") ++learned;
                                  throw;
                              }
                          };
                      },
                      options};
    const auto port = server.start().port();
    for (std::string protocols : {"\x02h2", "\x08http/1.1"}) {
        TlsClient leaving{port, {.protocols = protocols}};
        Http2Client http2{leaving};
        if (leaving.protocol() == "h2") {
            const auto writing = http2.submit({});
            while (http2.answers[writing].body.empty() && http2.pump()) {
            }
        } else {
            char some[64];
            leaving.send(get("/"));
            leaving.receive_some(some, sizeof some);
        }
        ::SSL_shutdown(leaving.ssl());
        leaving.close();
    }
    while (learned < 2) std::this_thread::yield();
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
