// What Flask adds to templates: url_for, request, session, config, g, messages, and what blueprints bring.

#include "retort/template/environment.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

App site() {
    App app{"site"};
    app.config.from_mapping({{"SECRET_KEY", "dev"}, {"SITE", "R & co"}, {"NUM", 5}, {"NONE", nullptr}});
    app.get("/user/<int:id>", "user", [](int) { return ""; });
    app.route("/render/<word>", "render", [](std::string) { return render_template_string(request.args["t"]); },
              {GET, POST});
    app.get("/set", [] {
        session["user"] = "<ada>";
        session["n"] = 3;
        flash("saved");
        flash("no such user", "error");
        return "";
    });
    app.before_request([] {
        g.set("name", std::string{"<g>"});
        g.set("none", nullptr);
        g.set("day", Date{2024, 1, 2});
        g.set("count", 1);
        g["count"] = std::string{"two"};
        g.set("other", std::vector<int>{1});
    });
    return app;
}

/// What a template gives in a request that brings a bit of everything.
std::string rendered(App& app, const std::string& source) {
    auto client = app.test_client();
    client.get("/set");
    client.set_cookie("c", "1");
    return client
        .post(
            "/render/a%20long%20word%20that%20is%20kept?a=1&a=2&e=",
            {.query = {{"t", source}},
             .form = {{"b", "<b>"}},
             .headers = {{"X-Test", "<hdr>"}, {"Accept", "application/json, text/html;q=0.5"}, {"User-Agent", "UA/1"}}})
        .text();
}

}  // namespace

TEST_CASE("the request shows what Flask's does") {
    App app = site();
    auto shown = [&](const std::string& source) { return rendered(app, source); };
    CHECK(shown("{{ url_for(endpoint='user', id=3) }}") == "/user/3");
    CHECK(shown("{{ url_for(request.endpoint, **request.view_args) }}") ==
          "/render/a%20long%20word%20that%20is%20kept");
    CHECK(shown("{{ request.blueprint }} {{ request.blueprints }} {{ request.scheme }} {{ request.is_secure }}") ==
          "None [] http False");
    CHECK(shown("{{ request.headers['X-Test'] }} {{ request.headers.get('X-No') }} {{ request.headers['X-No'] }} "
                "{{ request.headers.get('X-No', 'd') }} {{ 'X-Test' in request.headers }}") ==
          "&lt;hdr&gt; None  d True");
    CHECK(shown("{{ request.user_agent }} {{ request.user_agent.string }} {{ request.referrer }}") == "UA/1 UA/1 None");
    CHECK(shown("{{ request.mimetype }} {{ request.content_length }}") == "application/x-www-form-urlencoded 9");
    CHECK(shown("{{ request.url_rule }} {{ request.url_rule.rule }} {{ request.url_rule.endpoint }}") ==
          "/render/&lt;word&gt; /render/&lt;word&gt; render");
    CHECK(shown("{{ request.accept_mimetypes.best }} {{ request.accept_mimetypes.best_match(['text/html', 'x/y']) }} "
                "{{ request.accept_mimetypes.accept_html }} {{ 'x/y' in request.accept_mimetypes }} {{ "
                "request.accept_languages.best_match(['de'], 'en') }}") == "application/json text/html True False en");
    CHECK(shown("{{ request.get_json(silent=true) }} {{ request.nope is defined }}") == "None False");
    CHECK(shown("{{ request }}").starts_with("&lt;Request &#39;http://localhost/render/"));
}

TEST_CASE("the dictionaries of the request show what Werkzeug's do") {
    App app = site();
    auto shown = [&](const std::string& source) { return rendered(app, source); };
    CHECK(shown("{{ request.args|length }} {{ request.args.get('a', type=none) }}") == "3 1");
    CHECK(shown("{{ request.args.to_dict().a }} {{ request.args.to_dict(flat=false).a|join(',') }}") == "1 1,2");
    CHECK(shown("{% for k, v in request.args.items(multi=true) if k != 't' %}{{ k }}={{ v }};{% endfor %}") ==
          "a=1;a=2;e=;");
    CHECK(shown("{% for k, v in request.args.lists() if k != 't' %}{{ k }}={{ v|length }};{% endfor %}") == "a=2;e=1;");
    CHECK(shown("{{ request.form.keys()|list }} {{ request.form.values()|list|join }} {{ request.form|tojson }}") ==
          "[&#39;b&#39;] &lt;b&gt; {\"b\": \"\\u003cb\\u003e\"}");
    CHECK(shown("{{ (request.args|dictsort)[0] }} {{ (request.args|dictsort(by='value'))[0] }}") ==
          "(&#39;a&#39;, &#39;1&#39;) (&#39;e&#39;, &#39;&#39;)");
    CHECK(shown("{{ (request.headers|dictsort)[0][0] }} {{ request.access_route }}") == "Accept [&#39;127.0.0.1&#39;]");
    CHECK(shown("{{ request.form }}") == "ImmutableMultiDict([(&#39;b&#39;, &#39;&lt;b&gt;&#39;)])");
}

TEST_CASE("config, session, g and messages show what Flask's do") {
    App app = site();
    auto shown = [&](const std::string& source) { return rendered(app, source); };
    CHECK(shown("{% for k, v in config.items() if k in ('SITE', 'NUM') %}{{ k }}={{ v }};{% endfor %}") ==
          "NUM=5;SITE=R &amp; co;");
    CHECK(shown("{{ config.keys()|list|length == config|length }} {{ config.NO is defined }} {{ config }}") ==
          "True False &lt;Config&gt;");
    CHECK(shown("{{ session.keys()|list|length }} {{ session.values()|list|length }} {{ session.pop('user') }} "
                "{{ session.pop('user', '-') }} {{ 'user' in session }}") == "3 3 &lt;ada&gt; - False");
    CHECK(shown("{{ (session|dictsort)[1] }} {{ (config|dictsort)[0][0] < 'B' }}") == "(&#39;n&#39;, 3) True");
    CHECK(shown("{{ session }}").starts_with("&lt;SecureCookieSession {&#39;_flashes&#39;"));
    CHECK(shown("{{ g.get('name') }} {{ g.get('no') }} {{ g.get('no', 'd') }} {{ 'name' in g }} {{ 'no' in g }}") ==
          "&lt;g&gt; None d True False");
    CHECK(shown("{{ g.none }} {{ g.day }} {{ g.day.year }} {{ g.count }}") == "None 2024-01-02 2024 two");
    CHECK(shown("{{ get_flashed_messages(category_filter='error') }}") == "[&#39;no such user&#39;]");
    app.config["TESTING"] = true;
    CHECK_THROWS_WITH_AS(rendered(app, "{{ g.other }}"), doctest::Contains("templates::Value"), templates::TypeError);
}

TEST_CASE("a blueprint brings filters, tests, functions and variables") {
    App app = site();
    Blueprint outer{"outer"}, inner{"inner", {.url_prefix = "/inner"}};
    outer.app_template_filter("shout", [](std::string text) { return text + "!"; });
    outer.app_template_test("cheap", [](int price) { return price < 5; });
    outer.app_template_global("bonus", 7);
    outer.context_processor([] { return templates::Values{{"who", "outer"}, {"only", "outer"}}; });
    inner.context_processor([] { return templates::Values{{"who", "inner"}}; });
    outer.app_context_processor([] { return templates::Values{{"everywhere", "blueprint"}}; });
    auto page = [] { return render_template_string("{{ who }} {{ only }} {{ everywhere }}"); };
    outer.get("/outer", page);
    inner.get("/page", page);
    outer.register_blueprint(inner);
    app.register_blueprint(outer);
    app.register_blueprint(outer, {.url_prefix = "/again", .name = "again"});
    app.context_processor([] { return templates::Values{{"who", "app"}, {"everywhere", "app"}}; });
    app.get("/app", page);
    auto client = app.test_client();
    CHECK(rendered(app, "{{ 'hi'|shout }} {{ 3 is cheap }} {{ bonus }}") == "hi! True 7");
    CHECK(client.get("/outer").text() == "outer outer app");
    CHECK(client.get("/inner/page").text() == "inner outer app");
    CHECK(client.get("/app").text() == "app  app");
    CHECK_THROWS_AS(outer.app_template_filter("late", [](int number) { return number; }), SetupError);
}

TEST_CASE("a filter does not fix what the config says later") {
    App app{"late"};
    app.template_filter("shout", [](std::string text) { return text + "!"; });
    app.config["DEBUG"] = true;
    CHECK(app.jinja_env().options().auto_reload);
}

TEST_CASE("values of the URL stay with the request") {
    App app = site();
    app.get("/long/<name>", [](std::string name) { return name + request.view_args()["name"].text(); });
    std::string name(40, 'x');
    CHECK(app.test_client().get("/long/" + name).text() == name + name);
}
