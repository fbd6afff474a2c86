// Rules read when compiling, and views checked against them.
#include "retort/web/rule_shape.hpp"

#include <string>
#include <string_view>
#include <type_traits>

#include "tests/doctest.hpp"

using namespace retort;

namespace {

constexpr RuleShape shape = parse_rule("/user/<int:id>/<name>/<any(a,'b)c'):x>.<path:rest>");
static_assert(shape.size == 4);
static_assert(shape.variables[0].name == "id" && shape.variables[0].converter == "int");
static_assert(shape.variables[1].name == "name" && shape.variables[1].converter == "string");
static_assert(shape.variables[2].name == "x" && shape.variables[2].converter == "any");
static_assert(shape.variables[3].name == "rest" && shape.variables[3].converter == "path");
static_assert(parse_rule("/").size == 0);

static_assert(shape_of_rule("x").mistake == RuleMistake::no_leading_slash);
static_assert(shape_of_rule("").mistake == RuleMistake::no_leading_slash);
static_assert(shape_of_rule("/<x").mistake == RuleMistake::unclosed_variable);
static_assert(shape_of_rule("/<int(1:x>").mistake == RuleMistake::unclosed_variable);
static_assert(shape_of_rule("/<>").mistake == RuleMistake::bad_variable_name);
static_assert(shape_of_rule("/<int:>").mistake == RuleMistake::bad_variable_name);
static_assert(shape_of_rule("/<a b>").mistake == RuleMistake::bad_variable_name);
static_assert(shape_of_rule("/<:x>").mistake == RuleMistake::bad_converter_name);
static_assert(shape_of_rule("/<1i:x>").mistake == RuleMistake::bad_converter_name);
static_assert(shape_of_rule("/<x>/<int:x>").mistake == RuleMistake::duplicate_variable);
static_assert(shape_of_rule("/a>b").mistake == RuleMistake::none);

template <class... Parameters>
std::string_view checked(std::type_identity_t<CheckedRule<Parameters...>> rule) {
    return rule.text();
}

}  // namespace

TEST_CASE("rules that fit their views compile") {
    CHECK(checked<int>("/user/<int:id>") == "/user/<int:id>");
    CHECK(checked<const std::string&, std::string_view>("/<a>/<path:b>") == "/<a>/<path:b>");
    CHECK(checked<double, Uuid>("/<float:a>/<uuid:b>") == "/<float:a>/<uuid:b>");
    CHECK(checked<std::string>("/<mine:a>") == "/<mine:a>");
    CHECK(checked<>("/") == "/");
}

TEST_CASE("the pieces of a rule") {
    RuleScanner scanner{"/a<x>b/"};
    std::string seen;
    for (auto piece = scanner.next(); piece.kind != RulePiece::Kind::end; piece = scanner.next()) {
        seen += piece.kind == RulePiece::Kind::variable ? "<" + std::string{piece.text} + ">" : std::string{piece.text};
        seen += ' ';
    }
    CHECK(seen == "/ a <x> b / ");
}
