// Serving over a real socket, until a signal says stop.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>

#include "retort/http/error.hpp"
#include "retort/web/stream_with_context.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"
#include "tests/http/http2_client.hpp"
#include "tests/http/tls_client.hpp"

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
    std::mutex mutex;
    std::vector<std::string> lines;
    logger().set_sink([&](LogLevel, std::string_view line) {
        std::lock_guard lock{mutex};
        lines.emplace_back(line);
    });
    App app{"served"};
    app.config["ACCESS_LOG"] = false;
    app.config["MAX_CONTENT_LENGHT"] = 1;
    std::size_t doubts_at_start = 0;
    auto doubts = [&] {
        std::lock_guard lock{mutex};
        return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [](auto& line) {
            return line.find("did you mean MAX_CONTENT_LENGTH?") != std::string::npos;
        }));
    };
    app.get("/", [] { return "over the wire"; });
    app.get("/boom", []() -> Response { throw std::runtime_error("boom"); });
    app.get("/cut", [] {
        return Response::stream([](http::BodyWriter& body) {
            body.write("begun");
            throw std::runtime_error("snapped");
        });
    });
    app.get("/hints", [] { return Response{"early", 103}; });
    app.post("/echo", [] { return request.data(); });
    std::vector<std::string> order;
    std::atomic<int> threads = 0;
    app.before_serving([&] { order.push_back("before " + current_app->name()); });
    app.on_serve_thread_start([&] { ++threads; });
    app.on_serve_thread_stop([&] { --threads; });
    app.on_shutdown([&] { order.push_back("shutdown"); });
    std::string front, boom, cut, hints, echo;
    std::thread client;
    app.run({.port = 0, .threads = 2, .on_listening = [&](std::uint16_t port) {
                 doubts_at_start = doubts();
                 client = std::thread{[&, port] {
                     front = exchange(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                     boom = exchange(port, "GET /boom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                     cut = exchange(port, "GET /cut HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
                     hints = exchange(port, "GET /hints HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
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
    CHECK(cut.ends_with("begun\r\n"));
    CHECK(std::count_if(lines.begin(), lines.end(), [](auto& line) {
              return line.find("Exception on /cut [GET] at ") != std::string::npos &&
                     line.find("\nstd::runtime_error: snapped") != std::string::npos;
          }) == 1);
    CHECK(hints.starts_with("HTTP/1.1 500 INTERNAL SERVER ERROR\r\n"));
    CHECK(std::count_if(lines.begin(), lines.end(), [](auto& line) {
              return line.find("the view of /hints gave the status 103") != std::string::npos;
          }) == 1);
    CHECK(echo.ends_with("\r\n\r\nbody"));
    CHECK(threads == 0);
    CHECK(doubts_at_start == 1);
    CHECK(doubts() == 1);
    CHECK(order == std::vector<std::string>{"before served", "shutdown"});
}

namespace {

App secure_app() {
    App app{"secure"};
    app.config["ACCESS_LOG"] = false;
    app.config["SECRET_KEY"] = "s";
    app.get("/", "front", [] {
        session["a"] = 1;
        return std::string{request.scheme()} + (request.is_secure() ? " secure " : " ") +
               url_for("front", {}, {.external = true});
    });
    return app;
}

/// What a client over TLS hears of the app, which is stopped then.
std::string ask_secure(App& app, RunOptions options) {
    std::string answer;
    std::thread client;
    options.port = 0;
    options.threads = 1;
    options.on_listening = [&](std::uint16_t port) {
        client = std::thread{[&, port] {
            http::testing::TlsClient tls{port};
            auto [status, head, body] = tls.ask("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            answer = head + body;
            ::kill(::getpid(), SIGTERM);
        }};
    };
    app.run(options);
    client.join();
    return answer;
}

}  // namespace

TEST_CASE("over TLS requests are secure, URLs begin with https, and cookies stay there") {
    std::string log;
    logger().set_sink([&](LogLevel, std::string_view line) { log += line; });
    App by_option = secure_app();
    App by_config = secure_app();
    by_config.config["TLS_CERTIFICATE"] = "adhoc";
    const http::testing::CertificateFolder folder;
    App by_file{"files", {.instance_path = folder.path("")}};
    by_file.config["ACCESS_LOG"] = false;
    by_file.config["TLS_CERTIFICATE"] = "certificate.pem";
    by_file.config["TLS_KEY"] = "key.pem";
    by_file.get("/", [] { return request.scheme(); });
    const auto first = ask_secure(by_option, {.ssl_context = {"adhoc"}});
    const auto second = ask_secure(by_config, {});
    const auto third = ask_secure(by_file, {});
    logger().set_sink({});
    for (const auto& answer : {first, second}) {
        CHECK(answer.ends_with("\r\n\r\nhttps secure https://h/"));
        CHECK(answer.find("Set-Cookie: session=") != std::string::npos);
        CHECK(answer.find("; Secure;") != std::string::npos);
    }
    CHECK(third.ends_with("\r\n\r\nhttps"));
    CHECK(log.find("Running on https://127.0.0.1:") != std::string::npos);
    CHECK(by_option.config["PREFERRED_URL_SCHEME"] == json("https"));
}

TEST_CASE("HTTP/2 is one key of the config") {
    logger().set_sink([](LogLevel, std::string_view) {});
    App app = secure_app();
    app.config["HTTP2"] = true;
    app.config["TLS_CERTIFICATE"] = "adhoc";
    app.get("/parts", [] {
        return Response::stream(stream_with_context([](http::BodyWriter& body) {
            for (auto& [key, value] : request.args) body.write(key + "=" + value + ";");
        }));
    });
    std::thread client;
    http::testing::Http2Answer over_tls, parts;
    app.run({.port = 0, .threads = 1, .on_listening = [&](std::uint16_t port) {
                 client = std::thread{[&, port] {
                     http::testing::TlsClient tls{port, {.protocols = "\x02h2"}};
                     http::testing::Http2Client http2{tls};
                     over_tls = http2.ask({});
                     parts = http2.ask({.path = "/parts?a=1&b=2"});
                     ::kill(::getpid(), SIGTERM);
                 }};
             }});
    client.join();
    logger().set_sink({});
    CHECK(over_tls.status == 200);
    CHECK(over_tls.body == "https secure https://test/");
    CHECK(over_tls.header("set-cookie").find("; Secure;") != std::string::npos);
    CHECK(parts.body == "a=1;b=2;");
}

TEST_CASE("a key without a certificate, or with a wrong one, is told before the app serves") {
    logger().set_sink([](LogLevel, std::string_view) {});
    App app = secure_app();
    CHECK_THROWS_AS(app.run({.ssl_context = {"", "key.pem"}}), http::TlsError);
    CHECK_THROWS_AS(app.run({.ssl_context = {"no.pem", "key.pem"}}), http::TlsError);
    app.config["TLS_KEY"] = "key.pem";
    CHECK_THROWS_AS(app.run(), http::TlsError);
    logger().set_sink({});
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
