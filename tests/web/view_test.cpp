// What a view takes and gives: optional parameters, enums, dates, Markup; and the ways to add it.
#include "retort/web/view.hpp"

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

enum class Colour { red, blue };

std::string hello(std::optional<std::string> name) { return "Hello, " + name.value_or("World"); }
std::string page(std::string_view list, std::optional<int> number) {
    return std::string{list} + " " + (number ? std::to_string(*number) : "all");
}
std::string shade(Colour colour, std::optional<Date> day) {
    return (colour == Colour::red ? "red" : "blue") + (day ? " " + day->to_string() : "");
}
std::string kept(Uuid id) { return id.to_string(); }

}  // namespace

TEST_CASE("an optional parameter is empty where the default is null") {
    App app{"x"};
    app.route<hello>("/hello/", {.defaults = {{"name", nullptr}}});
    app.route<hello>("/hello/<name>");
    auto client = app.test_client();
    CHECK(client.get("/hello/").text() == "Hello, World");
    CHECK(client.get("/hello/Ada").text() == "Hello, Ada");
    auto context = app.test_request_context("/");
    CHECK(url_for("hello") == "/hello/");
    CHECK(url_for("hello", {{"name", "Ada"}}) == "/hello/Ada");
    CHECK(url_for<hello>("Ada") == "/hello/Ada");
    CHECK(url_for<hello>(std::nullopt) == "/hello/");
}

TEST_CASE("an optional parameter at the end may have no variable at all") {
    App app{"x"};
    app.route<hello>("/hello/");
    app.route<hello>("/hello/<name>");
    app.route<page>("/pages/<list>");
    app.route<page>("/pages/<list>/<int:number>");
    auto client = app.test_client();
    CHECK(client.get("/hello/").text() == "Hello, World");
    CHECK(client.get("/hello/Ada").text() == "Hello, Ada");
    CHECK(client.get("/pages/old").text() == "old all");
    CHECK(client.get("/pages/old/3").text() == "old 3");
    auto context = app.test_request_context("/");
    CHECK(url_for<hello>(std::nullopt) == "/hello/");
    CHECK(url_for<page>("old", 3) == "/pages/old/3");
    CHECK(url_for<page>("old", std::nullopt) == "/pages/old");
    CHECK(url_for<page>("old") == "/pages/old");
    CHECK(url_for<hello>() == "/hello/");
}

TEST_CASE("enums and dates are read out of text, and what is none finds nothing") {
    App app{"x"};
    app.route<shade>("/shades/<any(red, blue, green):colour>");
    app.route<shade>("/shades/<colour>/<day>");
    auto client = app.test_client();
    CHECK(client.get("/shades/blue").text() == "blue");
    CHECK(client.get("/shades/green").status_code() == 404);
    CHECK(client.get("/shades/red/2024-02-29").text() == "red 2024-02-29");
    CHECK(client.get("/shades/red/2024-02-30").status_code() == 404);
}

TEST_CASE("a Uuid may have a default") {
    App app{"x"};
    app.route<kept>("/kept", {.defaults = {{"id", "12345678-1234-5678-1234-567812345678"}}});
    CHECK(app.test_client().get("/kept").text() == "12345678-1234-5678-1234-567812345678");
}

TEST_CASE("a view may return Markup") {
    App app{"x"};
    app.get("/html", [] { return Markup{"<b>bold</b>"}; });
    app.get("/made", [] { return std::pair{Markup{"<i>"}, 201}; });
    auto client = app.test_client();
    CHECK(client.get("/html").text() == "<b>bold</b>");
    CHECK(client.get("/html").content_type() == "text/html; charset=utf-8");
    CHECK(client.get("/made").status_code() == 201);
}

TEST_CASE("an endpoint and options, and options that say nothing") {
    App app{"x"};
    app.get("/x/", "mine", [] { return "x"; }, {.strict_slashes = false});
    app.delete_("/x/", "gone", [] { return "gone"; }, {.strict_slashes = false});
    app.route<hello>("/hi/<name>", {});
    auto client = app.test_client();
    CHECK(client.get("/x").text() == "x");
    CHECK(client.delete_("/x").text() == "gone");
    CHECK(client.get("/hi/Ada").text() == "Hello, Ada");
    auto context = app.test_request_context("/");
    CHECK(url_for("mine") == "/x/");
}

TEST_CASE("register_error_handler is errorhandler") {
    App app{"x"};
    app.register_error_handler<404>([] { return std::pair{"nothing here", 404}; });
    app.register_error_handler<std::out_of_range>([] { return "out"; });
    app.get("/out", []() -> Response { throw std::out_of_range("x"); });
    auto client = app.test_client();
    CHECK(client.get("/none").text() == "nothing here");
    CHECK(client.get("/out").text() == "out");
}
