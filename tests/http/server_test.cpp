// The server on a real connection: framing, keep-alive, pipelining, HEAD, HTTP/1.0, errors.
#include "retort/http/server.hpp"

#include <atomic>
#include <stdexcept>
#include <vector>

#include "live_server.hpp"
#include "retort/fiber/fiber.hpp"
#include "tests/doctest.hpp"

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

TEST_CASE("a request is answered, and the connection stays") {
    LiveServer server{echo};
    Client client{server.start().port()};
    const Answer answer = client.ask(get("/a?b=1"));
    CHECK(answer.head.find("HTTP/1.1 200 OK\r\nServer: Retort\r\nDate: ") == 0);
    CHECK(answer.header("Content-Type") == "text/plain");
    CHECK(answer.header("Connection") == "");
    CHECK(answer.body == "GET /a?b=1 ");
    CHECK(client.ask(post("/b", "body")).body == "POST /b body");
    CHECK(client.ask(get("/c")).body == "GET /c ");
}

TEST_CASE("a handler sees where the request comes from") {
    LiveServer server{[](Request& request, Response& response) {
        response.body = std::string(request.remote_address) + (request.remote_port != 0 ? " port" : "") +
                        (request.secure ? " secure" : "") + (request.body == nullptr ? " bare" : "");
    }};
    Client client{server.start().port()};
    CHECK(client.ask(get("/")).body == "127.0.0.1 port bare");
}

TEST_CASE("pipelined requests are answered in order, however they are split") {
    LiveServer server{echo};
    const auto port = server.start().port();
    std::string all;
    for (int i = 0; i < 40; ++i)
        all += i % 3 == 0 ? post("/" + std::to_string(i), "x" + std::to_string(i)) : get("/" + std::to_string(i));
    for (std::size_t part : {all.size(), std::size_t{1000}, std::size_t{37}, std::size_t{1}}) {
        Client client{port};
        for (std::size_t at = 0; at < all.size(); at += part) client.send(std::string_view{all}.substr(at, part));
        for (int i = 0; i < 40; ++i) {
            const std::string name = std::to_string(i);
            CHECK(client.receive().body == (i % 3 == 0 ? "POST /" + name + " x" + name : "GET /" + name + " "));
        }
    }
}

TEST_CASE("an answer that is ready does not wait for the next request of the pipeline") {
    fibers::Parker* waiting = nullptr;
    std::atomic<bool> parked{false};
    LiveServer server{[&](Request& request, Response& response) {
        response.body = std::string(request.path);
        if (request.path != "/slow") return;
        fibers::Parker parker;
        waiting = &parker;
        parked = true;
        parker.park();
    }};
    Client client{server.start().port()};
    client.send(get("/quick") + get("/slow"));
    CHECK(client.receive().body == "/quick");
    while (!parked) std::this_thread::yield();
    waiting->unpark();
    CHECK(client.receive().body == "/slow");
}

TEST_CASE("HEAD has the headers of GET and no body") {
    LiveServer server{[](Request& request, Response& response) {
        response.body = "12345";
        if (request.path == "/file") {
            response.body.clear();
            response.headers.add("Content-Length", "77");
        }
        if (request.path == "/stream") response.stream = [](BodyWriter& writer) { writer.write("never seen"); };
    }};
    Client client{server.start().port()};
    CHECK(client.ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").header("Content-Length") == "5");
    CHECK(client.ask("HEAD /file HTTP/1.1\r\nHost: h\r\n\r\n").header("Content-Length") == "77");
    CHECK(client.ask("HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n").header("Transfer-Encoding") == "chunked");
    CHECK(client.ask(get("/")).body == "12345");
}

TEST_CASE("a handler sends its response while it still runs, and what it does afterwards changes nothing") {
    std::string order;
    LiveServer server{[&](Request& request, Response& response) {
        response.stream = [&](BodyWriter& writer) {
            order += "stream ";
            writer.write("whole");
        };
        if (request.path == "/broken") response.stream = [](BodyWriter&) { throw std::runtime_error("broken"); };
        Response other;
        other.body = "another";
        request.channel->send(request.path == "/other" ? other : response);
        order += "after ";
        response.status = 500;
        request.channel->send(response);
    }};
    Client client{server.start().port()};
    CHECK(client.ask(get("/")).body == "whole");
    CHECK(client.ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").status == 200);
    CHECK(client.ask(post("/", "some body")).body == "whole");
    CHECK(client.ask(get("/other")).body == "another");
    CHECK(client.ask(get("/broken")).status == 0);
    server.stop();
    CHECK(order == "stream after after stream after after after ");
}

TEST_CASE("HTTP/1.0 closes, unless it asks to stay") {
    LiveServer server{echo};
    const auto port = server.start().port();
    Client plain{port};
    const Answer answer = plain.ask("GET / HTTP/1.0\r\n\r\n");
    CHECK(answer.head.find("HTTP/1.1 200 OK\r\n") == 0);
    CHECK(answer.header("Connection") == "close");
    CHECK(plain.ended());
    Client staying{port};
    CHECK(staying.ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").header("Connection") == "keep-alive");
    CHECK(staying.ask("GET /2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").body == "GET /2 ");
}

TEST_CASE("Connection: close is obeyed, and so is the response's own wish") {
    LiveServer server{[](Request& request, Response& response) {
        response.close = request.path == "/flag";
        if (request.path == "/header") response.headers.add("Connection", "close");
    }};
    const auto port = server.start().port();
    for (const char* request : {"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                                "GET /flag HTTP/1.1\r\nHost: h\r\n\r\n", "GET /header HTTP/1.1\r\nHost: h\r\n\r\n"}) {
        Client client{port};
        CHECK(client.ask(request).header("Connection") == "close");
        CHECK(client.ended());
    }
}

TEST_CASE("responses without a body have no Content-Length") {
    LiveServer server{[](Request& request, Response& response) {
        response.status = request.path == "/304" ? 304 : 204;
        response.body = "must not be sent";
    }};
    Client client{server.start().port()};
    for (const char* path : {"/204", "/304"}) {
        const Answer answer = client.ask(get(path));
        CHECK(answer.header("Content-Length") == "");
        CHECK(answer.header("Transfer-Encoding") == "");
    }
    CHECK(client.ask("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").status == 204);
    CHECK(client.ended());
}

TEST_CASE("an interim status is no answer, so it is an error") {
    LiveServer server{[](Request& request, Response& response) {
        response.status = request.path == "/100" ? 100 : 103;
        response.body = "text";
    }};
    Client client{server.start().port()};
    client.send(get("/100") + get("/103"));
    CHECK(client.receive().status == 500);
    const Answer second = client.receive();
    CHECK(second.status == 500);
    CHECK(second.body == "text");
}

TEST_CASE("malformed requests never reach the handler, and are answered") {
    std::atomic<int> calls{0};
    std::atomic<int> refused{0};
    LiveServer server{[&](Request&, Response&) { ++calls; }};
    server.server().on_refusal([&](int status, std::string_view problem, std::string_view remote_address) {
        refused = problem.empty() || remote_address != "127.0.0.1" ? -1 : status;
        throw std::runtime_error("a hook's error changes nothing");
    });
    const auto port = server.start().port();
    const std::vector<std::pair<int, std::string>> cases = {
        {400, "garbage\r\n\r\n"},
        {400, "GET / HTTP/1.1\r\n\r\n"},
        {400,
         "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x "
         "HTTP/1.1\r\n"},
        {414, "GET /" + std::string(40'000, 'a') + " HTTP/1.1\r\n"},
        {431, "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(40'000, 'a')},
        {431, "GET / HTTP/1.1\r\nHost: h\r\n" +
                  [] {
                      std::string s;
                      for (int i = 0; i < 101; ++i) s += "X: y\r\n";
                      return s;
                  }() +
                  "\r\n"},
        {501, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"},
        {505, "GET / HTTP/3.0\r\n\r\n"},
        {417, "POST / HTTP/1.1\r\nHost: h\r\nExpect: wonders\r\n\r\n"},
        {413, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999\r\n\r\n"},
    };
    for (const auto& [status, bytes] : cases) {
        CAPTURE(bytes.substr(0, 100));
        Client client{port};
        const Answer answer = client.ask(bytes);
        CHECK(answer.status == status);
        CHECK(refused == status);
        CHECK(answer.header("Connection") == "close");
        CHECK(answer.body.find(std::string(reason_phrase(status))) != std::string::npos);
        CHECK(client.ended());
    }
    CHECK(calls == 0);
}

TEST_CASE("requests before a malformed one are still served") {
    LiveServer server{echo};
    Client client{server.start().port()};
    client.send(get("/first") + "nonsense\r\n\r\n" + get("/never"));
    CHECK(client.receive().body == "GET /first ");
    CHECK(client.receive().status == 400);
    CHECK(client.ended());
}

TEST_CASE("whatever a handler throws is a bare 500, and the server goes on") {
    std::atomic<int> reported{0};
    LiveServer server{[](Request& request, Response& response) {
        response.body = "half done";
        if (request.path == "/std") throw std::runtime_error("secret");
        if (request.path == "/int") throw 42;
        if (request.path == "/error") throw InvalidRequestError("malformed-body"_code, "secret");
        if (request.path == "/protocol") throw ProtocolError(400, "malformed-body"_code, "secret");
    }};
    server.server().on_handler_error([&](std::exception_ptr, const Request*) { ++reported; });
    const auto port = server.start().port();
    for (const char* path : {"/std", "/int", "/error", "/protocol"}) {
        Client client{port};
        const Answer answer = client.ask(get(path));
        CHECK(answer.status == 500);
        CHECK(answer.body.find("secret") == std::string::npos);
        CHECK(answer.header("Connection") == "close");
        CHECK(client.ended());
    }
    CHECK(reported == 4);
    CHECK(Client{port}.ask(get("/")).body == "half done");
}

TEST_CASE("handlers of several connections wait at the same time, with their own exceptions") {
    LiveServer server{[](Request& request, Response& response) {
        try {
            throw std::runtime_error(std::string(request.path));
        } catch (...) {
            fibers::sleep_for(milliseconds{request.path.size() % 3});
            try {
                throw;
            } catch (const std::exception& again) {
                response.body = again.what();
            }
        }
    }};
    const auto port = server.start().port();
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 30; ++i) {
        clients.push_back(std::make_unique<Client>(port));
        clients.back()->send(get("/" + std::string(static_cast<std::size_t>(i), 'x')));
    }
    for (int i = 0; i < 30; ++i)
        CHECK(clients[static_cast<std::size_t>(i)]->receive().body.size() == static_cast<std::size_t>(i) + 1);
}

TEST_CASE("many connections on several threads are all served") {
    std::atomic<int> started{0}, ended{0};
    ServerOptions options = quick_options();
    options.threads = 3;
    LiveServer server{echo, options};
    server.server().on_thread_start([&] { ++started; });
    server.server().on_thread_stop([&] { ++ended; });
    const auto port = server.start().port();
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 300; ++i) clients.push_back(std::make_unique<Client>(port));
    for (int round = 0; round < 3; ++round) {
        for (auto& client : clients) client->send(get("/" + std::to_string(round)));
        for (auto& client : clients) CHECK(client->receive().body == "GET /" + std::to_string(round) + " ");
    }
    server.stop();
    CHECK(started == 3);
    CHECK(ended == 3);
    for (auto& client : clients) CHECK(client->ended());
}

TEST_CASE("beyond the most connections, new ones wait until one ends") {
    ServerOptions options = quick_options();
    options.max_connections = 2;
    LiveServer server{echo, options};
    const auto port = server.start().port();
    auto first = std::make_unique<Client>(port);
    Client second{port};
    CHECK(first->ask(get("/1")).status == 200);
    CHECK(second.ask(get("/2")).status == 200);
    Client third{port};
    third.send(get("/3"));
    CHECK(second.ask(get("/2")).status == 200);
    first.reset();
    CHECK(third.receive().body == "GET /3 ");
}

TEST_CASE("a start hook that fails comes out of run") {
    Server server{quick_options(), echo};
    server.on_thread_start([] { throw std::runtime_error("no database"); });
    CHECK_THROWS_WITH(server.run(), "no database");
}

TEST_CASE("a port in use is told when the server is made") {
    Server first{quick_options(), echo};
    ServerOptions options = quick_options();
    options.port = first.port();
    CHECK_THROWS_AS((Server{options, echo}), OperatingSystemError);
}
