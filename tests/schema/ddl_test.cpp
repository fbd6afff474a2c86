// DDL of the standard; the recorded tables stand in tests/reference.
#include "retort/schema/ddl.hpp"

#include "tests/doctest.hpp"

namespace {

using namespace retort::schemas;
using namespace retort::sql::types;
using retort::sql::text;

const DdlCompiler ddl;

}  // namespace

TEST_CASE("a table with everything") {
    Column name{.name = "Name", .type = String(80), .nullable = false, .server_default = "it's"};
    ForeignKey key{"fk", {"Name"}, "user", {"name"}};
    key.on_delete = Action::set_null;
    key.on_update = Action::cascade;
    key.deferrable = true;
    key.initially = "DEFERRED";
    Table table{.name = "order", .columns = {name}, .schema = "shop", .constraints = {key}};
    CHECK(ddl.compile(CreateTable{table}) ==
          "CREATE TABLE shop.\"order\" (\n\t\"Name\" VARCHAR(80) DEFAULT 'it''s' NOT NULL, \n\tCONSTRAINT fk FOREIGN "
          "KEY(\"Name\") REFERENCES \"user\" (name) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY "
          "DEFERRED\n)");
    CHECK(ddl.compile(CreateTable{.table = table, .if_not_exists = true, .without = {"fk"}}) ==
          "CREATE TABLE IF NOT EXISTS shop.\"order\" (\n\t\"Name\" VARCHAR(80) DEFAULT 'it''s' NOT NULL\n)");
}

TEST_CASE("indexes by column and expression") {
    Index index{.name = "ix", .parts = {"a", retort::sql::func::lower(retort::sql::column("b"))}, .unique = true};
    CHECK(ddl.compile(CreateIndex{"t", index}) == "CREATE UNIQUE INDEX ix ON t (a, lower(b))");
    index.where = retort::sql::column("a") > 3;
    CHECK(ddl.compile(CreateIndex{"t", index, "s"}) == "CREATE UNIQUE INDEX ix ON s.t (a, lower(b)) WHERE a > 3");
    CHECK_THROWS_AS((void)ddl.compile(CreateIndex{"t", Index{"", {"a"}}}), const retort::sql::CompileError&);
}

TEST_CASE("dropping and altering") {
    CHECK(ddl.compile(DropTable{"user"}) == "DROP TABLE \"user\"");
    CHECK(ddl.compile(DropTable{.name = "t", .schema = "s", .if_exists = true}) == "DROP TABLE IF EXISTS s.t");
    CHECK(ddl.compile(DropIndex{.name = "ix"}) == "DROP INDEX ix");
    CHECK(ddl.compile(DdlStatement(DropConstraint{"t", "fk"})) == "ALTER TABLE t DROP CONSTRAINT fk");
    CHECK(ddl.compile(AddForeignKey{"t", ForeignKey{"fk", {"a"}, "u", {"id"}}}) ==
          "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY(a) REFERENCES u (id)");
}

TEST_CASE("a column without a type is refused by name") {
    Table table{.name = "t", .columns = {{.name = "a"}}};
    CHECK_THROWS_WITH_AS((void)ddl.compile(CreateTable{table}), doctest::Contains("Column \"a\" of table \"t\""),
                         const retort::sql::CompileError&);
}
