// WebSockets by the test client: the handshake, what views see, how they end.
#include "retort/web/websocket.hpp"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "retort/base/log.hpp"
#include "retort/web/openapi.hpp"
#include "retort/web/web.hpp"
#include "retort/web/websocket_core.hpp"
#include "retort/web/websocket_testing.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace std::chrono_literals;

namespace {

void echo(WebSocket& ws) {
    for (;;) ws.send(ws.receive());
}

App echo_app() {
    App app{"sockets"};
    app.config["SECRET_KEY"] = "dev";
    app.config["TESTING"] = true;
    app.route<echo>("/echo");
    return app;
}

}  // namespace

TEST_CASE("what is sent comes back, text and bytes, and the close with its code") {
    App app = echo_app();
    auto client = app.test_client();
    auto ws = client.websocket("/echo");
    REQUIRE(ws.status_code() == 101);
    CHECK(ws.response().header("Sec-WebSocket-Accept") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455, 1.3
    ws.send("κόσμε");
    auto message = ws.receive();
    CHECK(message.data == "κόσμε");
    CHECK_FALSE(message.is_binary);
    ws.send_binary(std::string{"\0\xff", 2});
    message = ws.receive();
    CHECK(message.data == std::string{"\0\xff", 2});
    CHECK(message.is_binary);
    ws.send(json{{"a", 1}});
    CHECK(ws.receive().json() == json{{"a", 1}});
    std::string large(300'000, 'x');
    ws.send(large);
    CHECK(ws.receive().data == large);
    CHECK_FALSE(ws.receive(1ms).has_value());
    ws.close(4001, "done");
    CHECK_THROWS_AS(ws.send("x"), ConnectionClosed);
}

TEST_CASE("a view sees the request, g and the session; hooks run around it") {
    App app{"context"};
    app.config["SECRET_KEY"] = "dev";
    std::mutex mutex;
    std::string order;
    auto tell = [&](const char* word) {
        std::lock_guard lock(mutex);
        order += word;
    };
    app.before_request([&] {
        g.set("name", std::string{"g"});
        tell("before ");
    });
    app.teardown_request([&] { tell("teardown "); });
    app.get("/room/<name>", "room", [&](WebSocket& ws, const std::string& name) {
        ws.send(name + " " + request.args["x"] + " " + g.get<std::string>("name") + " " +
                session["user"].as<std::string>() + " " + url_for("room", {{"name", "b"}}));
        tell("view ");
    });
    auto client = app.test_client();
    client.session_transaction([](UserSession& session) { session["user"] = "ana"; });
    {
        auto ws = client.websocket("/room/blue?x=1");
        CHECK(ws.receive().data == "blue 1 g ana /room/b");
        CHECK(ws.close_code() == 1000);
    }
    CHECK(order == "before view teardown ");
}

TEST_CASE("a hook, a converter and a login refuse before anything is opened") {
    App app = echo_app();
    app.get("/number/<int:n>", [](WebSocket& ws, int n) { ws.send(std::to_string(n)); });
    app.before_request([]() -> std::optional<Response> {
        if (request.args.contains("no")) return Response{"no", 403};
        return std::nullopt;
    });
    auto client = app.test_client();
    CHECK(client.websocket("/echo?no=1").status_code() == 403);
    CHECK(client.websocket("/number/x").status_code() == 404);
    CHECK(client.websocket("/number/7").receive().data == "7");
    CHECK_THROWS_AS(client.websocket("/number/x").receive(), ConnectionClosed);
}

TEST_CASE("a handshake that is none is refused with the right status") {
    App app = echo_app();
    auto client = app.test_client();
    auto plain = client.get("/echo");
    CHECK(plain.status_code() == 426);
    CHECK(plain.header("Upgrade") == "websocket");
    CHECK(plain.header("Sec-WebSocket-Version") == "13");
    auto status = [&](std::string name, std::string value) {
        return client.websocket("/echo", {.headers = {{std::move(name), std::move(value)}}}).status_code();
    };
    CHECK(status("Sec-WebSocket-Version", "8") == 426);
    CHECK(status("Upgrade", "h2c") == 426);
    CHECK(status("Connection", "keep-alive") == 426);
    CHECK(status("Connection", "keep-alive, Upgrade") == 101);
    CHECK(status("Sec-WebSocket-Key", "short") == 400);
    CHECK(status("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZSE=") == 400);
    CHECK(client.websocket("/echo", {.data = "body"}).status_code() == 101);  // the server refuses it, a pipe cannot
    CHECK(client.post("/echo").status_code() == 405);
}

TEST_CASE("a page of another site opens nothing, unless it may") {
    App app = echo_app();
    auto client = app.test_client();
    auto status = [&](std::string origin) {
        return client.websocket("/echo", {.headers = {{"Origin", std::move(origin)}}}).status_code();
    };
    CHECK(status("http://localhost") == 101);
    CHECK(status("https://LOCALHOST") == 101);
    CHECK(status("http://evil.example") == 403);
    CHECK(status("http://localhost.evil.example") == 403);
    CHECK(status("http://localhost:81") == 403);
    CHECK(status("null") == 403);
    app.config["SOCK_SERVER_OPTIONS"] = json{{"origins", json::array({"https://app.example"})}};
    CHECK(status("https://app.example") == 101);
    CHECK(status("http://evil.example") == 403);
    app.config["SOCK_SERVER_OPTIONS"] = json{{"origins", json::array({"*"})}};
    CHECK(status("null") == 101);
}

TEST_CASE("subprotocols and compression are agreed on") {
    App app = echo_app();
    app.config["SOCK_SERVER_OPTIONS"] = json{{"subprotocols", json::array({"chat", "superchat"})}};
    app.get("/which", [](WebSocket& ws) { ws.send("you speak " + ws.subprotocol()); });
    auto client = app.test_client();
    CHECK(
        client.websocket("/which", {.headers = {{"Sec-WebSocket-Protocol", "mqtt, superchat, chat"}}}).receive().data ==
        "you speak superchat");
    CHECK(client.websocket("/which", {.headers = {{"Sec-WebSocket-Protocol", "mqtt"}}}).receive().data == "you speak ");
    auto ws = client.websocket("/echo", {.headers = {{"Sec-WebSocket-Extensions", "permessage-deflate"}}});
    CHECK(ws.response().header("Sec-WebSocket-Extensions").starts_with("permessage-deflate"));
    std::string large(100'000, 'y');
    ws.send(large);
    CHECK(ws.receive().data == large);
    CHECK(detail::agreed_deflate("x-webkit-deflate-frame").empty());
    CHECK(detail::agreed_deflate("permessage-deflate; server_max_window_bits=8").empty());
    CHECK(detail::agreed_deflate("permessage-deflate; server_max_window_bits=8, permessage-deflate") != "");
    CHECK(detail::agreed_deflate("permessage-deflate; client_max_window_bits; server_no_context_takeover") != "");
    CHECK(detail::agreed_deflate("permessage-deflate; client_max_window_bits=\"10\"") != "");
    CHECK(detail::agreed_deflate("permessage-deflate; client_max_window_bits=16").empty());
    CHECK(detail::agreed_deflate("permessage-deflate; unknown").empty());
    CHECK(detail::agreed_deflate("permessage-deflate; client_no_context_takeover; client_no_context_takeover").empty());
    app.config["SOCK_SERVER_OPTIONS"] = json{{"compression", false}};
    auto none = client.websocket("/echo", {.headers = {{"Sec-WebSocket-Extensions", "permessage-deflate"}}});
    CHECK(none.response().header("Sec-WebSocket-Extensions").empty());
}

TEST_CASE("what a view throws closes with 1011, is logged, and reaches a test") {
    App app{"throws"};
    app.config["TESTING"] = true;
    app.get("/boom", [](WebSocket& ws) {
        static_cast<void>(ws.receive());
        throw std::runtime_error("boom");
    });
    auto ws = app.test_client().websocket("/boom");
    ws.send("x");
    CHECK_THROWS_WITH_AS(static_cast<void>(ws.receive()), "boom", std::runtime_error);
    CHECK(ws.close_code() == 1011);
}

TEST_CASE("too large a message and text that is none end the connection") {
    App app = echo_app();
    app.config["SOCK_SERVER_OPTIONS"] = json{{"max_message_size", 100}};
    auto client = app.test_client();
    auto large = client.websocket("/echo");
    large.send(std::string(101, 'x'));
    CHECK(large.close_code() == 1009);
    auto ws = client.websocket("/echo");
    CHECK_THROWS_AS(ws.send("\xff"), ArgumentError);
    CHECK_THROWS_AS(ws.close(1005), ArgumentError);
    CHECK_THROWS_AS(ws.close(999), ArgumentError);
}

TEST_CASE("a view closes with a code of its own, and who sends behind that is told") {
    App app{"closes"};
    std::atomic<int> told = 0;
    app.get("/", [&](WebSocket& ws) {
        ws.close(4000, "enough");
        CHECK_FALSE(ws.connected());
        try {
            ws.send("x");
        } catch (const ConnectionClosed& closed) {
            told = closed.close_code();
        }
    });
    auto ws = app.test_client().websocket("/");
    CHECK(ws.close_code() == 4000);
    CHECK_NOTHROW(ws.close());
    CHECK(told == 4000);
}

TEST_CASE("others send to a connection, and a room is a list of them") {
    App app{"room"};
    std::mutex mutex;
    std::vector<WebSocket> members;
    app.get("/room", [&](WebSocket& ws) {
        {
            std::lock_guard lock(mutex);
            members.push_back(ws);
        }
        ws.send("welcome");
        try {
            for (;;) {
                auto message = ws.receive();
                std::lock_guard lock(mutex);
                for (auto& member : members) member.send(message.data);
            }
        } catch (const ConnectionClosed&) {
            std::lock_guard lock(mutex);
            std::erase(members, ws);
        }
    });
    auto client = app.test_client();
    auto ana = client.websocket("/room");
    CHECK(ana.receive().data == "welcome");
    {
        auto bob = client.websocket("/room");
        CHECK(bob.receive().data == "welcome");
        bob.send("hello");
        CHECK(bob.receive().data == "hello");
        CHECK(ana.receive().data == "hello");
        bob.close();
    }
    ana.send("alone");
    CHECK(ana.receive().data == "alone");
    WebSocket kept = members.at(0);
    ana.close();
    CHECK_THROWS_AS(kept.send("late"), ConnectionClosed);
    CHECK_FALSE(kept.connected());
}

TEST_CASE("a WebSocket is no operation of an API") {
    App app = echo_app();
    CHECK(openapi_document(app)["paths"].empty());
}
