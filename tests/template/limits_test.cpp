// What a hostile template or a hostile text cannot do: take quadratic time, the stack, or memory without an end.

#include "retort/template/letters.hpp"
#include "retort/template/operations.hpp"
#include "retort/template/template.hpp"
#include "tests/doctest.hpp"
#include "tests/sanitized.hpp"

using namespace retort;
using templates::Environment;
using templates::Value;

namespace {

std::string shown(std::string_view text, const templates::TemplateArguments& arguments = {}) {
    Environment environment;
    return environment.render_string(text, arguments);
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t at = 0; at < times; ++at) out += text;
    return out;
}

/// Never ends, and has no length.
class Endless final : public templates::Iterator {
  public:
    bool next(Value& out) override {
        out = Value::integer(1);
        return true;
    }
};

int texts_asked = 0;
/// The type of keys that count how often they are asked for their text.
const templates::ObjectType& key_type() {
    static const templates::ObjectType type = [] {
        templates::ObjectType made;
        made.name = "Key";
        made.is_text = true;
        made.text = [](const void* key, std::string& out) {
            ++texts_asked;
            out += std::to_string(*static_cast<const int*>(key));
        };
        return made;
    }();
    return type;
}

}  // namespace

TEST_CASE("wordwrap escapes what it puts between markup, as Jinja does") {
    Environment environment;
    auto html = [&](std::string_view text) {
        return environment.render_string("{% autoescape true %}" + std::string{text} + "{% endautoescape %}");
    };
    CHECK(html("{{ '<b> & <i>'|wordwrap(3, wrapstring='<br>'|safe) }}") == "&lt;b&gt;<br>&amp;<br>&lt;i&gt;");
    CHECK(html("{{ '<b>\\n<i>'|wordwrap(30, wrapstring='<br>'|safe) }}") == "&lt;b&gt;<br>&lt;i&gt;");
    CHECK(html("{{ '<b>x y</b>'|safe|wordwrap(3, wrapstring='<br>'|safe) }}") == "&lt;b&gt;<br>x y<br>&lt;/b<br>&gt;");
    CHECK(html("{{ '<b> <i>'|wordwrap(3, wrapstring='<') }}") == "&lt;b&gt;&lt;&lt;i&gt;");
}

TEST_CASE("only as many words are read as are wanted") {
    CHECK(templates::words(" a b c ", 1) == std::vector<std::string_view>{"a"});
    CHECK(templates::words("a b c", 0).empty());
    CHECK(templates::words("a b c").size() == 3);
}

// With quadratic time each of these would take minutes.
TEST_CASE("long texts take linear time") {
    const int many = sanitized::fewer(200'000);
    const auto size = static_cast<std::size_t>(many) * 2;
    std::string words = repeated("a ", many), hyphens(size, '-'), letters(size, 'x');
    CHECK(shown("{{ x|urlize|length }}", {{"x", words}}) == std::to_string(size));
    CHECK(shown("{{ x.split()|length }}", {{"x", words}}) == std::to_string(many));
    CHECK(shown("{{ x|wordwrap(3)|length }}", {{"x", words}}) == std::to_string(size - 1));
    CHECK(shown("{{ x|wordwrap(400000)|length }}", {{"x", hyphens}}) == std::to_string(size));
    CHECK(shown("{{ x|wordwrap(1)|length }}", {{"x", letters}}) == std::to_string(2 * size - 1));
}

TEST_CASE("dashes and long words are wrapped as before") {
    CHECK(shown("{{ 'aa--bb cc'|wordwrap(4) }}") == "aa--\nbb\ncc");
    CHECK(shown("{{ '----aa'|wordwrap(5) }}") == "----a\na");
    CHECK(shown("{{ 'éééé ab'|wordwrap(3) }}") == "ééé\né\nab");
    CHECK(shown("{{ 'éééé ab'|wordwrap(4) }}") == "éééé\nab");
}

TEST_CASE("a large dict that threads share is indexed before they do") {
    int keys[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    auto dict = templates::make<templates::Dict>();
    for (auto& key : keys) dict->set(Value::object(&key, key_type()), Value::integer(key));
    Environment environment;
    environment.add_global("shared", Value::thing(dict));
    texts_asked = 0;
    CHECK(environment.render_string("{{ shared.get('x') }}") == "None");
    CHECK(texts_asked == 0);
}

TEST_CASE("generators of generators end before the stack does") {
    for (std::string filter : {"map('string')", "select", "reject('none')", "unique", "batch(1)", "slice(1)"}) {
        CAPTURE(filter);
        CHECK_THROWS_AS(
            shown("{% set ns = namespace(x=[1]) %}{% for i in range(" + std::to_string(sanitized::fewer(100'000)) +
                  ") %}{% set ns.x = ns.x|" + filter + " %}{% endfor %}{{ ns.x|list }}"),
            templates::RecursionError);
    }
    CHECK(shown("{% set ns = namespace(x=[1]) %}{% for i in range(20) %}{% set ns.x = ns.x|map('int') %}{% endfor %}"
                "{{ ns.x|list }}") == "[1]");
}

TEST_CASE("a tuple that is nested deeply is no key") {
    CHECK_THROWS_AS(shown("{% set ns = namespace(x=(1,)) %}{% for i in range(100000) %}{% set ns.x = (ns.x,) %}"
                          "{% endfor %}{{ {ns.x: 1}|length }}"),
                    TemplateRuntimeError);
    CHECK(shown("{{ {((1,), 2): 3}[((1,), 2)] }}") == "3");
}

TEST_CASE("nothing, repeated often, is nothing at once") {
    CHECK(shown("{{ '' * 10**18 }}|{{ [] * 10**18 }}|{{ 10**18 * () }}|{{ 'a' * -1 }}") == "|[]|()|");
}

TEST_CASE("a width or precision that is given as a value has the bound of one that is written") {
    for (std::string many : {"2**28 + 1", "-(2**28) - 1", "-9223372036854775807 - 1"}) {
        CAPTURE(many);
        CHECK_THROWS_WITH_AS(shown("{{ '%*d' % (" + many + ", 1) }}"), doctest::Contains("width too big"),
                             templates::ValueError);
        CHECK_THROWS_AS(shown("{{ '%.*d' % (" + many + ", 1) }}"), templates::ValueError);
    }
    CHECK(shown("{{ '%*d|%-*d|%.*f' % (3, 1, 3, 1, 2, 1.5) }}") == "  1|1  |1.50");
}

// Sixteen million steps: a quarter of a minute under a sanitizer.
TEST_CASE("loop.length does not read without an end" * doctest::skip(sanitized::here)) {
    CHECK_THROWS_AS(
        shown("{% for x in all %}{{ loop.length }}{% endfor %}", {{"all", Value::thing(templates::make<Endless>())}}),
        templates::OverflowError);
}
