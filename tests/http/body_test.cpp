// Bodies both ways on a real connection: sizes, chunks, 100-continue, backpressure, what is left unread.
#include "retort/http/body.hpp"

#include <atomic>
#include <stdexcept>

#include "live_server.hpp"
#include "retort/fiber/fiber.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace retort::http;
using namespace retort::http::testing;
using std::chrono::milliseconds;

namespace {

void echo_body(Request& request, Response& response) { response.body = read_body(request); }

std::string chunked(std::string_view target, std::string_view chunks) {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
           std::string(chunks);
}

}  // namespace

TEST_CASE("bodies of all sizes come whole, and the next request after them") {
    LiveServer server{echo_body};
    Client client{server.start().port()};
    for (std::size_t size : {1u, 100u, 16'000u, 48'000u, 49'152u, 300'000u, 5'000'000u}) {
        const std::string text = pattern(size);
        std::thread sender([&] { client.send(post("/", text) + get("/next")); });
        CHECK(client.receive().body == text);
        CHECK(client.receive().body.empty());
        sender.join();
    }
}

TEST_CASE("a body read in small pieces is the same") {
    LiveServer server{[](Request& request, Response& response) {
        char byte[3];
        while (const std::size_t size = request.body->read(byte)) response.body.append(byte, size);
    }};
    Client client{server.start().port()};
    const std::string text = pattern(100'000);
    CHECK(client.ask(post("/", text)).body == text);
    CHECK(client.ask(chunked("/", "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")).body == "hello!");
}

TEST_CASE("a long head leaves room for its body") {
    LiveServer server{echo_body};
    Client client{server.start().port()};
    const std::string head =
        "POST / HTTP/1.1\r\nHost: h\r\nX: " + std::string(30'000, 'x') + "\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string text = pattern(60'000);
    client.send(get("/" + std::string(20'000, 'p')) + head);
    CHECK(client.receive().status == 200);
    client.send("ea60\r\n" + text + "\r\n0\r\n\r\n");
    CHECK(client.receive().body == text);
    CHECK(client.ask(post("/", "after")).body == "after");
}

TEST_CASE("chunked requests with trailers, in any split") {
    LiveServer server{[](Request& request, Response& response) {
        response.body = read_body(request);
        if (request.body == nullptr) return;
        for (const Header& trailer : request.body->trailers())
            response.body += "|" + trailer.name + "=" + trailer.value;
    }};
    const auto port = server.start().port();
    const std::string request = chunked("/", "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Sum: 9\r\n\r\n") + get("/next");
    for (std::size_t part : {request.size(), std::size_t{7}, std::size_t{1}}) {
        Client client{port};
        for (std::size_t at = 0; at < request.size(); at += part)
            client.send(std::string_view{request}.substr(at, part));
        CHECK(client.receive().body == "hello world|X-Sum=9");
        CHECK(client.receive().body.empty());
    }
}

TEST_CASE("malformed and oversized chunked bodies are answered, and the connection ends") {
    ServerOptions options = quick_options();
    options.max_body_bytes = 10;
    LiveServer server{echo_body, options};
    const auto port = server.start().port();
    for (auto [status, chunks] :
         {std::pair{400, "x\r\n"}, {400, "5\r\nhelloo\r\n"}, {413, "5\r\nhello\r\n6\r\nworld!\r\n0\r\n\r\n"}}) {
        Client client{port};
        const Answer answer = client.ask(chunked("/", chunks));
        CHECK(answer.status == status);
        CHECK(client.ended());
    }
    CHECK(Client{port}.ask(post("/", "12345678901")).status == 413);
    CHECK(Client{port}.ask(post("/", "1234567890")).status == 200);
}

TEST_CASE("a body cut off in the middle never counts as whole") {
    std::atomic<int> whole{0};
    LiveServer server{[&](Request& request, Response&) {
        read_body(request);
        ++whole;
    }};
    const auto port = server.start().port();
    for (const std::string& request : {post("/", "12345"), chunked("/", "5\r\n12345\r\n0\r\n\r\n")}) {
        Client client{port};
        client.send(request.substr(0, request.size() - 3));
        client.end_sending();
        CHECK(client.receive().status == 400);
    }
    CHECK(whole == 0);
}

TEST_CASE("100 Continue is sent when the handler reads, and only then") {
    LiveServer server{[](Request& request, Response& response) {
        if (request.path == "/read") response.body = read_body(request);
        if (request.path == "/refuse") response.status = 403;
    }};
    const auto port = server.start().port();
    const std::string rest = " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    Client reading{port};
    CHECK(reading.ask("POST /read" + rest).status == 100);
    reading.send("hello");
    CHECK(reading.receive().body == "hello");
    Client eager{port};
    CHECK(eager.ask("POST /read" + rest + "hello").body == "hello");
    Client refused{port};
    const Answer answer = refused.ask("POST /refuse" + rest);
    CHECK(answer.status == 403);
    CHECK(answer.header("Connection") == "close");
}

TEST_CASE("a small unread body is passed over, a big one ends the connection after the answer") {
    LiveServer server{[](Request&, Response& response) { response.body = "unread"; }};
    const auto port = server.start().port();
    Client client{port};
    CHECK(client.ask(post("/", pattern(30'000))).body == "unread");
    CHECK(client.ask(chunked("/", "5\r\nhello\r\n0\r\n\r\n")).body == "unread");
    CHECK(client.ask(get("/")).body == "unread");
    Client big{port};
    const Answer answer = big.ask(post("/", pattern(3'000'000)));
    CHECK(answer.body == "unread");
    CHECK(answer.header("Connection") == "close");
    CHECK(big.ended());
}

TEST_CASE("big answers reach slow readers whole") {
    const std::string text = pattern(8'000'000);
    LiveServer server{[&](Request&, Response& response) { response.body = text; }};
    const auto port = server.start().port();
    Client slow{port, 4096};
    slow.send(get("/1") + get("/2"));
    Client quick{port};
    CHECK(quick.ask(get("/")).body == text);
    CHECK(slow.receive().body == text);
    CHECK(slow.receive().body == text);
}

TEST_CASE("streams are chunked, counted, or end with the connection") {
    LiveServer server{[](Request& request, Response& response) {
        if (request.path == "/counted") response.headers.add("Content-Length", "6");
        response.stream = [](BodyWriter& writer) {
            writer.write("abc");
            writer.write("");
            fibers::sleep_for(milliseconds{1});
            writer.write("def");
            writer.trailer("X-Sum", "6");
        };
    }};
    const auto port = server.start().port();
    Client client{port};
    const Answer answer = client.ask(get("/"));
    CHECK(answer.header("Transfer-Encoding") == "chunked");
    CHECK(answer.body == "abcdef");
    CHECK(client.trailers == "X-Sum: 6\n");
    const Answer counted = client.ask(get("/counted"));
    CHECK(counted.header("Content-Length") == "6");
    CHECK(counted.body == "abcdef");
    Client old{port};
    const Answer plain = old.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(plain.header("Connection") == "close");
    CHECK(plain.body == "abcdef");
}

TEST_CASE("a stream never sends more than it announced, and fewer end the connection") {
    LiveServer server{[](Request& request, Response& response) {
        response.headers.add("Content-Length", request.path == "/more" ? "2" : "5");
        response.stream = [](BodyWriter& writer) { writer.write("abcd"); };
    }};
    const auto port = server.start().port();
    Client client{port};
    CHECK(client.ask(get("/more")).body == "ab");
    CHECK(client.ask(get("/fewer")).body == "abcd");
    CHECK(client.ended());
}

TEST_CASE("a stream that fails midway has no proper end") {
    LiveServer server{[](Request&, Response& response) {
        response.stream = [](BodyWriter& writer) {
            writer.write("begin");
            throw std::runtime_error("lost");
        };
    }};
    Client client{server.start().port()};
    const std::string all = (client.send(get("/")), client.receive_all());
    CHECK(all.find("5\r\nbegin\r\n") != std::string::npos);
    CHECK(all.find("\r\n0\r\n") == std::string::npos);
}

TEST_CASE("a stream hears that its client has gone") {
    std::atomic<bool> heard{false};
    LiveServer server{[&](Request&, Response& response) {
        response.stream = [&](BodyWriter& writer) {
            const std::string piece = pattern(100'000);
            try {
                for (int i = 0; i < 10'000; ++i) writer.write(piece);
            } catch (const ProtocolError& error) {
                heard = error.code() == "client-disconnected";
                throw;
            }
        };
    }};
    const auto port = server.start().port();
    {
        Client client{port};
        client.send(get("/"));
        client.close();
    }
    server.stop();
    CHECK(heard);
}

TEST_CASE("backpressure: a stream does not run ahead of its reader") {
    std::atomic<std::size_t> written{0};
    ServerOptions options = quick_options();
    options.write_timeout = milliseconds{300};
    LiveServer server{[&](Request&, Response& response) {
                          response.stream = [&](BodyWriter& writer) {
                              const std::string piece = pattern(100'000);
                              for (int i = 0; i < 1000; ++i) {
                                  writer.write(piece);
                                  written += piece.size();
                              }
                          };
                      },
                      options};
    Client idle{server.start().port(), 4096};
    idle.send(get("/"));
    server.stop();
    CHECK(written < 50'000'000);
}
