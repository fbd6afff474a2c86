// Revisions as SQL, for each dialect.
#include "retort/dialects/mysql/ddl.hpp"
#include "retort/dialects/postgresql/ddl.hpp"
#include "retort/dialects/sqlite/ddl.hpp"
#include "retort/migrate/operation_json.hpp"
#include "retort/migrate/render.hpp"
#include "retort/migrate/schema_state.hpp"
#include "retort/migrate/words.hpp"
#include "support.hpp"

using namespace migrate_test;

namespace {

std::string sql_of(const schemas::DdlCompiler& compiler, Work work) {
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

TEST_CASE("PostgreSQL alters: a key that counts gets its own type, and collations change") {
    const auto& compiler = retort::dialects::postgresql::postgresql_ddl();
    CHECK(
        sql_of(compiler, [](Operations& op) {
            op.alter_column("t", "id", {.type = BigInteger()});
            op.alter_column("t", "a", {.collation = "C"});
        }) == "ALTER TABLE t ALTER COLUMN id TYPE BIGINT; ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(5) COLLATE \"C\";");
    auto counting = [](Operations& op) { op.alter_column("t", "id", {.autoincrement = schemas::Autoincrement::yes}); };
    CHECK_THROWS_AS((void)sql_of(compiler, counting), sql::CompileError);
}

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

namespace {

/// The last revision of these as SQL, on one line.
std::string last_sql(const std::vector<std::vector<Operation>>& revisions, const schemas::DdlCompiler& compiler) {
    std::vector<Script> scripts;
    Names before;
    for (std::size_t i = 0; i < revisions.size(); ++i) {
        if (i > 0) before = {"r" + std::to_string(i)};
        scripts.push_back(script("r" + std::to_string(i + 1), before, revisions[i], {}));
    }
    auto all = upgrade_sql(RevisionGraph(scripts), compiler, {scripts.back().id}, before, true, {});
    std::string out;
    for (char c : all.substr(all.find("\n\n") + 2)) {
        bool space = c == '\n' || c == '\t' || c == ' ';
        if (!space) out += c;
        if (space && !out.empty() && out.back() != ' ') out += ' ';
    }
    return out.substr(0, out.find(" UPDATE alembic_version"));
}

/// Two tables of one name, in two schemas.
std::vector<Operation> two_tables() {
    Operations op;
    for (const char* schema : {"", "audit"}) {
        op.schema(schema).create_table("t", {Column{"id", Integer(), primary_key()}, Column{"a", String(5)}});
    }
    return op.list();
}

std::vector<Operation> in_schema() {
    Operations op;
    op.schema("audit").add_column("t", Column{"b", Integer(), nullable()});
    op.schema("audit").alter_column("t", "a", {.nullable = true});
    op.schema("audit").create_index("t", Index{.name = "ix", .parts = {"a"}});
    op.schema("audit").add_constraint("t", Check{"ck", "id > 0"});
    op.schema("audit").insert_rows("t", {"id"}, {{1}});
    op.schema("audit").delete_rows("t", {"id"}, {{1}});
    op.schema("audit").rename_column("t", "a", "c");
    op.schema("audit").drop_constraint("t", "ck");
    op.schema("audit").drop_index("t", "ix");
    op.schema("audit").drop_column("t", "b");
    op.schema("audit").rename_table("t", "u");
    op.schema("audit").drop_table("u");
    return op.list();
}

}  // namespace

TEST_CASE("operations name a schema") {
    const auto& postgresql = retort::dialects::postgresql::postgresql_ddl();
    CHECK(
        last_sql({two_tables(), in_schema()}, postgresql) ==
        "ALTER TABLE audit.t ADD COLUMN b INTEGER; ALTER TABLE audit.t ALTER COLUMN a DROP NOT NULL; CREATE INDEX ix "
        "ON "
        "audit.t (a); ALTER TABLE audit.t ADD CONSTRAINT ck CHECK (id > 0); INSERT INTO audit.t (id) VALUES (1); "
        "DELETE "
        "FROM audit.t WHERE id = 1; ALTER TABLE audit.t RENAME COLUMN a TO c; ALTER TABLE audit.t DROP CONSTRAINT ck; "
        "DROP INDEX audit.ix; ALTER TABLE audit.t DROP COLUMN b; ALTER TABLE audit.t RENAME TO u; DROP TABLE audit.u;");
    const auto& mysql = retort::dialects::mysql::mysql_ddl();
    CHECK(last_sql({two_tables(), in_schema()}, mysql).find("ALTER TABLE audit.t RENAME TO audit.u;") !=
          std::string::npos);
    // The inverse is in the same schema, and a database remembers it.
    SchemaState before;
    for (const auto& operation : two_tables()) before.apply(operation, postgresql);
    auto back = reversed(in_schema(), before, postgresql);
    REQUIRE(back);
    for (const auto& operation : *back) CHECK(operation.schema == "audit");
    CHECK(describe(back->front()) == "create table audit.u");
    CHECK(hash_of(operations_of(to_json(*back))) == hash_of(*back));
    CHECK(render(two_tables(), "").find("op.schema(\"audit\").create_table(\"t\", {") != std::string::npos);
    auto told = error_of([&] { before.apply({ops::DropTable{"u"}, {}, {}, "audit"}, postgresql); });
    CHECK(told.message == "There is no table \"audit.u\"");
}

TEST_CASE("SQLite has no schemas, and says so") {
    TestDatabase database;
    for (const auto& steps : {two_tables(), std::vector<Operation>{in_schema().front()}}) {
        RevisionGraph graph({script("r1", {}, {}, {}), script("r2", {"r1"}, steps, {})});
        auto told = error_of([&] { Migrator(database.engine, graph).upgrade(); });
        CHECK(told.code == "no-schemas");
        CHECK(told.message.find("is for schema \"audit\", and sqlite has no schemas") != std::string::npos);
        CHECK(told.hint.find("a bind") != std::string::npos);
        CHECK(database.tables().empty());
    }
    CHECK_THROWS(last_sql({two_tables()}, database.compiler()));
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

TEST_CASE("SQLite's script drops a table whose rows refer to each other, and no row of another one") {
    Operations first, second;
    first.create_table(
        "t",
        {Column{"id", Integer(), primary_key()}, Column{"t_id", Integer(), nullable()},
         ForeignKey{
             .columns = {"t_id"}, .referred_table = "t", .referred_columns = {"id"}, .on_delete = Action::restrict_}});
    first.create_table("p", {Column{"id", Integer(), primary_key()}});
    first.create_table("c", {Column{"p_id", Integer()}, ForeignKey{.columns = {"p_id"},
                                                                   .referred_table = "p",
                                                                   .referred_columns = {"id"},
                                                                   .on_delete = Action::cascade}});
    second.drop_table("t");
    second.drop_table("p");
    RevisionGraph graph({script("r1", {}, first.list(), {}), script("r2", {"r1"}, second.list(), {})});
    TestDatabase database;
    Migrator(database.engine, graph).upgrade("r1");
    database.run("INSERT INTO t VALUES (1, NULL), (2, 1); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1);");
    database.run("PRAGMA foreign_keys=ON;" + upgrade_sql(graph, database.compiler(), {"r2"}, {"r1"}, true, {}));
    CHECK(database.tables().size() == 1);
    CHECK(database.count("SELECT count(*) FROM c") == 1);
}

TEST_CASE("rows that need a boolean get one that every database takes") {
    CHECK(zero_of(sql::types::Boolean()) == "false");
    CHECK(zero_of(sql::types::Integer()) == "0");
}
