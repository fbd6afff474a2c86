// render_template in an app: folders, what templates see, filters and functions of one's own, errors.
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>

#include "retort/template/environment.hpp"
#include "retort/web/embedded.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Root {
    Root() : path(std::filesystem::temp_directory_path() / ("retort_root_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path / "templates" / "user");
        std::filesystem::create_directories(path / "admin_templates");
    }
    ~Root() { std::filesystem::remove_all(path); }
    void write(const std::string& name, const std::string& text) const {
        std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen((path / name).c_str(), "wb"), &std::fclose);
        std::fwrite(text.data(), 1, text.size(), file.get());
    }
    App app() const { return App{"templates", {.root_path = path.string()}}; }
    std::filesystem::path path;
};

}  // namespace

TEST_CASE("a view renders a template of the app's folder") {
    Root root;
    root.write("templates/base.html", "<title>{% block title %}{% endblock %}</title>{% block body %}{% endblock %}");
    root.write("templates/user/list.html",
               "{% extends 'base.html' %}{% block title %}{{ names|length }}{% endblock %}"
               "{% block body %}{% for name in names %}{{ name }},{% endfor %}{% endblock %}");
    App app = root.app();
    app.get("/", [] {
        std::vector<std::string> names{"Ana", "<Bob>"};
        return render_template("user/list.html", {{"names", names}});
    });
    app.get("/made", [] { return Response{render_template_string("{{ x }}", {{"x", "<"}}), 418}; });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "<title>2</title>Ana,&lt;Bob&gt;,");
    CHECK(client.get("/").content_type() == "text/html; charset=utf-8");
    CHECK(client.get("/made").status_code() == 418);
    CHECK(client.get("/made").text() == "&lt;");
}

TEST_CASE("the app's folder comes before those of its blueprints") {
    Root root;
    root.write("templates/both.html", "app");
    root.write("admin_templates/both.html", "blueprint");
    root.write("admin_templates/only.html", "only {{ who }}{{ everywhere }}");
    App app = root.app();
    Blueprint admin{"admin", {.template_folder = "admin_templates"}};
    admin.context_processor([] { return templates::Values{{"who", "admin"}}; });
    admin.app_context_processor([] { return templates::Values{{"everywhere", "!"}}; });
    admin.get("/admin", [] { return render_template("both.html") + " " + render_template("only.html"); });
    app.register_blueprint(admin);
    app.get("/", [] { return render_template("only.html"); });
    CHECK(app.test_client().get("/admin").text() == "app only admin!");
    CHECK(app.test_client().get("/").text() == "only !");
}

TEST_CASE("templates know url_for, config, request and g") {
    App app{"globals"};
    app.config["SITE"] = "Retort & co";
    app.get("/user/<int:id>", "user", [](int) { return ""; });
    app.get("/", [] {
        g.set("name", std::string{"<g>"});
        return render_template_string(
            "{{ url_for('user', id=3, q='a b', _anchor=3) }} {{ config.SITE }} {{ config['SITE']|length }} {{ "
            "config.nope "
            "}}|"
            "{{ request.method }} {{ request.path }} {{ request.args.q }} {{ request.args.get('z', 5) }} {{ g.name }} "
            "{{ g.nope is defined }} {{ request.endpoint }}");
    });
    CHECK(app.test_client().get("/?q=%3C").text() ==
          "/user/3?q=a+b#3 Retort &amp; co 11 |GET / &lt; 5 &lt;g&gt; False get");
}

TEST_CASE("filters, tests, functions and processors of an app") {
    App app{"own"};
    app.template_filter("double", [](int number) { return number * 2; });
    app.template_test("big", [](int number) { return number > 10; });
    app.template_global("add", [](int a, int b) { return a + b; });
    app.template_global("answer", 42);
    app.context_processor([] { return templates::Values{{"who", "world"}, {"x", 1}}; });
    auto context = app.app_context();
    CHECK(render_template_string("{{ 4|double }} {{ 11 is big }} {{ add(1, 2) }} {{ answer }} {{ who }} {{ x }}",
                                 {{"x", "given wins"}}) == "8 True 3 42 world given wins");
}

TEST_CASE("names end as they should, and errors are those of templates") {
    Root root;
    root.write("templates/a.txt", "{{ '<' }}");
    root.write("templates/a.html", "{{ '<' }}");
    root.write("templates/a.svg", "{{ '<' }}");
    App app = root.app();
    auto context = app.app_context();
    CHECK(render_template("a.txt") == "<");
    CHECK(render_template("a.html") == "&lt;");
    CHECK(render_template("a.svg") == "&lt;");
    CHECK(render_first_template({"none.html", "a.html"}) == "&lt;");
    CHECK_THROWS_WITH_AS(render_template("b.html"), doctest::Contains("did you mean"), TemplateNotFound);
    CHECK_THROWS_AS(render_template("../secret.html"), TemplateNotFound);
}

TEST_CASE("templates are read again in debug only") {
    Root root;
    root.write("templates/page.html", "one");
    App app = root.app(), debug = root.app();
    debug.config["DEBUG"] = true;
    auto shown = [](App& of) {
        auto context = of.app_context();
        return render_template("page.html");
    };
    CHECK(shown(app) == "one");
    CHECK(shown(debug) == "one");
    root.write("templates/page.html", "another");
    CHECK(shown(app) == "one");
    CHECK(shown(debug) == "another");
}

TEST_CASE("embedded files are found where there is no folder") {
    static constexpr templates::EmbeddedFile files[] = {{"templates/embedded.html", "<{{ x }}>"},
                                                        {"static/css/embedded.css", "x{}"},
                                                        {"admin/pages/embedded_admin.html", "admin"},
                                                        {"admin/files/embedded.txt", "0123456789"}};
    EmbeddedFiles enrolled(files, 4);
    App app{"embedded", {.root_path = "/nonexistent"}};
    Blueprint admin{"admin",
                    {.url_prefix = "/admin", .template_folder = "admin/pages/", .static_folder = "admin/files"}};
    app.register_blueprint(admin);
    auto client = app.test_client();
    auto css = client.get("/static/css/embedded.css");
    CHECK(css.text() == "x{}");
    CHECK(css.content_type() == "text/css; charset=utf-8");
    CHECK(css.header("Content-Disposition") == "inline; filename=embedded.css");
    CHECK(css.header("Cache-Control") == "no-cache");
    std::string tag{css.header("ETag")};
    CHECK(client.get("/static/css/embedded.css", {.headers = {{"If-None-Match", tag}}}).status_code() == 304);
    CHECK(client.get("/static/css/../css/embedded.css").text() == "x{}");
    CHECK(client.get("/static/../templates/embedded.html").status_code() == 404);
    CHECK(client.get("/static/embedded.css").status_code() == 404);
    auto part = client.get("/admin/files/embedded.txt", {.headers = {{"Range", "bytes=2-4"}}});
    CHECK(part.status_code() == 206);
    CHECK(part.text() == "234");
    auto context = app.app_context();
    CHECK(render_template("embedded.html", {{"x", "&"}}) == "<&amp;>");
    CHECK(render_template("embedded_admin.html") == "admin");
    CHECK_THROWS_AS(render_template("static/css/embedded.css"), TemplateNotFound);
}

TEST_CASE("an app chooses the folder of its templates") {
    Root root;
    root.write("admin_templates/a.html", "of the admins");
    root.write("templates/b.html", "of no folder");
    App app{"pages", {.root_path = root.path.string(), .template_folder = "admin_templates"}};
    auto context = app.app_context();
    CHECK(render_template("a.html") == "of the admins");
    CHECK_THROWS_AS(render_template("b.html"), TemplateNotFound);
}

TEST_CASE("values for a template are put together before") {
    Root root;
    root.write("templates/a.html", "{{ title }}{% if secret %}: {{ secret }}{% endif %}");
    App app = root.app();
    auto context = app.app_context();
    templates::Values values{{"title", std::string("a title that is too long to be stored without the heap")}};
    CHECK(render_template("a.html", values) == "a title that is too long to be stored without the heap");
    values.emplace_back("secret", 42);
    CHECK(render_template("a.html", values) == "a title that is too long to be stored without the heap: 42");
}

TEST_CASE("templates see the session and the messages that were flashed") {
    Root root;
    App app = root.app();
    app.config["SECRET_KEY"] = "dev";
    app.get("/write", [] {
        session["user"] = "<ada>";
        session["visits"] = 3;
        flash("saved <it>");
        flash("no such user", "error");
        return Response{"written"};
    });
    app.get("/read", [] {
        return render_template_string(
            "{{ session.user }} {{ session['visits'] + 1 }} {{ session.get('none', '-') }} {{ 'user' in session }} "
            "{% for key, value in session.items() if key != '_flashes' %}{{ key }}={{ value }};{% endfor %}"
            "{% for message in get_flashed_messages(category_filter=['error']) %}[{{ message }}]{% endfor %}");
    });
    app.get("/messages", [] {
        return render_template_string(
            "{% for category, message in get_flashed_messages(with_categories=true) %}"
            "<{{ category }}>{{ message }}{% endfor %}{{ get_flashed_messages()|length }}");
    });
    auto client = app.test_client();
    client.get("/write");
    CHECK(client.get("/messages").text() == "<message>saved &lt;it&gt;<error>no such user2");
    CHECK(client.get("/messages").text() == "0");
    client.get("/write");
    CHECK(client.get("/read").text() == "&lt;ada&gt; 4 - True user=&lt;ada&gt;;visits=3;[no such user]");
}

TEST_CASE("what a function of C++ throws is told with the template's line") {
    App app{"templates"};
    app.template_global("fail", []() -> std::string { throw InvalidRequestError("invalid-value"_code, "no way", ""); });
    auto context = app.test_request_context("/");
    CHECK_THROWS_WITH_AS(render_template_string("<p>\n{{ url_for('nowhere') }}"),
                         doctest::Contains("in the template text, line 2: {{ url_for('nowhere') }}"), BuildError);
    CHECK_THROWS_WITH_AS(render_template_string("{% macro m() %}\n\n{{ fail() }}{% endmacro %}{{ m() }}"),
                         doctest::Contains("no way\n  in the template text, line 3: {{ fail() }}"),
                         InvalidRequestError);
}

namespace {

struct Point {
    int x = 0, y = 0;
    json to_json() const { return json{{"x", x}}; }
};

}  // namespace

TEST_CASE("a struct with a to_json of its own becomes JSON") {
    App app{"tojson"};
    app.get("/", [] {
        return render_template_string("{{ p|tojson }} {{ all|tojson }} {{ p.y }}",
                                      {{"p", Point{1, 2}}, {"all", std::vector<Point>{{3, 4}}}});
    });
    CHECK(app.test_client().get("/").text() == "{\"x\": 1} [{\"x\": 3}] 2");
}

TEST_CASE("kept values and documents are given to every kin of render_template") {
    Root root;
    root.write("templates/a.html", "{{ x }} {{ list|sum }}");
    App app = root.app();
    app.context_processor([] { return json{{"x", "processed"}}; });
    app.get("/stream", [] { return stream_template("a.html", json{{"x", 4}, {"list", {1, 2}}}); });
    auto context = app.app_context();
    const templates::Values values{{"x", 1}, {"list", {1, 2}}};
    const json document{{"x", "<"}, {"list", {3, 4}}};
    CHECK(render_template("a.html", values) == "1 3");
    CHECK(render_template("a.html", document) == "&lt; 7");
    CHECK(render_first_template({"none.html", "a.html"}, values) == "1 3");
    CHECK(render_first_template({"none.html", "a.html"}, document) == "&lt; 7");
    CHECK(render_template_string("{{ x }}", values) == "1");
    CHECK(render_template_string("{{ x }}", document) == "&lt;");
    CHECK(render_template_string("{{ x }}") == "processed");
    CHECK(app.test_client().get("/stream").text() == "4 3");
    CHECK_THROWS_AS(render_template("a.html", json{1, 2}), JsonTypeError);
}

TEST_CASE("what views read may be given to a template as it is") {
    App app{"given"};
    app.config["SECRET_KEY"] = "dev";
    app.config["X"] = "conf";
    app.post("/", [&app] {
        session["x"] = "kept";
        const templates::Values values{{"a", request.args}, {"s", session["x"]}};
        return render_template_string("{{ a.q }} {{ f.name }} {{ s }} {{ c }} {{ j.k }}", {{"a", request.args},
                                                                                           {"f", request.form},
                                                                                           {"s", session["x"]},
                                                                                           {"c", app.config["X"]},
                                                                                           {"j", json{{"k", 1}}}}) +
               render_template_string("|{{ a.q }} {{ s }}", values);
    });
    app.post("/json", [] { return render_template_string("{{ j.k }}", {{"j", request.json}}); });
    CHECK(app.test_client().post("/?q=1", {.form = {{"name", "ada"}}}).text() == "1 ada kept conf 1|1 kept");
    CHECK(app.test_client().post("/json", {.json = json{{"k", 2}}}).text() == "2");
}

TEST_CASE("null text is None and null wherever it is kept") {
    App app{"null"};
    app.config["SECRET_KEY"] = "dev";
    const char* none = nullptr;
    app.config["X"] = none;
    app.template_global("z", none);
    app.context_processor([none] { return templates::Values{{"y", none}}; });
    app.get("/", [none] {
        session["x"] = none;
        templates::Values values;
        values.emplace_back("x", none);
        return render_template_string("{{ x }} {{ y }} {{ z }} {{ config.X }} {{ session.x }}", values);
    });
    app.get("/stream", [none] { return stream_template_string("{{ x }}", {{"x", none}}); });
    app.get("/json", [none] { return jsonify({{"n", none}}); });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "None None None None None");
    CHECK(client.get("/stream").text() == "None");
    CHECK(client.get("/json").text() == "{\"n\":null}\n");
}

TEST_CASE("exceptions of other libraries are told with the template's line, and stay what they are") {
    App app{"templates"};
    app.template_global("fail", []() -> std::string { throw std::out_of_range("beyond"); });
    app.template_global("empty", std::function<int(int)>());
    auto context = app.test_request_context("/");
    auto told = [](const char* text) {
        try {
            return render_template_string(text);
        } catch (...) {
            return describe_exception(std::current_exception()).what;
        }
    };
    CHECK_THROWS_AS(render_template_string("{{ fail() }}"), std::out_of_range);
    CHECK(told("<p>\n{{ fail() }}") == "beyond\n  in the template text, line 2: {{ fail() }}");
    CHECK(told("{% macro m() %}\n\n{{ fail() }}\n{% endmacro %}{{ m() }}") ==
          "beyond\n  in the template text, line 3: {{ fail() }}");
    CHECK(told("{{ empty(1) }}") == "bad_function_call\n  in the template text, line 1: {{ empty(1) }}");
    try {
        throw std::out_of_range("elsewhere");
    } catch (...) {
        CHECK(describe_exception(std::current_exception()).what == "elsewhere");
    }
}
