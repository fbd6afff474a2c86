// What is refused while an app is set up, and the URLs that url_for builds, against Flask's recordings.

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

/// The code of the error that the function throws; empty when it throws none.
template <class Function>
std::string code_of(Function function) {
    try {
        function();
    } catch (const Error& error) {
        return std::string{error.code()};
    }
    return {};
}

App url_app() {
    App app{"urls"};
    auto none = [] { return ""; };
    auto text = [](std::string) { return ""; };
    auto number = [](int) { return ""; };
    app.route("/", "index", none);
    app.route("/about", "about", none);
    app.route("/u/<name>", "u", text);
    app.route("/i/<int:n>", "i", number);
    app.route("/ifix/<int(fixed_digits=4):n>", "ifix", number);
    app.route("/f/<float:x>", "f", [](double) { return ""; });
    app.route("/p/<path:p>", "p", text);
    app.route("/uuid/<uuid:x>", "uuid", [](Uuid) { return ""; });
    app.route("/date/<int:y>-<int:m>-<int:d>", "date", [](int, int, int) { return ""; });
    app.route("/café/<x>", "cafe", text);
    app.route("/m", "mget", none);
    app.route("/onlypost", "onlypost", none, {POST});
    app.route("/opt", "opt", none);
    app.route("/pages/", "pages", number, RouteOptions{.defaults = {{"page", 1}}});
    app.route("/pages/page/<int:page>", "pages", number);
    return app;
}

struct UrlCase {
    std::string_view endpoint;
    json values;
    std::string url;
};

}  // namespace

TEST_CASE("url_for builds the recorded URLs") {
    App app = url_app();
    auto context = app.test_request_context("/", {.base_url = "http://localhost:5000/"});
    const std::vector<UrlCase> cases{
        {"u", {{"name", "é日"}}, "/u/%C3%A9%E6%97%A5"},
        {"i", {{"n", 5}}, "/i/5"},
        {"i", {{"n", -5}}, "/i/-5"},
        {"i", {{"n", true}}, "/i/1"},
        {"ifix", {{"n", 12}}, "/ifix/0012"},
        {"f", {{"x", 1}}, "/f/1.0"},
        {"f", {{"x", 1.5}}, "/f/1.5"},
        {"p", {{"p", "a/b c"}}, "/p/a/b%20c"},
        {"p", {{"p", "/a"}}, "/p//a"},
        {"uuid", {{"x", "12345678-1234-5678-1234-567812345678"}}, "/uuid/12345678-1234-5678-1234-567812345678"},
        {"index", {{"a", 1}, {"b", "x y"}, {"c", "é&="}}, "/?a=1&b=x+y&c=%C3%A9%26%3D"},
        {"index", {{"a", true}}, "/?a=True"},
        {"u", {{"name", "bob"}, {"page", 2}}, "/u/bob?page=2"},
        {"pages", {}, "/pages/"},
        {"pages", {{"page", 1}}, "/pages/"},
        {"index", {{"_external", true}}, "http://localhost:5000/"},
        {"index", {{"_scheme", "https"}}, "https://localhost:5000/"},
        {"index", {{"_anchor", "x"}, {"q", 1}}, "/?q=1#x"},
        {"mget", {}, "/m"},
        {"onlypost", {{"_method", "POST"}}, "/onlypost"},
        {"cafe", {{"x", "é"}}, "/caf%C3%A9/%C3%A9"},
        {"date", {{"y", 2024}, {"m", 1}, {"d", 2}}, "/date/2024-1-2"},
        {"index", {{"_external", false}}, "/"},
        {".index", {}, "/"},
        {"u", {{"name", ""}}, "/u/"},
        {"pages", {{"page", 2}}, "/pages/page/2"},
    };
    for (auto& each : cases) {
        CAPTURE(each.url);
        CHECK(url_for(each.endpoint, each.values) == each.url);
    }
    CHECK(url_for("index", {{"q", 1}}, {.anchor = "x", .external = true}) == "http://localhost:5000/?q=1#x");
}

TEST_CASE("url_for refuses what it was recorded to refuse, with the nearest name") {
    App app = url_app();
    auto context = app.test_request_context("/");
    CHECK_THROWS_AS(url_for("i", {{"n", "x"}}), BuildError);
    CHECK_THROWS_AS(url_for("u", {{"name", nullptr}}), BuildError);
    CHECK_THROWS_WITH_AS(url_for("abuot"), doctest::Contains("about"), BuildError);
    CHECK_THROWS_AS(url_for("nope"), BuildError);
    CHECK_THROWS_AS(url_for("index", {{"_scheme", "https"}, {"_external", false}}), ArgumentError);
}

TEST_CASE("outside of a request url_for needs SERVER_NAME and is external") {
    App bare = url_app();
    {
        auto context = bare.app_context();
        CHECK(code_of([] { url_for("index"); }) == "no-server-name");
    }
    App app{"x"};
    app.config.from_mapping(
        {{"SERVER_NAME", "ex.com:8080"}, {"APPLICATION_ROOT", "/shop"}, {"PREFERRED_URL_SCHEME", "https"}});
    app.route("/a", "a", [] { return ""; });
    auto context = app.app_context();
    CHECK(url_for("a") == "https://ex.com:8080/shop/a");
    CHECK(url_for("a", {{"_external", false}}) == "/shop/a");
    CHECK(app.url_for("a", {}, {.external = false}) == "/shop/a");
}

TEST_CASE("setup that came too late, or does not fit, is refused") {
    App app{"q"};
    app.get("/", [] { return ""; });
    app.test_client().get("/");
    CHECK(code_of([&] { app.add_url_rule("/late", "late", [] { return ""; }); }) == "late-setup");
    CHECK(code_of([&] { app.before_request([] {}); }) == "late-setup");
    CHECK(code_of([&] { app.register_blueprint(Blueprint{"b"}); }) == "late-setup");

    App other{"q"};
    CHECK(code_of([&] { other.add_url_rule("x", "x", [] { return ""; }); }) == "rule-without-slash");
    CHECK(code_of([&] { other.add_url_rule("/<nope:x>", "x", [](std::string) { return ""; }); }) ==
          "unknown-converter");
    CHECK(code_of([&] { other.add_url_rule("/<x>/<x>", "x", [](std::string, std::string) { return ""; }); }) ==
          "duplicate-rule-variable");
    other.add_url_rule("/a", "e", [] { return "1"; });
    CHECK(code_of([&] { other.add_url_rule("/b", "e", [] { return "2"; }); }) == "duplicate-endpoint");
    CHECK(code_of([&] { other.add_url_rule("/c/<y>", "y", [] { return "2"; }); }) == "view-parameters");

    CHECK(code_of([] { Blueprint{"a.b"}; }) == "dot-in-name");
    Blueprint z{"z"};
    CHECK(code_of([&] { z.add_url_rule("/", "a.b", [] { return ""; }); }) == "dot-in-name");
    CHECK(code_of([&] { z.register_blueprint(z); }) == "blueprint-in-itself");
    other.register_blueprint(z);
    CHECK(code_of([&] { other.register_blueprint(Blueprint{"z"}); }) == "duplicate-blueprint");
    CHECK(code_of([&] { z.get("/later", [] { return ""; }); }) == "late-setup");
    Blueprint empty{"e"};
    empty.add_url_rule("", "x", [] { return ""; });
    CHECK(code_of([&] { other.register_blueprint(empty); }) == "rule-without-slash");
}

TEST_CASE("outside of contexts, the globals say what to do") {
    CHECK(code_of([] { static_cast<void>(request.path()); }) == "outside-request-context");
    CHECK(code_of([] { static_cast<void>(current_app->name()); }) == "outside-app-context");
    CHECK(code_of([] { g["x"] = 1; }) == "outside-app-context");
    CHECK(code_of([] { url_for("index"); }) == "outside-app-context");
    App app{"x"};
    auto context = app.app_context();
    CHECK(current_app->name() == "x");
    CHECK(code_of([] { static_cast<void>(request.path()); }) == "outside-request-context");
}
