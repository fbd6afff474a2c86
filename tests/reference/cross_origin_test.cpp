// cross_origin: what Flask-CORS's decorator was recorded to answer, alone and beside a CORS of the whole app.
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

#include "cors_request.hpp"
#include "cross_origin_data.hpp"
#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace std::chrono_literals;

namespace {

struct Setup {
    CorsOptions route;
    std::optional<CorsOptions> app;
    json config = json::object();
};

const std::map<std::string_view, Setup>& setups() {
    static const CorsOptions a{.origins = "http://a.com"}, b{.origins = "http://b.com"};
    static const std::map<std::string_view, Setup> all{
        {"{} of the app None, {}", {}},
        {"{'origins': 'http://a.com'} of the app None, {}", {a}},
        {"{'origins': 'http://a.com'} of the app {}, {}", {a, CorsOptions{}}},
        {"{'origins': 'http://a.com'} of the app {'origins': 'http://b.com', 'expose_headers': 'X-App'}, {}",
         {a, CorsOptions{.origins = "http://b.com", .expose_headers = "X-App"}}},
        {"{'origins': 'http://a.com', 'automatic_options': False} of the app {'origins': 'http://b.com'}, {}",
         {{.origins = "http://a.com", .automatic_options = false}, b}},
        {"{'origins': '*', 'send_wildcard': True, 'expose_headers': ['X-B', 'X-A']} of the app {'always_send': False}, "
         "{}",
         {{.origins = "*", .expose_headers = {"X-B", "X-A"}, .send_wildcard = true},
          CorsOptions{.always_send = false}}},
        {"{'origins': ['http://a.com', 'http://b.com'], 'vary_header': False, 'max_age': 600} of the app None, {}",
         {{.origins = {"http://a.com", "http://b.com"}, .max_age = 600s, .vary_header = false}}},
        {"{'supports_credentials': True, 'allow_headers': ['X-A', 'content-.*'], 'methods': ['GET', 'POST']} of the "
         "app None, {}",
         {{.methods = {"GET", "POST"}, .allow_headers = {"X-A", "content-.*"}, .supports_credentials = true}}},
        {"{'always_send': False} of the app {}, {}", {{.always_send = false}, CorsOptions{}}},
        {"{} of the app None, {'origins': 'http://a.com', 'max_age': 5, 'methods': 'PUT'}",
         {{}, {}, {{"CORS_ORIGINS", "http://a.com"}, {"CORS_MAX_AGE", 5}, {"CORS_METHODS", "PUT"}}}},
        {"{'origins': 'http://b.com'} of the app {}, {'origins': 'http://a.com', 'supports_credentials': True}",
         {b, CorsOptions{}, {{"CORS_ORIGINS", "http://a.com"}, {"CORS_SUPPORTS_CREDENTIALS", true}}}},
    };
    return all;
}

std::string method() { return request.method().to_string(); }
std::string own() { return method(); }
Response missing() { abort(404); }
Response boom() { throw std::runtime_error("boom"); }

App make_app(const Setup& setup) {
    App app{"cross origin"};
    app.config["PROPAGATE_EXCEPTIONS"] = false;
    app.config.from_mapping(setup.config);
    if (setup.app) Cors{app, *setup.app};
    auto decorator = cross_origin(setup.route);
    app.route<method>("/x", {.decorator = decorator});
    app.route<own>("/own", {.methods = {GET, OPTIONS}, .decorator = decorator});
    app.route<missing>("/missing", {.decorator = decorator});
    app.route<boom>("/boom", {.decorator = decorator});
    app.get("/plain", [] { return "plain"; });
    return app;
}

std::string cors_lines(const TestResponse& response) {
    std::multiset<std::string> lines;
    for (auto& [name, value] : response.headers())
        if (name.starts_with("Access-Control-") || name == "Vary")
            lines.insert(std::string(name) + ": " + std::string(value));
    std::string text;
    for (auto& line : lines) text += (text.empty() ? "" : "\n") + line;
    return text;
}

}  // namespace

TEST_CASE("routes with a cross_origin of their own answer as recorded") {
    std::string_view options;
    std::optional<App> app;
    for (auto& one : recorded::cross_origin_cases) {
        CAPTURE(one.options);
        CAPTURE(one.method);
        CAPTURE(one.path);
        CAPTURE(one.origin);
        if (one.options != options) app.emplace(make_app(setups().at(options = one.options)));
        auto response = recorded::ask_with_cors(*app, one);
        CHECK(response.status_code() == one.status);
        if (one.status == 200) CHECK(response.text() == one.text);
        CHECK(cors_lines(response) == one.headers);
    }
}
