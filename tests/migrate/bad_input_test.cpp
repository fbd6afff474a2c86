// What goes wrong: each with an error of its own that tells the mend, and the database as it was.
#include <sys/wait.h>

#include <fstream>

#include "retort/engine/errors.hpp"
#include "retort/migrate/words.hpp"
#include "support.hpp"

using namespace migrate_test;
namespace fs = std::filesystem;

namespace {

std::vector<Operation> list(Work work) {
    Operations op;
    work(op);
    return op.list();
}

/// a1 makes a table with rows, a2 adds a column and makes the table anew, a3 adds another table.
RevisionGraph history() {
    auto first = list([](Operations& op) {
        op.create_table("t", {Column{"id", Integer(), primary_key()}, Column{"name", String(20), nullable()}});
        op.insert_rows("t", {"id", "name"}, {{1, "one"}, {2, "two"}});
    });
    auto second = list([](Operations& op) {
        op.add_column("t", Column{"age", Integer(), nullable()});
        op.alter_column("t", "name", {.nullable = false});
    });
    auto third = list([](Operations& op) { op.create_table("u", {Column{"id", Integer(), primary_key()}}); });
    auto undo_second = list([](Operations& op) {
        op.drop_column("t", "age");
        op.alter_column("t", "name", {.nullable = true});
    });
    return RevisionGraph({script("a1", {}, first, list([](Operations& op) { op.drop_table("t"); })),
                          script("a2", {"a1"}, second, undo_second),
                          script("a3", {"a2"}, third, list([](Operations& op) { op.drop_table("u"); }))});
}

/// The work is refused with this code, whose words hold all of these, and the database is as it was.
void refuses(const TestDatabase& database, const std::string& code, const std::vector<std::string>& words,
             retort::FunctionRef<void()> work) {
    auto was = everything(database);
    auto told = error_of(work);
    CHECK(told.code == code);
    auto all = told.message + "\n" + told.hint;
    for (const auto& one : words) {
        INFO(all);
        CHECK(all.find(one) != std::string::npos);
    }
    CHECK(everything(database) == was);
}

void upgrade(const TestDatabase& database, const RevisionGraph& graph) { Migrator(database.engine, graph).upgrade(); }

}  // namespace

TEST_CASE("a version table that is damaged or edited by hand") {
    struct Damage {
        const char* sql;
        const char* code;
        std::vector<std::string> words;
    };
    const std::vector<Damage> all{
        {"CREATE TABLE alembic_version (other INTEGER)",
         "damaged-version-table",
         {"cannot be read: no such column: version_num", "db stamp --purge"}},
        {"CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES (NULL)",
         "damaged-version-table",
         {"has a row without a revision", "db stamp --purge"}},
        {"CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('')",
         "damaged-version-table",
         {"has a row without a revision"}},
        {"CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('a1'), ('a1')",
         "damaged-version-table",
         {"has revision a1 twice"}},
        {"CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('a1'), ('a2')",
         "overlapping-versions",
         {"has a1, a2, of which a2 comes last", "one row a branch", "db stamp --purge"}},
        {"CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('nowhere')",
         "unknown-revision",
         {"Can't locate revision identified by 'nowhere'", "db repair"}},
        {"CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('a1'), ('nowhere')",
         "unknown-revision",
         {"'nowhere'"}},
    };
    auto graph = history();
    for (const auto& damage : all) {
        CAPTURE(damage.sql);
        TestDatabase database;
        database.run(damage.sql);
        refuses(database, damage.code, damage.words, [&] { upgrade(database, graph); });
        auto down = error_of([&] { Migrator(database.engine, graph).downgrade(); });
        CHECK(down.code == damage.code);
        // The mend mends.
        Migrator(database.engine, graph).stamp({"base"}, true);
        upgrade(database, graph);
        CHECK(database.text("SELECT version_num FROM alembic_version") == "a3");
    }
}

TEST_CASE("a history that is missing, twice there, or goes in a circle") {
    auto none = [](Operations&) {};
    auto told_of = [&](std::vector<Script> scripts) {
        for (auto& one : scripts) one.upgrade = none;
        return error_of([&] { RevisionGraph graph(scripts); });
    };
    auto missing = told_of({{.id = "b2", .down_revisions = {"b1"}}});
    CHECK(missing.code == "missing-revision");
    CHECK(missing.message == "Revision b2 follows revision b1, which is not there");
    CHECK(missing.hint.find("db repair") != std::string::npos);
    auto twice = told_of({{.id = "b1", .path = "m/b1_x.cpp"}, {.id = "b1", .path = "m/b1_y.cpp"}});
    CHECK(twice.code == "duplicate-revision");
    CHECK(twice.message == "Two revisions have the identifier b1: m/b1_x.cpp and m/b1_y.cpp");
    CHECK(twice.hint.find("take away the copy") != std::string::npos);
    auto circle = told_of({{.id = "b1", .down_revisions = {"b2"}}, {.id = "b2", .down_revisions = {"b1"}}});
    CHECK(circle.code == "cyclic-revisions");
    CHECK(circle.message.find("b1, b2") != std::string::npos);
    CHECK(circle.hint.find("down_revision") != std::string::npos);
    CHECK(told_of({{.id = "b1", .down_revisions = {"b1"}}}).code == "cyclic-revisions");
    CHECK(told_of({{.id = "b1", .depends_on = {"b2"}}, {.id = "b2", .down_revisions = {"b1"}}}).code ==
          "cyclic-revisions");
    for (const char* id : {"b@1", "b:1", "b+1", "b-1", "", "head", "heads", "base"}) {
        CAPTURE(id);
        CHECK(told_of({{.id = id}}).code == "bad-revision-id");
    }
}

TEST_CASE("names that lead nowhere, or to several revisions") {
    RevisionGraph graph(
        {script("aaaa1", {}, {}, {}), script("aaaa2", {"aaaa1"}, {}, {}), script("bbbb1", {"aaaa1"}, {}, {})});
    TestDatabase database;
    database.run("CREATE TABLE other (x); INSERT INTO other VALUES (1)");
    auto names = [&](const char* target, const char* code, const std::vector<std::string>& words) {
        CAPTURE(target);
        refuses(database, code, words, [&] { Migrator(database.engine, graph).upgrade(target); });
    };
    names("aaaa", "ambiguous-revision", {"Multiple revisions start with 'aaaa': aaaa1, aaaa2", "write more"});
    names("cccc", "unknown-revision", {"Can't locate revision identified by 'cccc'"});
    names("aaab1", "unknown-revision", {"did you mean aaaa1?"});
    names("head", "multiple-heads", {"aaaa2, bbbb1", "db merge heads"});
    names("aaaa2+9", "bad-relative-revision", {"Relative revision aaaa2+9 didn't produce 9 migrations", "db history"});
    names("nobody@head", "unknown-revision", {"nobody"});
    refuses(database, "not-an-ancestor", {"not a valid downgrade target", "db current"},
            [&] { Migrator(database.engine, graph).downgrade("aaaa1"); });
}

TEST_CASE("a revision that throws, whatever it throws, wherever it does") {
    auto base = history().scripts();
    struct Thrower {
        const char* name;
        void (*work)(Operations&);
        const char* code;
        std::vector<std::string> words;
    };
    const std::vector<Thrower> all{
        {"while it says what to do",
         [](Operations&) { (void)std::vector<int>().at(3); },
         "revision-failed",
         {"Revision a4 (worse) threw: ", "mend it and build"}},
        {"in C++",
         [](Operations& op) {
             op.drop_column("t", "age");
             op.run([](engines::Connection& connection) {
                 connection.run("DELETE FROM t");
                 throw std::runtime_error("enough");
             });
         },
         "revision-failed",
         {"Revision a4 (worse) threw: enough", "the revisions before it stay"}},
        {"in SQL",
         [](Operations& op) {
             op.drop_table("u");
             op.execute("DELETE FROM nowhere");
         },
         "wrong-statement",
         {"no such table: nowhere"}},
        {"something that does not fit",
         [](Operations& op) {
             op.drop_table("u");
             op.drop_column("t", "aeg");
         },
         "operation-does-not-fit",
         {"has no column \"aeg\"", "age"}},
        {"a table that is not there",
         [](Operations& op) {
             op.drop_table("u");
             op.drop_column("tt", "age");
         },
         "no-such-table",
         {"tt"}},
    };
    for (const auto& one : all) {
        CAPTURE(one.name);
        TestDatabase database;
        upgrade(database, RevisionGraph(base));
        auto scripts = base;
        scripts.push_back({.id = "a4", .down_revisions = {"a3"}, .message = "worse", .upgrade = one.work});
        refuses(database, one.code, one.words, [&] { upgrade(database, RevisionGraph(scripts)); });
        CHECK(database.engine.connect()->execute("PRAGMA foreign_keys").scalar_one<std::int64_t>() == 1);
    }
    TestDatabase database;
    auto scripts = base;
    scripts.push_back({.id = "a4", .down_revisions = {"a3"}, .upgrade = [](Operations& op) {
                           op.run([](engines::Connection&) { throw 5; });
                       }});
    upgrade(database, RevisionGraph(base));
    auto was = everything(database);
    CHECK_THROWS_AS(upgrade(database, RevisionGraph(scripts)), int);
    CHECK(everything(database) == was);
}

TEST_CASE("a schema that somebody changed") {
    struct Drift {
        const char* sql;
        std::vector<std::string> words;
    };
    const std::vector<Drift> all{
        {"DROP TABLE t", {"table \"t\" is missing", "--allow-drift"}},
        {"ALTER TABLE t ADD COLUMN by_hand TEXT", {"table \"t\": column by_hand: nothing -> by_hand TEXT"}},
        {"ALTER TABLE t DROP COLUMN name", {"column name: name VARCHAR(20) -> nothing"}},
        {"CREATE INDEX ix ON t (name)", {"index ix: nothing -> CREATE INDEX ix ON t (name)"}},
        {"DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, name INTEGER)", {"type name: VARCHAR(20) -> INTEGER"}},
    };
    auto graph = history();
    for (const auto& drift : all) {
        CAPTURE(drift.sql);
        TestDatabase database;
        Migrator(database.engine, graph).upgrade("a1");
        database.run(drift.sql);
        refuses(database, "schema-drift", drift.words, [&] { upgrade(database, graph); });
    }
}

TEST_CASE("rows in the way, with their numbers and the mend") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER); CREATE TABLE p (id INTEGER PRIMARY KEY);"
        "INSERT INTO t VALUES (1, 'x', 1), (2, 'x', NULL), (3, 'y', 3)");
    auto rows = [&](const char* code, const std::vector<std::string>& words, Work work) {
        CAPTURE(code);
        refuses(database, code, words, [&] { upgrade(database, RevisionGraph({script("b1", {}, list(work), {})})); });
    };
    rows("duplicate-rows", {"(a) is not unique: 'x' in 2 rows", "change or delete"},
         [](Operations& op) { op.add_constraint("t", Unique{"uq", {"a"}}); });
    rows("duplicate-rows", {"'x'"},
         [](Operations& op) { op.create_index("t", Index{.name = "ix", .parts = {"a"}, .unique = true}); });
    rows("duplicate-rows", {"'x'"}, [](Operations& op) {
        op.drop_column("t", "id");
        op.create_primary_key("t", "pk", {"a"});
    });
    rows("duplicate-rows", {"unique index ix", "(upper(a), id > 2) is not unique: 'X', 0 in 2 rows"},
         [](Operations& op) {
             op.create_index(
                 "t", Index{.name = "ix", .parts = {sql_part("upper(a) DESC"), sql_part("id > 2")}, .unique = true});
         });
    rows("duplicate-rows", {"(a) is not unique where id < 3 OR b = 3: 'x' in 2 rows"}, [](Operations& op) {
        op.create_index("t",
                        Index{.name = "ix", .parts = {"a"}, .unique = true, .where = sql_condition("id < 3 OR b = 3")});
    });
    rows("duplicate-rows", {"(c) is not unique: 'one' in 3 rows"}, [](Operations& op) {
        op.add_column("t", Column{"c", Text()}, "'one'");
        op.add_constraint("t", Unique{"uq", {"c"}});
    });
    rows("duplicate-rows", {"(c) is not unique: 0 in 2 rows"}, [](Operations& op) {
        op.add_column("t", Column{"c", Integer(), nullable(), computed{"id > 2"}});
        op.create_index("t", Index{.name = "ix", .parts = {"c"}, .unique = true});
    });
    rows("duplicate-rows", {"unique constraint uq", "(b) is not unique: 7 in 3 rows"}, [](Operations& op) {
        op.alter_column("t", "b", {.type = BigInteger(), .using_sql = "7"});
        op.add_constraint("t", Unique{"uq", {"b"}});
    });
    rows("duplicate-rows", {"(a) is not unique", "in 2 rows"}, [](Operations& op) {
        op.execute("UPDATE t SET a = 'Y' WHERE id = 1");
        op.alter_column("t", "a", {.collation = "NOCASE"});
        op.add_constraint("t", Unique{"uq", {"a"}});
    });
    rows("rows-with-null", {"row id = 2", "backfill"},
         [](Operations& op) { op.alter_column("t", "b", {.nullable = false}); });
    rows("rows-with-null", {"the rows", "value"}, [](Operations& op) { op.add_column("t", Column{"c", Text()}); });
    rows("values-do-not-convert", {"\"t.a\" are no INTEGER: rows id = 1, id = 2", ".using_sql"},
         [](Operations& op) { op.alter_column("t", "a", {.type = Integer()}); });
    rows("rows-against-check", {"id = 1"}, [](Operations& op) { op.add_constraint("t", Check{"ck", "a <> 'x'"}); });
    rows("rows-against-check", {"c > 0, does not hold for rows id = 1, id = 2"}, [](Operations& op) {
        op.add_column("t", Column{"c", Integer()}, "id - 2");
        op.add_constraint("t", Check{"ck", "c > 0"});
    });
    rows("broken-references", {"row 1 of t", "3 rows"}, [](Operations& op) {
        op.alter_column("t", "b", {.nullable = false, .backfill = "7"});
        op.add_constraint(
            "t", ForeignKey{.name = "fk", .columns = {"b"}, .referred_table = "p", .referred_columns = {"id"}});
    });
}

TEST_CASE("a database that somebody else holds locked is waited for, then told") {
    auto graph = history();
    TestDatabase database;
    Migrator(database.engine, graph).upgrade("a1");
    auto impatient = create_engine("sqlite:///" + database.folder.path() + "/test.db",
                                   {.busy_timeout = std::chrono::milliseconds(50)});
    int ready[2], done[2];
    REQUIRE(::pipe(ready) == 0);
    REQUIRE(::pipe(done) == 0);
    auto child = ::fork();
    if (child == 0) {
        auto own = create_engine("sqlite:///" + database.folder.path() + "/test.db");
        auto connection = own.connect();
        connection->begin();
        connection->run("UPDATE t SET name = 'held'");
        char byte = 1;
        (void)!::write(ready[1], &byte, 1);
        (void)!::read(done[0], &byte, 1);
        ::_exit(0);
    }
    char byte = 1;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    refuses(database, "database-locked", {"another process holds the database's lock", "busy timeout"},
            [&] { Migrator(impatient, graph).upgrade(); });
    REQUIRE(::write(done[1], &byte, 1) == 1);
    ::waitpid(child, nullptr, 0);
    Migrator(impatient, graph).upgrade();
    CHECK(database.text("SELECT version_num FROM alembic_version") == "a3");
    impatient.dispose();
    for (int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
}

// Root may write everywhere, so a child that is nobody tries.
TEST_CASE("a file that may only be read") {
    auto graph = history();
    TestDatabase database;
    Migrator(database.engine, graph).upgrade("a1");
    database.engine.dispose();
    auto file = database.folder.path() + "/test.db";
    auto read = [&] {
        std::ifstream in(file, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    };
    auto was = read();
    fs::permissions(file, fs::perms(0444));
    fs::permissions(database.folder.path(), fs::perms(0555));
    auto child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
        auto told = error_of([&] { Migrator(create_engine("sqlite:///" + file), graph).upgrade(); });
        if (told.code != "unwritable-database")
            std::fprintf(stderr, "%s: %s\n", told.code.c_str(), told.message.c_str());
        ::_exit(told.code == "unwritable-database" && told.message.find("test.db") != std::string::npos ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WEXITSTATUS(status) == 0);
    fs::permissions(database.folder.path(), fs::perms(0755));
    CHECK(read() == was);
    // By the URL: the engine can read, but nothing else.
    auto reader = create_engine("sqlite:///file:" + file + "?mode=ro&uri=true");
    CHECK(Migrator(reader, graph).current() == Names{"a1"});
    auto told = error_of([&] { Migrator(reader, graph).upgrade(); });
    CHECK(told.code == "read-only-database");
    CHECK(told.message.find("cannot be written to") != std::string::npos);
    reader.dispose();
    CHECK(read() == was);
}
