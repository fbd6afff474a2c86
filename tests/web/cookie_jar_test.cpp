// The cookies of the test client: by host, path and scheme.
#include "retort/web/cookie_jar.hpp"

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("a cookie goes back to the host and the folder that it came from") {
    detail::CookieJar jar;
    auto sent = [&](std::string host, std::string path, bool secure = false) {
        detail::CookieTarget target{std::move(host), std::move(path), secure};
        return jar.header(&target);
    };
    jar.keep({"example.com", "/a/b"}, "own=1");
    jar.keep({"example.com", "/a/b"}, "root=2; Path=/");
    jar.keep({"api.example.com", "/"}, "wide=3; Domain=example.com; Path=/");
    jar.keep({"example.com", "/"}, "foreign=4; Domain=other.org; Path=/");
    jar.keep({"example.com", "/", true}, "safe=5; Path=/; Secure");
    CHECK(sent("example.com", "/a/c") == "own=1; root=2; wide=3");
    CHECK(sent("example.com", "/a") == "own=1; root=2; wide=3");
    CHECK(sent("example.com", "/ab") == "root=2; wide=3");
    CHECK(sent("www.example.com", "/") == "wide=3");
    CHECK(sent("badexample.com", "/") == "");
    CHECK(sent("example.com", "/", true) == "root=2; wide=3; safe=5");
    jar.keep({"example.com", "/a/b"}, "own=; Max-Age=0");
    jar.keep({"example.com", "/"}, "root=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/");
    CHECK(sent("example.com", "/a/c") == "wide=3");
    jar.put("wide=6");
    CHECK(sent("anywhere", "/") == "wide=6");
    jar.keep({"anywhere", "/"}, "wide=7; Path=/");
    CHECK(jar.header(nullptr) == "safe=5; wide=7");
}

TEST_CASE("a client asks SERVER_NAME where there is one, and its subdomains") {
    App app{"named"};
    app.config["SERVER_NAME"] = "example.com:8000";
    app.get("/", [] { return request.host_url(); });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "http://example.com:8000/");
    CHECK(client.get("/", {.subdomain = "api"}).text() == "http://api.example.com:8000/");
    CHECK(client.get("/", {.base_url = "https://other.org"}).text() == "https://other.org/");
    CHECK(client.get("/?next=http://other.org/").text() == "http://example.com:8000/");
    app.config["PREFERRED_URL_SCHEME"] = "https";
    CHECK(client.get("/").text() == "https://example.com:8000/");
}
