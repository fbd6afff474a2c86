// The environment: loaders, the cache, errors with their places, and the bounds on what a template may do.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <thread>

#include "retort/template/compiled.hpp"
#include "retort/template/template.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using templates::Environment;
using templates::Options;

namespace {

struct Folder {
    Folder() : path(std::filesystem::temp_directory_path() / ("retort_templates_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path / "user");
    }
    ~Folder() { std::filesystem::remove_all(path); }
    void write(const std::string& name, const std::string& text) const {
        std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen((path / name).c_str(), "wb"), &std::fclose);
        std::fwrite(text.data(), 1, text.size(), file.get());
    }
    std::filesystem::path path;
};

/// While it lives, the process can open one file more.
struct OneFileLeft {
    OneFileLeft() {
        ::getrlimit(RLIMIT_NOFILE, &before);
        int lowest = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
        ::close(lowest);
        auto low = before;
        low.rlim_cur = static_cast<rlim_t>(lowest) + 1;
        ::setrlimit(RLIMIT_NOFILE, &low);
    }
    ~OneFileLeft() { ::setrlimit(RLIMIT_NOFILE, &before); }
    rlimit before = {};
};

std::string rendered(std::string_view text, Options options = {}) {
    Environment environment(std::move(options));
    return environment.render_string(text);
}

}  // namespace

TEST_CASE("a folder's templates are found by their path, and nothing outside of it is") {
    Folder folder;
    folder.write("user/list.html", "{{ 1 < 2 }}{{ '<' }}");
    folder.write("plain.txt", "{{ '<' }}");
    Environment environment;
    environment.add_loader(templates::folder_loader((folder.path / "user").string() + "/.."));
    CHECK(environment.render("user/list.html") == "True&lt;");
    CHECK(environment.render("plain.txt") == "<");
    for (auto* name :
         {"../etc/passwd", "/etc/passwd", "user/../plain.txt", "user//list.html", "user\\list.html", "user", ""}) {
        CAPTURE(name);
        CHECK_THROWS_AS(environment.render(name), TemplateNotFound);
    }
    CHECK_THROWS_WITH_AS(environment.render("user/lst.html"), doctest::Contains("did you mean \"user/list.html\"?"),
                         TemplateNotFound);
}

TEST_CASE("a folder that cannot be listed is no error of its own") {
    Folder folder;
    folder.write("user/list.html", "x");
    Environment environment;
    environment.add_loader(templates::folder_loader(folder.path.string()));
    {
        OneFileLeft none_for_subfolders;
        CHECK_THROWS_AS(environment.render("missing.html"), TemplateNotFound);
    }
    CHECK(environment.names() == std::vector<std::string>{"user/list.html"});
}

TEST_CASE("a changed file is read again, unless that is turned off") {
    Folder folder;
    folder.write("page.html", "one");
    Environment reloads, keeps(Options{});
    keeps.options().auto_reload = false;
    for (auto* each : {&reloads, &keeps}) {
        each->add_loader(templates::folder_loader(folder.path.string()));
        CHECK(each->render("page.html") == "one");
    }
    CHECK(reloads.get("page.html") == reloads.get("page.html"));
    folder.write("page.html", "two, and longer");
    CHECK(reloads.render("page.html") == "two, and longer");
    CHECK(keeps.render("page.html") == "one");
}

TEST_CASE("errors say in which template and line they happened") {
    Environment environment;
    environment.add_loader(templates::text_loader({{"outer.html", "\n{% include 'inner.html' %}"},
                                                   {"inner.html", "a\nb\n  {{ missing.x }}\n"},
                                                   {"bad.html", "a\n{% if x %}\nb"}}));
    try {
        environment.render("outer.html");
        FAIL("nothing was thrown");
    } catch (const UndefinedError& error) {
        CHECK(error.template_name() == "inner.html");
        CHECK(error.line() == 3);
        CHECK(error.line_text() == "{{ missing.x }}");
        CHECK(std::string(error.what()).find("in inner.html, line 3: {{ missing.x }}") != std::string::npos);
    }
    try {
        environment.render("bad.html");
        FAIL("nothing was thrown");
    } catch (const TemplateSyntaxError& error) {
        CHECK(error.line() == 2);
        CHECK(error.template_name() == "bad.html");
    }
}

TEST_CASE("an error in a macro is placed where the macro stands") {
    Environment environment;
    environment.add_loader(templates::text_loader({{"m.html", "\n\n{% macro m(x) %}\n{{ 1 / x }}{% endmacro %}"},
                                                   {"p.html", "{% from 'm.html' import m %}\n\n\n\n\n{{ m(0) }}"}}));
    try {
        environment.render("p.html");
        FAIL("nothing was thrown");
    } catch (const templates::ZeroDivisionError& error) {
        CHECK(error.template_name() == "m.html");
        CHECK(error.line() == 4);
    }
}

TEST_CASE("an error is placed in the line that Python would name") {
    Environment environment;
    auto line_of = [&](std::string_view text) {
        try {
            environment.render_string(text);
        } catch (const TemplateError& error) {
            return error.line();
        }
        return 0;
    };
    CHECK(line_of("{% macro m(x) %}{% endmacro %}\n\n{{ m(1, 2) }}") == 3);  // the call is wrong, not the macro
    CHECK(line_of("{% for x in [1] recursive %}\n\n{{ 1 / 0 }}{% endfor %}") == 3);
    CHECK(line_of("{% for x, y in [(1, 2), 3] %}\n{{ x }}\n{% endfor %}") == 1);
    CHECK(line_of("{% set x.y %}\n{{ 1 }}\n{% endset %}") == 1);
    CHECK_THROWS_AS(environment.render_string("{% set a, (b, c) = [1, 2, 3] %}"), templates::ValueError);
    CHECK_THROWS_WITH_AS(environment.render_string("{% set x.y = missing.z %}"),
                         doctest::Contains("non-namespace object"), TemplateRuntimeError);
    CHECK(environment.render_string("{% set a, (b, c) = [1, 'xy'] %}{{ a }}{{ c }}{{ b }}") == "1yx");
}

TEST_CASE("an imported template is printed as the HTML that it is") {
    Environment environment;
    environment.add_loader(templates::text_loader({{"m.html", "<b>{{ '<' }}</b>"}}));
    CHECK(environment.render_string("{% import 'm.html' as m with context %}{{ m }}{{ m|string }}") ==
          "<b>&lt;</b>&lt;b&gt;&amp;lt;&lt;/b&gt;");
}

TEST_CASE("a template that calls itself without an end is stopped") {
    Environment environment;
    environment.add_loader(templates::text_loader(
        {{"self.html", "{% include 'self.html' %}"}, {"parent.html", "{% extends 'parent.html' %}"}}));
    CHECK_THROWS_AS(environment.render("self.html"), templates::RecursionError);
    CHECK_THROWS_AS(environment.render("parent.html"), templates::RecursionError);
    CHECK_THROWS_AS(rendered("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"), templates::RecursionError);
    CHECK_THROWS_AS(rendered("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}"), templates::RecursionError);
    CHECK_THROWS_AS(rendered("{% block b %}{{ self.b() }}{% endblock %}"), templates::RecursionError);
}

TEST_CASE("deep nesting is refused when it is read") {
    std::string parentheses(5000, '('), lists(5000, '['), sum = "1", nots, blocks;
    for (int at = 0; at < 5000; ++at) sum += " + 1", nots += "not ", blocks += "{% if 1 %}";
    CHECK_THROWS_AS(rendered("{{ " + parentheses + " }}"), TemplateSyntaxError);
    CHECK_THROWS_AS(rendered("{{ " + lists + " }}"), TemplateSyntaxError);
    CHECK_THROWS_AS(rendered("{{ " + sum + " }}"), TemplateSyntaxError);
    CHECK_THROWS_AS(rendered("{{ " + nots + "1 }}"), TemplateSyntaxError);
    CHECK_THROWS_AS(rendered(blocks), TemplateSyntaxError);
}

TEST_CASE("values that hold each other, or are nested deeply, do no harm") {
    CHECK(rendered("{% set l = [] %}{% set _ = l.append(l) %}{{ l|length }}") == "1");
    CHECK_THROWS_AS(rendered("{% set l = [] %}{% set _ = l.append(l) %}{{ l }}"), TemplateRuntimeError);
    CHECK(rendered("{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = [ns.x] %}{% endfor %}ok") ==
          "ok");
    CHECK(rendered("{% set ns = namespace() %}{% set ns.me = ns %}{% macro m() %}{{ m }}{% endmacro %}"
                   "{% set ns.m = m %}ok") == "ok");
}

TEST_CASE("what would grow without an end is stopped") {
    Options options;
    options.most_steps = 1000;
    options.most_output = 10000;
    CHECK_THROWS_AS(rendered("{% for i in range(10**12) %}{% endfor %}", options), TemplateRuntimeError);
    CHECK_THROWS_AS(rendered("{% for i in range(900) %}{{ 'x' * 1000 }}{% endfor %}", options), TemplateRuntimeError);
    CHECK_THROWS_AS(rendered("{{ 'x' * 10**12 }}"), templates::OverflowError);
    CHECK_THROWS_AS(rendered("{{ [1] * 10**12 }}"), templates::OverflowError);
    CHECK_THROWS_AS(rendered("{{ range(10**12)|list }}"), templates::OverflowError);
    CHECK_THROWS_AS(rendered("{{ 2 ** 100 }}"), templates::OverflowError);
    CHECK_THROWS_AS(rendered("{{ '%1000000000d' % 1 }}"), TemplateRuntimeError);
}

TEST_CASE("several threads render the same templates") {
    Environment environment;
    environment.add_loader(templates::text_loader({{"base.html", "<{% block b %}{% endblock %}>"},
                                                   {"page.html",
                                                    "{% extends 'base.html' %}{% block b %}{% for x in xs %}{{ x.a "
                                                    "}}{{ loop.index }}{% endfor %}{% endblock %}"}}));
    struct Item {
        std::string a = "<";
    };
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            std::vector<Item> items(3);
            for (int round = 0; round < 200; ++round) {
                if (environment.render("page.html", {{"xs", items}}) != "<&lt;1&lt;2&lt;3>") ++wrong;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
}

TEST_CASE("embedded files and options") {
    static constexpr templates::EmbeddedFile files[] = {{"a.html", "A{% include 'b/c.html' %}"}, {"b/c.html", "C"}};
    Environment environment;
    environment.add_loader(templates::embedded_loader(files));
    CHECK(environment.render("a.html") == "AC");
    CHECK(environment.names() == std::vector<std::string>{"a.html", "b/c.html"});

    Options own;
    own.block_start = "<%", own.block_end = "%>", own.variable_start = "${", own.variable_end = "}";
    own.comment_start = "<#", own.comment_end = "#>";
    own.newline = "\r\n";
    CHECK(rendered("<% if 1 %>${ 2 }<# no #>\nx<% endif %>", own) == "2\r\nx");
}
