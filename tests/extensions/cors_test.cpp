// cross_origin: a route with a CORS of its own, beside the app's and beside other routes of the same view.
#include "retort/extensions/cors.hpp"

#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Visitor : UserMixin<Visitor> {
    std::string get_id() const { return "1"; }
};

std::string shared() { return request.method().to_string(); }
std::string guarded() { return "in"; }

TestResponse from(App& app, const char* origin, std::string_view path = "/x", std::string method = "GET") {
    return app.test_client().open(path, {.method = std::move(method),
                                         .headers = {{"Origin", origin}, {"Access-Control-Request-Method", "POST"}}});
}

std::string_view allowed(const TestResponse& response) { return response.header("Access-Control-Allow-Origin"); }

}  // namespace

TEST_CASE("cross_origin is for its route, not for its view") {
    App app{"routes"};
    app.route<shared>("/x", {.decorator = cross_origin({.origins = "http://a.com"})});
    app.route<shared>("/same");
    app.route<shared>("/other", {.decorator = cross_origin({.origins = "http://b.com"})});
    CHECK(allowed(from(app, "http://a.com")) == "http://a.com");
    CHECK(from(app, "http://a.com").text() == "GET");
    CHECK(allowed(from(app, "http://a.com", "/same")) == "");
    CHECK(allowed(from(app, "http://a.com", "/other")) == "");
    CHECK(allowed(from(app, "http://b.com", "/other")) == "http://b.com");
    auto context = app.test_request_context("/");
    CHECK(url_for<shared>() == "/x");
}

TEST_CASE("what a route decides, the app's CORS leaves as it is") {
    App app{"both"};
    Cors{app, {.origins = "http://b.com", .expose_headers = "X-App"}};
    app.route<shared>("/x", {.decorator = cross_origin({.origins = "http://a.com"})});
    app.route("/missing", "missing", []() -> Response { abort(404); }, {.decorator = cross_origin()});
    auto own = from(app, "http://a.com");
    CHECK(own.headers().get_all("Access-Control-Allow-Origin").size() == 1);
    CHECK(own.header("Access-Control-Expose-Headers") == "");
    CHECK(allowed(from(app, "http://b.com")) == "");
    // An error is no answer of the view.
    CHECK(allowed(from(app, "http://b.com", "/missing")) == "http://b.com");
    CHECK(allowed(from(app, "http://a.com", "/missing")) == "");
}

TEST_CASE("an answer that takes the place of a route's gets the headers of the app") {
    App app{"replaced"};
    Cors{app};
    app.after_request([](Response response) { return response.status_code() == 200 ? Response{"new"} : response; });
    app.route<shared>("/x", {.decorator = cross_origin({.origins = "http://a.com"})});
    CHECK(from(app, "http://b.com").text() == "new");
    CHECK(allowed(from(app, "http://b.com")) == "http://b.com");
}

TEST_CASE("OPTIONS is answered by the route's CORS, whatever the view does") {
    App app{"options"};
    Cors{app, {.origins = "http://app.com"}};
    CorsOptions a{.origins = "http://a.com"}, left = a;
    left.automatic_options = false;
    app.route<shared>("/x", {.decorator = cross_origin(a)});
    app.route<shared>("/own", {.methods = {GET, OPTIONS}, .decorator = cross_origin(a)});
    app.route<shared>("/left", {.decorator = cross_origin(left)});
    app.route<shared>("/left/own", {.methods = {GET, OPTIONS}, .decorator = cross_origin(left)});
    auto preflight = from(app, "http://a.com", "/x", "OPTIONS");
    CHECK(preflight.header("Allow") == "GET, HEAD, OPTIONS");
    CHECK(preflight.header("Access-Control-Allow-Methods") == "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
    auto own = from(app, "http://a.com", "/own", "OPTIONS");
    CHECK(own.text() == "");
    CHECK(allowed(own) == "http://a.com");
    // The app answers what the route leaves to it.
    CHECK(allowed(from(app, "http://a.com", "/left", "OPTIONS")) == "");
    CHECK(allowed(from(app, "http://app.com", "/left", "OPTIONS")) == "http://app.com");
    auto seen = from(app, "http://a.com", "/left/own", "OPTIONS");
    CHECK(seen.text() == "OPTIONS");
    CHECK(allowed(seen) == "http://a.com");
}

TEST_CASE("a preflight needs no login") {
    App app{"login"};
    app.config["SECRET_KEY"] = "dev";
    LoginManager login;
    login.request_loader([](Request&) { return std::shared_ptr<Visitor>{}; });
    login.init_app(app);
    app.route<login_required<guarded>>("/x", {.decorator = cross_origin()});
    CHECK(from(app, "http://a.com").status_code() == 401);
    CHECK(from(app, "http://a.com", "/x", "OPTIONS").status_code() == 200);
    CHECK(allowed(from(app, "http://a.com", "/x", "OPTIONS")) == "http://a.com");
}

TEST_CASE("two methods of one path may differ") {
    App app{"methods"};
    app.route("/x", "read", [] { return "read"; }, {.decorator = cross_origin()});
    app.route("/x", "write", [] { return "written"; },
              {.methods = {POST}, .decorator = cross_origin({.origins = "http://a.com"})});
    CHECK(allowed(from(app, "http://b.com")) == "http://b.com");
    CHECK(allowed(from(app, "http://b.com", "/x", "POST")) == "");
    CHECK(allowed(from(app, "http://a.com", "/x", "POST")) == "http://a.com");
    CHECK(from(app, "http://b.com", "/x", "OPTIONS").header("Allow") == "GET, HEAD, OPTIONS, POST");
}

TEST_CASE("a blueprint's routes take what they leave open from each app's configuration") {
    Blueprint api{"api", {.url_prefix = "/api"}};
    api.route<shared>("/x", {.decorator = cross_origin({.expose_headers = "X-A"})});
    App one{"one"}, two{"two"};
    one.register_blueprint(api);
    two.register_blueprint(api);
    one.config["CORS_ORIGINS"] = "http://one.com";
    two.config["CORS_ORIGINS"] = "http://two.com";
    two.config["CORS_EXPOSE_HEADERS"] = "X-B";
    two.config["CORS_RESOURCES"] = "/elsewhere";
    CHECK(allowed(from(one, "http://one.com", "/api/x")) == "http://one.com");
    CHECK(allowed(from(one, "http://two.com", "/api/x")) == "");
    auto second = from(two, "http://two.com", "/api/x");
    CHECK(allowed(second) == "http://two.com");
    CHECK(second.header("Access-Control-Expose-Headers") == "X-A");
}

TEST_CASE("CORS_AUTOMATIC_OPTIONS leaves OPTIONS to a view that takes it") {
    App app{"configured"};
    app.config["CORS_AUTOMATIC_OPTIONS"] = false;
    app.route<shared>("/x", {.methods = {GET, OPTIONS}, .decorator = cross_origin()});
    auto response = from(app, "http://a.com", "/x", "OPTIONS");
    CHECK(response.text() == "OPTIONS");
    CHECK(allowed(response) == "http://a.com");
}

TEST_CASE("the CORS of a blueprint is for its routes, and goes before the app's") {
    Blueprint api{"api", {.url_prefix = "/api"}};
    Cors{api, {.origins = "http://a.com", .resources = {{"/api/x"}}}};
    api.route<shared>("/x");
    api.route("/boom", "boom", []() -> Response { abort(400); }, {GET});
    api.route("/own", "own", [] { return "own"; }, {.decorator = cross_origin({.origins = "http://c.com"})});
    App app{"blueprint"};
    app.config["CORS_EXPOSE_HEADERS"] = "X-App";
    Cors{app, {.resources = {{"/api/boom"}}}};
    app.register_blueprint(api);
    app.route<shared>("/x");
    CHECK(allowed(from(app, "http://a.com", "/api/x")) == "http://a.com");
    CHECK(from(app, "http://a.com", "/api/x").header("Access-Control-Expose-Headers") == "");
    CHECK(allowed(from(app, "http://b.com", "/api/x")) == "");
    CHECK(from(app, "http://b.com", "/api/boom").header("Access-Control-Expose-Headers") == "X-App");
    CHECK(allowed(from(app, "http://c.com", "/api/own")) == "http://c.com");
    CHECK(allowed(from(app, "http://a.com", "/api/own")) == "");
    CHECK(allowed(from(app, "http://a.com")) == "");
}

TEST_CASE("what a route may not have is refused") {
    auto code_of = [](auto&& action) -> std::string {
        try {
            action();
        } catch (const ArgumentError& error) {
            return std::string{error.code()};
        }
        return "";
    };
    CHECK(code_of([] { cross_origin({.origins = "http://(a.com"}); }) == "invalid-pattern");
    App app{"refused"};
    app.config["TESTING"] = true;
    CorsOptions both{.supports_credentials = true, .send_wildcard = true};
    app.route<shared>("/x", {.decorator = cross_origin(both)});
    CHECK(code_of([&] { from(app, "http://a.com"); }) == "cors-credentials-with-wildcard");
    App named{"named"};
    named.config["CORS_ORIGINS"] = "http://a.com";
    named.route<shared>("/x", {.decorator = cross_origin(both)});
    CHECK(from(named, "http://a.com").header("Access-Control-Allow-Credentials") == "true");
}

TEST_CASE("a key of a wrong kind is named") {
    App app{"kinds"};
    app.config["CORS_ORIGINS"] = 5;
    CHECK_THROWS_WITH_AS(Cors{app}, doctest::Contains("CORS_ORIGINS"), ConfigError);
    app.config["CORS_ORIGINS"] = "http://a.com";
    Cors cors{app};
    CHECK_THROWS_WITH_AS((app.config["CORS_MAX_AGE"] = "long"), doctest::Contains("CORS_MAX_AGE"), ConfigError);
}
