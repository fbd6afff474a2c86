// Errors told in the form that the client asks for, and the debug page with the stack.
#include "retort/web/problem.hpp"

#include <stdexcept>

#include "retort/base/log.hpp"
#include "retort/web/debug_page.hpp"
#include "retort/web/stack_trace.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("who asks for JSON is given a problem document, a browser a page") {
    App app{"problems"};
    app.get("/gone", [] {
        abort(410, "moved <away>");
        return "";
    });
    app.get("/boom", []() -> std::string { throw std::runtime_error("secret"); });
    auto client = app.test_client();
    auto ask = [&](std::string_view path, std::string accept) {
        return client.get(path, {.headers = {{"Accept", accept}}});
    };
    auto problem = ask("/gone", "application/json");
    CHECK(problem.status_code() == 410);
    CHECK(problem.content_type() == "application/problem+json");
    CHECK(problem.json() ==
          json{{"type", "about:blank"}, {"title", "Gone"}, {"status", 410}, {"detail", "moved <away>"}});
    CHECK(problem.header("Vary") == "Accept");
    CHECK(ask("/gone", "application/problem+json").is_json());
    CHECK(ask("/gone", "text/html,application/xhtml+xml,*/*;q=0.8").content_type() == "text/html; charset=utf-8");
    CHECK(ask("/gone", "*/*").text().find("moved &lt;away&gt;") != std::string::npos);
    CHECK_FALSE(client.get("/gone").is_json());
    CHECK(client.get("/gone").header("Vary") == "");
    CHECK(ask("/nowhere", "application/json").json()["status"] == 404);
    auto method = client.post("/gone", {.headers = {{"Accept", "application/json"}}});
    CHECK(method.header("Allow") == "GET, HEAD, OPTIONS");
    logger().set_sink([](LogLevel, std::string_view) {});
    auto failure = ask("/boom", "application/json");
    CHECK(failure.status_code() == 500);
    CHECK(failure.text().find("secret") == std::string::npos);
    logger().set_sink({});
}

namespace {

[[gnu::noinline]] void throw_from_here() { throw std::runtime_error("thrown on purpose"); }

}  // namespace

TEST_CASE("a throw keeps its stack once that is asked for") {
    detail::keep_stacks_of_throws();
    std::exception_ptr thrown;
    try {
        throw_from_here();
    } catch (...) {
        thrown = std::current_exception();
    }
    try {
        throw 1;
    } catch (int) {
    }
    [[maybe_unused]] auto frames = detail::stack_of(thrown);
    CHECK(detail::stack_of(nullptr).empty());
#if !defined(__SANITIZE_ADDRESS__) && !defined(__has_feature)
    CHECK_FALSE(frames.empty());
    std::string logged;
    logger().set_sink([&](LogLevel, std::string_view line) { logged = line; });
    detail::log_exception("/x", "GET", thrown);
    logger().set_sink({});
    CHECK(logged.starts_with("ERROR: Exception on /x [GET] at "));
    CHECK(logged.find("\nstd::runtime_error: thrown on purpose\n  at ") != logged.npos);
    CHECK(logged.find("problem_test.cpp:") != logged.npos);
#endif
    CHECK(detail::source_lines(__FILE__, 1, 0).size() <= 1);
    CHECK(detail::source_lines("/nowhere", 1, 3).empty());
}
