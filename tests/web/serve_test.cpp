// Serving over a real socket, until a signal says stop.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "retort/http/error.hpp"
#include "retort/web/web.hpp"

using namespace retort;

namespace {

std::string exchange(std::uint16_t port, const std::string& bytes) {
    int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
        static_cast<void>(::send(socket, bytes.data(), bytes.size(), 0));
        char buffer[4096];
        for (ssize_t count = 0; (count = ::recv(socket, buffer, sizeof buffer, 0)) > 0;) {
            answer.append(buffer, static_cast<std::size_t>(count));
        }
    }
    ::close(socket);
    return answer;
}

}  // namespace

TEST_CASE("run serves until SIGTERM, with hooks around it") {
    logger().set_sink([](LogLevel, std::string_view) {});
    App app{"served"};
    app.config["ACCESS_LOG"] = false;
    app.get("/", [] { return "over the wire"; });
    app.get("/boom", []() -> Response { throw std::runtime_error("boom"); });
    app.post("/echo", [] { return request.data(); });
    std::vector<std::string> order;
    std::atomic<int> threads = 0;
    app.before_serving([&] { order.push_back("before " + current_app->name()); });
    app.on_serve_thread_start([&] { ++threads; });
    app.on_serve_thread_stop([&] { --threads; });
    app.on_shutdown([&] { order.push_back("shutdown"); });
    std::string front, boom, echo;
    std::thread client;
    app.run({.port = 0, .threads = 2, .on_listening = [&](std::uint16_t port) {
                 client = std::thread{[&, port] {
                     front = exchange(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                     boom = exchange(port, "GET /boom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                     echo = exchange(
                         port, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody");
                     ::kill(::getpid(), SIGTERM);
                 }};
             }});
    client.join();
    logger().set_sink({});
    CHECK(front.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(front.ends_with("\r\n\r\nover the wire"));
    CHECK(boom.starts_with("HTTP/1.1 500 INTERNAL SERVER ERROR\r\n"));
    CHECK(echo.ends_with("\r\n\r\nbody"));
    CHECK(threads == 0);
    CHECK(order == std::vector<std::string>{"before served", "shutdown"});
}

TEST_CASE("a port in use is an error with a mend") {
    logger().set_sink([](LogLevel, std::string_view) {});
    int taken = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(taken, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(taken, 1) == 0);
    REQUIRE(::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    App app{"second"};
    CHECK_THROWS_AS(app.run({.port = ntohs(address.sin_port)}), http::OperatingSystemError);
    ::close(taken);
    logger().set_sink({});
}
