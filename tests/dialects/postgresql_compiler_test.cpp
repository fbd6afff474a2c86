// What only PostgreSQL's compilers write: marks, locks, hints, literals, and DDL beside tables.
#include "retort/dialects/postgresql/compiler.hpp"

#include "retort/dialects/postgresql/ddl.hpp"
#include "retort/schema/schema.hpp"
#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::sql;
using retort::dialects::postgresql::postgresql_ddl;
using retort::dialects::postgresql::PostgresqlCompiler;

const TableRef t("t");
const ColumnRef a = t.column("a", types::Integer());
const ColumnRef data = t.column("data", types::JSONB());

template <class S>
std::string sql(const S& statement) {
    return PostgresqlCompiler().compile(statement).text;
}
std::string literal_of(const Expression& expression) {
    return PostgresqlCompiler({.literal_values = true, .table_names = false}).compile(expression).text;
}

}  // namespace

TEST_CASE("parameters are counted through common table expressions, and keep their names") {
    Subquery c = select({a}).where(a == bindparam("inner")).cte("c");
    auto compiled = PostgresqlCompiler().compile(
        select({c.column("a")}).where(c.column("a") == bindparam("outer")).where(c.column("a") > 5));
    CHECK(compiled.text.find("t.a = $1") != std::string::npos);
    CHECK(compiled.text.find("c.a = $2 AND c.a > $3") != std::string::npos);
    REQUIRE(compiled.parameters.size() == 3);
    compiled.set("inner", ValueView::of(std::int64_t{7}));
    compiled.set("outer", ValueView::of(std::int64_t{8}));
    CHECK(compiled.parameters[0].integer == 7);
    CHECK(compiled.parameters[1].integer == 8);
    CHECK(compiled.parameters[2].integer == 5);
}

TEST_CASE("JSON is asked by key and by path") {
    auto compiled = PostgresqlCompiler().compile(select({data["k"], data[0], data.path({"a b", 1, "c\"d"})}));
    CHECK(compiled.text == "SELECT t.data -> $1 AS anon_1, t.data -> $2 AS anon_2, t.data #> $3 AS anon_3 \nFROM t");
    CHECK(compiled.parameters[0].text() == "k");
    CHECK(compiled.parameters[1].integer == 0);
    CHECK(compiled.parameters[2].text() == R"({"a b",1,"c\"d"})");
    CHECK(sql(data.contains(R"({"a": 1})")) == "t.data @> $1");
    CHECK(sql(data.has_any(array({"a", "b"}))) == "t.data ?| ARRAY[$1, $2]");
    CHECK_THROWS_AS((void)a.as_string(), const retort::ArgumentError&);
}

TEST_CASE("literals") {
    CHECK(literal_of(a == "it's \\ here") == "a = 'it''s \\ here'");
    CHECK(literal_of(a == Bytes{"\x01\xff"}) == "a = '\\x01ff'");
    CHECK(literal_of(a == next_value("my seq", "s")) == "a = nextval('s.\"my seq\"')");
}

TEST_CASE("a hint is ONLY, or belongs to another database") {
    CHECK(sql(select({a}).with_hint(t, "ONLY")) == "SELECT t.a \nFROM ONLY t");
    CHECK(sql(select({a}).with_hint(t, "USE INDEX (x)", "mysql")) == "SELECT t.a \nFROM t");
    CHECK_THROWS_AS((void)sql(select({a}).with_hint(t, "USE INDEX (x)")), const CompileError&);
}

TEST_CASE("MySQL's upsert is refused with the word for it") {
    auto statement = insert(t).values({{"a", 1}}).on_duplicate_key_update({{"a", inserted("a")}});
    CHECK_THROWS_WITH_AS((void)sql(statement), doctest::Contains("MySQL"), const CompileError&);
}

TEST_CASE("names that are made fit into 63 bytes and stay different") {
    TableRef first(std::string(60, 't'));
    auto text =
        sql(select({first.column("abcd"), first.column("efgh")}).set_label_style(LabelStyle::table_plus_column));
    CHECK(text.find(" AS " + std::string(57, 't') + "_1,") != std::string::npos);
    CHECK(text.find(" AS " + std::string(57, 't') + "_2 ") != std::string::npos);
}

TEST_CASE("types, sequences and comments are statements of their own") {
    using namespace retort::schemas;
    const auto& ddl = postgresql_ddl();
    CHECK(ddl.compile(CreateEnum{types::Enum({"a", "b'c"}, "e")}) == "CREATE TYPE e AS ENUM ('a', 'b''c')");
    CHECK(ddl.compile(DropEnum{"e", "s"}) == "DROP TYPE s.e");
    Counting counting{.start = 3, .increment = 2, .min_value = 1, .max_value = 9, .cache = 5, .cycle = true};
    CHECK(ddl.compile(CreateSequence{Sequence{"sq", "s", counting, types::BigInteger()}}) ==
          "CREATE SEQUENCE s.sq AS BIGINT INCREMENT BY 2 START WITH 3 MINVALUE 1 MAXVALUE 9 CACHE 5 CYCLE");
    CHECK(ddl.compile(SetTableComment{"t", "it's"}) == "COMMENT ON TABLE t IS 'it''s'");
    CHECK(ddl.compile(SetColumnComment{"t", Column{.name = "a"}}) == "COMMENT ON COLUMN t.a IS NULL");
    CHECK(ddl.compile(DropIndex{.name = "ix", .concurrently = true}) == "DROP INDEX CONCURRENTLY ix");
    Exclude exclude{"ex", {{column("a"), "="}, {text("b"), "&&"}}, "gist", text("a>1")};
    CHECK(ddl.compile(AddConstraint{"t", exclude}) ==
          "ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING gist (a WITH =, b WITH &&) WHERE (a>1)");
    CHECK_THROWS_AS((void)ddl.compile(CreateEnum{types::Enum({"a"})}), const CompileError&);
    Column column{.name = "b", .type = types::Integer(), .computed = Computed{"a*2", false}};
    CHECK_THROWS_AS((void)ddl.compile(CreateTable{{.name = "t", .columns = {column}}}), const CompileError&);
}

TEST_CASE("operators of arrays and documents bind as comparisons do") {
    const auto tags = t.column("tags", types::Array(types::String()));
    const auto both = array({"a", "b"});
    CHECK(sql(tags.overlap(both) || a == 1) == "t.tags && ARRAY[$1, $2] OR t.a = $3");
    CHECK(sql(a == 1 && tags.contains(both)) == "t.a = $1 AND t.tags @> ARRAY[$2, $3]");
    CHECK(sql(tags.overlap(both).is_(nullptr)) == "(t.tags && ARRAY[$1, $2]) IS NULL");
    CHECK(sql(data.has_key("k") || a == 1) == "t.data ? $1 OR t.a = $2");
    CHECK(sql(data.has_key("k") == true_()) == "(t.data ? $1) = true");
    CHECK(sql(data.op("-", "x").op("-", "y")) == "(t.data - $1) - $2");
}

TEST_CASE("an item stands behind a column, a parameter or parentheses") {
    CHECK(sql(array({1, 2})[1]) == "(ARRAY[$1, $2])[$3]");
    CHECK(sql(array({1, 2}).slice(1, 2)) == "(ARRAY[$1, $2])[$3:$4]");
    const types::Array numbers{types::Integer()};
    CHECK(sql(function("f", {a}, numbers)[1]) == "(f(t.a))[$1]");
    CHECK(sql(cast(a, numbers)[1]) == "(CAST(t.a AS INTEGER[]))[$1]");
    CHECK(sql(t.column("n", numbers)[1]) == "t.n[$1]");
}

TEST_CASE("what a CTE inserts has its columns named") {
    auto moved = insert(TableRef("u")).from_select({"x"}, select({a})).returning({TableRef("u").column("x")}).cte("m");
    CHECK(sql(select({moved.column("x")})).find("INSERT INTO u (x) SELECT t.a AS a \nFROM t RETURNING u.x") !=
          std::string::npos);
    CHECK(sql(insert(TableRef("u")).from_select({"x"}, select({a}))) == "INSERT INTO u (x) SELECT t.a \nFROM t");
}

TEST_CASE("options of tables, and casts in indexes") {
    using namespace retort::schemas;
    Table table{.name = "p", .columns = {{.name = "a", .type = types::Integer()}}};
    auto made = [&](const char* option, const char* value) {
        table.options = {{option, value}};
        return postgresql_ddl().compile(CreateTable{table}).substr(29);
    };
    CHECK(made("postgresql_tablespace", "fast disk") == "\n TABLESPACE \"fast disk\"");
    CHECK(made("postgresql_inherits", "base,Other T") == "\n INHERITS ( base, \"Other T\" )");
    CHECK(made("postgresql_on_commit", "delete_rows") == "\n ON COMMIT DELETE ROWS");
    CHECK(made("postgresql_with_oids", "true") == "\n WITH OIDS");
    Column key{.name = "a", .type = types::Integer(), .primary_key = true, .server_default = "7"};
    key.autoincrement = Autoincrement::yes;
    CHECK(postgresql_ddl().compile(CreateTable{{.name = "t", .columns = {key}}}) ==
          "CREATE TABLE t (\n\ta SERIAL NOT NULL, \n\tPRIMARY KEY (a)\n)");
    Index index{.name = "ix", .parts = {cast(column("a"), types::Text())}};
    CHECK(postgresql_ddl().compile(CreateIndex{"p", index}) == "CREATE INDEX ix ON p (CAST(a AS TEXT))");
}
