// Revisions as SQL, for each dialect.
#include "retort/dialects/mysql/ddl.hpp"
#include "retort/dialects/postgresql/ddl.hpp"
#include "retort/dialects/sqlite/ddl.hpp"
#include "retort/migrate/words.hpp"
#include "support.hpp"

using namespace migrate_test;

namespace {

std::string sql_of(const schemas::DdlCompiler& compiler, const std::function<void(Operations&)>& work) {
    Operations first, second;
    first.create_table(
        "t", {Column{"id", Integer()}, Column{"a", String(5), nullable()}, Column{"b", Integer(), server_default{"1"}},
              PrimaryKey{"pk_t", {"id"}}, Unique{"uq_t_a", {"a"}}, Index{.name = "ix_b", .parts = {"b"}}});
    work(second);
    RevisionGraph graph({script("r1", {}, first.list(), {}), script("r2", {"r1"}, second.list(), {})});
    auto all = upgrade_sql(graph, compiler, {"r2"}, {"r1"}, true, {});
    std::string out;
    for (char c : all.substr(all.find("\n\n") + 2)) {
        bool space = c == '\n' || c == '\t' || c == ' ';
        if (!space) out += c;
        if (space && !out.empty() && out.back() != ' ') out += ' ';
    }
    return out.substr(0, out.find(" UPDATE alembic_version"));
}

const auto change = [](Operations& op) {
    op.alter_column("t", "a", {.type = Text(), .nullable = false, .backfill = "''"});
    op.alter_column("t", "b", {.server_default = ""});
};
const auto add = [](Operations& op) {
    op.add_column("t", Column{"c", Integer()}, "0");
    op.drop_column("t", "b");
};
const auto names = [](Operations& op) {
    op.rename_column("t", "a", "name");
    op.drop_constraint("t", "uq_t_a");
    op.add_constraint("t", Check{"ck", "b > 0"});
};

}  // namespace

TEST_CASE("PostgreSQL alters") {
    const auto& compiler = retort::dialects::postgresql::postgresql_ddl();
    CHECK(sql_of(compiler, change) ==
          "ALTER TABLE t ALTER COLUMN a TYPE TEXT; UPDATE t SET a = '' WHERE a IS NULL; ALTER TABLE t ALTER COLUMN a "
          "SET NOT NULL; "
          "ALTER TABLE t ALTER COLUMN b DROP DEFAULT;");
    CHECK(sql_of(compiler, add) ==
          "ALTER TABLE t ADD COLUMN c INTEGER; UPDATE t SET c = 0; ALTER TABLE t ALTER COLUMN c SET NOT NULL; DROP "
          "INDEX ix_b; "
          "ALTER TABLE t DROP COLUMN b;");
    CHECK(sql_of(compiler, names) ==
          "ALTER TABLE t RENAME COLUMN a TO name; ALTER TABLE t DROP CONSTRAINT uq_t_a; ALTER TABLE t ADD CONSTRAINT "
          "ck CHECK (b > 0);");
}

TEST_CASE("MySQL says the whole column again") {
    const auto& compiler = retort::dialects::mysql::mysql_ddl();
    CHECK(sql_of(compiler, change) ==
          "UPDATE t SET a = '' WHERE a IS NULL; ALTER TABLE t MODIFY COLUMN a TEXT NOT NULL; ALTER TABLE t MODIFY "
          "COLUMN b INTEGER NOT NULL;");
    CHECK(sql_of(compiler, add) ==
          "ALTER TABLE t ADD COLUMN c INTEGER; UPDATE t SET c = 0; ALTER TABLE t MODIFY COLUMN c INTEGER NOT NULL; "
          "DROP INDEX ix_b ON t; "
          "ALTER TABLE t DROP COLUMN b;");
    CHECK(sql_of(compiler, names) ==
          "ALTER TABLE t RENAME COLUMN a TO name; ALTER TABLE t DROP INDEX uq_t_a; ALTER TABLE t ADD CONSTRAINT ck "
          "CHECK (b > 0);");
}

TEST_CASE("SQLite makes tables anew where it must") {
    const auto& compiler = retort::dialects::sqlite::sqlite_ddl();
    auto made = sql_of(compiler, [](Operations& op) { op.alter_column("t", "b", {.type = BigInteger()}); });
    CHECK(made.find("PRAGMA foreign_keys=OFF; BEGIN; -- triggers of t are not kept PRAGMA legacy_alter_table=ON; "
                    "CREATE TABLE _retort_new_t") == 0);
    CHECK(made.find("INSERT OR ABORT INTO _retort_new_t (id, a, b) SELECT id, a, b FROM t; DROP TABLE t; ALTER TABLE "
                    "_retort_new_t RENAME TO t;") != std::string::npos);
    CHECK(sql_of(compiler, [](Operations& op) { op.add_column("t", Column{"c", Integer(), nullable()}); }) ==
          "ALTER TABLE t ADD COLUMN c INTEGER;");
    CHECK(sql_of(compiler, [](Operations& op) { op.drop_column("t", "b"); }) ==
          "DROP INDEX ix_b; ALTER TABLE t DROP COLUMN b;");
    CHECK(sql_of(compiler, [](Operations& op) { op.create_index("t", Index{.name = "ix2", .parts = {"b"}}); }) ==
          "CREATE INDEX ix2 ON t (b);");
}

TEST_CASE("a step in C++ is no SQL") {
    CHECK_THROWS_AS((void)sql_of(retort::dialects::sqlite::sqlite_ddl(),
                                 [](Operations& op) { op.run([](engines::Connection&) {}); }),
                    const MigrationError&);
}

TEST_CASE("SQLite's script keeps the rows that refer to a table made anew, and converts values") {
    Operations first, second;
    first.create_table("t", {Column{"id", Integer()}, Column{"at", DateTime()}, PrimaryKey{"pk_t", {"id"}}});
    first.create_table("c", {Column{"t_id", Integer()}, ForeignKey{.columns = {"t_id"},
                                                                   .referred_table = "t",
                                                                   .referred_columns = {"id"},
                                                                   .on_delete = Action::cascade}});
    second.alter_column("t", "at", {.type = Date()});
    RevisionGraph graph({script("r1", {}, first.list(), {}), script("r2", {"r1"}, second.list(), {})});
    TestDatabase database;
    Migrator(database.engine, graph).upgrade("r1");
    database.run("INSERT INTO t VALUES (1, '2020-01-02 03:04:05.000000'); INSERT INTO c VALUES (1);");
    database.run(upgrade_sql(graph, database.compiler(), {"r2"}, {"r1"}, true, {}));
    CHECK(database.count("SELECT count(*) FROM c") == 1);
    CHECK(database.text("SELECT at FROM t") == "2020-01-02");
    CHECK(database.text("SELECT version_num FROM alembic_version") == "r2");
}
