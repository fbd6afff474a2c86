// The request: what is parsed when, headers, cookies, and the addresses that it shows.
#include "retort/web/request.hpp"

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("cookies are read as Werkzeug reads them") {
    App app{"cookies"};
    auto context =
        app.test_request_context("/", {.headers = {{"Cookie", "a=1; b=\"q x\"; c=%20; d; e=é; f=\"x\\073y\""}}});
    CHECK(request.cookies["a"] == "1");
    CHECK(request.cookies["b"] == "q x");
    CHECK(request.cookies["c"] == "%20");
    CHECK(request.cookies["d"] == "");
    CHECK(request.cookies["e"] == "é");
    CHECK(request.cookies["f"] == "x;y");
    CHECK_THROWS_AS(request.cookies["z"], BadRequestKeyError);
}

TEST_CASE("a quote that opens a cookie's value takes no other cookie with it") {
    App app{"cookies"};
    auto context = app.test_request_context(
        "/", {.headers = {{"Cookie", "a=\"open; session=s; b=\"x\" y; c=\"1;2\" ; d=\"last\""}}});
    CHECK(request.cookies["a"] == "\"open");
    CHECK(request.cookies["session"] == "s");
    CHECK(request.cookies["b"] == "\"x\" y");
    CHECK(request.cookies["c"] == "1;2");
    CHECK(request.cookies["d"] == "last");
}

TEST_CASE("headers are found without regard to case") {
    App app{"headers"};
    auto context = app.test_request_context("/", {.headers = {{"X-Token", "t"}, {"X-Many", "1"}, {"x-many", "2"}}});
    CHECK(request.headers["x-token"] == "t");
    CHECK(request.headers.get("nothing", "else") == "else");
    CHECK(request.headers.getlist("X-Many").size() == 2);
    CHECK_THROWS_AS(request.headers["nothing"], BadRequestKeyError);
}

TEST_CASE("a path is decoded, and shown encoded as far as needed") {
    App app{"paths"};
    auto context = app.test_request_context("/caf%C3%A9/a%20b", {.base_url = "http://localhost:5000"});
    CHECK(request.path() == "/café/a b");
    CHECK(request.base_url() == "http://localhost:5000/café/a%20b");
    CHECK(request.url() == request.base_url());
    CHECK(request.full_path() == "/café/a b?");
}

TEST_CASE("a path begins with one slash, so that nobody is sent to another host by it") {
    App app{"slashes"};
    for (auto target : {"//evil.com/x", "///evil.com/x", "/%2Fevil.com/x"}) {
        auto context = app.test_request_context(target);
        CHECK(request.path() == "/evil.com/x");
        CHECK(request.full_path() == "/evil.com/x?");
    }
}

TEST_CASE("values are arguments and form, but for a GET") {
    App app{"values"};
    for (std::string method : {"POST", "DELETE", "GET"}) {
        auto context = app.test_request_context("/?x=1", {.method = method, .form = {{"x", "2"}}});
        CHECK(request.values.getlist("x").size() == (method == "GET" ? 1 : 2));
    }
}

TEST_CASE("the usual port is left out of the host") {
    App app{"hosts"};
    {
        auto context = app.test_request_context("/", {.base_url = "http://example.com:80"});
        CHECK(request.host() == "example.com");
    }
    auto context = app.test_request_context("/", {.base_url = "https://example.com:443"});
    CHECK(request.host() == "example.com");
    CHECK(request.is_secure());
    CHECK(request.host_url() == "https://example.com/");
}

TEST_CASE("form, data and JSON look at one body, in any order") {
    App app{"bodies"};
    auto context = app.test_request_context("/", {.method = "POST", .form = {{"a", "1"}}});
    CHECK(request.form["a"] == "1");
    CHECK(request.data() == "a=1");
    CHECK(request->stream() == nullptr);
    CHECK(request.form.get<int>("a") == 1);
}

TEST_CASE("JSON is reached by keys, with a quiet twin") {
    App app{"json"};
    auto context = app.test_request_context("/", {.method = "POST", .json = json{{"name", "ada"}, {"age", 36}}});
    CHECK(request.is_json());
    CHECK(request.json["name"] == "ada");
    CHECK(request.json.get<int>("age", 0) == 36);
    CHECK(request.json.get<int>("size", 7) == 7);
    CHECK_THROWS_AS(request.json["size"], JsonKeyError);
    CHECK(request.get_json().at("name").text() == "ada");
}

TEST_CASE("a body can be read piece by piece, once") {
    App app{"stream"};
    auto context = app.test_request_context("/", {.method = "POST", .data = "pieces"});
    std::string read(3, '\0');
    auto* body = request.stream();
    REQUIRE(body != nullptr);
    CHECK(body->read(read) == 3);
    CHECK(read == "pie");
    CHECK(request.data() == "");
}

TEST_CASE("the rule that matched, its endpoint and its values") {
    App app{"rules"};
    app.route("/user/<int:id>/<name>", "user", [](int, std::string) { return ""; });
    {
        auto context = app.test_request_context("/user/3/ada");
        CHECK(request.endpoint() == "user");
        CHECK(request.url_rule() == "/user/<int:id>/<name>");
        CHECK(request.view_args() == json{{"id", 3}, {"name", "ada"}});
        CHECK(request.blueprint() == "");
    }
    auto context = app.test_request_context("/nowhere");
    CHECK(request.endpoint() == "");
    CHECK(request.view_args() == json::object());
}

TEST_CASE("is_safe_url: what leads a browser to another host is told") {
    App app{"safe"};
    auto context = app.test_request_context("/login");
    for (auto target :
         {"", "/", "/profile", "/a?next=http://evil.com", "profile", "a/b:c", "?page=2", "#top", "http://localhost",
          "http://localhost/", "http://localhost/x", "http://LOCALHOST/x", "http://localhost?x", "/%5Cevil.com"}) {
        CAPTURE(target);
        CHECK(is_safe_url(target));
    }
    for (auto target : {"//evil.com",
                        "///evil.com",
                        "/\\evil.com",
                        "\\\\evil.com",
                        "http://evil.com",
                        "https://localhost/",
                        "http://localhost.evil.com",
                        "http://localhost:81/",
                        "http://localhost@evil.com",
                        "http:evil.com",
                        "http:/evil.com",
                        "javascript:alert(1)",
                        "JaVaScRiPt:alert(1)",
                        "data:text/html,x",
                        " //evil.com",
                        "/\t/evil.com",
                        "\t//evil.com",
                        "/\n/evil.com",
                        "java\nscript:alert(1)",
                        "\x01//evil.com"}) {
        CAPTURE(target);
        CHECK_FALSE(is_safe_url(target));
    }
    CHECK_FALSE(is_safe_url(std::string_view{"/\0/evil.com", 11}));
}
