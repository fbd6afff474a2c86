// The application: routes, views of every kind, endpoints, and what is refused.
#include "retort/web/web.hpp"

#include <stdexcept>
#include <tuple>

#include "tests/doctest.hpp"

using namespace retort;

namespace views {
namespace {

std::string index() { return "front"; }
Response hola() { return {jsonify("Hola"), 200}; }
const char* plain() noexcept { return "plain"; }
Response user(int id) { return jsonify({{"id", id}}); }
Response named(const std::string& name) { return {"name " + name, {{"X-Name", "yes"}}}; }
Response part(std::string_view text, double factor) { return {std::string{text} + "*" + std::to_string(factor)}; }
json document() { return {{"b", 1}, {"a", json{1, 2}}}; }
std::pair<std::string, int> pair() { return {"made", 201}; }
Response any_method() { return std::string{request.method().text()}; }
std::string small(std::int8_t n) { return std::to_string(n); }
std::string delete_() { return "gone"; }

}  // namespace
}  // namespace views

TEST_CASE("a first app answers through the test client") {
    App app{"first"};
    app.route<views::index>("/");
    app.route<views::hola>("/hola", {GET});
    app.route<views::plain>("/plain");
    app.route<views::user>("/user/<int:id>");
    app.route<views::named>("/named/<name>");
    app.route<views::part>("/part/<path:text>/<float:factor>");
    app.route<views::document>("/document");
    app.route<views::pair>("/pair");
    app.get("/lambda/<int:n>", [](int n) { return std::to_string(n * 2); });
    app.post("/posted", "posted", [] { return "posted " + request.form["x"]; });
    app.route("/both", "both", [] { return "both"; }, {GET, POST});
    auto client = app.test_client();

    SUBCASE("text") {
        auto response = client.get("/");
        CHECK(response.status() == "200 OK");
        CHECK(response.text() == "front");
        CHECK(response.content_type() == "text/html; charset=utf-8");
        CHECK(response.header("Content-Length") == "5");
        CHECK(client.get("/plain").text() == "plain");
    }
    SUBCASE("JSON") {
        auto response = client.get("/hola");
        CHECK(response.text() == "\"Hola\"\n");
        CHECK(response.content_type() == "application/json");
        CHECK(client.get("/user/7").json() == json{{"id", 7}});
        CHECK(client.get("/document").text() == "{\"a\":[1,2],\"b\":1}\n");
    }
    SUBCASE("arguments of every kind") {
        auto response = client.get("/named/J%C3%B6rg");
        CHECK(response.text() == "name Jörg");
        CHECK(response.header("X-Name") == "yes");
        CHECK(client.get("/part/a/b/1.5").text() == "a/b*1.500000");
        CHECK(client.get("/lambda/21").text() == "42");
    }
    SUBCASE("statuses") {
        CHECK(client.get("/pair").status() == "201 CREATED");
        CHECK(client.get("/nothing").status() == "404 NOT FOUND");
        CHECK(client.post("/hola").status() == "405 METHOD NOT ALLOWED");
        CHECK(client.post("/hola").header("Allow") == "GET, HEAD, OPTIONS");
        CHECK(client.post("/posted", {.form = {{"x", "a b&c"}}}).text() == "posted a b&c");
        CHECK(client.post("/both").text() == "both");
    }
    SUBCASE("HEAD and OPTIONS come by themselves") {
        auto head = client.head("/hola");
        CHECK(head.status_code() == 200);
        CHECK(head.text().empty());
        CHECK(head.header("Content-Length") == "7");
        auto options = client.options("/both");
        CHECK(options.status_code() == 200);
        CHECK(options.header("Allow") == "GET, HEAD, OPTIONS, POST");
        CHECK(options.text().empty());
    }
}

TEST_CASE("a number that is too large for the view's parameter finds nothing") {
    App app{"bounds"};
    app.route<views::small>("/small/<int:n>");
    auto client = app.test_client();
    CHECK(client.get("/small/127").text() == "127");
    CHECK(client.get("/small/128").status_code() == 404);
    CHECK(client.get("/small/99999999999999999999999").status_code() == 404);
}

TEST_CASE("OPTIONS of a path that a lenient rule takes names the rule's methods") {
    App app{"lenient"};
    app.route("/strict/", "strict", [] { return "x"; }, RouteOptions{.strict_slashes = false});
    CHECK(app.test_client().options("/strict").header("Allow") == "GET, HEAD, OPTIONS");
}

TEST_CASE("a decorator stands around the view of its route") {
    Decorator guard = [](const std::function<Response()>& view) {
        if (request.args.contains("stop")) return Response{"stopped", 403};
        Response response = view();
        response.headers().set("X-Seen", request.method().text());
        return response;
    };
    App app{"decorated"};
    app.route<views::small>("/plain/<int:n>");
    app.route<views::small>("/small/<int:n>", {.decorator = guard});
    Blueprint pages{"pages", {.url_prefix = "/pages"}};
    pages.route("/", "index", [] { return "index"; }, {.methods = {GET, OPTIONS}, .decorator = guard});
    app.register_blueprint(pages);
    auto client = app.test_client();
    CHECK(client.get("/small/7").text() == "7");
    CHECK(client.get("/small/7").header("X-Seen") == "GET");
    CHECK(client.get("/small/7?stop").status_code() == 403);
    CHECK(client.get("/small/300").header("X-Seen") == "");
    CHECK(client.get("/plain/7?stop").text() == "7");
    CHECK(client.get("/plain/7").header("X-Seen") == "");
    CHECK(client.options("/small/7").header("Allow") == "GET, HEAD, OPTIONS");
    CHECK(client.options("/small/7").header("X-Seen") == "OPTIONS");
    CHECK(client.options("/pages/").text() == "index");
    auto context = app.test_request_context("/");
    CHECK(url_for<views::small>(7) == "/plain/7");
}

TEST_CASE("any method that a rule names") {
    App app{"methods"};
    app.route<views::any_method>("/m", {GET, "PROPFIND"});
    auto client = app.test_client();
    CHECK(client.open("/m", {.method = "PROPFIND"}).text() == "PROPFIND");
    CHECK(client.open("/m", {.method = "FOO"}).status_code() == 405);
}

TEST_CASE("a route with one method, in options or by itself") {
    App app{"first"};
    app.route<views::index>("/options", {.methods = {POST}});
    app.route("/options/lambda", "lambda", [] { return "lambda"; }, {.methods = {POST}});
    app.route<views::index>("/list", {POST});
    app.route<views::index>("/mixed", {"PURGE", PUT});
    auto client = app.test_client();
    for (const char* path : {"/options", "/options/lambda", "/list"}) {
        CAPTURE(path);
        CHECK(client.post(path).status_code() == 200);
        CHECK(client.get(path).status_code() == 405);
    }
    CHECK(client.put("/mixed").status_code() == 200);
    CHECK(client.get("/mixed").header("Allow") == "OPTIONS, PURGE, PUT");
}

TEST_CASE("a rule for one method has options too") {
    App app{"options"};
    app.get("/list/", [] { return "list"; }, {.endpoint = "list", .strict_slashes = false});
    app.post("/page", [](int page) { return std::to_string(page); }, {.defaults = {{"page", 7}}});
    auto client = app.test_client();
    CHECK(client.get("/list").text() == "list");
    CHECK(client.post("/page").text() == "7");
    CHECK(client.get("/page").status_code() == 405);
    auto context = app.test_request_context("/");
    CHECK(url_for("list") == "/list/");
    CHECK(url_for("list", {}, {.query = {{"q", "a b"}}}) == "/list/?q=a+b");
    CHECK_THROWS_WITH_AS(url_for("list", {"q", 1}), doctest::Contains("was given [\"q\",1]"), ArgumentError);
    CHECK(url_for("post_page") == "/page");
    CHECK_THROWS_AS(app.put("/x", [] { return "x"; }, {.methods = {POST}}), SetupError);
}

TEST_CASE("what a rule gives and its view takes is compared before there is a route") {
    App app{"first"};
    auto refused = [&](auto&& add) {
        try {
            add();
        } catch (const RouteError& error) {
            return std::string(error.code()) + ": " + error.message();
        }
        return std::string("no error");
    };
    CHECK(refused([&] { app.route<views::user>("/user/<id>", {.endpoint = "a"}); }) ==
          "view-parameters: the rule /user/<id> gives text for <id>, but the view of endpoint \"a\" takes an integer "
          "there");
    CHECK(refused([&] { app.add_url_rule("/text/<int:x>", "b", [](std::string x) { return x; }); }) ==
          "view-parameters: the rule /text/<int:x> gives an integer for <x>, but the view of endpoint \"b\" takes text "
          "there");
    CHECK(refused([&] {
              app.add_url_rule("/<float:x>", "c", [](const Uuid& x) { return x.to_string(); });
          }).ends_with("takes a Uuid there"));
    CHECK(refused([&] { app.route<views::user>("/none", {.endpoint = "d"}); }) ==
          "view-parameters: the rule /none gives 0 values, but the view of endpoint \"d\" takes 1");
    // A default takes the place of what the converter makes.
    CHECK(refused([&] { app.route<views::user>("/front", {.endpoint = "e", .defaults = {{"id", 1}}}); }) == "no error");
    auto client = app.test_client();
    for (const char* path : {"/user/3", "/text/3", "/1.5", "/none"}) {
        CAPTURE(path);
        CHECK(client.get(path).status_code() == 404);
    }
    CHECK(client.get("/front").text() == "{\"id\":1}\n");
}

TEST_CASE("a view whose name is a word of C++ has the endpoint without the underscore") {
    App app{"first"};
    app.route<views::delete_>("/delete");
    auto context = app.test_request_context("/");
    CHECK(url_for("delete") == "/delete");
    CHECK(url_for<views::delete_>() == "/delete");
}
