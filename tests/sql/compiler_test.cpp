// The compiler: quoting, literals, dialects that override it.
#include "retort/sql/compiler.hpp"

#include "tests/doctest.hpp"

namespace {

using namespace retort::sql;

const TableRef t("t");
const ColumnRef a = t.column("a", types::Integer());

std::string literal_of(const Expression& expression) {
    return Compiler({.literal_values = true, .table_names = false}).compile(expression).text;
}

/// PostgreSQL's marks and quotes of another kind.
class Numbered : public Compiler {
  protected:
    char quote_mark() const override { return '`'; }
    void write_mark(std::size_t position) override {
        write('$');
        write_integer(static_cast<std::int64_t>(position));
    }
    bool has_positional_marks() const override { return false; }
};

}  // namespace

TEST_CASE("names are quoted when they must be") {
    Compiler compiler;
    CHECK(compiler.quoted("plain_1$") == "plain_1$");
    CHECK(compiler.quoted("user") == "\"user\"");
    CHECK(compiler.quoted("MiXed") == "\"MiXed\"");
    CHECK(compiler.quoted("a b") == "\"a b\"");
    CHECK(compiler.quoted("1a") == "\"1a\"");
    CHECK(compiler.quoted("$a") == "\"$a\"");
    CHECK(compiler.quoted("say \"x\"") == "\"say \"\"x\"\"\"");
    CHECK(compiler.quoted("año") == "\"año\"");
    CHECK(compiler.quoted("") == "\"\"");
}

TEST_CASE("values can stand in the text") {
    CHECK(literal_of(a == 3) == "a = 3");
    CHECK(literal_of(a == "it's") == "a = 'it''s'");
    CHECK(literal_of(a == 1.5) == "a = 1.5");
    CHECK(literal_of(a == Bytes{"\x01\xff"}) == "a = X'01FF'");
    CHECK(literal_of(a == retort::Date(2024, 1, 31)) == "a = '2024-01-31'");
    CHECK(literal_of(a.in_({1, 2})) == "a IN (1, 2)");
    CHECK(literal_of(literal(Value(ValueView::of(true)))) == "true");
}

TEST_CASE("a dialect overrides what differs") {
    Numbered compiler;
    Subquery c = select({a}).where(a == 1).cte("c");
    auto compiled = compiler.compile(select({c.column("a")}).where(c.column("a") == 2));
    CHECK(compiled.text ==
          "WITH c AS \n(SELECT t.a AS a \nFROM t \nWHERE t.a = $1)\n SELECT c.a \nFROM c \nWHERE c.a = $2");
    CHECK(compiler.quoted("a`b") == "`a``b`");
    CHECK(compiled.parameters.at(1).integer == 2);
}

TEST_CASE("one compiler compiles many statements, also after an error") {
    Compiler compiler;
    CHECK_THROWS_AS((void)compiler.compile(Select()), const CompileError&);
    CHECK(compiler.compile(select({func::count(a)})).text == "SELECT count(t.a) AS count_1 \nFROM t");
    CHECK(compiler.compile(select({func::count(a)})).text == "SELECT count(t.a) AS count_1 \nFROM t");
    CHECK_THROWS_AS((void)compiler.compile(Expression()), const CompileError&);
    CHECK_THROWS_AS((void)compiler.compile(!type_coerce(Expression(), types::Boolean())), const CompileError&);
}

TEST_CASE("types as the standard spells them") {
    TypeCompiler types_;
    CHECK(types_.text(types::Integer()) == "INTEGER");
    CHECK(types_.text(types::Numeric(10, 2)) == "NUMERIC(10, 2)");
    CHECK(types_.text(types::String(80)) == "VARCHAR(80)");
    CHECK(types_.text(types::Enum({"a", "größer"})) == "VARCHAR(6)");
    CHECK(types_.text(types::Named("DECIMAL", 5, 2)) == "DECIMAL(5, 2)");
    CHECK_THROWS_AS((void)types_.text(Type()), const CompileError&);
}

TEST_CASE("types compare by what they are") {
    CHECK(types::String(80) == types::String(80));
    CHECK_FALSE(types::String(80) == types::String(81));
    CHECK(types::Enum({"a"}) == types::Enum({"a"}));
    CHECK_FALSE(types::Enum({"a"}) == types::Enum({"b"}));
}
