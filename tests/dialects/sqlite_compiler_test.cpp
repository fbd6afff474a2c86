// What only SQLite's compiler writes or refuses, and that SQLite takes what it writes.
#include "retort/dialects/sqlite/compiler.hpp"

#include <sqlite3.h>

#include <memory>

#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::sql;
using retort::dialects::sqlite::SqliteCompiler;

const TableRef t("t");
const ColumnRef a = t.column("a", types::Integer());
const ColumnRef b = t.column("b", types::String());
const ColumnRef data = t.column("data", types::JSON());

template <class S>
std::string sql(const S& statement) {
    return SqliteCompiler().compile(statement).text;
}

/// SQLite's complaint about the statement; empty when it takes it.
template <class S>
std::string complaint(const S& statement) {
    sqlite3* raw = nullptr;
    sqlite3_open(":memory:", &raw);
    std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(raw, &sqlite3_close);
    sqlite3_exec(raw, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE, data JSON)", nullptr, nullptr, nullptr);
    sqlite3_stmt* prepared = nullptr;
    int result = sqlite3_prepare_v2(raw, sql(statement).c_str(), -1, &prepared, nullptr);
    sqlite3_finalize(prepared);
    return result == SQLITE_OK ? std::string() : std::string(sqlite3_errmsg(raw));
}

}  // namespace

TEST_CASE("SQLite takes unions of limited, ordered and nested queries") {
    Select one = select({a}).order_by({b}).limit(1);
    CHECK(complaint(union_({one, select({a}).limit(2)})) == "");
    CHECK(complaint(union_({union_all({select({a}), select({a})}), select({a})})) == "");
    CHECK(complaint(union_({select({a}), except_({select({a}), one})}).order_by({"a"}).limit(3)) == "");
    CHECK(complaint(select(union_({one, one}).subquery("s").columns())) == "");
    CHECK(complaint(select({a}).where(a.in_(union_({one, select({a})})))) == "");
}

TEST_CASE("SQLite takes windows, recursive and materialized CTEs, upserts and JSON") {
    CHECK(complaint(select({func::sum(a).filter({a > 1}).over({b}, {a}, {Frame::Unit::rows, -2, 0})})) == "");
    Subquery nums = select({literal_column("1").label("n")}).cte("nums", true);
    nums = nums.union_all(select({nums.column("n") + 1}).where(nums.column("n") < 10));
    CHECK(complaint(select({nums.column("n")})) == "");
    CHECK(complaint(select(select({a}).cte("c").prefix_with("MATERIALIZED").columns())) == "");
    CHECK(complaint(insert(t)
                        .values({{"b", "x"}})
                        .on_conflict_do_update(ConflictTarget{.elements = {"b"}}, {{"b", excluded(b) + "y"}}, a > 3)) ==
          "");
    CHECK(complaint(insert(t).from_select({"a"}, select({a + 1})).returning({a, func::lower(b)})) == "");
    CHECK(complaint(select({data["k"], data["k"][0].as_integer(), data.path({"a", 1})})) == "");
    CHECK(complaint(select({a}).offset(3)) == "");
    CHECK(complaint(select({a}).where(b.is_distinct_from("x") && b.between("a", "b"))) == "");
    CHECK(complaint(select({a}).order_by({b.collate("NOCASE").desc().nulls_last()})) == "");
    CHECK(complaint(select({table_valued(function("json_each", {data}), {"key", "value"}, "j").column("key")})
                        .select_from(t)) == "");
}

TEST_CASE("what SQLite does not have is refused by name") {
    TableRef other("u");
    CHECK_THROWS_AS((void)sql(delete_(t).where(a == other.column("a"))), const CompileError&);
    CHECK_THROWS_AS((void)sql(b.regexp_replace("a", "b")), const CompileError&);
    CHECK_THROWS_AS((void)sql(array({1, 2})), const CompileError&);
    CHECK_THROWS_AS((void)sql(cast(a, types::Array(types::Integer()))), const CompileError&);
    CHECK_THROWS_AS((void)sql(select({next_value("sq")})), const CompileError&);
    auto by_name = insert(t).values({{"a", 1}}).on_conflict_do_nothing(ConflictTarget{.constraint = "uq"});
    CHECK_THROWS_WITH_AS((void)sql(by_name), doctest::Contains("uq"), const CompileError&);
}
