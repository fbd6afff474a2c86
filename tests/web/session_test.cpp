// The session: kept from request to request, permanent or not, signed, and refused when it was changed.
#include "retort/web/session.hpp"

#include "retort/base/text.hpp"
#include "retort/base/uuid.hpp"
#include "retort/web/session_interface.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

App counting_app() {
    App app{"sessions"};
    app.config["TESTING"] = true;
    app.config["SECRET_KEY"] = "dev";
    app.get("/count", [] {
        session["n"] = session.get<int>("n", 0) + 1;
        return session["n"].value().dump();
    });
    app.get("/look", [] { return session.to_json().dump(); });
    app.get("/stay", [] {
        session.set_permanent();
        return "";
    });
    app.get("/forget", [] {
        session.clear();
        return "";
    });
    app.get("/other", [] { return ""; });
    return app;
}

}  // namespace

TEST_CASE("values stay from request to request, and each browser has its own") {
    App app = counting_app();
    auto ada = app.test_client(), bob = app.test_client();
    CHECK(ada.get("/count").text() == "1");
    CHECK(ada.get("/count").text() == "2");
    CHECK(bob.get("/count").text() == "1");
    CHECK(ada.get("/look").header("Vary") == "Cookie");
    CHECK(ada.get("/look").header("Set-Cookie") == "");
    CHECK(ada.get("/other").header("Vary") == "");
    auto gone = ada.get("/forget");
    CHECK(gone.header("Set-Cookie") == "session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/");
    CHECK(ada.get("/look").text() == "{}");
}

TEST_CASE("a permanent session is renewed by each answer, unless the configuration says no") {
    App app = counting_app();
    auto client = app.test_client();
    CHECK(client.get("/stay").header("Set-Cookie").find("; Expires=") != std::string_view::npos);
    CHECK(client.get("/other").header("Set-Cookie").find("; Expires=") != std::string_view::npos);
    app.config["SESSION_REFRESH_EACH_REQUEST"] = false;
    CHECK(client.get("/other").header("Set-Cookie") == "");
}

TEST_CASE("a session that is older than its lifetime is a new one") {
    App app = counting_app();
    auto client = app.test_client();
    TimedSerializer flask{"dev", "cookie-session", KeyDerivation::hmac};
    auto now = utc_now().microseconds() / 1'000'000;
    app.config["PERMANENT_SESSION_LIFETIME"] = 60;
    client.set_cookie("session", flask.dumps({{"n", 5}}, now - 30));
    CHECK(client.get("/look").text() == R"({"n":5})");
    client.set_cookie("session", flask.dumps({{"n", 5}}, now - 90));
    CHECK(client.get("/look").text() == "{}");
}

TEST_CASE("the options of its cookie come from the configuration") {
    App app = counting_app();
    app.config["SESSION_COOKIE_NAME"] = "s";
    app.config["SESSION_COOKIE_DOMAIN"] = "example.com";
    app.config["SESSION_COOKIE_PATH"] = "/app";
    app.config["SESSION_COOKIE_SECURE"] = true;
    app.config["SESSION_COOKIE_HTTPONLY"] = false;
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax";
    std::string cookie{app.test_client().get("/count").header("Set-Cookie")};
    CHECK(cookie.starts_with("s="));
    CHECK(cookie.substr(cookie.find(';')) == "; Domain=example.com; Secure; Path=/app; SameSite=Lax");
    app.config["SESSION_COOKIE_PARTITIONED"] = true;
    CHECK(app.test_client().get("/count").header("Set-Cookie").ends_with("; SameSite=Lax; Partitioned"));
}

TEST_CASE("keys rotate") {
    App app = counting_app();
    auto client = app.test_client();
    client.get("/count");
    app.config["SECRET_KEY"] = "newer";
    CHECK(client.get("/look").text() == "{}");
    app.config["SECRET_KEY_FALLBACKS"] = json::array({"dev"});
    CHECK(client.get("/look").text() == R"({"n":1})");
    CHECK(client.get("/count").text() == "2");
    app.config["SECRET_KEY_FALLBACKS"] = nullptr;
    CHECK(client.get("/look").text() == R"({"n":2})");
}

TEST_CASE("without a secret key it can be read, and not written") {
    App app{"keyless"};
    app.config["TESTING"] = true;
    auto context = app.test_request_context("/");
    CHECK(session.empty());
    CHECK_FALSE(session.get<int>("n"));
    CHECK_THROWS_WITH_AS(session["n"] = 1, doctest::Contains("no secret key"), InvalidRequestError);
    CHECK_THROWS_AS(flash("x"), InvalidRequestError);
}

TEST_CASE("values of every kind come back as what they were") {
    App app = counting_app();
    auto context = app.test_request_context("/");
    auto uuid = Uuid::random();
    session["when"] = DateTime{2024, 1, 2, 3, 4, 5};
    session["id"] = uuid;
    session["list"] = std::vector<int>{1, 2};
    session["pair"] = std::pair{1, "a"};
    session["bytes"] = std::vector<std::byte>{std::byte{0}, std::byte{120}};
    session["tagged"] = json{{" t", 1}};
    session["optional"] = std::optional<int>{};
    CHECK(session["when"].as<DateTime>() == DateTime{2024, 1, 2, 3, 4, 5});
    CHECK(session["id"].as<Uuid>() == uuid);
    CHECK(session["list"].as<std::vector<int>>() == std::vector<int>{1, 2});
    CHECK(session["pair"] == json::array({1, "a"}));
    CHECK(session["bytes"].text() == std::string("\0x", 2));
    CHECK(session["tagged"] == json{{" t", 1}});
    CHECK(session["optional"].value().is_null());
    CHECK(session->stored()["when"] == json::object({{" d", "Tue, 02 Jan 2024 03:04:05 GMT"}}));
    CHECK(session->stored()["pair"].dump() == R"({" t":[1,"a"]})");
    CHECK(session->stored()["tagged"].dump() == R"({" di":{" t__":1}})");
    CHECK(session.pop("list") == json::array({1, 2}));
    CHECK_FALSE(session.contains("list"));
    CHECK_THROWS_WITH_AS((void)session["list"].value(), doctest::Contains("has no \"list\""), InvalidRequestError);
    CHECK_THROWS_AS((void)session["tagged"].as<Uuid>(), JsonTypeError);
}

TEST_CASE("outside of a request there is no session") { CHECK_THROWS_AS(session.contains("x"), OutsideContextError); }

TEST_CASE("a test changes the session that its requests bring") {
    App app = counting_app();
    auto client = app.test_client();
    client.session_transaction([](UserSession& session) { session["n"] = 41; });
    CHECK(client.get("/count").text() == "42");
    client.session_transaction([](UserSession& session) { CHECK(session["n"] == 42); });
}

TEST_CASE("flashed messages are shown once, by category or all") {
    App app{"flash"};
    app.config["TESTING"] = true;
    app.config["SECRET_KEY"] = "dev";
    app.get("/do", [] {
        flash("hello");
        flash("bad", "error");
        return "";
    });
    app.get("/show", [] {
        CHECK(get_flashed_messages({"error"}) == std::vector<std::string>{"bad"});
        CHECK(get_flashed_messages_with_categories().size() == 2);
        return join(get_flashed_messages(), ",");
    });
    app.get("/none", [] { return join(get_flashed_messages(), ","); });
    auto client = app.test_client();
    client.get("/do");
    CHECK(client.get("/show").text() == "hello,bad");
    CHECK(client.get("/none").text() == "");
    CHECK(client.get("/none").header("Vary") == "");
}

TEST_CASE("sessions on the server: the cookie is only a name, which nobody can choose") {
    struct Memory : SessionStore {
        std::optional<std::string> load(const std::string& id) override {
            auto found = texts.find(id);
            return found == texts.end() ? std::nullopt : std::optional{found->second};
        }
        void save(const std::string& id, const std::string& text, std::chrono::seconds) override { texts[id] = text; }
        void renew(const std::string& id, const std::optional<std::string>& text, std::chrono::seconds) override {
            auto found = texts.find(id);
            if (found != texts.end() && text) found->second = *text;
        }
        void erase(const std::string& id) override { texts.erase(id); }
        std::map<std::string, std::string> texts;
    };
    App app{"stored"};
    app.config["TESTING"] = true;
    auto store = std::make_shared<Memory>();
    app.set_session_interface(std::make_shared<StoredSessions>(store));
    app.get("/count", [] {
        session["n"] = session.get<int>("n", 0) + 1;
        return session["n"].value().dump();
    });
    app.get("/forget", [] {
        session.clear();
        return "";
    });
    app.get("/slow", [store] {
        session["n"] = 9;
        store->texts.clear();  // another request logs out meanwhile
        return "slow";
    });
    app.get("/renew", [] {
        session["renewed"] = true;
        session->renew_id();
        return "renewed";
    });
    app.get("/renew-only", [] {
        session->renew_id();
        return "renewed";
    });
    auto client = app.test_client();
    CHECK(client.get("/count").text() == "1");
    CHECK(client.get("/count").text() == "2");
    CHECK(store->texts.size() == 1);
    CHECK(store->texts.begin()->first == client.cookie("session"));
    auto before = client.cookie("session");
    CHECK(client.get("/renew").text() == "renewed");
    CHECK(client.cookie("session") != before);
    CHECK(store->texts.size() == 1);
    before = client.cookie("session");
    auto values = store->texts.begin()->second;
    CHECK(client.get("/renew-only").header("Vary") == "Cookie");
    CHECK(client.cookie("session") != before);
    REQUIRE(store->texts.size() == 1);
    CHECK(store->texts.begin()->first == client.cookie("session"));
    CHECK(store->texts.begin()->second == values);
    CHECK(app.test_client().get("/renew-only").header("Set-Cookie") == "");
    CHECK(client.get("/count").text() == "3");
    auto other = app.test_client();
    std::string chosen(43, 'A');
    other.set_cookie("session", chosen);
    CHECK(other.get("/count").text() == "1");
    CHECK(other.cookie("session") != chosen);
    CHECK(client.get("/forget").header("Set-Cookie").starts_with("session=; Expires=Thu, 01 Jan 1970"));
    CHECK(store->texts.size() == 1);
    CHECK(other.get("/slow").text() == "slow");
    CHECK(store->texts.empty());
    CHECK(other.get("/count").text() == "1");
}

TEST_CASE("an entry takes another one's value, and Markup stays markup") {
    App app{"entries"};
    app.config["TESTING"] = true;
    app.config["SECRET_KEY"] = "dev";
    app.get("/", [] {
        session["list"] = json::array({1, 2});
        session["same"] = session["list"];
        CHECK(session["same"] == json::array({1, 2}));
        session["html"] = Markup("<b>");
        CHECK(session["html"].as<Markup>().html() == "<b>");
        CHECK(session["html"].text() == "<b>");
        CHECK(session.setdefault("list", 0) == json::array({1, 2}));
        CHECK(session.setdefault("new", {{"a", 1}})["a"] == 1);
        CHECK(session.pop("new", 0)["a"] == 1);
        CHECK(session.pop("new", 0) == 0);
        return jsonify({{"list", session["list"]}});
    });
    app.get("/flash", [] {
        flash(Markup("<i>x</i>"), "ok");
        flash("<i>");
        return "";
    });
    app.get("/show", [] {
        return render_template_string("{% for c, m in get_flashed_messages(true) %}{{ c }}:{{ m }} {% endfor %}");
    });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "{\"list\":[1,2]}\n");
    CHECK(client.get("/flash").header("Set-Cookie") != "");
    CHECK(client.get("/show").text() == "ok:<i>x</i> message:&lt;i&gt; ");
    CHECK(client.get("/show").text() == "");
}
