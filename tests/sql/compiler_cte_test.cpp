// Common table expressions: written once, in order, with the parameters and names that belong to them.

#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::sql;

const TableRef t("t");
const ColumnRef a = t.column("a", types::Integer());

}  // namespace

TEST_CASE("parameters of a CTE stand before those of the statement, and keep their names") {
    Subquery first = select({a}).where(a == bindparam("x")).cte("first");
    Subquery second = select({first.column("a")}).where(first.column("a") > 2).cte("second");
    auto compiled =
        Compiler().compile(select({second.column("a")}).where(second.column("a") == bindparam("y")).limit(9));
    CHECK(compiled.text ==
          "WITH first AS \n(SELECT t.a AS a \nFROM t \nWHERE t.a = ?), \nsecond AS \n(SELECT first.a AS a \nFROM first "
          "\nWHERE first.a > ?)\n SELECT second.a \nFROM second \nWHERE second.a = ?\n LIMIT ?");
    compiled.set("x", ValueView::of(std::int64_t{1}));
    compiled.set("y", ValueView::of(std::int64_t{3}));
    REQUIRE(compiled.parameters.size() == 4);
    CHECK(compiled.parameters[0].integer == 1);
    CHECK(compiled.parameters[1].integer == 2);
    CHECK(compiled.parameters[2].integer == 3);
    CHECK(compiled.parameters[3].integer == 9);
}

TEST_CASE("a statement that is only there for what it does") {
    auto gone = delete_(t).where(a == 1).returning({a}).cte("gone");
    CHECK(Compiler().compile(select({literal_column("1")}).add_cte(gone)).text ==
          "WITH gone AS \n(DELETE FROM t WHERE t.a = ? RETURNING t.a)\n SELECT 1");
}

// As SQLAlchemy 2.0.10 writes them.
TEST_CASE("a nesting CTE stands in front of the query that uses it") {
    Subquery inner = select({a}).where(a > 5).cte("inner_one", false, true);
    Subquery outer = select({inner.column("a")}).where(inner.column("a") < bindparam("x")).cte("outer_one");
    auto compiled = Compiler().compile(select({outer.column("a")}).where(outer.column("a") == 3));
    CHECK(
        compiled.text ==
        "WITH outer_one AS \n(WITH inner_one AS \n(SELECT t.a AS a \nFROM t \nWHERE t.a > ?)\n SELECT inner_one.a AS a "
        "\nFROM inner_one \nWHERE inner_one.a < ?)\n SELECT outer_one.a \nFROM outer_one \nWHERE outer_one.a = ?");
    compiled.set("x", ValueView::of(std::int64_t{7}));
    REQUIRE(compiled.parameters.size() == 3);
    CHECK(compiled.parameters[0].integer == 5);
    CHECK(compiled.parameters[1].integer == 7);
    CHECK(compiled.parameters[2].integer == 3);
}

TEST_CASE("a nesting CTE of a statement, of a union and of an INSERT stands in front of all") {
    Subquery c = select({a}).where(a > 5).cte("c", false, true);
    const std::string with = "WITH c AS \n(SELECT t.a AS a \nFROM t \nWHERE t.a > ?)\n ";
    CHECK(Compiler().compile(select({c.column("a")})).text == with + "SELECT c.a \nFROM c");
    CHECK(Compiler().compile(union_({select({c.column("a")}), select({a})})).text ==
          with + "SELECT c.a \nFROM c UNION SELECT t.a \nFROM t");
    CHECK(Compiler().compile(insert(t).from_select({"a"}, select({c.column("a")}))).text ==
          with + "INSERT INTO t (a) SELECT c.a \nFROM c");
    CHECK(Compiler().compile(select({a}).where(a.in_(select({c.column("a")}))).where(a == 1)).text ==
          "SELECT t.a \nFROM t \nWHERE t.a IN (" + with + "SELECT c.a \nFROM c) AND t.a = ?");
    CHECK(Compiler().compile(select({a}).where(a.in_(union_({select({c.column("a")}), select({a})})))).text ==
          "SELECT t.a \nFROM t \nWHERE t.a IN (" + with + "SELECT c.a \nFROM c UNION SELECT t.a \nFROM t)");
}

TEST_CASE("only a CTE goes on") {
    Subquery plain = select({a}).subquery("s");
    CHECK_THROWS_AS((void)plain.union_all(select({a})), const retort::ArgumentError&);
    CHECK_THROWS_AS((void)plain.prefix_with("MATERIALIZED"), const retort::ArgumentError&);
}

TEST_CASE("columns without a name can be taken out of a subquery") {
    Subquery s = select({a, func::count(a), a + 1}).subquery("s");
    CHECK(Compiler().compile(select(s.columns())).text ==
          "SELECT s.a, s.count_1, s.anon_1 \nFROM (SELECT t.a AS a, count(t.a) AS count_1, t.a + ? AS anon_1 \nFROM t) "
          "AS s");
}
