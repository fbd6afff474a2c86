// Adding, matching and building beyond what was recorded: errors, bounds, redirects, and the way there and back.
#include "retort/web/url_map.hpp"

#include <random>
#include <string>

#include "retort/base/text.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

std::string code_of(auto&& action) {
    try {
        action();
    } catch (const Error& error) {
        return std::string{error.code()};
    }
    return "";
}

}  // namespace

TEST_CASE("rules that cannot be are refused by name") {
    UrlMap map;
    CHECK(code_of([&] { map.add("x", "x"); }) == "rule-without-slash");
    CHECK(code_of([&] { map.add("", "x"); }) == "rule-without-slash");
    CHECK(code_of([&] { map.add("/<x", "x"); }) == "malformed-rule");
    CHECK(code_of([&] { map.add("/<>", "x"); }) == "malformed-rule");
    CHECK(code_of([&] { map.add("/<1x>", "x"); }) == "malformed-rule");
    CHECK(code_of([&] { map.add("/<int(:x>", "x"); }) == "malformed-rule");
    CHECK(code_of([&] { map.add("/<string(length=):x>", "x"); }) == "malformed-rule");
    CHECK(code_of([&] { map.add("/<x>/<x>", "x"); }) == "duplicate-rule-variable");
    CHECK(code_of([&] { map.add("/<nope:x>", "x"); }) == "unknown-converter");
    CHECK(code_of([&] { map.add("/<int(min='a'):x>", "x"); }) == "converter-arguments");
    CHECK(code_of([&] { map.add("/<string(length=-1):x>", "x"); }) == "converter-arguments");
    CHECK(code_of([&] { map.add("/<any:x>", "x"); }) == "converter-arguments");
    CHECK(map.rules().empty());
    try {
        map.add("/<imt:x>", "x");
    } catch (const RouteError& error) {
        CHECK(error.hint() == "did you mean \"int\"?");
    }
}

TEST_CASE("a rule that would never be reached is refused") {
    UrlMap map;
    map.add("/a/<int:id>", "one");
    CHECK(code_of([&] { map.add("/a/<int:other>", "two"); }) == "duplicate-route");
    CHECK(code_of([&] { map.add("/a/<int:other>", "two", {.methods = {"POST"}}); }) == "");
    CHECK(code_of([&] { map.add("/a/<other>", "three"); }) == "");
    CHECK(code_of([&] { map.add("/a/<int:id>", "one"); }) == "");
    CHECK(map.match("GET", "/a/1").rule->endpoint() == "one");
    CHECK(map.match("POST", "/a/1").rule->endpoint() == "two");
}

TEST_CASE("integers out of range match nothing and never wrap") {
    UrlMap map;
    map.add("/i/<int:n>", "i");
    map.add("/n/<int(signed=True):n>", "n");
    CHECK(std::get<std::int64_t>(*map.match("GET", "/i/9223372036854775807").find("n")) == INT64_MAX);
    CHECK(map.match("GET", "/i/9223372036854775808").kind == RouteMatch::Kind::not_found);
    CHECK(map.match("GET", "/i/99999999999999999999999").kind == RouteMatch::Kind::not_found);
    CHECK(std::get<std::int64_t>(*map.match("GET", "/n/-9223372036854775808").find("n")) == INT64_MIN);
    CHECK(map.match("GET", "/n/-9223372036854775809").kind == RouteMatch::Kind::not_found);
}

TEST_CASE("redirects stay on this host and are encoded") {
    UrlMap map;
    map.add("/<a>/<b>/", "branch");
    map.add("/u/<name>", "u");
    auto match = map.match("GET", "//evil.com/x", "q=1");
    CHECK(match.kind == RouteMatch::Kind::redirect);
    CHECK(match.location == "/evil.com/x/?q=1");
    match = map.match("GET", "/u//a b\r\nX: y");
    CHECK(match.kind == RouteMatch::Kind::redirect);
    CHECK(match.location == "/u/a%20b%0D%0AX:%20y");
    CHECK(map.match("GET", "").kind == RouteMatch::Kind::not_found);
    map.add("/", "index");
    CHECK(map.match("GET", "").location == "/");
    CHECK(map.match("GET", "u/x").rule->endpoint() == "u");
}

TEST_CASE("methods of all rules of a path are allowed, sorted") {
    UrlMap map;
    map.add("/m", "get");
    map.add("/m", "post", {.methods = {"post"}, .automatic_options = false});
    map.add("/<name>", "put", {.methods = {"PUT", "PROPFIND"}});
    auto match = map.match("DELETE", "/m");
    CHECK(match.kind == RouteMatch::Kind::method_not_allowed);
    CHECK(join(match.allowed, " ") == "GET HEAD OPTIONS POST PROPFIND PUT");
    CHECK(map.allowed_methods("/m") == match.allowed);
    CHECK(map.allowed_methods("/none/here").empty());
    CHECK(map.match("PROPFIND", "/m").rule->endpoint() == "put");
    CHECK(map.match("get", "/m").rule->endpoint() == "get");
    CHECK(map.rules()[0]->automatic_options());
    CHECK_FALSE(map.rules()[1]->automatic_options());
}

TEST_CASE("building says what is missing") {
    UrlMap map;
    map.add("/u/<name>/<int:id>", "user");
    map.add("/post", "post", {.methods = {"POST"}});
    CHECK(code_of([&] { map.build("usr"); }) == "unknown-endpoint");
    CHECK(code_of([&] { map.build("user", json{{"id", 1}}); }) == "cannot-build-url");
    CHECK(code_of([&] { map.build("user", json{{"id", "x"}, {"name", "n"}}); }) == "value-does-not-fit");
    CHECK(code_of([&] { map.build("user", json{{"id", 1}, {"name", json::array()}}); }) == "value-does-not-fit");
    CHECK(code_of([&] { map.build("post", {}, "GET"); }) == "cannot-build-url");
    try {
        map.build("usr");
    } catch (const BuildError& error) {
        CHECK(error.hint() == "did you mean \"user\"?");
    }
    try {
        map.build("user", json{{"id", 1}});
    } catch (const BuildError& error) {
        CHECK(error.hint() == "give url_for \"name\"");
    }
    std::string url = map.build("post");
    UrlMap::append_anchor(url, "a b");
    CHECK(url == "/post#a%20b");
}

TEST_CASE("a rule may only build, and slashes may be lenient for the whole map") {
    UrlMap map;
    map.strict_slashes = false;
    map.merge_slashes = false;
    map.add("/cdn/<path:file>", "cdn", {.build_only = true});
    map.add("/x/", "x");
    CHECK(map.build("cdn", json{{"file", "a.css"}}) == "/cdn/a.css");
    CHECK(map.match("GET", "/cdn/a.css").kind == RouteMatch::Kind::not_found);
    CHECK(map.match("GET", "/x").found());
    CHECK(map.match("GET", "/x///").kind == RouteMatch::Kind::not_found);
    CHECK(map.has_endpoint("cdn"));
    CHECK(map.rules("cdn").size() == 1);
    CHECK(map.rules("nope").empty());
}

TEST_CASE("a segment of many variables costs no explosion") {
    UrlMap map;
    map.add("/<a>-<b>-<c>-<d>-<e>-<f>.x", "many");
    CHECK(map.match("GET", "/1-2-3-4-5-6.x").found());
    CHECK(map.match("GET", "/" + std::string(8000, '-')).kind == RouteMatch::Kind::not_found);
}

TEST_CASE("url_for and match are each other's inverse") {
    UrlMap map;
    map.add("/s/<name>", "s");
    map.add("/i/<int(signed=True):n>", "i");
    map.add("/f/<float(signed=True):x>/z", "f");
    map.add("/p/<path:p>", "p");
    map.add("/t/<a>/<int:b>/<path:c>/end", "t");
    map.add("/d/<int:y>-<int:m>-<int:d>.<ext>", "d");
    std::mt19937_64 random{11};
    auto text = [&](const char* letters) {
        std::string out;
        std::string_view from{letters};
        for (auto left = random() % 6 + 1; left > 0; --left) out += from[random() % from.size()];
        return out;
    };
    auto round_trip = [&](const char* endpoint, const json& values) {
        auto match = map.match("GET", decode_path(map.build(endpoint, values)));
        REQUIRE(match.found());
        CHECK(match.rule->endpoint() == endpoint);
        json seen = json::object();
        for (const auto& [name, value] : match.values) seen[name] = json_of(value);
        CHECK(seen == values);
    };
    for (int i = 0; i < 300; ++i) {
        round_trip("s", json{{"name", text("ab %?#&+;=\"<>\n\t.-_~")}});
        round_trip("i", json{{"n", static_cast<std::int64_t>(random()) >> (random() % 64)}});
        round_trip("f",
                   json{{"x", std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 120) - 90)}});
        round_trip("p", json{{"p", "x" + text("a/ %") + "x"}});
        round_trip(
            "t",
            json{{"a", text("xyz ")}, {"b", static_cast<std::int64_t>(random() >> 2)}, {"c", "c" + text("c/d") + "c"}});
        round_trip("d", json{{"y", 2024}, {"m", static_cast<int>(random() % 12)}, {"d", 3}, {"ext", text("ab.-")}});
    }
}
