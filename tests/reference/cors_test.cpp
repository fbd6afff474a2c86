// CORS: what Flask-CORS was recorded to answer to each option set and request.
#include "retort/extensions/cors.hpp"

#include <map>
#include <stdexcept>

#include "cors_data.hpp"
#include "cors_request.hpp"
#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

const std::map<std::string_view, CorsOptions>& option_sets() {
    static const std::map<std::string_view, CorsOptions> sets{
        {"{}", {}},
        {"{'always_send': False}", {.always_send = false}},
        {"{'expose_headers': ['X-B', 'X-A']}", {.expose_headers = {"X-B", "X-A"}}},
        {"{'intercept_exceptions': False}", {}},
        {"{'methods': 'post'}", {.methods = "post"}},
        {"{'origins': '*', 'supports_credentials': True}", {.origins = "*", .supports_credentials = true}},
        {"{'origins': 'http://A.com'}", {.origins = "http://A.com"}},
        {"{'origins': 'http://a.com'}", {.origins = "http://a.com"}},
        {"{'origins': ['*', 'http://a.com']}", {.origins = {"*", "http://a.com"}}},
        {"{'origins': ['http://a.com', 'http://b.com']}", {.origins = {"http://a.com", "http://b.com"}}},
        {"{'origins': ['http://a.com'], 'supports_credentials': True}",
         {.origins = {"http://a.com"}, .supports_credentials = true}},
        {"{'resources': ['/api/*', '/other']}", {.resources = {{"/api/*"}, {"/other"}}}},
        {"{'resources': {'/api/*': {'origins': 'http://a.com'}}}",
         {.resources = {{"/api/*", {.origins = "http://a.com"}}}}},
        {"{'vary_header': False, 'origins': ['http://a.com', 'http://b.com']}",
         {.origins = {"http://a.com", "http://b.com"}, .vary_header = false}},
    };
    return sets;
}

App cors_app(const CorsOptions& options) {
    App app{"cors"};
    Cors{app, options};
    app.route("/api/x", "x", [] { return "x"; }, {GET, POST});
    app.route("/other", "other", [] { return "other"; });
    app.route("/boom", "boom", []() -> Response { throw std::runtime_error("boom"); });
    return app;
}

/// A preflight's headers stand in the recording in the order of Flask-CORS; the order carries no meaning.
std::multimap<std::string, std::string> cors_part(const TestResponse& response) {
    std::multimap<std::string, std::string> part;
    for (auto& [name, value] : response.headers())
        if (name.starts_with("Access-Control-") || name == "Vary") part.emplace(name, value);
    return part;
}

}  // namespace

TEST_CASE("methods may stand in one text, resources with their options in the configuration") {
    auto preflight = [](App app, const char* path) {
        return app.test_client().options(
            path, {.headers = {{"Origin", "http://a.com"}, {"Access-Control-Request-Method", "POST"}}});
    };
    CHECK(preflight(cors_app({.methods = "get,POST"}), "/api/x").header("Access-Control-Allow-Methods") == "GET, POST");
    App app{"configured"};
    app.config["CORS_RESOURCES"] = json::parse(R"({"/api/*": {"origins": "http://a.com", "methods": "POST"}})");
    Cors{app};
    app.route("/api/x", "x", [] { return "x"; }, {GET, POST});
    app.route("/other", "other", [] { return "other"; });
    CHECK(preflight(app, "/api/x").header("Access-Control-Allow-Methods") == "POST");
    CHECK(preflight(app, "/other").header("Access-Control-Allow-Origin") == "");
}

TEST_CASE("CORS answers as recorded") {
    for (auto& one : recorded::cors_cases) {
        CAPTURE(one.options);
        CAPTURE(one.method);
        CAPTURE(one.path);
        CAPTURE(one.origin);
        App app = cors_app(option_sets().at(one.options));
        auto response = recorded::ask_with_cors(app, one);
        CHECK(response.status_code() == one.status);
        std::multimap<std::string, std::string> expected;
        for (auto& [name, value] : one.headers) expected.emplace(name, value);
        CHECK(cors_part(response) == expected);
    }
}
