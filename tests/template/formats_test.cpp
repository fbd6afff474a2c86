// What Python's format specifications and `%` make of numbers, text and what is neither.

#include <string>
#include <string_view>
#include <utility>

#include "retort/template/template.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

std::string rendered(std::string_view text) {
    templates::Environment environment;
    environment.options().autoescape = [](std::string_view) { return false; };
    return environment.render_string(text, {{"m", templates::Value::text("<b>", true)}, {"none_", nullptr}});
}
std::string formatted(std::string_view specification, std::string_view value) {
    std::string text = "{{ '{:";
    return rendered(text.append(specification).append("}'.format(").append(value).append(") }}"));
}

}  // namespace

TEST_CASE("zeros fill the groups of a number too") {
    CHECK(formatted("08,d", "1") == "0,000,001");
    CHECK(formatted(" 08_", "1") == " 000_001");
    CHECK(formatted("020,", "1.5") == "00,000,000,000,001.5");
    CHECK(formatted("#010_x", "255") == "0x000_00ff");
    CHECK(formatted("0=10,", "-1234") == "-0,001,234");
    CHECK(formatted("*=+10,", "-1234") == "-****1,234");
    CHECK(formatted("08,", "'inf'|float") == "00000inf");
}

TEST_CASE("the prefix of a base stands before what fills") {
    CHECK(formatted("#08x", "255") == "0x0000ff");
    CHECK(formatted("= #5o", "1") == " 0o 1");
    CHECK(formatted("05c", "65") == "0000A");
}

TEST_CASE("a float without a type keeps a digit behind the point, or has an exponent") {
    CHECK(formatted(".0", "1.5") == "2e+00");
    CHECK(formatted(".3", "123.4") == "1.23e+02");
    CHECK(formatted(".3", "12.34") == "12.3");
    CHECK(formatted(".3", "1.0") == "1.0");
    CHECK(formatted(".4", "1234.5") == "1.234e+03");
    CHECK(formatted(".2", "9.99") == "1e+01");
}

TEST_CASE("z takes the sign of a zero") {
    CHECK(formatted("z.1f", "-0.01") == "0.0");
    CHECK(formatted("+z.1f", "-0.01") == "+0.0");
    CHECK(formatted("z.1f", "-0.06") == "-0.1");
    CHECK(formatted("z.0e", "-0.0") == "0e+00");
    CHECK_THROWS_AS(formatted("z", "5"), templates::ValueError);
}

TEST_CASE("format specifications that a type does not know are refused") {
    for (auto [specification, value] : {std::pair{",b", "1"},
                                        {",n", "1"},
                                        {"_c", "1"},
                                        {"+c", "65"},
                                        {"#c", "65"},
                                        {".0c", "65"},
                                        {"_,", "5"},
                                        {",_", "5"},
                                        {"#", "'a'"},
                                        {"z", "'a'"},
                                        {"+-", "1"}}) {
        CAPTURE(specification);
        CHECK_THROWS_AS(formatted(specification, value), templates::ValueError);
    }
    CHECK_THROWS_AS(formatted("!!", "none_"), templates::TypeError);
    CHECK_THROWS_AS(formatted("5", "[1]"), templates::TypeError);
    CHECK_THROWS_AS(rendered("{{ '%5%' % () }}"), templates::TypeError);
}

TEST_CASE("repr shows what can be printed, ascii what is ASCII") {
    CHECK(rendered("{{ ['a\u00A0b', '\u2028', 'é', '\u200B', '日'] }}") ==
          "['a\\xa0b', '\\u2028', 'é', '\\u200b', '日']");
    CHECK(rendered("{{ '%r' % '\U000E0001' }}") == "'\\U000e0001'");
    CHECK(rendered("{{ '{!a}'.format('é日') }} {{ '%a' % ['é'] }}") == "'\\xe9\\u65e5' ['\\xe9']");
}

TEST_CASE("letters have the capitals that Unicode gives them") {
    CHECK(rendered("{{ 'ﬁn ŉ straße'|upper }}") == "FIN ʼN STRASSE");
    CHECK(rendered("{{ 'ﬁn ǆ ßa'.title() }} {{ 'ß'|capitalize }} {{ 'ßa'|title }}") == "Fin ǅ Ssa Ss SSa");
    CHECK(rendered("{{ 'ΟΔΟΣ ΣΑΣ'|lower }} {{ 'ΟΔΟΣ'|capitalize }} {{ 'ΑΣΑ'|lower }}") == "οδος σας Οδος ασα");
    CHECK(rendered("{{ 'İ'|lower|length }} {{ 'ﬁς'.casefold() }}") == "2 fiσ");
}

TEST_CASE("nothing is found in a part that begins behind its end") {
    CHECK(rendered("{{ 'abc'.find('', 2, 1) }} {{ 'abc'.find('', 4) }} {{ 'abc'.find('', 3) }}") == "-1 -1 3");
    CHECK(rendered("{{ 'abc'.endswith('', 4) }} {{ 'abc'.count('', 5) }} {{ 'abc'.rfind('', 1, 0) }}") == "False 0 -1");
    CHECK_THROWS_AS(rendered("{{ 'abc'.index('', 9) }}"), templates::ValueError);
}

TEST_CASE("the arguments of filters have Python's types") {
    CHECK_THROWS_AS(rendered("{{ [1]|sort('x') }}"), templates::TypeError);
    CHECK_THROWS_AS(rendered("{{ {'a': 1}|random }}"), templates::LookupError);
    CHECK_THROWS_AS(rendered("{{ {'a': 1}.keys()|random }}"), templates::TypeError);
    CHECK(rendered("{{ {0: 'x'}|random }}{{ [5]|random }}{{ 'y'|random }}{{ range(3, 4)|random }}") == "x5y3");
    CHECK_THROWS_AS(rendered("{{ {'a': 1}|dictsort(reverse=none) }}"), templates::TypeError);
    CHECK_THROWS_AS(rendered("{{ 'a b'|wordwrap(1, wrapstring=5) }}"), templates::TypeError);
    CHECK_THROWS_AS(rendered("{{ 'a'|urlize(rel=true) }}"), templates::TypeError);
    CHECK(rendered("{{ 'http://a.com'|urlize(target='', rel='') }}") ==
          "<a href=\"http://a.com\" rel=\"noopener\">http://a.com</a>");
    CHECK(rendered("{{ 2.5|round(none) }} {{ 7|round(none) }} {{ (255).bit_length() }} {{ 1.5.conjugate() }}") ==
          "2 7 8 1.5");
    CHECK(rendered("{{ m|indent('<', true) }}") == "<<b>");
    CHECK(rendered("{{ 'a\u00A0b c'|wordwrap(4) }}") == "a\u00A0b\nc");
    CHECK(rendered("{{ 421024643073916|round(3, 'floor') }}") == "421024643073916.0");
    CHECK(
        rendered("{% set l = ['b', 'A', 'c'] %}{{ l.sort(key='x'.count) }}{% macro low(s) %}{{ s|lower }}{% endmacro %}"
                 "{{ l.sort(key=low, reverse=true) }}{{ l }}") == "NoneNone['c', 'b', 'A']");
}
