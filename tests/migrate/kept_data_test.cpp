// What revisions took away finds its own rows again, or stays aside.
#include "retort/migrate/words.hpp"
#include "support.hpp"

using namespace migrate_test;

namespace {

/// A database made by hand, and one revision on it whose downgrade is the upgrade reversed.
struct OneRevision {
    OneRevision(const std::string& sql, Work work) {
        database.run(sql);
        SchemaState state;
        for (auto& table : database.tables()) state.put(std::move(table));
        Operations op;
        work(op);
        graph = RevisionGraph({script("a1", {}, op.list(), *reversed(op.list(), state, database.compiler()))});
    }

    void upgrade() { Migrator(database.engine, graph).upgrade(); }
    void downgrade() {
        MigrateOptions options;
        options.run.report = [this](std::string_view line) { told += std::string(line) + '\n'; };
        Migrator(database.engine, graph, options).downgrade();
    }
    std::size_t kept() const {
        auto connection = database.engine.connect();
        return KeptData::list(*connection).size();
    }

    TestDatabase database;
    RevisionGraph graph;
    std::string told;
};

}  // namespace

TEST_CASE("rows without a key that VACUUM renumbered take nobody else's values") {
    OneRevision one(
        "CREATE TABLE t (a TEXT, b TEXT); INSERT INTO t VALUES ('one', '1'), ('two', '2'), ('three', '3');"
        "DELETE FROM t WHERE a = 'one';",
        [](Operations& op) { op.drop_column("t", "b"); });
    one.upgrade();
    SUBCASE("as they were") {
        one.downgrade();
        CHECK(one.database.text("SELECT group_concat(a || b) FROM t") == "two2,three3");
        CHECK(one.kept() == 0);
    }
    SUBCASE("renumbered") {
        one.database.run("VACUUM");
        one.downgrade();
        CHECK(one.database.count("SELECT count(*) FROM t WHERE b IS NOT NULL AND b <> CASE a WHEN 'two' THEN '2' ELSE "
                                 "'3' END") == 0);
        CHECK(one.kept() == 1);  // what found no row
    }
}

TEST_CASE("a table without a key comes back with its rowids") {
    OneRevision column(
        "CREATE TABLE t (a TEXT, b TEXT); INSERT INTO t VALUES ('x', '1'), ('x', '2'), ('x', '3');"
        "DELETE FROM t WHERE b = '1';",
        [](Operations& op) {
            op.drop_column("t", "b");
            op.drop_table("t");
        });
    column.upgrade();
    column.downgrade();
    CHECK(column.database.text("SELECT group_concat(rowid || b) FROM t") == "22,33");
    CHECK(column.kept() == 0);
}

TEST_CASE("NULL in a key is found again") {
    OneRevision single(
        "CREATE TABLE t (k TEXT PRIMARY KEY, a TEXT, b TEXT);"
        "INSERT INTO t VALUES (NULL, 'x', 'of x'), ('k', 'y', 'of y'), (NULL, 'z', 'of z');",
        [](Operations& op) { op.drop_column("t", "b"); });
    auto was = contents(single.database);
    single.upgrade();
    single.downgrade();
    CHECK(contents(single.database) == was);
    CHECK(single.kept() == 0);
    OneRevision values(
        "CREATE TABLE t (k TEXT PRIMARY KEY, a TEXT); INSERT INTO t VALUES (NULL, '007'), ('k', '1');",
        [](Operations& op) { op.alter_column("t", "a", {.type = Integer(), .using_sql = "CAST(a AS INTEGER)"}); });
    was = contents(values.database);
    values.upgrade();
    values.downgrade();
    CHECK(contents(values.database) == was);
}

TEST_CASE("a key and another column that go together come back together") {
    OneRevision one(
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, b TEXT);"
        "INSERT INTO t VALUES (5, 'x', 'of x'), (9, 'y', 'of y');",
        [](Operations& op) {
            op.drop_column("t", "id");
            op.drop_column("t", "b");
        });
    auto was = contents(one.database);
    one.upgrade();
    one.downgrade();
    CHECK(contents(one.database) == was);
    CHECK(one.kept() == 0);
}

TEST_CASE("values whose key is gone stay aside, and that is said") {
    OneRevision one(
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, a TEXT, b TEXT);"
        "INSERT INTO t VALUES (5, 'x', 'of x');",
        [](Operations& op) { op.drop_column("t", "b"); });
    one.upgrade();
    one.database.run("ALTER TABLE t RENAME COLUMN id TO number");
    one.downgrade();
    CHECK(one.told.find("the kept values of t.b stay aside") != std::string::npos);
    CHECK(one.kept() == 1);
}

TEST_CASE("a table without rowid whose key changes does not fail") {
    OneRevision one(
        "CREATE TABLE t (k TEXT NOT NULL PRIMARY KEY, a TEXT) WITHOUT ROWID;"
        "INSERT INTO t VALUES ('a', 'x'), ('bb', 'y');",
        [](Operations& op) { op.alter_column("t", "k", {.type = Integer(), .using_sql = "length(k)"}); });
    one.upgrade();
    CHECK(one.database.text("SELECT group_concat(k || a) FROM t") == "1x,2y");
}

TEST_CASE("rows that came since take the default") {
    OneRevision dropped(
        "CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, b TEXT NOT NULL DEFAULT 'd');"
        "INSERT INTO t VALUES (1, 'kept');",
        [](Operations& op) { op.drop_column("t", "b"); });
    dropped.upgrade();
    dropped.database.run("INSERT INTO t VALUES (2)");
    dropped.downgrade();
    CHECK(dropped.database.text("SELECT group_concat(b) FROM t") == "kept,d");
    OneRevision nullable("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, b TEXT NOT NULL DEFAULT 'd');",
                         [](Operations& op) { op.alter_column("t", "b", {.nullable = true}); });
    nullable.upgrade();
    nullable.database.run("INSERT INTO t VALUES (1, NULL)");
    nullable.downgrade();
    CHECK(nullable.database.text("SELECT b FROM t") == "d");
}

TEST_CASE("a counter goes on where it was when its table comes back") {
    OneRevision one(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT);"
        "INSERT INTO t (b) VALUES ('a'), ('b'), ('c'); DELETE FROM t WHERE id > 1;",
        [](Operations& op) { op.drop_table("t"); });
    one.upgrade();
    one.downgrade();
    one.database.run("INSERT INTO t (b) VALUES ('new')");
    CHECK(one.database.count("SELECT max(id) FROM t") == 4);
    CHECK(one.kept() == 0);
}

TEST_CASE("values that a revision changed twice come back step by step") {
    OneRevision one("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t (a) VALUES ('007'), ('x'), (NULL);",
                    [](Operations& op) {
                        op.alter_column(
                            "t", "a",
                            {.type = Integer(), .using_sql = "CASE WHEN a <> 'x' THEN CAST(a AS INTEGER) END"});
                        op.alter_column("t", "a", {.nullable = false, .backfill = "-1"});
                    });
    auto was = contents(one.database);
    one.upgrade();
    CHECK(one.database.text("SELECT group_concat(a) FROM t") == "7,-1,-1");
    one.downgrade();
    CHECK(contents(one.database) == was);
    CHECK(one.kept() == 0);
}

TEST_CASE("NULLs that one revision filled before it let NULL in again come back") {
    OneRevision one("CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER); INSERT INTO t (a) VALUES (3), (NULL);",
                    [](Operations& op) {
                        op.alter_column("t", "a", {.nullable = false, .backfill = "0"});
                        op.alter_column("t", "a", {.nullable = true});
                    });
    auto was = contents(one.database);
    one.upgrade();
    CHECK(one.database.text("SELECT group_concat(a) FROM t") == "3,0");
    one.downgrade();
    CHECK(contents(one.database) == was);
}
