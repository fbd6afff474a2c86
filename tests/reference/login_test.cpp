// A login, followed through as Flask-Login was recorded to answer it.

#include "retort/extensions/login.hpp"
#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Person : UserMixin<Person> {
    explicit Person(std::string of) : name(std::move(of)) {}
    std::string get_id() const { return name; }
    bool is_active() const { return name != "2"; }
    std::string name;
};
using PersonHandle = std::shared_ptr<const Person>;

PersonHandle person(const std::string& id) { return std::make_shared<const Person>(id); }

std::string python(bool value) { return value ? "True" : "False"; }

std::string me() {
    return (current_user.is_anonymous() ? "None" : current_user.get_id()) + " " +
           python(current_user.is_authenticated()) + " fresh=" + python(login_fresh()) +
           " rem=" + python(login_remembered());
}

struct Site {
    Site() {
        app.config["SECRET_KEY"] = "dev";
        manager.user_loader(person);
        manager.login_view = "login";
        manager.init_app(app);
        app.route<login_required<me>>("/me");
        app.route("/fresh", "fresh", [] {
            require_fresh_login();
            return "fresh";
        });
        app.route("/login", "login", [] { return log_in(); }, {GET, POST});
        app.route("/logout", "logout", [] {
            logout_user();
            return "True";
        });
    }

    static std::string log_in() {
        if (request.method() == POST) {
            return python(login_user(person(request.form["id"]), {.remember = request.form.contains("r")}));
        }
        std::string page = "login page";
        for (auto& [category, message] : get_flashed_messages_with_categories())
            page += " " + category + ": " + message;
        return page;
    }

    App app{"login"};
    LoginManager manager;
};

/// The cookies of an answer, the session's without its value and expiry dates left away.
std::string cookies(const TestResponse& answer) {
    std::string all;
    for (auto value : answer.headers().get_all("Set-Cookie")) {
        std::string cookie{value};
        if (cookie.starts_with("session=") && !cookie.starts_with("session=;"))
            cookie.replace(8, cookie.find(';') - 8, "<signed>");
        if (auto at = cookie.find("Expires="); at != std::string::npos && cookie.find("1970") == std::string::npos) {
            cookie.erase(at, cookie.find(';', at) - at + 2);
        }
        all += cookie + "\n";
    }
    return all;
}

constexpr auto session_set = "session=<signed>; HttpOnly; Path=/\n";
constexpr auto session_gone = "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/\n";

}  // namespace

TEST_CASE("the recorded walk: sent to log in, refused, logged in, another browser, logged out") {
    Site site;
    auto client = site.app.test_client();
    auto sent = client.get("/me?x=1&y=a b");
    CHECK(sent.status_code() == 302);
    CHECK(sent.location() == "/login?next=%2Fme%3Fx%3D1%26y%3Da%2520b");
    CHECK(cookies(sent) == session_set);
    auto page = client.get("/login?next=%2Fme");
    CHECK(page.text() == "login page message: Please log in to access this page.");
    CHECK(cookies(page) == session_gone);
    CHECK(client.options("/me").status_code() == 200);
    auto inactive = client.post("/login", {.form = {{"id", "2"}}});
    CHECK(inactive.text() == "False");
    CHECK(cookies(inactive) == "");
    CHECK(client.get("/me").location() == "/login?next=%2Fme");
    auto in = client.post("/login", {.form = {{"id", "1"}}});
    CHECK(in.text() == "True");
    CHECK(cookies(in) == session_set);
    auto mine = client.get("/me");
    CHECK(mine.text() == "1 True fresh=True rem=False");
    CHECK(cookies(mine) == "");
    CHECK(client.get("/fresh").text() == "fresh");
    RequestBuilder other{.headers = {{"User-Agent", "other"}}};
    auto stale = client.get("/me", other);
    CHECK(stale.text() == "1 True fresh=False rem=False");
    CHECK(cookies(stale) == session_set);
    auto refused = client.get("/fresh", other);
    CHECK(refused.status_code() == 401);
    CHECK(cookies(refused) == "");
    CHECK(cookies(client.get("/logout")) == session_set);
    CHECK(client.get("/me").status_code() == 302);
}

TEST_CASE("the recorded walk with a cookie that remembers") {
    Site site;
    auto client = site.app.test_client();
    constexpr std::string_view token =
        "1|"
        "be93bd1d54421d6903fa6bc64a072836c6d0cf564919dc7c6dca5c1f11bdd82d940cd8aadc63e73246e5a38e87936a97728304d589125"
        "fa02ab75734ac2e742d";
    auto in = client.post("/login", {.form = {{"id", "1"}, {"r", "1"}}});
    CHECK(cookies(in) == "remember_token=" + std::string{token} + "; HttpOnly; Path=/\n" + session_set);
    client.delete_cookie("session");
    auto back = client.get("/me");
    CHECK(back.text() == "1 True fresh=False rem=True");
    CHECK(cookies(back) == session_set);
    CHECK(client.get("/fresh").status_code() == 401);
    auto out = client.get("/logout");
    CHECK(cookies(out) ==
          "remember_token=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/\n" + std::string{session_gone});
    CHECK(client.get("/me").status_code() == 302);
    std::string changed{token};
    changed[0] = '3';
    client.set_cookie("remember_token", changed);
    CHECK(client.get("/me").status_code() == 302);
}

TEST_CASE("the page to come back to stands among the login page's own arguments, sorted") {
    Site site;
    site.manager.login_view = "/login?x=a b&next=old";
    CHECK(site.app.test_client().get("/me").location() == "/login?next=%2Fme&x=a+b");
}

TEST_CASE("a login page elsewhere is told the whole address, be its scheme left out") {
    Site site;
    site.manager.login_view = "//sso.example.com/login";
    CHECK(site.app.test_client().get("/me").location() == "//sso.example.com/login?next=http%3A%2F%2Flocalhost%2Fme");
    site.manager.login_view = "//localhost/login";
    CHECK(site.app.test_client().get("/me").location() == "//localhost/login?next=%2Fme");
}

TEST_CASE("who is not fresh is asked once more; the configuration's null protects no session") {
    Site site;
    site.manager.refresh_view = "login";
    site.app.config["SESSION_PROTECTION"] = nullptr;
    auto client = site.app.test_client();
    RequestBuilder other{.headers = {{"User-Agent", "other"}}};
    client.post("/login", {.form = {{"id", "1"}}});
    CHECK(client.get("/fresh", other).text() == "fresh");
    site.app.config["SESSION_PROTECTION"] = "basic";
    CHECK(client.get("/fresh", other).location() == "/login?next=%2Ffresh");
    CHECK(client.get("/login").text() == "login page message: Please reauthenticate to access this page.");
}

TEST_CASE("without a login view 401; with LOGIN_DISABLED everybody is let in") {
    Site site;
    site.manager.login_view.clear();
    auto client = site.app.test_client();
    CHECK(client.get("/me").status_code() == 401);
    site.app.config["LOGIN_DISABLED"] = true;
    CHECK(client.get("/me").text() == "None False fresh=False rem=False");
}
