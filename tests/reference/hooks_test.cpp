// Hooks, error handlers and nested blueprints: the order and precedence that Flask was recorded to have.

#include <algorithm>
#include <stdexcept>

#include "retort/web/application.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

std::vector<std::string> trail;
void note(std::string step) { trail.push_back(std::move(step)); }

struct MyError : std::runtime_error {
    using runtime_error::runtime_error;
};
struct SubError : MyError {
    using MyError::MyError;
};
/// Stands for Python's KeyError, thrown by a program and not by the framework.
struct LookupFailure : std::out_of_range {
    using out_of_range::out_of_range;
};

std::string failure(const std::exception_ptr& error) { return error ? describe_exception(error).type : "none"; }

Blueprint make_child() {
    Blueprint child{"child", {.url_prefix = "/child"}};
    child.before_request([] { note("before_child"); });
    child.after_request([](Response&) { note("after_child"); });
    child.route("/", "ci", [] {
        note("view_child");
        std::string names;
        for (auto& name : request.blueprints()) names += (names.empty() ? "" : ", ") + name;
        return url_for(".ci") + " " + url_for("bp.bi") + " " + std::string{request.blueprint()} + " [" + names + "] " +
               std::string{request.endpoint()};
    });
    return child;
}

Blueprint make_blueprint() {
    Blueprint bp{"bp", {.url_prefix = "/bp"}};
    bp.before_request([] { note("before_bp"); });
    bp.teardown_request([] { note("teardown_req_bp"); });
    bp.after_request([](Response&) { note("after_bp"); });
    bp.route("/", "bi", [] {
        note("view_bp");
        return "bp " + url_for(".bi");
    });
    bp.route("/err/<int:c>", "be", [](int c) -> Response {
        note("view_bp_err");
        abort(c);
    });
    bp.route("/exc", "bex", []() -> Response { throw LookupFailure("x"); });
    bp.errorhandler<404>([](const NotFound& error) -> Response {
        note("bp404");
        return {"bp404 " + error.description().substr(0, 10), 404};
    });
    bp.errorhandler<std::exception>([](const std::exception& error) -> Response {
        note("bpException");
        auto* known = dynamic_cast<const Error*>(&error);
        return {"bpE " + (known != nullptr ? known->name() : "LookupFailure"), 500};
    });
    bp.register_blueprint(make_child());
    bp.app_errorhandler<409>([]() -> Response { return {"app409-from-bp", 409}; });
    return bp;
}

void add_hooks(App& app) {
    app.before_request([] { note("before_app1"); });
    app.before_request([] { note("before_app2"); });
    app.after_request([](Response response) {
        note("after_app1");
        return response;
    });
    app.after_request([](Response&) { note("after_app2"); });
    app.teardown_request([](const std::exception_ptr& error) { note("teardown_req_app(" + failure(error) + ")"); });
    app.teardown_appcontext([](const std::exception_ptr& error) { note("teardown_appctx(" + failure(error) + ")"); });
}

void add_handlers(App& app) {
    app.errorhandler<404>([](const HttpException& error) -> Response {
        note("app404");
        return {jsonify({{"error", error.to_string()},
                         {"code", error.status()},
                         {"name", error.title()},
                         {"description", error.description()}}),
                404};
    });
    app.errorhandler<MyError>([](const MyError& error) -> Response {
        return {std::string{"my "} + (dynamic_cast<const SubError*>(&error) != nullptr ? "Sub" : "MyErr"), 418};
    });
    app.errorhandler<500>([](const InternalServerError& error) -> Response {
        note("e500");
        return {"e500 " + error.name() + " orig=" + describe_exception(error.original_exception()).type, 500};
    });
    app.errorhandler<HttpException>([](const HttpException& error) -> Response {
        return {"http " + std::to_string(error.status()) + " " + std::string{error.title()}, error.status()};
    });
}

void add_views(App& app) {
    app.route("/", "i", [] {
        note("view");
        return "i";
    });
    app.route("/my", "my", []() -> Response { throw SubError("x"); });
    app.route("/zero", "zero", []() -> Response { throw std::domain_error("division by zero"); });
    app.route("/403", "f", []() -> Response { abort(403); });
    app.route("/404", "n", []() -> Response { abort(404, "custom"); });
    app.route("/409", "c409", []() -> Response { abort(409); });
    app.route("/short", "short", [] {
        note("never");
        return "x";
    });
    app.before_request([]() -> std::optional<Response> {
        if (request.path() != "/short") return std::nullopt;
        note("stop");
        return Response{"stopped", 299};
    });
}

App hooks_app() {
    App app{"hooks"};
    add_hooks(app);
    add_handlers(app);
    add_views(app);
    auto bp = make_blueprint();
    app.register_blueprint(bp);
    app.register_blueprint(bp, {.url_prefix = "/two", .name = "bp2"});
    return app;
}

struct RecordedCase {
    std::string path, status, body;
    std::vector<std::string> log;
};

const std::vector<std::string> app_before{"before_app1", "before_app2"};
const std::vector<std::string> app_after{"after_app2", "after_app1", "teardown_req_app(none)", "teardown_appctx(none)"};
const std::vector<std::string> bp_after{
    "after_bp", "after_app2", "after_app1", "teardown_req_bp", "teardown_req_app(none)", "teardown_appctx(none)"};

std::vector<std::string> steps(std::vector<std::string> middle, const std::vector<std::string>& after = app_after) {
    std::vector<std::string> all = app_before;
    all.insert(all.end(), middle.begin(), middle.end());
    all.insert(all.end(), after.begin(), after.end());
    return all;
}

}  // namespace

TEST_CASE("hooks run, and handlers are chosen, as Flask was recorded to do") {
    App app = hooks_app();
    auto client = app.test_client();
    const std::vector<RecordedCase> cases{
        {"/", "200 OK", "i", steps({"view"})},
        {"/bp/err/404", "404 NOT FOUND", "bp404 The reques", steps({"before_bp", "view_bp_err", "bp404"}, bp_after)},
        {"/bp/err/403", "500 INTERNAL SERVER ERROR", "bpE Forbidden",
         steps({"before_bp", "view_bp_err", "bpException"}, bp_after)},
        {"/bp/exc", "500 INTERNAL SERVER ERROR", "bpE LookupFailure", steps({"before_bp", "bpException"}, bp_after)},
        {"/my", "418 I'M A TEAPOT", "my Sub", steps({})},
        {"/403", "403 FORBIDDEN", "http 403 Forbidden", steps({})},
        // Not in the shown half; the same rules at work.
        {"/bp/child/",
         "200 OK",
         "/bp/child/ /bp/ bp.child [bp.child, bp] bp.child.ci",
         {"before_app1", "before_app2", "before_bp", "before_child", "view_child", "after_child", "after_bp",
          "after_app2", "after_app1", "teardown_req_bp", "teardown_req_app(none)", "teardown_appctx(none)"}},
        {"/two/", "200 OK", "bp /two/", steps({"before_bp", "view_bp"}, bp_after)},
        {"/409", "409 CONFLICT", "app409-from-bp", steps({})},
        {"/short", "299 UNKNOWN", "stopped", steps({"stop"})},
    };
    for (auto& each : cases) {
        CAPTURE(each.path);
        trail.clear();
        auto response = client.get(each.path);
        CHECK(response.status() == each.status);
        CHECK(response.text() == each.body);
        CHECK(trail == each.log);
    }
}

TEST_CASE("an unknown path goes to the app's handler, in a blueprint's prefix too") {
    App app = hooks_app();
    auto client = app.test_client();
    for (auto path : {"/nope", "/bp/nope"}) {
        trail.clear();
        auto response = client.get(path);
        CHECK(response.status() == "404 NOT FOUND");
        CHECK(response.json().at("name") == "Not Found");
        CHECK(trail == steps({"app404"}));
    }
    CHECK(client.get("/404").json().at("description") == "custom");
}

TEST_CASE("what nobody handles reaches the handler for 500 and the teardown functions") {
    App app = hooks_app();
    trail.clear();
    logger().set_sink([](LogLevel, std::string_view) {});
    auto response = app.test_client().get("/zero");
    logger().set_sink({});
    CHECK(response.text() == "e500 InternalServerError orig=std::domain_error");
    CHECK(trail == std::vector<std::string>{"before_app1", "before_app2", "e500", "after_app2", "after_app1",
                                            "teardown_req_app(std::domain_error)",
                                            "teardown_appctx(std::domain_error)"});
}

TEST_CASE("nested blueprints give the recorded routes") {
    App app = hooks_app();
    std::vector<std::string> routes;
    for (auto* rule : app.implementation().url_map.rules()) routes.push_back(rule->text() + " " + rule->endpoint());
    std::sort(routes.begin(), routes.end());
    CHECK(routes == std::vector<std::string>{"/ i", "/403 f", "/404 n", "/409 c409", "/bp/ bp.bi",
                                             "/bp/child/ bp.child.ci", "/bp/err/<int:c> bp.be", "/bp/exc bp.bex",
                                             "/my my", "/short short", "/static/<path:filename> static", "/two/ bp2.bi",
                                             "/two/child/ bp2.child.ci", "/two/err/<int:c> bp2.be", "/two/exc bp2.bex",
                                             "/zero zero"});
}
