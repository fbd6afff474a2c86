// Hooks and error handlers: what they may take and return, and which of them is chosen.
#include "retort/web/hooks.hpp"

#include <stdexcept>

#include "retort/http/error.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Base : std::runtime_error {
    using runtime_error::runtime_error;
};
struct Derived : Base {
    using Base::Base;
};

/// Keeps the log away from the test's output, and to be looked at.
struct LogCapture {
    LogCapture() {
        logger().set_sink([this](LogLevel, std::string_view line) { text += std::string{line} + "\n"; });
    }
    ~LogCapture() { logger().set_sink({}); }
    std::string text;
};

App throwing(void (*thrower)()) {
    App app{"throwing"};
    app.get("/", [thrower]() -> Response {
        thrower();
        return {};
    });
    return app;
}

}  // namespace

TEST_CASE("the handler of the nearest type is chosen, in whatever order they came") {
    for (bool derived_first : {true, false}) {
        App app = throwing([] { throw Derived("x"); });
        auto add_derived = [&] { app.errorhandler<Derived>([] { return "derived"; }); };
        if (derived_first) add_derived();
        app.errorhandler<std::exception>([] { return "exception"; });
        app.errorhandler<Base>([](const Base& error) { return std::string{"base "} + error.what(); });
        if (!derived_first) add_derived();
        CHECK(app.test_client().get("/").text() == "derived");
    }
}

TEST_CASE("of two handlers for one type the later replaces the earlier") {
    App app = throwing([] { throw Base("x"); });
    app.errorhandler<Base>([] { return "first"; });
    app.errorhandler<Base>([] { return "second"; });
    CHECK(app.test_client().get("/").text() == "second");
}

TEST_CASE("handlers take what is no class, too") {
    App app = throwing([] { throw 42; });
    app.errorhandler<int>([](int number) { return std::to_string(number); });
    CHECK(app.test_client().get("/").text() == "42");
}

TEST_CASE("a handler for a class of HttpException is one for its status") {
    App app = throwing([] { abort(409, "again"); });
    app.errorhandler<HttpException>([] { return "any"; });
    app.errorhandler<Conflict>([](const Conflict& error) -> Response { return {error.description(), 409}; });
    auto response = app.test_client().get("/");
    CHECK(response.text() == "again");
    CHECK(response.status_code() == 409);
}

TEST_CASE("exceptions of any type are logged with type and text, and answered 500 without them") {
    LogCapture log;
    const std::vector<std::pair<void (*)(), std::string>> throwers{
        {[] { throw std::out_of_range("vector::at"); }, "std::out_of_range: vector::at"},
        {[] { throw std::string{"text"}; }, "std::string: text"},
        {[] { throw "literal"; }, "const char*: literal"},
        {[] { throw 42; }, "int"},
        {[] { throw ArgumentError("some-code"_code, "a message", "a mend"); }, "mend: a mend"},
    };
    for (auto& [thrower, told] : throwers) {
        App app = throwing(thrower);
        auto response = app.test_client().get("/");
        CHECK(response.status() == "500 INTERNAL SERVER ERROR");
        CHECK(response.text().find(told) == std::string::npos);
        CHECK(log.text.find(told) != std::string::npos);
        CHECK(log.text.find("Exception on / [GET]") != std::string::npos);
        log.text.clear();
    }
}

TEST_CASE("TESTING lets exceptions reach the test client, and PROPAGATE_EXCEPTIONS decides alone") {
    LogCapture log;
    App app = throwing([] { throw Base("x"); });
    auto client = app.test_client();
    app.config["TESTING"] = true;
    CHECK_THROWS_AS(client.get("/"), Base);
    CHECK(client.get("/nowhere").status_code() == 404);
    app.config["PROPAGATE_EXCEPTIONS"] = false;
    CHECK(client.get("/").status_code() == 500);
    app.config["TESTING"] = false;
    app.config["PROPAGATE_EXCEPTIONS"] = true;
    CHECK_THROWS_AS(client.get("/"), Base);
}

TEST_CASE("in debug the server's answer tells what was thrown, escaped") {
    LogCapture log;
    App app = throwing([] { throw Base("<script>"); });
    app.config["DEBUG"] = true;
    http::Request message;
    message.method = "GET";
    message.target = message.path = "/";
    http::Response answer;
    app.handle(message, answer);
    CHECK(answer.status == 500);
    CHECK(answer.body.find("Base") != std::string::npos);
    CHECK(answer.body.find("&lt;script&gt;") != std::string::npos);
    CHECK(answer.body.find("<script>") == std::string::npos);
}

TEST_CASE("a body that breaks the protocol is answered with the protocol's status") {
    App app = throwing([] { throw http::ProtocolError(408, "body-too-slow"_code, "too slow"); });
    CHECK(app.test_client().get("/").status_code() == 408);
}

TEST_CASE("a key that nobody asks for carefully is the client's error") {
    App app = throwing([] {
        MultiDict args;
        static_cast<void>(args["x"]);
    });
    CHECK(app.test_client().get("/").status_code() == 400);
}

TEST_CASE("after_request functions run last registered first, after those of this request alone") {
    App app{"after"};
    app.after_request([](Response& response) { response.set_text(response.text() + " first"); });
    app.after_request([](Response response) {
        response.set_text(response.text() + " second");
        return response;
    });
    app.get("/", [] {
        after_this_request([](Response& response) { response.headers().set("X-Once", "1"); });
        return "view";
    });
    app.get("/plain", [] { return "view"; });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "view second first");
    CHECK(client.get("/").header("X-Once") == "1");
    CHECK(client.get("/plain").header("X-Once") == "");
    CHECK(client.get("/nowhere").text().ends_with(" second first"));
}

TEST_CASE("a failing after_request function is a 500, and cannot take the error page away") {
    LogCapture log;
    App app{"after"};
    app.after_request([](Response&) { throw Base("after"); });
    app.get("/", [] { return "view"; });
    CHECK(app.test_client().get("/").status_code() == 500);
}

TEST_CASE("teardown functions all run, whatever they throw") {
    LogCapture log;
    App app{"teardown"};
    int ran = 0;
    app.teardown_request([&] { ++ran; });
    app.teardown_request([] { throw Base("teardown"); });
    app.teardown_appcontext([&](const std::exception_ptr& error) { ran += error ? 100 : 1; });
    app.get("/", [] { return "view"; });
    CHECK(app.test_client().get("/").status_code() == 200);
    CHECK(ran == 2);
    CHECK(log.text.find("teardown") != std::string::npos);
}

TEST_CASE("a trapped HTTP error still finds the handler of its status") {
    LogCapture log;
    App app{"trapped"};
    app.config["TRAP_HTTP_EXCEPTIONS"] = true;
    app.errorhandler<404>([](const NotFound&) { return Response{"mine", 404}; });
    app.get("/", []() -> Response { abort(404); });
    app.get("/403", []() -> Response { abort(403); });
    CHECK(app.test_client().get("/").text() == "mine");
    CHECK(app.test_client().get("/403").status_code() == 500);
}

TEST_CASE("before_first_request runs once, and again when it failed") {
    LogCapture log;
    App app{"first"};
    int calls = 0;
    app.before_first_request([&] {
        if (++calls == 1) throw Base("not yet");
    });
    app.get("/", [] { return "view"; });
    auto client = app.test_client();
    CHECK(client.get("/").status_code() == 500);
    CHECK(client.get("/").status_code() == 200);
    CHECK(client.get("/").status_code() == 200);
    CHECK(calls == 2);
}

TEST_CASE("an error of one's own may have any status of an error") {
    struct NoRoom : HttpException {
        NoRoom() : HttpException(507, "no room") {}
    };
    App app{"hooks"};
    app.errorhandler<NoRoom>([](const NoRoom& error) { return Response{error.to_string(), error.status()}; });
    app.get("/handled", []() -> std::string { throw NoRoom(); });
    app.get("/page", []() -> std::string { throw HttpException(507); });
    app.get("/abort", []() -> std::string { abort(507); });
    auto client = app.test_client();
    CHECK(client.get("/handled").text() == "507 Insufficient Storage: no room");
    CHECK(client.get("/page").status_code() == 507);
    CHECK(client.get("/page").text().find("<h1>Insufficient Storage</h1>") != std::string::npos);
    CHECK(client.get("/abort").status_code() == 500);
    CHECK_THROWS_AS(HttpException(200, "fine"), ArgumentError);
}

TEST_CASE("a status without a class of its own has a handler") {
    App app{"hooks"};
    app.errorhandler<507>([](const HttpException& error) { return Response{"full: " + error.description(), 507}; });
    app.errorhandler<508>([] { return Response{"loop", 508}; });
    app.get("/full", []() -> std::string { throw HttpException(507, "no room"); });
    app.get("/loop", []() -> std::string { throw HttpException(508); });
    app.get("/other", []() -> std::string { throw HttpException(510); });
    auto client = app.test_client();
    CHECK(client.get("/full").text() == "full: no room");
    CHECK(client.get("/loop").text() == "loop");
    CHECK(client.get("/other").status_code() == 510);
    CHECK(client.get("/missing").status_code() == 404);
}

TEST_CASE("a text that is null is no answer of before_request") {
    App app{"null"};
    const char* answer = nullptr;
    app.before_request([&]() -> const char* { return answer; });
    app.get("/", [] { return "the view"; });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "the view");
    answer = "closed";
    CHECK(client.get("/").text() == "closed");
}

TEST_CASE("an error handler answers with all that a view may") {
    App app{"handlers"};
    app.errorhandler<404>([] { return std::pair{"nothing here", 404}; });
    app.errorhandler<BadRequest>([](const BadRequest& error) {
        return std::tuple{json{{"error", error.description()}}, 400, http::Headers{{"X-Handled", "yes"}}};
    });
    app.get("/bad", []() -> std::string { throw BadRequest("why"); });
    auto client = app.test_client();
    auto missing = client.get("/missing");
    CHECK(missing.text() == "nothing here");
    CHECK(missing.status_code() == 404);
    auto bad = client.get("/bad");
    CHECK(bad.json()["error"] == "why");
    CHECK(bad.status_code() == 400);
    CHECK(bad.header("X-Handled") == "yes");
}

TEST_CASE("what() of an answer is Python's str(error), and changes with its description") {
    App app{"x"};
    app.errorhandler<HttpException>([](const HttpException& error) { return Response{error.what(), error.status()}; });
    auto text = app.test_client().get("/none").text();
    CHECK(text == NotFound().to_string());
    CHECK(text.starts_with("404 Not Found: "));
    BadRequest error{"no such colour"};
    CHECK(std::string{error.what()} == "400 Bad Request: no such colour");
    error.description("nor that one");
    CHECK(std::string{error.what()} == "400 Bad Request: nor that one");
    auto told = describe_exception(std::make_exception_ptr(BadRequestKeyError("x")));
    CHECK(told.what.find("key: \"x\"") != std::string::npos);
}
