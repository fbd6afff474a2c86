// Listening: what is said when the system refuses.
#include "retort/http/listener.hpp"

#include "retort/http/http.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using http::detail::bound_port;
using http::detail::listen_on;

namespace {

std::string refusal(const std::string& host, std::uint16_t port) {
    try {
        listen_on(host, port, 1);
    } catch (const http::OperatingSystemError& error) {
        return std::string(error.code()) + "|" + error.message() + "|" + error.hint();
    }
    return {};
}

}  // namespace

TEST_CASE("the system chooses port 0, and several sockets share it") {
    auto sockets = listen_on("127.0.0.1", 0, 3);
    REQUIRE(sockets.size() == 3);
    CHECK(bound_port(sockets[0]) != 0);
    CHECK(bound_port(sockets[2]) == bound_port(sockets[0]));
}

TEST_CASE("a port in use is named, with another one") {
    for (unsigned threads : {1u, 2u}) {
        auto sockets = listen_on("127.0.0.1", 0, threads);
        const auto port = bound_port(sockets[0]);
        const std::string text = refusal("127.0.0.1", port);
        CAPTURE(text);
        CHECK(text.find("address-in-use|") == 0);
        CHECK(text.find(std::to_string(port)) != text.npos);
        CHECK(text.find("--port") != text.npos);
        CHECK_THROWS_AS(listen_on("127.0.0.1", port, 2), http::OperatingSystemError);
    }
}

TEST_CASE("a foreign address and an unknown host are told apart") {
    CHECK(refusal("192.0.2.1", 0).find("address-not-available|") == 0);
    CHECK(refusal("no such host", 0).find("unknown-host|") == 0);
}

TEST_CASE("IPv6 listens, where the machine has it") {
    try {
        CHECK(bound_port(listen_on("::1", 0, 1)[0]) != 0);
    } catch (const http::OperatingSystemError& error) {
        CHECK(error.code() == "address-not-available");
    }
}
