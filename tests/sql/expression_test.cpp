// Expressions: what operators build, and where parentheses stand.
#include "retort/sql/expression.hpp"

#include "retort/sql/compiler.hpp"
#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"
#include "tests/sanitized.hpp"

namespace {

using namespace retort::sql;

const TableRef t("t");
const ColumnRef a = t.column("a", types::Integer());
const ColumnRef b = t.column("b", types::Integer());
const ColumnRef name = t.column("name", types::String());
const ColumnRef flag = t.column("flag", types::Boolean());

std::string sql(const Expression& expression) { return Compiler().compile(expression).text; }
std::string where(const Expression& condition) {
    std::string text = Compiler().compile(select({a}).where(condition)).text;
    return text.substr(text.find("WHERE ") + 6);
}

}  // namespace

TEST_CASE("comparisons with NULL become IS NULL") {
    CHECK(sql(a == nullptr) == "t.a IS NULL");
    CHECK(sql(a != nullptr) == "t.a IS NOT NULL");
    CHECK(sql(nullptr == a) == "t.a IS NULL");
    CHECK(sql(a == std::optional<int>()) == "t.a IS NULL");
    CHECK(sql(a == std::optional<int>(3)) == "t.a = ?");
    CHECK(sql(a.is_(nullptr)) == "t.a IS NULL");
    CHECK(sql(a.is_distinct_from(nullptr)) == "t.a IS DISTINCT FROM NULL");
    CHECK_THROWS_AS((void)(a < nullptr), const retort::ArgumentError&);
}

TEST_CASE("a value on the left changes sides") {
    CHECK(sql(3 < a) == "t.a > ?");
    CHECK(sql(3 >= a) == "t.a <= ?");
    CHECK(sql(3 == a) == "t.a = ?");
    CHECK(sql(literal(Value(ValueView::of(std::int64_t{3}))) < a) == "? < t.a");
}

TEST_CASE("booleans are words where they are compared, parameters elsewhere") {
    CHECK(sql(flag == true) == "t.flag = true");
    CHECK(sql(flag != false) == "t.flag != false");
    CHECK(where(flag) == "t.flag");
    CHECK(where(!flag) == "NOT t.flag");
    CHECK(where(!!flag) == "t.flag");
    CHECK(where(flag && a == 1) == "t.flag AND t.a = ?");
    CHECK(where(true) == "true");
}

TEST_CASE("AND, OR and NOT are flattened and grouped by precedence") {
    CHECK(where(a == 1 && b == 2 && a == 3) == "t.a = ? AND t.b = ? AND t.a = ?");
    CHECK(where((a == 1 || b == 2) && a == 3) == "(t.a = ? OR t.b = ?) AND t.a = ?");
    CHECK(where(a == 1 || (b == 2 && a == 3)) == "t.a = ? OR t.b = ? AND t.a = ?");
    CHECK(where(!(a == 1 && b == 2)) == "NOT (t.a = ? AND t.b = ?)");
    CHECK(where(!!(a == 1 && b == 2)) == "NOT (NOT (t.a = ? AND t.b = ?))");
    CHECK(where(and_({true_(), a == 1})) == "t.a = ?");
    CHECK(where(and_({false_(), a == 1})) == "false");
    CHECK(where(or_({false_(), a == 1})) == "t.a = ?");
    CHECK(where(or_({true_(), a == 1})) == "true");
    CHECK(and_({}).is_empty());
    CHECK(where(and_({Expression(), a == 1})) == "t.a = ?");
}

TEST_CASE("a condition that is extended leaves its copies as they were") {
    Expression first = a == 1 && b == 2;
    Expression second = first && a == 3;
    CHECK(sql(first) == "t.a = ? AND t.b = ?");
    CHECK(sql(second) == "t.a = ? AND t.b = ? AND t.a = ?");
}

TEST_CASE("negation turns each comparison into its opposite") {
    CHECK(sql(!(a == 1)) == "t.a != ?");
    CHECK(sql(!(a < 1)) == "t.a >= ?");
    CHECK(sql(!(a >= 1)) == "t.a < ?");
    CHECK(sql(!a.in_({1})) == "(t.a NOT IN (?))");
    CHECK(sql(!name.like("x")) == "t.name NOT LIKE ?");
    CHECK(sql(!name.ilike("x")) == "lower(t.name) NOT LIKE lower(?)");
    CHECK(where(!name.startswith("x")) == "(t.name NOT LIKE ? || '%')");
    CHECK(sql(!a.between(1, 2)) == "t.a NOT BETWEEN ? AND ?");
    CHECK(sql(!(a == nullptr)) == "t.a IS NOT NULL");
    CHECK(sql(!true_()) == "false");
}

TEST_CASE("arithmetic keeps its order") {
    CHECK(sql((a + 1) * 2) == "(t.a + ?) * ?");
    CHECK(sql(a + 1 + 2) == "t.a + ? + ?");
    CHECK(sql(a - 1 - 2) == "(t.a - ?) - ?");
    CHECK(sql(a - (b - 3)) == "t.a - (t.b - ?)");
    CHECK(sql(a * b % 3) == "(t.a * t.b) % ?");
    CHECK(sql(-(a + 1)) == "-(t.a + ?)");
    CHECK(sql(1 - a) == "? - t.a");
    CHECK(sql(a / 2) == "t.a / CAST(? AS NUMERIC)");
    CHECK(sql(a.floor_divide(2)) == "t.a / ?");
    CHECK(sql(a.op("&", 4) == 4) == "(t.a & ?) = ?");
}

TEST_CASE("plus joins texts") {
    CHECK(sql(name + "x" + name) == "t.name || ? || t.name");
    CHECK(sql("x" + name) == "? || t.name");
    CHECK(sql(a + 1) == "t.a + ?");
    CHECK((name + "x").type() == types::String());
}

TEST_CASE("IN takes values, expressions, queries and nothing") {
    CHECK(sql(a.in_({1, 2})) == "t.a IN (?, ?)");
    CHECK(sql(a.in_({b, 2})) == "t.a IN (t.b, ?)");
    CHECK(sql(a.in_({})) == "t.a IN (NULL) AND (1 != 1)");
    CHECK(sql(a.not_in({})) == "(t.a NOT IN (NULL) OR (1 = 1))");
    CHECK(sql(a.in_(std::vector<Expression>{1, 2, 3})) == "t.a IN (?, ?, ?)");
    CHECK(sql(a.in_(select({b}))) == "t.a IN (SELECT t.b \nFROM t)");
    CHECK(sql(tuple_({a, b}).in_({tuple_({1, 2})})) == "(t.a, t.b) IN ((?, ?))");
}

TEST_CASE("patterns are escaped on demand") {
    auto compiled = Compiler().compile(name.contains("50%_/", true));
    CHECK(compiled.text == "t.name LIKE '%' || ? || '%' ESCAPE '/'");
    REQUIRE(compiled.parameters.size() == 1);
    CHECK(compiled.parameters[0].text() == "50/%/_//");
    CHECK(sql(name.like("a!%", '!')) == "t.name LIKE ? ESCAPE '!'");
    CHECK(sql(name.endswith(name + "x")) == "t.name LIKE '%' || t.name || ?");
    CHECK_THROWS_AS((void)name.contains(name, true), const retort::ArgumentError&);
}

TEST_CASE("functions, casts, CASE, windows and collations") {
    CHECK(sql(func::count()) == "count(*)");
    CHECK(sql(func::count(distinct(name))) == "count(DISTINCT t.name)");
    CHECK(sql(func::coalesce({name, "x"})) == "coalesce(t.name, ?)");
    CHECK(sql(function("f", {a == 1, name.contains("x")})) == "f(t.a = ?, (t.name LIKE '%' || ? || '%'))");
    CHECK(sql(cast(a + 1, types::String(5))) == "CAST(t.a + ? AS VARCHAR(5))");
    CHECK(sql(case_({{a > 1, "x"}, {flag, "y"}}, a + 1)) ==
          "CASE WHEN (t.a > ?) THEN ? WHEN t.flag THEN ? ELSE t.a + ? END");
    CHECK(sql(over(func::count(), {a, b}, {name.desc()})) ==
          "count(*) OVER (PARTITION BY t.a, t.b ORDER BY t.name DESC)");
    CHECK(sql(name.collate("NOCASE") == "a") == "(t.name COLLATE \"NOCASE\") = ?");
    CHECK_THROWS_AS((void)case_({}), const retort::ArgumentError&);
}

TEST_CASE("text takes named parameters") {
    auto compiled =
        Compiler().compile(text("a = :x and b::int = :y and c = '\\:z'", {{"x", Value(ValueView::of(true))}}));
    CHECK(compiled.text == "a = ? and b::int = ? and c = ':z'");
    REQUIRE(compiled.parameters.size() == 2);
    CHECK(compiled.parameters[0].kind == ValueKind::boolean);
    compiled.set("y", ValueView::of(std::int64_t{7}));
    CHECK(compiled.parameters[1].integer == 7);
    CHECK_THROWS_AS(compiled.set("w", ValueView::null()), const retort::ArgumentError&);
}

TEST_CASE("a chain of very many nodes dies without overflowing the stack") {
    Expression sum = a;
    for (int i = 0; i < sanitized::fewer(1'000'000); ++i) sum = sum + 1;
    CHECK_THROWS_AS((void)sql(sum), const CompileError&);
    CHECK_THROWS_AS((void)where(sum > 1), const CompileError&);
    sum = a;
    CHECK(sql(sum) == "t.a");
}

TEST_CASE("a long chain of conditions is flat") {
    Expression all;
    for (int i = 0; i < 10'000; ++i) all = std::move(all) && a == i;
    CHECK(Compiler().compile(all).parameters.size() == 10'000);
}

TEST_CASE("the types of expressions") {
    CHECK((a == 1).type() == types::Boolean());
    CHECK((a + 1).type() == types::Integer());
    CHECK((a / 2).type() == types::Numeric());
    CHECK(func::count().type() == types::Integer());
    CHECK(func::max(name).type() == types::String());
    CHECK(a.label("x").type() == types::Integer());
    CHECK(select({name}).scalar_subquery().type() == types::String());
    CHECK(Expression("x").type() == types::String());
}

TEST_CASE("NOT speaks of the whole of a text()") { CHECK(sql(!text("a = 1 OR b = 2")) == "NOT (a = 1 OR b = 2)"); }

TEST_CASE("ANY and ALL stand on the right") {
    auto rows = select({b}).scalar_subquery();
    CHECK(sql(any_(rows) == 5) == "? = ANY (SELECT t.b \nFROM t)");
    CHECK(where(all_(select({b}).scalar_subquery()) > a).starts_with("t.a < ALL ("));
    CHECK(sql(5 == any_(rows)) == "? = ANY (SELECT t.b \nFROM t)");
}

TEST_CASE("a fraction is divided by a number of its own type") {
    const ColumnRef price = t.column("price", types::Numeric(10, 2));
    CHECK(sql(price / 2.5) == "t.price / CAST(? AS NUMERIC(10, 2))");
    CHECK(sql((price + 1) / 2.5) == "(t.price + ?) / CAST(? AS NUMERIC(10, 2))");
    CHECK(sql(a / 2 / 2.5) == "(t.a / CAST(? AS NUMERIC)) / CAST(? AS NUMERIC)");
    CHECK(sql(a / (price * 2)) == "t.a / CAST((t.price * ?) AS NUMERIC(10, 2))");
    CHECK(sql(a / (price / 2)) == "t.a / CAST((t.price / CAST(? AS NUMERIC)) AS NUMERIC)");
    CHECK(sql(a / (price * price)) == "t.a / CAST((t.price * t.price) AS NUMERIC)");
    CHECK(sql(a / 2.5) == "t.a / CAST(? AS FLOAT)");
}

TEST_CASE("filters of one function are one, and a cast is named after what stands in it") {
    CHECK(sql(func::count().filter({a > 1}).filter({flag})) == "count(*) FILTER (WHERE t.a > ? AND t.flag)");
    CHECK(Compiler().compile(select({cast(literal_column("x"), types::Integer())})).text ==
          "SELECT CAST(x AS INTEGER) AS x");
}
