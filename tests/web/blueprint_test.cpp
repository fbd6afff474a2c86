// Blueprints: prefixes, names, relative endpoints, and url_for of their views.
#include "retort/web/blueprint.hpp"

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

std::string list() { return url_for<list>(); }
std::string item(int id) { return url_for<item>(id + 1) + " " + url_for(".list"); }
std::string page(std::string_view lang, int number) { return std::string{lang} + std::to_string(number); }

Blueprint items() {
    Blueprint blueprint{"items", {.url_prefix = "/items"}};
    blueprint.route<list>("/");
    blueprint.route<item>("/<int:id>");
    return blueprint;
}

}  // namespace

TEST_CASE("a view knows its URL wherever its blueprint is registered") {
    App app{"x"};
    auto blueprint = items();
    app.register_blueprint(blueprint);
    app.register_blueprint(blueprint, {.url_prefix = "/two", .name = "second"});
    auto client = app.test_client();
    CHECK(client.get("/items/").text() == "/items/");
    CHECK(client.get("/two/").text() == "/two/");
    CHECK(client.get("/two/5").text() == "/two/6 /two/");
    CHECK(client.get("/items/5").text() == "/items/6 /items/");
    auto context = app.test_request_context("/");
    CHECK(url_for<item>(7) == "/items/7");
    CHECK(url_for<item>(UrlOptions{.query = {{"page", 2}}, .anchor = "x"}, 7) == "/items/7?page=2#x");
}

TEST_CASE("a prefix may have variables, and they come first") {
    App app{"x"};
    Blueprint pages{"pages", {.url_prefix = "/<lang>"}};
    pages.route<page>("/page/<int:number>", RouteOptions{});
    app.register_blueprint(pages);
    // Registered without the variable of its prefix, the view lacks an argument.
    CHECK_THROWS_AS(app.register_blueprint(pages, {.url_prefix = "/en", .name = "en"}), RouteError);
    CHECK(app.test_client().get("/es/page/3").text() == "es3");
}

TEST_CASE("an empty prefix, and prefixes and rules without a slash, are joined with one") {
    App app{"joined"};
    Blueprint outer{"outer", {.url_prefix = "a"}}, inner{"inner", {.url_prefix = "b/"}};
    auto here = [] { return url_for(std::string{request.endpoint()}); };
    outer.add_url_rule("x", "x", here);
    inner.add_url_rule("y", "y", here);
    outer.register_blueprint(inner);
    app.register_blueprint(outer, {.url_prefix = ""});
    auto client = app.test_client();
    CHECK(client.get("/x").text() == "/x");
    CHECK(client.get("/b/y").text() == "/b/y");
}

TEST_CASE("an endpoint of one's own for a view") {
    App app{"x"};
    app.route<list>("/a", RouteOptions{.methods = {GET, POST}, .endpoint = "other"});
    auto context = app.test_request_context("/a");
    CHECK(request.endpoint() == "other");
    CHECK(url_for("other") == "/a");
    CHECK(url_for<list>() == "/a");
    CHECK_THROWS_WITH_AS(url_for<item>(1), doctest::Contains("item"), BuildError);
}

TEST_CASE("the empty rule of a blueprint is its prefix") {
    Blueprint shop{"shop", {.url_prefix = "/shop"}};
    shop.route<list>("");
    shop.post("", [] { return "posted"; });
    App app{"x"};
    app.register_blueprint(shop);
    auto client = app.test_client();
    CHECK(client.get("/shop").text() == "/shop");
    CHECK(client.post("/shop").text() == "posted");
    CHECK(client.get("/shop/").status_code() == 404);
}

TEST_CASE("an app, and a blueprint without a prefix, refuse the empty rule") {
    App app{"x"};
    CHECK_THROWS_WITH_AS(app.get("", "front", [] { return "x"; }), doctest::Contains("\"front\""), RouteError);
    CHECK_THROWS_AS(app.route<list>("", {.host = "example.com"}), RouteError);
    Blueprint bare{"bare"};
    bare.route<list>("");
    CHECK_THROWS_AS(app.register_blueprint(bare), RouteError);
}

TEST_CASE("a route that comes too late is named") {
    App app{"x"};
    Blueprint shop{"shop"};
    app.register_blueprint(shop);
    CHECK_THROWS_WITH_AS(shop.route<list>("/late"), doctest::Contains("the route \"/late\" with the endpoint \"list\""),
                         SetupError);
    app.test_client().get("/");
    CHECK_THROWS_WITH_AS(app.route<list>("/late"), doctest::Contains("the route \"/late\" with the endpoint \"list\""),
                         SetupError);
}
