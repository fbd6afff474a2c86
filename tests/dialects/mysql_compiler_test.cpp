// What only MySQL's compilers write: concat, casts, limits, literals, and the ways to drop.
#include "retort/dialects/mysql/compiler.hpp"

#include "retort/dialects/mysql/ddl.hpp"
#include "retort/schema/schema.hpp"
#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::sql;
using retort::dialects::mysql::mysql_ddl;
using retort::dialects::mysql::MysqlCompiler;

const TableRef t("t");
const ColumnRef a = t.column("a", types::Integer());
const ColumnRef name = t.column("name", types::String());
const ColumnRef data = t.column("data", types::JSON());

template <class S>
std::string sql(const S& statement) {
    return MysqlCompiler().compile(statement).text;
}
std::string literal_of(const Expression& expression) {
    return MysqlCompiler({.literal_values = true, .table_names = false}).compile(expression).text;
}

}  // namespace

TEST_CASE("a chain of texts is one concat") {
    CHECK(sql(name + "x" + name + "y") == "concat(t.name, ?, t.name, ?)");
    CHECK(sql(name.icontains("a")) == "lower(t.name) LIKE concat('%', lower(?), '%')");
}

TEST_CASE("parameters stand in the order of the text") {
    auto compiled = MysqlCompiler().compile(select({a}).limit(5).offset(10));
    CHECK(compiled.text == "SELECT t.a \nFROM t \n LIMIT ?, ?");
    CHECK(compiled.parameters[0].integer == 10);
    CHECK(compiled.parameters[1].integer == 5);
    auto json = MysqlCompiler().compile(select({data["k"].as_integer()}));
    CHECK(json.parameters.size() == 2);
    CHECK(json.parameters[0].text() == "$.\"k\"");
    Subquery c = select({a}).where(a == 1).cte("c");
    auto from =
        MysqlCompiler().compile(insert(t).from_select({"a"}, select({c.column("a")}).where(c.column("a") == 2)));
    CHECK(from.text.find("INSERT INTO t (a) WITH c AS") == 0);
    CHECK(from.parameters[0].integer == 1);
    CHECK(from.parameters[1].integer == 2);
}

TEST_CASE("a backslash in a text is doubled") {
    CHECK(literal_of(name == "it's \\ here") == "name = 'it''s \\\\ here'");
    CHECK(literal_of(name.like("a", '\\')) == "name LIKE 'a' ESCAPE '\\\\'");
}

TEST_CASE("what MySQL does not have is refused by name") {
    auto conflict = insert(t).values({{"a", 1}}).on_conflict_do_nothing();
    CHECK_THROWS_WITH_AS((void)sql(conflict), doctest::Contains("on_duplicate_key_update"), const CompileError&);
    CHECK_THROWS_AS((void)sql(array({1})), const CompileError&);
    CHECK_THROWS_AS((void)sql(cast(a, types::Array(types::Integer()))), const CompileError&);
    CHECK_THROWS_AS((void)mysql_ddl().type(types::String()), const CompileError&);
    retort::schemas::ForeignKey key{"", {"a"}, "p", {"id"}};
    key.match = "FULL";
    CHECK_THROWS_AS((void)mysql_ddl().compile(retort::schemas::AddForeignKey{"t", key}), const CompileError&);
}

TEST_CASE("each kind of constraint is dropped in its own words") {
    using namespace retort::schemas;
    auto drop = [](ConstraintKind kind) {
        return mysql_ddl().compile(DropConstraint{.table = "t", .name = "x", .kind = kind});
    };
    CHECK(drop(ConstraintKind::primary_key) == "ALTER TABLE t DROP PRIMARY KEY");
    CHECK(drop(ConstraintKind::foreign_key) == "ALTER TABLE t DROP FOREIGN KEY x");
    CHECK(drop(ConstraintKind::unique) == "ALTER TABLE t DROP INDEX x");
    CHECK(drop(ConstraintKind::check) == "ALTER TABLE t DROP CHECK x");
    CHECK(mysql_ddl().compile(DropIndex{.name = "ix", .table = "t", .if_exists = true}) ==
          "DROP INDEX IF EXISTS ix ON t");
}

TEST_CASE("comments stand with what they describe") {
    using namespace retort::schemas;
    CHECK(mysql_ddl().compile(SetTableComment{"t", "x"}) == "ALTER TABLE t COMMENT 'x'");
    Column column{.name = "a", .type = types::Integer(), .comment = "x'y"};
    CHECK(mysql_ddl().compile(SetColumnComment{"t", column}) == "ALTER TABLE t CHANGE a a INTEGER COMMENT 'x''y'");
}

TEST_CASE("options of tables are written as they are, texts in quotes") {
    using namespace retort::schemas;
    Table table{.name = "t", .columns = {{.name = "a", .type = types::Integer()}}};
    table.options = {{"mysql_engine", "MyISAM"},       {"mysql_pack_keys", "1"},          {"mysql_password", "it's"},
                     {"mysql_data_directory", "/d"},   {"mysql_tablespace", "ts"},        {"mysql_comment", "c"},
                     {"mysql_index_directory", "'i'"}, {"mysql_partition_by", "HASH(a)"}, {"mysql_subpartitions", "2"}};
    CHECK(mysql_ddl().compile(CreateTable{table}) ==
          "CREATE TABLE t (\n\ta INTEGER\n)ENGINE=MyISAM COMMENT='c' DATA DIRECTORY='/d' INDEX DIRECTORY='i' "
          "PACK_KEYS=1 PASSWORD='it''s' TABLESPACE ts PARTITION BY HASH(a) SUBPARTITIONS 2");
}

TEST_CASE("an interval is cast to what keeps it; a collation stands in parentheses") {
    CHECK(sql(cast(a, types::Interval())) == "CAST(t.a AS DATETIME)");
    CHECK(sql(name.collate("utf8mb4_bin").regexp_match("x", "i")) == "REGEXP_LIKE((t.name COLLATE utf8mb4_bin), ?, ?)");
}

TEST_CASE("a cast to a type by its name takes what CAST knows") {
    CHECK(sql(select({cast(a, types::Named("VARCHAR", 3))})) == "SELECT CAST(t.a AS CHAR(3)) AS a \nFROM t");
    CHECK(sql(select({cast(a, types::Named("NUMERIC", 5, 2))})) == "SELECT CAST(t.a AS DECIMAL(5, 2)) AS a \nFROM t");
    CHECK(sql(select({cast(a, types::Named("TIMESTAMP"))})) == "SELECT CAST(t.a AS DATETIME) AS a \nFROM t");
    CHECK(sql(select({cast(name, types::Named("BIGINT"))})) ==
          "SELECT CAST(t.name AS SIGNED INTEGER) AS name \nFROM t");
    CHECK(sql(select({cast(a, types::Named("BINARY", 3))})) == "SELECT CAST(t.a AS BINARY) AS a \nFROM t");
}
