// Upgrades that are interrupted: killed at any statement or write, or stopped by a disk that is full.
#include <sys/wait.h>

#include <csignal>

#include "retort/engine/errors.hpp"
#include "retort/migrate/words.hpp"
#include "support.hpp"
#include "tests/orm/faulty_vfs.hpp"
#include "tests/sanitized.hpp"

using namespace migrate_test;

namespace {

std::vector<Operation> list(Work work) {
    Operations op;
    work(op);
    return op.list();
}

// A process under a sanitizer forks slowly, so only some statements and writes are tried there.
constexpr int statement_step = sanitized::here ? 17 : 1, write_step = sanitized::here ? 7 : 1;

/// A table that grows a column a revision; each revision has something else to do as well.
RevisionGraph history(bool with_rows) {
    auto first = list([&](Operations& op) {
        op.create_table("t", {Column{"id", Integer(), primary_key()}, Column{"c0", Text(), nullable()}});
        if (with_rows) op.insert_rows("t", {"id", "c0"}, {{1, "one"}, {2, "two"}});
    });
    auto second = list([](Operations& op) {
        op.add_column("t", Column{"c1", Text()}, "'v'");
        op.create_index("t", Index{.name = "ix", .parts = {"c1"}});
    });
    auto third = list([](Operations& op) {
        op.create_table("u", {Column{"id", Integer(), primary_key()}});
        op.add_column("t", Column{"c2", Integer(), nullable()});
    });
    auto fourth = list([](Operations& op) {
        op.drop_table("u");
        op.add_column("t", Column{"c3", Integer(), nullable()});
        op.alter_column("t", "c0", {.type = String(30), .server_default = "'d'"});
    });
    auto drop = [](const char* column) { return list([&](Operations& op) { op.drop_column("t", column); }); };
    auto undo_fourth = list([](Operations& op) {
        op.alter_column("t", "c0", {.type = Text(), .server_default = ""});
        op.drop_column("t", "c3");
        op.create_table("u", {Column{"id", Integer(), primary_key()}});
    });
    auto undo_third = list([](Operations& op) {
        op.drop_column("t", "c2");
        op.drop_table("u");
    });
    return RevisionGraph({script("r1", {}, first, list([](Operations& op) { op.drop_table("t"); })),
                          script("r2", {"r1"}, second, drop("c1")), script("r3", {"r2"}, third, undo_third),
                          script("r4", {"r3"}, fourth, undo_fourth)});
}

/// How many revisions the database has, each of them whole; -1 when something is half done.
int complete_revisions(const engines::Engine& engine, bool with_rows) {
    auto connection = engine.connect();
    auto heads = VersionTable(*connection).read();
    auto inspector = inspect(*connection);
    auto table = inspector->find_table("t");
    bool other = inspector->has_table("u");
    auto stray = connection->execute("SELECT count(*) FROM sqlite_schema WHERE name GLOB '_retort_new*'");
    if (heads.size() > 1 || stray.scalar_one<std::int64_t>() != 0) return -1;
    int count = heads.empty() ? 0 : heads.front().back() - '0';
    if (count == 0) return table || other ? -1 : 0;
    bool columns = table && table->columns.size() == static_cast<std::size_t>(count) + 1;
    if (!columns || other != (count == 3) || table->indexes.size() != (count > 1 ? 1 : 0)) return -1;
    auto remembered = connection->execute("SELECT count(*) FROM _retort_revisions").scalar_one<std::int64_t>();
    auto rows = connection->execute("SELECT count(*) FROM t WHERE c0 IN ('one', 'two')").scalar_one<std::int64_t>();
    return remembered == count && rows == (with_rows ? 2 : 0) ? count : -1;
}

/// A child that does the work, and writes a byte for each revision that is done. Answers whether it came to its end,
/// and how many revisions it told.
struct Child {
    bool ended;
    int told;
};
Child run_child(retort::FunctionRef<void(const MigrateOptions&)> work) {
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    auto child = ::fork();
    if (child == 0) {
        MigrateOptions options;
        options.on_done = [&](std::string_view, const Script&) { (void)!::write(pipe[1], "x", 1); };
        try {
            work(options);
        } catch (...) {
            ::_exit(2);
        }
        ::_exit(0);
    }
    ::close(pipe[1]);
    int status = 0;
    ::waitpid(child, &status, 0);
    char bytes[64];
    auto told = ::read(pipe[0], bytes, sizeof bytes);
    ::close(pipe[0]);
    CHECK((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
    return {WIFEXITED(status) != 0, static_cast<int>(told)};
}

/// Kills at one statement after the other, until the work comes to its end.
void kill_everywhere(bool with_rows, bool upgrade) {
    auto graph = history(with_rows);
    for (int killed_at = 1;; killed_at += statement_step) {
        CAPTURE(killed_at);
        TestDatabase database;
        if (!upgrade) Migrator(database.engine, graph).upgrade();
        auto child = run_child([&](const MigrateOptions& options) {
            int count = 0;
            engines::EngineOptions own{.durability = engines::Durability::off};
            own.on_statement = [&](const engines::StatementEvent&) {
                if (++count == killed_at) ::kill(::getpid(), SIGKILL);
            };
            Migrator migrator(create_engine("sqlite:///" + database.folder.path() + "/test.db", own), graph, options);
            upgrade ? migrator.upgrade() : migrator.downgrade("base");
        });
        auto count = complete_revisions(database.engine, with_rows);
        REQUIRE(count >= 0);
        // Killed between a commit and the word of it, the database is one further than was told.
        auto done = upgrade ? count : 4 - count;
        bool together = upgrade && !with_rows && done == 4;
        CHECK((done == child.told || done == child.told + 1 || together));
        upgrade ? Migrator(database.engine, graph).upgrade() : Migrator(database.engine, graph).downgrade("base");
        CHECK(complete_revisions(database.engine, with_rows) == (upgrade ? 4 : 0));
        if (!child.ended) continue;
        CHECK(child.told == 4);
        CHECK(killed_at > 10);
        break;
    }
}

/// A database on a disk that fails.
engines::Engine faulty_engine(const std::string& folder, bool syncs) {
    faulty::Disk::get();
    return create_engine("sqlite:///file:" + folder + "/test.db?uri=true&vfs=faulty",
                         {.durability = syncs ? engines::Durability::full : engines::Durability::off});
}

/// Fails one write or sync after the other until none is left.
void fail_everywhere(const faulty::Fault& fault, const char* code) {
    auto graph = history(true);
    for (int place = 0;; place += write_step) {
        CAPTURE(place);
        TestFolder folder;
        auto engine = faulty_engine(folder.path(), fault.syncs);
        Migrator(engine, graph).upgrade("r1");
        faulty::Disk::get().arm(fault, place);
        auto told = error_of([&] { Migrator(engine, graph).upgrade(); });
        bool struck = faulty::Disk::get().disarm();
        CHECK((told.code == "no error" || told.code == code));
        CHECK((struck || told.code == "no error"));
        auto count = complete_revisions(engine, true);
        CHECK(count >= 1);
        // What was written and not synced may be there.
        CHECK((count == 4) == (told.code == "no error" || (fault.syncs && count == 4)));
        Migrator(engine, graph).upgrade();
        CHECK(complete_revisions(engine, true) == 4);
        CHECK(engine.connect()->execute("PRAGMA foreign_keys").scalar_one<std::int64_t>() == 1);
        engine.dispose();
        if (struck) continue;
        CHECK(place > 3);
        break;
    }
}

}  // namespace

TEST_CASE("a process killed at any statement leaves exactly the last complete revision") {
    SUBCASE("up, one revision after the other") { kill_everywhere(true, true); }
    SUBCASE("up from nothing, all together") { kill_everywhere(false, true); }
    SUBCASE("down") { kill_everywhere(true, false); }
}

TEST_CASE("a process killed at any write to the disk leaves the last complete revision") {
    auto graph = history(true);
    for (int killed_at = 0;; killed_at += write_step) {
        CAPTURE(killed_at);
        TestDatabase database;
        Migrator(database.engine, graph).upgrade("r1");
        auto child = run_child([&](const MigrateOptions& options) {
            auto engine = faulty_engine(database.folder.path(), false);
            faulty::Disk::get().arm({.writes = true, .deadly = true}, killed_at);
            Migrator(engine, graph, options).upgrade();
        });
        CHECK(complete_revisions(database.engine, true) >= 1);
        Migrator(database.engine, graph).upgrade();
        CHECK(complete_revisions(database.engine, true) == 4);
        if (!child.ended) continue;
        CHECK(killed_at > 3);
        break;
    }
}

TEST_CASE("a full disk and a failing one leave the last complete revision, and a connection that goes on") {
    SUBCASE("full for a moment") { fail_everywhere({.writes = true, .code = SQLITE_FULL}, "disk-full"); }
    SUBCASE("full") { fail_everywhere({.writes = true, .code = SQLITE_FULL, .lasting = true}, "disk-full"); }
    SUBCASE("writes fail") { fail_everywhere({.writes = true, .code = SQLITE_IOERR_WRITE}, "disk-error"); }
    SUBCASE("syncs fail") {
        fail_everywhere({.syncs = true, .code = SQLITE_IOERR_FSYNC, .lasting = true}, "disk-error");
    }
}

TEST_CASE("a table that has no room to be made anew stays as it was, and the error tells so") {
    TestDatabase database;
    database.run(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(5));"
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
        "INSERT INTO t SELECT i, 'some text of row ' || i FROM n;");
    auto was = everything(database);
    auto widen = list([](Operations& op) { op.alter_column("t", "a", {.type = Text(), .nullable = false}); });
    RevisionGraph graph({script("b1", {}, widen, {})});
    Migrator migrator(database.engine, graph);
    auto& connection = migrator.connection();
    auto pages = connection.execute("PRAGMA page_count").scalar_one<std::int64_t>();
    (void)connection.execute("PRAGMA max_page_count=" + std::to_string(pages + 4));
    auto told = error_of([&] { migrator.upgrade(); });
    CHECK(told.code == "disk-full");
    CHECK(told.message.find("there is no room left for the database") != std::string::npos);
    CHECK(told.hint.find("free some space") != std::string::npos);
    CHECK(everything(database) == was);
    (void)connection.execute("PRAGMA max_page_count=1000000");
    migrator.upgrade();
    CHECK(database.count("SELECT count(*) FROM t") == 3000);
}
