// Statements as text for people: parameters stand as names.
#include "retort/sql/printing.hpp"

#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::sql;

const TableRef t("t");
const ColumnRef a = t.column("a", types::Integer());
const ColumnRef b = t.column("b", types::Integer());

}  // namespace

TEST_CASE("printing: a parameter is named after what it stands beside") {
    CHECK(to_string(a == 1 && b > 2 && a < 3) == "t.a = :a_1 AND t.b > :b_1 AND t.a < :a_2");
    CHECK(to_string(a.in_({4, 5})) == "t.a IN (:a_1_1, :a_1_2)");
    CHECK(to_string(function("lower", {literal(Value(ValueView::of(std::int64_t{1})))})) == "lower(:lower_1)");
    CHECK(to_string(text("x = :x AND y IN :y", {{"x", Value(ValueView::of(std::int64_t{1}))}})) ==
          "x = :x AND y IN :y");
}

TEST_CASE("printing: statements") {
    CHECK(to_string(insert(t).values({{"a", 1}})) == "INSERT INTO t (a) VALUES (:a)");
    CHECK(to_string(insert(t).columns({"a", "b"})) == "INSERT INTO t (a, b) VALUES (:a, :b)");
    CHECK(to_string(update(t).values({{"a", 1}}).where(b == 2)) == "UPDATE t SET a=:a WHERE t.b = :b_1");
    CHECK(to_string(delete_(t)) == "DELETE FROM t");
    CHECK(to_string(select({a}).limit(1)) == "SELECT t.a \nFROM t\n LIMIT :param_1");
}
