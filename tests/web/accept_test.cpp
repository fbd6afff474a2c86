// What a client would rather have, chosen as Werkzeug chooses.
#include "retort/web/accept.hpp"

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("types: quality first, then what is more specific, then the order of the offers") {
    Accept browser{Accept::Kind::mimetypes,
                   "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"};
    CHECK(browser.best_match({"application/json", "text/html"}) == "text/html");
    CHECK(browser.quality("application/json") == doctest::Approx(0.8));
    CHECK(browser.accept_html());
    CHECK(browser.accept_json());
    Accept json{Accept::Kind::mimetypes, "application/json"};
    CHECK(json.best_match({"text/html", "application/json"}) == "application/json");
    CHECK_FALSE(json.accept_html());
    CHECK(Accept(Accept::Kind::mimetypes, "application/xml").accept_html());
    CHECK_FALSE(json.best_match({"text/html"}));
    CHECK(json.best_match({"text/html"}, "none") == "none");
    Accept any{Accept::Kind::mimetypes, "*/*"};
    CHECK(any.best_match({"text/html", "application/json"}) == "text/html");
    Accept refused{Accept::Kind::mimetypes, "text/html;q=0, text/*"};
    CHECK(refused.best_match({"text/html", "text/plain"}) == "text/plain");
    Accept levels{Accept::Kind::mimetypes, "text/html;level=1;q=0.5, text/html;q=0.9"};
    CHECK(levels.quality("text/html; level=1") == doctest::Approx(0.5));
    CHECK(levels.quality("text/html") == doctest::Approx(0.9));
    Accept none{Accept::Kind::mimetypes, ""};
    CHECK_FALSE(none.provided());
    CHECK(none.best() == "");
}

TEST_CASE("languages fall back to their first part") {
    Accept english{Accept::Kind::languages, "en-US,de;q=0.7"};
    CHECK(english.best_match({"de", "en_us"}) == "en_us");
    CHECK(english.best_match({"de", "en"}) == "de");
    CHECK(Accept(Accept::Kind::languages, "en-US").best_match({"de", "en"}) == "en");
    CHECK(Accept(Accept::Kind::languages, "en").best_match({"de", "en-US"}) == "en-US");
    CHECK_FALSE(Accept(Accept::Kind::languages, "fr").best_match({"de", "en"}));
}

TEST_CASE("broken headers are no error") {
    for (auto text : {",,;;", "q=1", ";q=2", "text/html;q=x", "a/b;q=-1", "*/b", "/", "text"}) {
        Accept accept{Accept::Kind::mimetypes, text};
        (void)accept.best_match({"text/html", "a/b"});
        for (auto& [value, quality] : accept.values()) CHECK((quality >= 0 && quality <= 1));
    }
    for (auto text : {"text/html;q=x", "text/html;q=-1", "text/html;q=", "text/html;q=2"}) {
        CHECK(Accept(Accept::Kind::mimetypes, text).quality("text/html") == 1);
    }
    CHECK(Accept(Accept::Kind::mimetypes, "text/html;q=0.5x").quality("text/html") == 0.5);
}

TEST_CASE("behind proxies: the client, the scheme, the host and the path") {
    App app{"proxied"};
    app.trust_proxies({.x_host = 1, .x_port = 1, .x_prefix = 1});
    app.get("/x", [] {
        return std::string{request.remote_addr()} + " " + request.url() + " " + url_for("get_x") + " " +
               url_for("get_x", {{"_external", true}});
    });
    auto client = app.test_client();
    CHECK(client.get("/x").text() == "127.0.0.1 http://localhost/x /x http://localhost/x");
    RequestBuilder forwarded{.headers = {{"X-Forwarded-For", "6.6.6.6, 1.2.3.4"},
                                         {"X-Forwarded-Proto", "https"},
                                         {"X-Forwarded-Host", "example.com"},
                                         {"X-Forwarded-Port", "8443"},
                                         {"X-Forwarded-Prefix", "/app/"}}};
    CHECK(client.get("/x", forwarded).text() ==
          "1.2.3.4 https://example.com:8443/app/x /app/x https://example.com:8443/app/x");
    App plain{"plain"};
    plain.get("/x", [] { return request.remote_addr(); });
    CHECK(plain.test_client().get("/x", forwarded).text() == "127.0.0.1");
    App two{"two"};
    two.trust_proxies({.x_for = 2});
    two.get("/x", [] { return request.remote_addr(); });
    CHECK(two.test_client().get("/x", forwarded).text() == "6.6.6.6");
    CHECK(two.test_client().get("/x", {.headers = {{"X-Forwarded-For", "9.9.9.9"}}}).text() == "127.0.0.1");
}

TEST_CASE("a forwarded host that could lead elsewhere is not believed") {
    App app{"hosts"};
    app.trust_proxies({.x_host = 1, .x_prefix = 1});
    app.get("/x/", [] { return request.url(); });
    for (std::string host : {"evil.com/x", "a@b", "a b", "a\\b", ""}) {
        CHECK(app.test_client().get("/x", {.headers = {{"X-Forwarded-Host", host}}}).location() ==
              "http://localhost/x/");
    }
    for (std::string prefix : {"//evil.com", "/\\evil.com", "/\t/evil.com", "/a?b", "/a#b", "/..", "/a/../b", "evil"}) {
        CAPTURE(prefix);
        auto prefixed = app.test_client().get("/x", {.headers = {{"X-Forwarded-Prefix", prefix}}});
        CHECK(prefixed.location() == "http://localhost/x/");
    }
    auto good = app.test_client().get("/x", {.headers = {{"X-Forwarded-Prefix", "/own/place/"}}});
    CHECK(good.location() == "http://localhost/own/place/x/");
}
