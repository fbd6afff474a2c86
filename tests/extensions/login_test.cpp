// Login with models: loaders, protection, blueprints, next pages, passwords.
#include "retort/extensions/login.hpp"

#include "retort/extensions/password.hpp"
#include "retort/migrate/environment.hpp"
#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace std::chrono_literals;

namespace {

struct LoginUser : Model<LoginUser>, UserMixin<LoginUser> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<bool> is_active = true;
};

Database login_db;
LoginManager login_manager;

std::string profile(int number) { return current_user.get<LoginUser>()->name.value() + std::to_string(number); }

App login_app() {
    App app{"login"};
    app.config["TESTING"] = true;
    app.config["SECRET_KEY"] = "dev";
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    login_db.init_app(app);
    login_manager.user_loader([](const std::string& id) { return login_db.session.get<LoginUser>(std::stoi(id)); });
    login_manager.session_protection = "basic";
    login_manager.login_view = "/login";
    login_manager.init_app(app);
    app.route<login_required<profile>>("/profile/<int:number>");
    app.post("/login/<int:id>", [](int id) {
        auto user = login_db.session.get<LoginUser>(id);
        return std::to_string(login_user(user, {.remember = request.args.contains("r"), .duration = 60s}));
    });
    app.get("/url", [] { return url_for<profile>(3) + " " + url_for<login_required<profile>>(4); });
    app.get("/who", [] { return current_user.is_anonymous() ? "nobody" : current_user.get_id(); });
    auto context = app.app_context();
    login_db.create_all();
    login_db.session.add(LoginUser{.id = 1, .name = "ada"});
    login_db.session.add(LoginUser{.id = 2, .name = "bob", .is_active = false});
    login_db.session.commit();
    return app;
}

}  // namespace

TEST_CASE("a model is a user; a column is_active takes the place of the function") {
    App app = login_app();
    auto client = app.test_client();
    CHECK(client.get("/profile/7").location() == "/login?next=%2Fprofile%2F7");
    CHECK(client.post("/login/1").text() == "1");
    CHECK(client.get("/profile/7").text() == "ada7");
    CHECK(client.get("/url").text() == "/profile/3 /profile/4");
    auto other = app.test_client();
    CHECK(other.post("/login/2").text() == "0");
    CHECK(other.get("/who").text() == "nobody");
    CHECK_THROWS_AS(other.post("/login/3"), ArgumentError);
}

TEST_CASE("strong protection ends a session that another browser brings") {
    App app = login_app();
    login_manager.session_protection = "strong";
    auto client = app.test_client();
    client.post("/login/1?r=1");
    CHECK(client.cookie("remember_token").has_value());
    CHECK(client.get("/profile/7", {.headers = {{"User-Agent", "thief"}}}).status_code() == 302);
    CHECK_FALSE(client.cookie("remember_token").has_value());
    CHECK(client.get("/who").text() == "nobody");
}

TEST_CASE("handlers, hooks, and users without a session") {
    App app = login_app();
    login_manager.unauthorized_handler([] { return Response{"who are you?", 418}; });
    login_manager.request_loader([](Request& request) {
        bool known = request.headers().get("Authorization") == "token ada";
        return known ? login_db.session.get<LoginUser>(1) : Ptr<LoginUser>{};
    });
    Blueprint admin{"admin", {.url_prefix = "/admin"}};
    admin.before_request(require_login);
    admin.get("/", [] { return "admin"; });
    app.register_blueprint(admin);
    auto client = app.test_client();
    CHECK(client.get("/admin/").status_code() == 418);
    CHECK(client.get("/admin/", {.headers = {{"Authorization", "token ada"}}}).text() == "admin");
    CHECK(client.get("/admin/", {.headers = {{"Authorization", "token ada"}}}).header("Set-Cookie") == "");
    login_manager.unauthorized_handler(nullptr);
    login_manager.request_loader([](Request&) { return Ptr<LoginUser>{}; });
    login_manager.blueprint_login_view("admin", "/admin-login?x=1");
    CHECK(client.get("/admin/").location() == "/admin-login?next=%2Fadmin%2F&x=1");
    app.config["USE_SESSION_FOR_NEXT"] = true;
    CHECK(client.get("/profile/7").location() == "/login");
    client.session_transaction([](UserSession& session) { CHECK(session["next"] == "/profile/7"); });
}

TEST_CASE("passwords: argon2id, and what Werkzeug wrote") {
    auto hash = generate_password_hash("secret");
    CHECK(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK(check_password_hash(hash, "secret"));
    CHECK_FALSE(check_password_hash(hash, "Secret"));
    CHECK(generate_password_hash("secret") != hash);
    CHECK(check_password_hash(
        "pbkdf2:sha256:1000$salt1234$dad8de3f0fa048a86d0764c54ba56548562adad121d561495ba4bdba35ab7db3", "secret"));
    CHECK(check_password_hash("sha256$salt1234$10327b5e3f8ee36d35e3c3d6b0042f13d2abe49a7ff49335a47b50b90cc7f920",
                              "secret"));
    CHECK(check_password_hash(
        "scrypt:1024:8:1$salt1234$552ee8bd547dcd3dbb063ef679c51db574ce86bc3c37de9c53d1411fd90fb65cbd9ea69872eda7cfbc2a"
        "233690c2012fcf3e03e5fe406ced504862f90a49d78f",
        "secret"));
    for (std::string method : {"pbkdf2:sha256:1000", "pbkdf2:sha512:10", "scrypt:1024:8:1"}) {
        auto old = generate_password_hash("sécret", method);
        CHECK(old.starts_with(method + "$"));
        CHECK(check_password_hash(old, "sécret"));
        CHECK_FALSE(check_password_hash(old, "secret"));
    }
    for (std::string broken : {"", "$", "$$", "a$b", "plain$$secret", "pbkdf2:none:1$s$h", "pbkdf2:sha256:0$s$h",
                               "pbkdf2:sha256:99999999999$s$h", "scrypt:999999999:8:1$s$h", "$argon2id$nonsense"}) {
        CHECK_FALSE(check_password_hash(broken, "secret"));
    }
    CHECK_THROWS_AS(generate_password_hash("x", "md5"), ArgumentError);
}

TEST_CASE("templates know current_user") {
    App app = login_app();
    app.template_filter("initial", [](const LoginUser& user) { return user.name.value().substr(0, 1); });
    app.get("/page", [] {
        auto ada = login_db.session.get<LoginUser>(1);
        g.set("ada", ada);
        return render_template_string(
            "{% if current_user.is_authenticated %}{{ current_user.name }} {{ current_user.get_id() }} "
            "{{ current_user|initial }}{{ ada|initial }} {{ g.ada.name }}{% else %}{{ current_user }}{% endif %} "
            "{{ current_user == ada }} {{ ada != current_user }} {{ current_user.is_anonymous }}",
            {{"ada", ada}});
    });
    auto client = app.test_client();
    CHECK(client.get("/page").text() == "&lt;AnonymousUser&gt; False True True");
    client.post("/login/1");
    CHECK(client.get("/page").text() == "ada 1 aa ada True False False");
    auto context = app.app_context();
    CHECK(render_template_string("{{ current_user.name is defined }}") == "False");
    CHECK_THROWS_AS(render_template_string("{{ 5|initial }}"), templates::TypeError);
}

namespace {

/// All that an app is made of is gone when its factory returns.
App app_of_locals() {
    App app{"locals"};
    app.config["SECRET_KEY"] = "dev";
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    Database db{app};
    Migrate migrate{app, db};
    app.extensions["environment"] = migrate.environment();
    LoginManager manager{app};
    manager.login_view = "/sign-in";
    manager.user_loader([db](const std::string& id) { return db.session.get<LoginUser>(std::stoi(id)); });
    app.route<login_required<profile>>("/profile/<int:number>");
    app.post("/login", [] { return std::to_string(login_user(LoginUser::query().first())); });
    auto context = app.app_context();
    db.create_all();
    db.session.add(LoginUser{.id = 1, .name = "ada"});
    db.session.commit();
    return app;
}

}  // namespace

TEST_CASE("an app keeps the LoginManager, the Database and the Migrate that were locals") {
    App app = app_of_locals();
    auto client = app.test_client();
    CHECK(client.get("/profile/7").location() == "/sign-in?next=%2Fprofile%2F7");
    CHECK(client.post("/login").text() == "1");
    CHECK(client.get("/profile/7").text() == "ada7");
    auto* environment = std::any_cast<migrations::Environment*>(app.extensions["environment"]);
    CHECK(environment->databases().size() == 1);
}

TEST_CASE("the keys of the login are checked when they are set") {
    App app{"kinds"};
    app.config["REMEMBER_COOKIE_SECURE"] = "True";
    LoginManager manager{app};
    CHECK(app.config["REMEMBER_COOKIE_SECURE"] == true);
    app.config["LOGIN_DISABLED"] = "False";
    CHECK(app.config["LOGIN_DISABLED"] == false);
    CHECK_THROWS_AS((app.config["REMEMBER_COOKIE_DURATION"] = "a year"), ConfigError);
    CHECK_THROWS_AS((app.config["REMEMBER_COOKIE_SAMESITE"] = "Always"), ConfigError);
    CHECK_THROWS_AS((app.config["SESSION_PROTECTION"] = "stong"), ConfigError);
}
