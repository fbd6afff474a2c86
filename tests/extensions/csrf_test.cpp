// Forms with and without their token.
#include "retort/extensions/csrf.hpp"

#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Site {
    Site() {
        app.config["SECRET_KEY"] = "dev";
        app.get("/form", [] { return generate_csrf(); });
        app.post("/save", "save", [] { return "saved"; });
        app.post("/hook", "hook", [] { return "hooked"; });
        csrf.init_app(app);
        csrf.exempt("hook");
        app.errorhandler<CsrfError>([](const CsrfError& error) { return Response{error.description(), 400}; });
    }
    App app{"csrf"};
    Csrf csrf;
};

}  // namespace

TEST_CASE("a form needs the token of its own session") {
    Site site;
    auto client = site.app.test_client(), other = site.app.test_client();
    CHECK(client.post("/save").text() == "The CSRF token is missing.");
    auto token = client.get("/form").text();
    CHECK(client.post("/save", {.form = {{"csrf_token", token}}}).text() == "saved");
    CHECK(client.post("/save", {.form = {{"user-csrf_token", token}}}).text() == "saved");
    CHECK(client.post("/save", {.json = json{{"a", 1}}, .headers = {{"X-CSRFToken", token}}}).text() == "saved");
    CHECK(client.post("/save", {.form = {{"csrf_token", token + "x"}}}).text() == "The CSRF token is invalid.");
    CHECK(other.post("/save", {.form = {{"csrf_token", token}}}).text() == "The CSRF session token is missing.");
    other.get("/form");
    CHECK(other.post("/save", {.form = {{"csrf_token", token}}}).text() == "The CSRF tokens do not match.");
    CHECK(client.post("/hook").text() == "hooked");
    CHECK(client.post("/nowhere").status_code() == 404);
    site.app.config["WTF_CSRF_TIME_LIMIT"] = -1;
    CHECK(client.post("/save", {.form = {{"csrf_token", token}}}).text() == "The CSRF token has expired.");
    site.app.config["WTF_CSRF_ENABLED"] = false;
    CHECK(client.post("/save").text() == "saved");
}

TEST_CASE("over TLS the page must be one of this host") {
    Site site;
    auto client = site.app.test_client();
    auto token = client.get("/form").text();
    auto status = [&](RequestBuilder::Pairs headers) {
        return client
            .post("/save", {.form = {{"csrf_token", token}}, .headers = headers, .base_url = "https://localhost"})
            .status_code();
    };
    CHECK(status({}) == 400);
    CHECK(status({{"Referer", "https://evil.com/"}}) == 400);
    CHECK(status({{"Referer", "https://localhost.evil.com/"}}) == 400);
    CHECK(status({{"Referer", "https://localhost/form"}}) == 200);
}

TEST_CASE("templates have csrf_token") {
    Site site;
    site.app.get("/page", [] { return render_template_string("{{ csrf_token() }}"); });
    auto client = site.app.test_client();
    auto token = client.get("/page").text();
    CHECK(client.post("/save", {.form = {{"csrf_token", token}}}).text() == "saved");
}

TEST_CASE("an app keeps the Csrf that was a local of the function that made it") {
    auto create_app = [] {
        App app{"csrf"};
        app.config["SECRET_KEY"] = "dev";
        Csrf csrf{app};
        csrf.exempt("hook");
        app.post("/save", "save", [] { return "saved"; });
        app.post("/hook", "hook", [] { return "hooked"; });
        return app;
    };
    App app = create_app();
    auto client = app.test_client();
    CHECK(client.post("/save").status_code() == 400);
    CHECK(client.post("/hook").text() == "hooked");
    std::any_cast<Csrf&>(app.extensions["csrf"]).exempt("save");
    CHECK(client.post("/save").text() == "saved");
}
