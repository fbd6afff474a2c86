// What survives when SQLite makes a table anew, and what is refused with the rows named.
#include "retort/migrate/words.hpp"
#include "support.hpp"

using namespace migrate_test;

namespace {

/// Runs operations as one revision on a database that was made by hand.
void upgrade(const TestDatabase& database, std::vector<Operation> up, std::vector<Operation> down = {}) {
    Migrator(database.engine, RevisionGraph({script("a1", {}, std::move(up), std::move(down))})).upgrade();
}

std::vector<Operation> list(Work work) {
    Operations op;
    work(op);
    return op.list();
}

template <class Error, class F>
std::string refused(F&& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.message();
    } catch (const std::exception& other) {
        return std::string("another error: ") + other.what();
    }
    return "no error";
}

const auto widen = [](Operations& op) { op.alter_column("t", "a", {.type = Text()}); };

}  // namespace

TEST_CASE("triggers, views, indexes and strange tables survive") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a VARCHAR(5) COLLATE NOCASE, b INT GENERATED ALWAYS AS "
        "(id * 2), "
        "\"order\" TEXT DEFAULT 'x''y', UNIQUE (a), CHECK (length(a) < 90), CONSTRAINT \"odd name\" CHECK (id > 0));"
        "CREATE INDEX ix ON t (lower(a)) WHERE a IS NOT NULL;"
        "CREATE TABLE log (what TEXT);"
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES ('t ' || NEW.id); END;"
        "CREATE TRIGGER other AFTER INSERT ON log WHEN NEW.what = 'x' BEGIN DELETE FROM t; END;"
        "CREATE VIEW v AS SELECT id, a FROM t;"
        "INSERT INTO t (id, a) VALUES (5, 'x'), (9, NULL); DELETE FROM t WHERE id = 9;");
    auto was = contents(database);
    upgrade(database, list(widen));
    CHECK(contents(database) == was);
    CHECK(database.count("SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')") == 3);
    CHECK(database.text("SELECT type FROM pragma_table_info('t') WHERE name = 'a'") == "TEXT");
    database.run("INSERT INTO t (a) VALUES ('new')");
    CHECK(database.count("SELECT max(id) FROM t") == 10);  // 9 was used before
    CHECK(database.text("SELECT what FROM log ORDER BY rowid DESC LIMIT 1") == "t 10");
    CHECK(database.count("SELECT b FROM t WHERE id = 10") == 20);
    CHECK(database.text("SELECT a FROM v WHERE id = 10") == "new");
    CHECK(database.count("SELECT count(*) FROM t WHERE a = 'NEW'") == 1);
    CHECK_THROWS((void)database.run("INSERT INTO t (a) VALUES ('NEW')"));
    CHECK(database.text("SELECT sql FROM sqlite_schema WHERE name = 'ix'").find("lower(a)") != std::string::npos);
}

TEST_CASE("a table that names itself in its own words survives") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CHECK (t.a > 0), b INT GENERATED ALWAYS AS (a * 2), "
        "\"order\" TEXT, CHECK (\"T\".a < 90 AND \"order\" <> 't.a'), CONSTRAINT n CHECK (main.t.id > 0));"
        "CREATE INDEX ix ON t (lower(\"order\")) WHERE t.a IS NOT NULL;"
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET a = t.a + 1 WHERE t.id = NEW.id; END;"
        "INSERT INTO t (id, a, \"order\") VALUES (1, 4, 'x');");
    auto was = contents(database);
    upgrade(database, list([](Operations& op) { op.alter_column("t", "order", {.nullable = false}); }));
    CHECK(contents(database) == was);
    CHECK_THROWS(database.run("UPDATE t SET a = -1"));
    CHECK_THROWS(database.run("UPDATE t SET a = 91"));
    CHECK_THROWS(database.run("UPDATE t SET \"order\" = 't.a'"));
    CHECK_THROWS(database.run("UPDATE t SET id = -1"));
    database.run("INSERT INTO t (id, a, \"order\") VALUES (2, 5, 'y')");
    CHECK(database.count("SELECT b FROM t WHERE id = 2") == 12);
    CHECK(database.text("SELECT sql FROM sqlite_schema WHERE name = 'ix'").find("IS NOT NULL") != std::string::npos);
}

TEST_CASE("a table that names itself is the same in the revisions, also under another name") {
    TestDatabase database;
    auto check = [](const char* text) { return Check{"ck", text}; };
    Migrator(database.engine,
             RevisionGraph(
                 {script("a1", {}, list([&](Operations& op) {
                             op.create_table("t",
                                             {Column{"id", Integer(), primary_key()}, Column{"a", Integer()},
                                              Column{"b", Integer(), nullable(), computed{"a * 2"}}, check("t.a > 0")});
                             op.create_index(
                                 "t", Index{.name = "ix", .parts = {{"a"}}, .where = sql_condition("main.t.a > 1")});
                         }),
                         {}),
                  script("a2", {"a1"}, list([](Operations& op) { op.rename_table("t", "u"); }), {}),
                  script("a3", {"a2"}, list([](Operations& op) {
                             op.alter_column("u", "a", {.type = Text()});
                             op.rename_column("u", "a", "c");
                         }),
                         {})}))
        .upgrade();
    CHECK_THROWS(database.run("INSERT INTO u (c) VALUES (-1)"));
    database.run("INSERT INTO u (c) VALUES (21)");
    CHECK(database.count("SELECT b FROM u") == 42);
    auto is = database.tables();
    auto wanted = is;
    wanted[0].constraints = {check("u.c > 0")};
    CHECK(told(is, wanted, database.compiler()) == "");
}

TEST_CASE("no row goes because of what a table says under ON CONFLICT") {
    for (const char* rule : {"REPLACE", "IGNORE", "ROLLBACK"}) {
        CAPTURE(rule);
        TestDatabase database;
        database.run(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x'), (2, 'x'), (3, 'y')");
        auto was = contents(database);
        auto adds = list([&](Operations& op) {
            op.add_constraint("t", Unique{.name = "u", .columns = {"a"}, .options = {{"sqlite_on_conflict", rule}}});
        });
        auto told = error_of([&] { upgrade(database, adds); });
        CHECK(told.code == "duplicate-rows");
        CHECK(told.message.find("'x'") != std::string::npos);
        CHECK(contents(database) == was);
        database.run("UPDATE t SET a = 'z' WHERE id = 2");
        upgrade(database, adds);
        CHECK(database.text("SELECT sql FROM sqlite_schema WHERE name = 't'").find(rule) != std::string::npos);
    }
}

TEST_CASE("making a parent anew deletes no child, whatever its foreign key says") {
    for (const char* rule : {"CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"}) {
        CAPTURE(rule);
        TestDatabase database;
        database.run(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(5));"
            "CREATE TABLE c (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t (id) ON DELETE " +
            std::string(rule) +
            ");"
            "INSERT INTO t VALUES (1, 'x'); INSERT INTO c VALUES (1, 1), (2, NULL);");
        upgrade(database, list(widen));
        CHECK(database.count("SELECT count(*) FROM c WHERE t_id = 1") == 1);
        CHECK(database.text("SELECT sql FROM sqlite_schema WHERE name = 'c'").find("REFERENCES t") !=
              std::string::npos);
        CHECK(database.engine.connect()->execute("PRAGMA foreign_keys").scalar_one<std::int64_t>() == 1);
    }
}

TEST_CASE("self-references, cycles, rows without a key and tables without rowid survive") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t (id) ON DELETE CASCADE, u_id INTEGER "
        "REFERENCES u (id), a VARCHAR(5));"
        "CREATE TABLE u (id TEXT PRIMARY KEY, t_id INTEGER REFERENCES t (id)) WITHOUT ROWID;"
        "CREATE TABLE n (a VARCHAR(5), b);"
        "CREATE TABLE s (id INTEGER PRIMARY KEY, a TEXT, \"any\" ANY) STRICT;"
        "INSERT INTO t VALUES (1, 1, NULL, 'x'), (2, 1, NULL, 'y'); INSERT INTO u VALUES ('u', 2); UPDATE t SET u_id = "
        "'u';"
        "INSERT INTO n VALUES ('p', 1), ('q', x'00'), (NULL, 2.5); DELETE FROM n WHERE a = 'p'; INSERT INTO s VALUES "
        "(1, 'x', 'y'), (2, NULL, 5);");
    auto was = contents(database);
    auto rowids = database.text("SELECT group_concat(rowid) FROM n");
    upgrade(database, list([](Operations& op) {
                op.alter_column("t", "a", {.type = Text()});
                op.alter_column("n", "a", {.type = Text()});
                op.alter_column("s", "a", {.nullable = true, .server_default = "'d'"});
                op.alter_column("u", "t_id", {.type = BigInteger()});
            }));
    CHECK(contents(database) == was);
    CHECK(database.text("SELECT group_concat(rowid) FROM n") == rowids);
    CHECK(database.text("SELECT sql FROM sqlite_schema WHERE name = 's'").find("STRICT") != std::string::npos);
    CHECK(database.text("SELECT sql FROM sqlite_schema WHERE name = 'u'").find("WITHOUT ROWID") != std::string::npos);
}

TEST_CASE("renames take triggers, views and foreign keys along") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, CHECK (a <> ''));"
        "CREATE TABLE c (t_id INTEGER REFERENCES t (id));"
        "CREATE VIEW v AS SELECT a FROM t;"
        "CREATE TRIGGER tr AFTER UPDATE OF a ON t BEGIN INSERT INTO c VALUES (NEW.id); END;"
        "INSERT INTO t VALUES (1, 'x');");
    upgrade(database, list([](Operations& op) {
                op.rename_column("t", "a", "name");
                op.rename_table("t", "thing");
                op.rename_column("thing", "id", "number");
            }));
    database.run("UPDATE thing SET name = 'y'");
    CHECK(database.count("SELECT t_id FROM c") == 1);
    CHECK(inspect(database.engine)->get_foreign_keys("c")[0].referred_columns == Names{"number"});
}

TEST_CASE("what is dropped comes back, until it is pruned") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b REAL);"
        "CREATE TABLE u (x, y, PRIMARY KEY (x, y));"
        "CREATE TRIGGER tr AFTER INSERT ON u BEGIN DELETE FROM t WHERE id = 99; END;"
        "INSERT INTO t VALUES (1, 'x', 1.5), (2, NULL, 2), (3, 'z', NULL);"
        "INSERT INTO u VALUES (1, 'a'), (2, x'ff');");
    auto was = contents(database);
    SchemaState state;
    for (auto& table : database.tables()) state.put(std::move(table));
    auto up = list([](Operations& op) {
        op.drop_column("t", "a");
        op.drop_table("u");
    });
    RevisionGraph graph({script("a1", {}, up, *reversed(up, state, database.compiler()))});
    Migrator(database.engine, graph).upgrade();
    CHECK(database.tables().size() == 1);  // side tables are nobody's
    database.run("DELETE FROM t WHERE id = 3; INSERT INTO t VALUES (4, 4.5)");
    Migrator(database.engine, graph).downgrade();
    CHECK(database.text("SELECT group_concat(id || coalesce(a, '-')) FROM (SELECT * FROM t ORDER BY id)") ==
          "1x,2-,4-");
    CHECK(database.text("SELECT group_concat(x || typeof(y)) FROM u") == "1text,2blob");
    CHECK(database.count("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'") == 1);
    {
        auto connection = database.engine.connect();
        CHECK(KeptData::list(*connection).size() == 1);  // of the row that was deleted
        CHECK(KeptData::prune(*connection) == 1);
    }
    Migrator(database.engine, graph).upgrade();
    auto connection = database.engine.connect();
    CHECK(KeptData::list(*connection).size() == 3);
    CHECK(KeptData::prune(*connection) == 3);
    CHECK(KeptData::list(*connection).empty());
    Migrator(database.engine, graph).downgrade();
    CHECK(database.count("SELECT count(*) FROM t WHERE a IS NOT NULL") == 0);
    CHECK(database.count("SELECT count(*) FROM u") == 0);
}

TEST_CASE("rows in the way are named, and the database is as it was") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER);"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, t_id INTEGER);"
        "INSERT INTO t VALUES (1, 'x', 5), (2, NULL, 5), (3, NULL, -1); INSERT INTO c VALUES (7, 1), (8, 42);");
    auto was = contents(database);
    auto was_schema = schema_text(database);
    auto message = [&](Work work) {
        auto text = refused<DataConflict>([&] { upgrade(database, list(work)); });
        CHECK(contents(database) == was);
        CHECK(schema_text(database) == was_schema);
        CHECK(database.count(
                  "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%alembic%' OR name LIKE '%retort%'") == 0);
        return text;
    };
    CHECK(message([](Operations& op) { op.alter_column("t", "a", {.nullable = false}); }) ==
          "Column \"a\" of table \"t\" cannot become NOT NULL: it is NULL in rows id = 2, id = 3");
    CHECK(message([](Operations& op) { op.add_column("t", Column{"c", Text()}); }).find("is NOT NULL, and the rows") !=
          std::string::npos);
    CHECK(message([](Operations& op) { op.add_constraint("t", Unique{"uq", {"b"}}); }) ==
          "The unique constraint uq of table \"t\" cannot be made, because (b) is not unique: 5 in 2 rows");
    CHECK(message([](Operations& op) { op.create_index("t", Index{.name = "ix", .parts = {"b"}, .unique = true}); }) ==
          "The unique index ix of table \"t\" cannot be made, because (b) is not unique: 5 in 2 rows");
    CHECK(message([](Operations& op) { op.add_constraint("t", Check{"ck", "b > 0"}); }) ==
          "The check ck of table \"t\", b > 0, does not hold for row id = 3");
    CHECK(message([](Operations& op) { op.alter_column("t", "a", {.type = Integer()}); }) ==
          "Values of \"t.a\" are no INTEGER: row id = 1");
    CHECK(message([](Operations& op) {
              op.add_constraint(
                  "c",
                  ForeignKey{.name = "fk", .columns = {"t_id"}, .referred_table = "t", .referred_columns = {"id"}});
          }) == "After revision a1 1 rows would refer to rows that are not there: row 8 of c (to t)");
    CHECK(message([](Operations& op) {
              op.execute("DELETE FROM t");
              op.alter_column("t", "b", {.nullable = false});
              op.run([](engines::Connection&) { throw DataConflict("rows-with-null"_code, "half-way"); });
          }) == "half-way");
    CHECK(refused<MigrationError>([&] {
              upgrade(database, list([](Operations& op) { op.drop_column("t", "aa"); }));
          }) == "Table \"t\" has no column \"aa\"");
    CHECK(refused<retort::NoSuchTableError>([&] {
              upgrade(database, list([](Operations& op) { op.drop_table("tt"); }));
          }) == "The database has no table \"tt\"");
    CHECK(refused<MigrationError>([&] {
              upgrade(database, list([](Operations& op) { op.create_table("t", {Column{"id", Integer()}}); }));
          }) == "The database has a table \"t\" already");
    database.run("CREATE VIEW v AS SELECT a FROM t");
    CHECK(refused<MigrationError>([&] {
              upgrade(database, list([](Operations& op) { op.drop_column("t", "a"); }));
          }).find("view") != std::string::npos);
    CHECK(contents(database) == was);
}

TEST_CASE("references and views that were broken before are no reason to stop") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(5));"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t (id));"
        "PRAGMA foreign_keys=OFF; INSERT INTO c VALUES (1, 42); CREATE VIEW broken AS SELECT gone FROM t;");
    upgrade(database, list(widen));
    CHECK(database.text("SELECT type FROM pragma_table_info('t') WHERE name = 'a'") == "TEXT");
}

TEST_CASE("a strict table tells which values do not convert") {
    TestDatabase database;
    database.run("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT) STRICT; INSERT INTO t VALUES (1, '5'), (2, 'x');");
    CHECK_THROWS(upgrade(database, list([](Operations& op) { op.alter_column("t", "a", {.type = Integer()}); })));
    CHECK(database.text("SELECT group_concat(a) FROM t") == "5,x");
    upgrade(database, list([](Operations& op) {
                op.alter_column("t", "a", {.type = Integer(), .using_sql = "CASE WHEN a GLOB '[0-9]*' THEN a END"});
            }));
    CHECK(database.text("SELECT group_concat(typeof(a)) FROM t") == "integer,null");
}

TEST_CASE("data moves in SQL, in C++ and as rows") {
    TestDatabase database;
    Migrator(database.engine,
             RevisionGraph(
                 {script("a1", {}, list([](Operations& op) {
                             op.create_table("role", {Column{"id", Integer(), primary_key()},
                                                      Column{"name", String(20)}, Column{"since", Date(), nullable()}});
                             op.insert_rows("role", {"id", "name", "since"},
                                            {{1, "admin's", nullptr}, {2, "guest", "2024-01-02"}});
                             op.execute("UPDATE role SET name = upper(name) WHERE id = 2");
                             op.execute_on("postgresql", "THIS IS NOT SQLITE");
                             op.execute_on("sqlite", "INSERT INTO role (id, name) VALUES (3, 'sqlite')");
                             op.run([](engines::Connection& connection) {
                                 connection.run("INSERT INTO role (id, name) SELECT max(id) + 1, 'c++' FROM role");
                             });
                             op.delete_rows("role", {"id", "since"}, {{1, nullptr}});
                         }),
                         {})}))
        .upgrade();
    CHECK(database.text("SELECT group_concat(id || name) FROM role") == "2GUEST,3sqlite,4c++");
}

TEST_CASE("rows that a revision fills its tables with are there once, also when it runs again") {
    for (bool by_sql : {false, true}) {
        CAPTURE(by_sql);
        TestDatabase database;
        auto up = list([&](Operations& op) {
            op.create_table("role", {Column{"id", Integer(), primary_key()}, Column{"name", Text()}});
            if (by_sql) {
                op.execute("INSERT INTO role VALUES (1, 'admin')");
            } else {
                op.insert_rows("role", {"id", "name"}, {{1, "admin"}});
            }
        });
        RevisionGraph graph({script("a1", {}, up, {{ops::DropTable{"role"}}})});
        Migrator(database.engine, graph).upgrade();
        database.run("INSERT INTO role VALUES (2, 'guest')");
        Migrator(database.engine, graph).downgrade();
        Migrator(database.engine, graph).upgrade();
        CHECK(database.text("SELECT group_concat(name) FROM role") == (by_sql ? "admin" : "admin,guest"));
    }
}

TEST_CASE("a trigger or view that a change breaks stops the revision") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, CHECK (b <> '')); CREATE TABLE log (what);"
        "INSERT INTO t VALUES (1, 'x', 'y');");
    std::string what = "view \"v\"";
    SUBCASE("a trigger of the table") {
        database.run("CREATE TRIGGER tr AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (new.b); END;");
        what = "trigger tr";
    }
    SUBCASE("a trigger of another") {
        database.run("CREATE TRIGGER tr AFTER INSERT ON log BEGIN UPDATE t SET b = 'z'; END;");
        what = "a trigger of \"log\"";
    }
    SUBCASE("a view that would read a string") { database.run("CREATE VIEW v AS SELECT id, \"b\" FROM t;"); }
    auto was = schema_text(database);
    auto message = refused<MigrationError>([&] {
        upgrade(database, list([](Operations& op) {
                    op.drop_constraint("t", Check{"", "b <> ''"});
                    op.drop_column("t", "b");
                }));
    });
    CAPTURE(message);
    CHECK(message.find(what) != std::string::npos);
    CHECK(schema_text(database) == was);
    database.run("UPDATE t SET a = 'q'");
}

TEST_CASE("the revisions know a renamed column by a name that needs quotes") {
    TestDatabase database;
    Operations op;
    op.create_table("t", {Column{"id", Integer(), primary_key()}, Column{"a", Text(), nullable()},
                          Column{"b", Text(), nullable(), computed{"a || \"a\""}}, Check{"ck", "a <> 'a'"},
                          Index{.name = "ix", .parts = {sql_part("upper(a)")}, .where = sql_condition("a > ''")}});
    std::vector<Script> scripts{script("a1", {}, op.list(), {})};
    std::string last = "a";
    for (const char* name : {"x y", "order", "q\"q", "plain"}) {
        CAPTURE(name);
        std::vector<Operation> renames{{ops::RenameColumn{"t", last, name}}};
        last = name;
        scripts.push_back(script("b" + std::to_string(scripts.size()), {scripts.back().id}, renames, {}));
        Migrator migrator(database.engine, RevisionGraph(scripts));
        migrator.upgrade();
        CHECK(migrator.drift({}).empty());
        // What the revisions say can be made as it stands.
        auto described = migrator.state_at({scripts.back().id}).tables();
        described.front().name = "other";
        described.front().indexes.front().name = "other_ix";
        TestDatabase fresh;
        for (const auto& sql :
             {fresh.compiler().compile(schemas::CreateTable{described.front()}),
              fresh.compiler().compile(schemas::CreateIndex{"other", described.front().indexes.front()})}) {
            CAPTURE(sql);
            CHECK_NOTHROW(fresh.run(sql));
        }
    }
}

TEST_CASE("a name that a second view takes from a first one is not changed unnoticed") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW vv AS SELECT a "
        "FROM v");
    auto was = schema_text(database);
    auto told = error_of([&] { upgrade(database, list([](Operations& op) { op.rename_column("t", "a", "c"); })); });
    CHECK(told.code == "broken-view");
    CHECK(told.message.find("view vv") != std::string::npos);
    CHECK(told.hint.find("op.execute") != std::string::npos);
    CHECK(schema_text(database) == was);
    upgrade(database, list([](Operations& op) {
                op.execute("DROP VIEW vv");
                op.rename_column("t", "a", "c");
                op.execute("CREATE VIEW vv AS SELECT c FROM v");
            }));
    CHECK(database.count("SELECT count(*) FROM vv") == 0);
}

TEST_CASE("a column that comes and changes in one revision has the values of both steps") {
    TestDatabase database;
    database.run("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)");
    Operations op;
    op.add_column("t", Column{"a", Integer(), nullable(), server_default{"1"}});
    op.alter_column("t", "a", {.server_default = "2"});
    op.add_column("t", Column{"b", Text(), nullable()});
    op.alter_column("t", "b", {.nullable = false, .backfill = "'x'"});
    op.add_column("t", Column{"c", Text()}, "'007'");
    op.alter_column("t", "c", {.type = Integer(), .using_sql = "CAST(c AS INTEGER) + 1"});
    Migrator(database.engine, RevisionGraph({script("a1", {}, op.list(), {})})).upgrade();
    CHECK(database.text("SELECT group_concat(a || b || c) FROM t") == "1x8,1x8");
    database.run("INSERT INTO t (b, c) VALUES ('y', 0)");
    CHECK(database.count("SELECT a FROM t WHERE b = 'y'") == 2);
}

TEST_CASE("a table without rowid gets one, and then numbers its rows") {
    TestDatabase database;
    Operations rowid, counts;
    rowid.alter_table("t", {.options = schemas::Options{}});
    counts.alter_table("t", {.options = schemas::Options{{"sqlite_autoincrement", "true"}}});
    database.run("CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY) WITHOUT ROWID");
    std::vector<Script> scripts{script("a1", {}, {{ops::CreateTable{database.tables().front()}}}, {})};
    Migrator(database.engine, RevisionGraph(scripts)).stamp({"a1"});
    scripts.push_back(script("a2", {"a1"}, rowid.list(), {}));
    scripts.push_back(script("a3", {"a2"}, counts.list(), {}));
    Migrator migrator(database.engine, RevisionGraph(scripts));
    migrator.upgrade();
    CHECK(database.tables().front().has_option("sqlite_autoincrement"));
    CHECK(migrator.drift({}).empty());
}

TEST_CASE("a small key stays what it is when its table goes without rowid and comes back") {
    TestDatabase database;
    database.run("CREATE TABLE t (id SMALLINT NOT NULL PRIMARY KEY)");
    auto was = database.tables();
    Operations op;
    op.alter_table("t", {.options = schemas::Options{{"sqlite_with_rowid", "false"}}});
    op.alter_table("t", {.options = schemas::Options{}});
    upgrade(database, op.list());
    CHECK(told(database.tables(), was, database.compiler()) == "");
}

TEST_CASE("NULL in what becomes a counting key is named, and gets no number") {
    TestDatabase database;
    database.run("CREATE TABLE t (id INTEGER, a TEXT); INSERT INTO t VALUES (7, 'x'), (NULL, 'y')");
    Operations op;
    op.create_primary_key("t", "", {"id"});
    auto told = error_of([&] { upgrade(database, op.list()); });
    CHECK(told.code == "rows-with-null");
    CHECK(told.message.find("NULL in row rowid = 2") != std::string::npos);
    CHECK(database.count("SELECT count(*) FROM t WHERE id IS NULL") == 1);
    Operations filled;
    filled.alter_column("t", "id", {.nullable = false, .backfill = "rowid + 100"});
    filled.create_primary_key("t", "", {"id"});
    upgrade(database, filled.list());
    CHECK(database.text("SELECT group_concat(id || a) FROM t") == "7x,102y");
}
