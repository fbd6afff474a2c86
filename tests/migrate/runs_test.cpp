// Upgrades that are interrupted, that meet each other, and that meet a database somebody else touched.
#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include "retort/migrate/words.hpp"
#include "support.hpp"

using namespace migrate_test;

namespace {

std::vector<Operation> list(Work work) {
    Operations op;
    work(op);
    return op.list();
}

template <class F>
std::string code_of(F&& work) {
    return error_of(work).code;
}

Script column(int number) {
    auto id = "r" + std::to_string(100 + number);
    auto name = "c" + std::to_string(number);
    Names down;
    if (number > 0) down = {"r" + std::to_string(99 + number)};
    auto up = number == 0 ? list([](Operations& op) {
        op.create_table("t", {Column{"id", Integer(), primary_key()}});
        op.insert_rows("t", {"id"}, {{1}, {2}});
    })
                          : list([&](Operations& op) { op.add_column("t", Column{name, Text()}, "'v'"); });
    auto back = number == 0 ? list([](Operations& op) { op.drop_table("t"); })
                            : list([&](Operations& op) { op.drop_column("t", name); });
    return script(id, down, up, back);
}

RevisionGraph history(int count) {
    std::vector<Script> out;
    for (int i = 0; i < count; ++i) out.push_back(column(i));
    return RevisionGraph(std::move(out));
}

/// Whether the schema is that of the version row.
bool is_complete(const TestDatabase& database) {
    auto connection = database.engine.connect();
    auto heads = VersionTable(*connection).read();
    auto table = inspect(*connection)->find_table("t");
    if (heads.empty()) return !table;
    auto columns = std::stoul(heads.front().substr(1)) - 100 + 1;
    bool clean =
        connection->execute("SELECT count(*) FROM sqlite_schema WHERE name LIKE '\\_retort\\_new%' ESCAPE '\\'")
            .scalar_one<std::int64_t>() == 0;
    return clean && table && table->columns.size() == columns &&
           connection->execute("SELECT count(*) FROM t").scalar_one<std::int64_t>() == 2;
}

}  // namespace

TEST_CASE("replicas that upgrade at once run each revision once") {
    auto graph = history(12);
    TestDatabase database;
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        auto child = ::fork();
        if (child == 0) {
            int code = 0;
            try {
                auto engine =
                    create_engine("sqlite:///" + database.folder.path() + "/test.db",
                                  {.busy_timeout = std::chrono::seconds(60), .durability = engines::Durability::off});
                Migrator(engine, graph).upgrade();
            } catch (const std::exception& error) {
                std::fprintf(stderr, "%s\n", error.what());
                code = 1;
            }
            ::_exit(code);
        }
        children.push_back(child);
    }
    for (auto child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 0);
    }
    CHECK(is_complete(database));
    CHECK(database.text("SELECT version_num FROM alembic_version") == "r111");
}

TEST_CASE("threads that upgrade at once run each revision once") {
    auto graph = history(6);
    TestDatabase database;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { Migrator(database.engine, graph).upgrade(); });
    for (auto& thread : threads) thread.join();
    CHECK(is_complete(database));
}

TEST_CASE("a revision that throws half-way leaves those before it") {
    auto scripts = std::vector<Script>{column(0), column(1)};
    scripts.push_back(script("r102", {"r101"}, list([](Operations& op) {
                                 op.add_column("t", Column{"c2", Text(), nullable()});
                                 op.drop_column("t", "c1");
                                 op.run([](engines::Connection&) { throw std::runtime_error("enough"); });
                             }),
                             {}));
    TestDatabase database;
    auto told = error_of([&] { Migrator(database.engine, RevisionGraph(scripts)).upgrade(); });
    CHECK(told.code == "revision-failed");
    CHECK(told.message == "Revision r102 threw: enough");
    CHECK(told.hint.find("nothing of it is left") != std::string::npos);
    CHECK(is_complete(database));
    CHECK(database.text("SELECT version_num FROM alembic_version") == "r101");
}

TEST_CASE("a downgrade needs no file, but for steps in C++") {
    auto graph = history(4);
    TestDatabase database;
    Migrator(database.engine, graph).upgrade();
    auto shorter = history(2);
    CHECK(code_of([&] { Migrator(database.engine, shorter).upgrade(); }) == "unknown-revision");
    Migrator(database.engine, shorter).downgrade("r101");
    CHECK(is_complete(database));
    auto scripts = shorter.scripts();
    scripts.push_back(script("r102", {"r101"}, list([](Operations& op) { op.run([](engines::Connection&) {}); }),
                             list([](Operations& op) { op.run([](engines::Connection&) {}); })));
    Migrator(database.engine, RevisionGraph(scripts)).upgrade();
    CHECK(code_of([&] { Migrator(database.engine, shorter).downgrade("r101"); }) == "opaque-step");
    CHECK(database.text("SELECT version_num FROM alembic_version") == "r102");
}

TEST_CASE("a downgrade without the file takes away what the upgrade gave") {
    auto table = [](Operations& op) { op.create_table("t", {Column{"id", Integer(), primary_key()}}); };
    std::vector<Script> scripts{script("r100", {}, list(table), {})};
    scripts.push_back(script("r101", {"r100"}, list([](Operations& op) {
                                 op.alter_table("t", {.options = schemas::Options{{"sqlite_autoincrement", "true"}}});
                             }),
                             list([](Operations& op) { op.alter_table("t", {.options = schemas::Options{}}); })));
    TestDatabase database;
    Migrator(database.engine, RevisionGraph(scripts)).upgrade();
    CHECK(database.tables().front().has_option("sqlite_autoincrement"));
    Migrator(database.engine, RevisionGraph({scripts.front()})).downgrade("r100");
    CHECK(!database.tables().front().has_option("sqlite_autoincrement"));
}

TEST_CASE("a downgrade without the file refuses a revision with SQL in it before anything runs") {
    auto empties = list([](Operations& op) { op.execute("UPDATE t SET c1 = 'w'"); });
    auto adds = list([](Operations& op) { op.add_column("t", Column{"c3", Text(), nullable()}); });
    auto drops = list([](Operations& op) { op.drop_column("t", "c3"); });
    // SQL on the way up, and SQL on the way down only.
    for (bool up : {true, false}) {
        CAPTURE(up);
        auto shorter = history(2);
        auto scripts = shorter.scripts();
        scripts.push_back(up ? script("r102", {"r101"}, empties, {}) : script("r102", {"r101"}, {}, empties));
        scripts.push_back(script("r103", {"r102"}, adds, drops));
        TestDatabase database;
        Migrator(database.engine, RevisionGraph(scripts)).upgrade();
        auto was = contents(database);
        auto told = error_of([&] { Migrator(database.engine, shorter).downgrade("r101"); });
        CHECK(told.code == "opaque-step");
        CHECK(told.message.find("revision r102") != std::string::npos);
        CHECK(told.message.find("UPDATE t SET c1 = 'w'") != std::string::npos);
        CHECK(told.hint.find("db repair") != std::string::npos);
        CHECK(contents(database) == was);
        CHECK(database.text("SELECT version_num FROM alembic_version") == "r103");
        // With the file it runs.
        Migrator(database.engine, RevisionGraph(scripts)).downgrade("r101");
        CHECK(is_complete(database));
    }
}

TEST_CASE("a schema changed behind our back stops what would touch it") {
    auto graph = history(3);
    TestDatabase database;
    Migrator(database.engine, graph).upgrade("r101");
    database.run("ALTER TABLE t ADD COLUMN by_hand TEXT; UPDATE t SET by_hand = 'x'");
    CHECK(code_of([&] { Migrator(database.engine, graph).upgrade(); }) == "schema-drift");
    CHECK(database.text("SELECT version_num FROM alembic_version") == "r101");
    MigrateOptions options;
    options.allow_drift = true;
    Migrator(database.engine, graph, options).upgrade();
    CHECK(database.count("SELECT count(*) FROM t WHERE by_hand = 'x' AND c2 = 'v'") == 2);
    database.run("CREATE TABLE other (x)");  // nobody's business
    Migrator(database.engine, graph, options).downgrade();
}

TEST_CASE("stamping moves the version row only, and knows what it does not know") {
    auto graph = history(3);
    TestDatabase database;
    Migrator(database.engine, graph).upgrade("r100");
    Migrator(database.engine, graph).stamp({"head"});
    CHECK(database.text("SELECT version_num FROM alembic_version") == "r102");
    CHECK(inspect(database.engine)->get_columns("t").size() == 1);
    Migrator(database.engine, graph).stamp({"base"});
    CHECK(database.count("SELECT count(*) FROM alembic_version") == 0);
    database.run("INSERT INTO alembic_version VALUES ('gone')");
    CHECK(code_of([&] { Migrator(database.engine, graph).stamp({"head"}); }) == "unknown-revision");
    Migrator(database.engine, graph).stamp({"r100"}, true);
    CHECK(database.text("SELECT version_num FROM alembic_version") == "r100");
}

TEST_CASE("several databases take their own steps of one revision") {
    auto both = list([](Operations& op) {
        op.create_table("main_table", {Column{"id", Integer(), primary_key()}});
        op.on("log").create_table("log_table", {Column{"id", Integer(), primary_key()}});
    });
    RevisionGraph graph({script("r1", {}, both, {})});
    TestDatabase main, log;
    MigrateOptions options;
    Migrator(main.engine, graph, options).upgrade();
    options.bind = "log";
    Migrator(log.engine, graph, options).upgrade();
    CHECK(inspect(main.engine)->has_table("main_table"));
    CHECK_FALSE(inspect(main.engine)->has_table("log_table"));
    CHECK(inspect(log.engine)->has_table("log_table"));
    CHECK_FALSE(inspect(log.engine)->has_table("main_table"));
}
