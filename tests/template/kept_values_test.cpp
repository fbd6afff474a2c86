// Values that outlive their rendering, and values that hold each other so often that nobody may look at each.

#include "retort/template/compiled.hpp"
#include "retort/template/operations.hpp"
#include "retort/template/template.hpp"
#include "retort/template/things.hpp"
#include "tests/doctest.hpp"
#include "tests/sanitized.hpp"

using namespace retort;
using templates::Environment;
using templates::Value;

namespace {

/// An environment whose templates hand values out: {{ keep(value) }}.
struct Keeping {
    Keeping() {
        environment.add_global("keep", templates::Function([this](const templates::Call& call) {
                                   kept.push_back(call.arguments[0]);
                                   return Value::text("");
                               }));
    }
    void render(std::string_view source, const templates::TemplateArguments& arguments = {}) {
        environment.render_string(source, arguments);
    }
    Environment environment;
    std::vector<Value> kept;
};

std::string code_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return std::string{error.code()};
    }
    return "none";
}

Value called(const Value& function) { return templates::call_value(function, {}); }

}  // namespace

TEST_CASE("generators, macros and blocks that are kept say that their rendering is over") {
    Keeping keeping;
    keeping.render(
        "{% macro shout(x) %}{{ x }}!{% endmacro %}{% block body %}b{% endblock %}"
        "{{ keep([1, 2]|map('string')) }}{{ keep([3, 4]|select('odd')) }}{{ keep(shout) }}"
        "{{ keep(self.body) }}{{ keep([5, 6]|map('string')|list) }}");
    CHECK(code_of([&] { templates::to_list(keeping.kept[0]); }) == "template-over");
    CHECK(code_of([&] { templates::to_list(keeping.kept[1]); }) == "template-over");
    CHECK(code_of([&] { called(keeping.kept[2]); }) == "template-over");
    CHECK(code_of([&] { called(keeping.kept[3]); }) == "template-over");
    CHECK(templates::str(keeping.kept[4]) == "['5', '6']");
    // Their names stand in the template, which is gone but for them.
    CHECK(templates::repr(keeping.kept[2]) == "<Macro 'shout'>");
    CHECK(
        keeping.environment
            .render_string("{{ x is callable }} {{ x.name }} {{ y }}", {{"x", keeping.kept[2]}, {"y", keeping.kept[0]}})
            .starts_with("True shout &lt;generator"));
}

TEST_CASE("a namespace of one's own keeps the names and texts that templates put there") {
    Environment environment;
    auto space = templates::make<templates::Space>();
    Value shared = Value::thing(space);
    environment.render_string("{% set ns.colour = 'red' %}{% set ns.count = 2 %}", {{"ns", shared}});
    CHECK(environment.render_string("{{ ns.colour }} {{ ns.count }}", {{"ns", shared}}) == "red 2");
}

TEST_CASE("a tuple that holds itself twice, forty times over, is hashed and compared at once or refused") {
    Environment environment;
    auto nested = [&](std::string_view use) {
        return environment.render_string(
            "{% set a = namespace(x=1) %}{% set b = namespace(x=1) %}{% for i in range(40) %}"
            "{% set a.x = (a.x, a.x) %}{% set b.x = (b.x, b.x) %}{% endfor %}" +
            std::string{use});
    };
    CHECK(nested("{{ {a.x: 1}[a.x] }} {{ a.x == a.x }} {{ a.x in [a.x] }} {{ [a.x, 1].index(1) }}") == "1 True True 1");
    CHECK(nested("{{ [a.x, b.x]|length }} {{ a.x == (1, 2) }}") == "2 False");
    if (sanitized::here) return;  // the rest takes as many steps as there may be
    CHECK(code_of([&] { nested("{{ a.x == b.x }}"); }) == "template-runtime");
    CHECK(code_of([&] { nested("{{ a.x < b.x }}"); }) == "template-runtime");
    CHECK(code_of([&] { nested("{{ {a.x: 1}[b.x] }}"); }) == "template-runtime");
    CHECK(code_of([&] { nested("{{ a.x|tojson }}"); }) == "template-overflow");
}

TEST_CASE("and so is its text") {
    if (sanitized::here) return;  // it takes as many steps as there may be
    Environment environment;
    CHECK(code_of([&] {
              environment.render_string(
                  "{% set a = namespace(x=1) %}{% for i in range(40) %}{% set a.x = (a.x, a.x) %}"
                  "{% endfor %}{{ a.x }}");
          }) == "template-overflow");
    CHECK(code_of([&] {
              environment.render_string(
                  "{% set a = namespace(x=1) %}{% for i in range(40) %}{% set a.x = [a.x, a.x] %}"
                  "{% endfor %}{{ a.x|pprint }}");
          }) == "template-overflow");
}

TEST_CASE("a template is rendered in pieces, and they make the whole") {
    Environment environment;
    auto compiled = environment.from_string("<{% for i in range(3000) %}{{ i }},{% endfor %}>");
    std::vector<std::string> pieces;
    environment.stream(*compiled, {}, [&](std::string_view piece) { pieces.emplace_back(piece); });
    std::string whole;
    for (auto& piece : pieces) whole += piece;
    CHECK(pieces.size() > 2);
    CHECK(whole == environment.render_string(compiled->source));
}
