// Common table expressions: written once, in order, with the parameters and names that belong to them.
#include <doctest/doctest.h>

#include "retort/sql/sql.hpp"

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
