// Rules for hosts and subdomains, and functions of URL values.

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

std::string greet(int id) { return g.get<std::string>("lang") + std::to_string(id); }

TestResponse ask(TestClient& client, std::string_view path, std::string host) {
    return client.get(path, {.base_url = "http://" + host});
}

}  // namespace

TEST_CASE("rules for hosts, with variables, before those for all hosts") {
    App app{"hosts"};
    app.route(
        "/", "api", [] { return "api " + std::string{request.url_rule()}; }, RouteOptions{.host = "api.example.com"});
    app.route(
        "/u/<int:id>", "user", [](std::string user, int id) { return user + std::to_string(id); },
        RouteOptions{.host = "<user>.example.com"});
    app.route("/folder/", "folder", [] { return "folder"; }, RouteOptions{.host = "api.example.com"});
    app.get("/", "all", [] { return "all"; });
    app.get("/urls",
            [] { return url_for("all") + " " + url_for("api") + " " + url_for("user", {{"user", "bob"}, {"id", 3}}); });
    auto client = app.test_client();
    CHECK(ask(client, "/", "api.example.com").text() == "api /");
    CHECK(ask(client, "/", "API.example.com").text() == "api /");
    CHECK(ask(client, "/", "example.com").text() == "all");
    CHECK(ask(client, "/u/3", "ada.example.com").text() == "ada3");
    CHECK(ask(client, "/u/3", "a.b.example.com").text() == "a.b3");
    CHECK(ask(client, "/u/3", "example.com").status_code() == 404);
    CHECK(ask(client, "/folder", "api.example.com").location() == "http://api.example.com/folder/");
    CHECK(ask(client, "/urls", "example.com").text() == "/ http://api.example.com/ http://bob.example.com/u/3");
    {
        auto context = app.test_request_context("/");
        CHECK(url_for("user", {{"user", "é b"}, {"id", 3}}) == "http://%C3%A9%20b.example.com/u/3");
    }
    CHECK(client.post("/", {.base_url = "http://api.example.com"}).header("Allow") == "GET, HEAD, OPTIONS");
    CHECK(client.options("/", {.base_url = "http://api.example.com"}).header("Allow") == "GET, HEAD, OPTIONS");
    CHECK(ask(client, "/", "api.example.com/..").status_code() != 500);
}

TEST_CASE("subdomains stand before SERVER_NAME") {
    App app{"subdomains"};
    Blueprint admin{"admin", {.subdomain = "admin"}};
    admin.get("/", "home", [] { return "admin"; });
    admin.get("/away", "away", [] { return url_for("home") + " " + url_for(".home"); });
    CHECK_THROWS_AS(app.register_blueprint(admin), SetupError);
    App named{"named"};
    named.config["SERVER_NAME"] = "example.com:5000";
    named.register_blueprint(admin);
    named.get("/", "home", [] { return url_for("admin.home"); });
    auto client = named.test_client();
    CHECK(ask(client, "/", "admin.example.com:5000").text() == "admin");
    CHECK(ask(client, "/", "example.com:5000").text() == "http://admin.example.com:5000/");
    CHECK(ask(client, "/away", "admin.example.com:5000").text() == "http://example.com:5000/ /");
}

TEST_CASE("a blueprint's subdomain is for all of it: files, blueprints inside, and another at each registration") {
    App app{"parts"};
    app.config["SERVER_NAME"] = "example.com";
    Blueprint admin{"admin", {.static_folder = "static", .subdomain = "admin"}};
    Blueprint users{"users", {.url_prefix = "/users"}}, stats{"stats", {.subdomain = "stats"}};
    auto where = [] { return std::string{request.endpoint()}; };
    admin.get("/", "home", where);
    users.get("/", "all", where);
    stats.get("/", "all", where);
    admin.register_blueprint(users);
    admin.register_blueprint(stats);
    app.register_blueprint(admin);
    app.register_blueprint(admin, {.name = "again", .subdomain = "again"});
    auto client = app.test_client();
    CHECK(ask(client, "/users/", "admin.example.com").text() == "admin.users.all");
    CHECK(ask(client, "/users/", "example.com").status_code() == 404);
    CHECK(ask(client, "/", "stats.admin.example.com").text() == "admin.stats.all");
    CHECK(ask(client, "/", "again.example.com").text() == "again.home");
    auto context = app.app_context();
    CHECK(url_for("admin.static", {{"filename", "a.css"}}) == "http://admin.example.com/static/a.css");
    CHECK(url_for("static", {{"filename", "a.css"}}) == "http://example.com/static/a.css");
}

TEST_CASE("a blueprint brings values for all of its rules") {
    App app{"defaults"};
    Blueprint site{"site", {.url_defaults = json{{"lang", "en"}}}};
    site.route("/page", "page", [](std::string lang) { return lang; }, RouteOptions{});
    site.route("/own", "own", [](std::string lang) { return lang; }, RouteOptions{.defaults = json{{"lang", "fr"}}});
    app.register_blueprint(site);
    app.register_blueprint(site, {.url_prefix = "/de", .name = "de", .url_defaults = json{{"lang", "de"}}});
    auto client = app.test_client();
    CHECK(client.get("/page").text() == "en");
    CHECK(client.get("/own").text() == "fr");
    CHECK(client.get("/de/page").text() == "de");
}

TEST_CASE("hosts have no capitals in the URLs that are made") {
    App app{"capitals"};
    app.get("/a/", "a", [] { return std::string{request.host()} + " " + url_for("a", {{"_external", true}}); });
    auto client = app.test_client();
    CHECK(client.get("/a/", {.base_url = "http://A.Example.com:8080"}).text() ==
          "A.Example.com:8080 http://a.example.com:8080/a/");
    CHECK(client.get("/a", {.base_url = "http://A.Example.com"}).location() == "http://a.example.com/a/");
}

TEST_CASE("URL processors take values out for all views, and give them to url_for") {
    App app{"languages"};
    Blueprint site{"site", {.url_prefix = "/<lang>"}};
    site.url_value_preprocessor([](std::string_view, json& values) {
        g.set("lang", values["lang"].text());
        values.erase("lang");
    });
    site.url_defaults([](std::string_view, json& values) {
        if (!values.contains("lang")) values["lang"] = g.get<std::string>("lang");
    });
    site.route<greet>("/greet/<int:id>");
    site.get("/links", "links",
             [] { return url_for<greet>(4) + " " + url_for(".greet", {{"id", 5}, {"lang", "fr"}}); });
    app.register_blueprint(site);
    auto client = app.test_client();
    CHECK(client.get("/de/greet/3").text() == "de3");
    CHECK(client.get("/de/links").text() == "/de/greet/4 /fr/greet/5");
}

TEST_CASE("a value that no processor takes out is told by name") {
    App app{"left"};
    app.config["TESTING"] = true;
    app.url_value_preprocessor([](std::string_view, json&) {});
    app.add_url_rule("/<lang>/x", "x", [] { return "x"; });
    CHECK_THROWS_AS(app.test_client().get("/de/x"), RouteError);
}
