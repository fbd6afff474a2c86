// Defaults that do not fit are refused with the route, not with the first request.
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

std::string titled(std::string page) { return page; }
std::string numbered(int page) { return std::to_string(page); }
std::string scaled(double by) { return std::to_string(by); }

}  // namespace

TEST_CASE("a default of another type than its parameter's is refused") {
    App app{"x"};
    CHECK_THROWS_WITH_AS(app.route<titled>("/t", {.defaults = {{"page", 1}}}),
                         doctest::Contains("the rule /t has the default 1 for \"page\", but the view of endpoint "
                                           "\"titled\" takes text there"),
                         RouteError);
    CHECK_THROWS_AS(app.route<numbered>("/n", {.defaults = {{"page", "x"}}}), RouteError);
    CHECK_THROWS_AS(app.route<numbered>("/n", {.defaults = {{"page", 1.5}}}), RouteError);
    CHECK_THROWS_WITH_AS(app.route<numbered>("/n", {.defaults = {{"page", nullptr}}}),
                         doctest::Contains("std::optional"), RouteError);
    CHECK_THROWS_AS(app.add_url_rule("/n/<int:page>", "n", numbered, {.defaults = {{"page", "x"}}}), RouteError);
    app.route<numbered>("/n", {.defaults = {{"page", 1}}});
    app.route<scaled>("/s", {.defaults = {{"by", 2}}});
    CHECK(app.test_client().get("/n").text() == "1");
    CHECK(app.test_client().get("/s").text() == "2.000000");
}

TEST_CASE("a default whose name is another one in the endpoint's other rule is misspelt") {
    App app{"x"};
    app.route<numbered>("/n/<int:page>");
    CHECK_THROWS_WITH_AS(app.route<numbered>("/n/", {.defaults = {{"pge", 1}}}), doctest::Contains("\"pge\""),
                         RouteError);
    app.route<numbered>("/n/", {.defaults = {{"page", 1}}});
    CHECK(app.test_client().get("/n/").text() == "1");
    App other{"y"};
    other.route<numbered>("/n/", {.defaults = {{"pge", 1}}});
    CHECK_THROWS_AS(other.route<numbered>("/n/<int:page>"), RouteError);
}
