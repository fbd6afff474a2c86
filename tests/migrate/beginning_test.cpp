// A new database takes the first revisions together, and is the same as if it had taken them one by one.
#include "retort/migrate/words.hpp"
#include "support.hpp"

using namespace migrate_test;

namespace {

std::vector<Operation> list(Work work) {
    Operations op;
    work(op);
    return op.list();
}

std::vector<Script> many() {
    std::vector<Script> out;
    auto add = [&](void (*work)(Operations&)) {
        auto id = "r" + std::to_string(out.size() + 1);
        Names down;
        if (!out.empty()) down = {out.back().id};
        out.push_back({.id = id, .down_revisions = down, .upgrade = work});
    };
    add([](Operations& op) {
        op.create_table("a", {Column{"id", Integer(), primary_key()}, Column{"x", Text()}, Check{"ck", "x <> ''"}});
        op.create_table("b", {Column{"id", Integer(), primary_key()},
                              ForeignKey{.columns = {"id"}, .referred_table = "a", .referred_columns = {"id"}}});
        op.create_table("gone", {Column{"id", Integer(), primary_key()}});
    });
    add([](Operations& op) {
        op.add_column("a", Column{"y", Integer()}, {}, "x");
        op.rename_column("a", "x", "z");
        op.rename_table("a", "c");
    });
    add([](Operations& op) {
        op.drop_table("gone");
        op.alter_column("c", "y", {.type = Text(), .nullable = true, .server_default = "'d'"});
        op.create_index("c", Index{.name = "ix", .parts = {"z"}, .unique = true});
        op.drop_constraint("c", "ck");
    });
    return out;
}

std::string versions(const TestDatabase& database) {
    return database.text("SELECT group_concat(version_num) FROM alembic_version") + ' ' +
           database.text("SELECT group_concat(id || hash) FROM _retort_revisions");
}

/// Which revisions were said to run, and to be done.
MigrateOptions telling(std::string& told) {
    MigrateOptions options;
    options.on_revision = [&](std::string_view direction, const Names& from, const Names& to, const Script&) {
        told += std::string(direction) + ' ' + (from.empty() ? "" : from[0]) + '>' + to[0] + ' ';
    };
    options.on_done = [&](std::string_view, const Script& script) { told += "done " + script.id + ' '; };
    return options;
}

}  // namespace

TEST_CASE("together and one by one are the same") {
    RevisionGraph graph(many());
    TestDatabase together, single;
    std::string steps, steps_singly;
    Migrator(together.engine, graph, telling(steps)).upgrade();
    for (int i = 0; i < 3; ++i) Migrator(single.engine, graph, telling(steps_singly)).upgrade("+1");
    CHECK(told(together.tables(), single.tables(), together.compiler()) == "");
    CHECK(versions(together) == versions(single));
    CHECK(steps == "upgrade >r1 done r1 upgrade r1>r2 done r2 upgrade r2>r3 done r3 ");
    CHECK(steps == steps_singly);
    CHECK(together.count("SELECT count(*) FROM sqlite_schema WHERE name GLOB '_retort_kept*'") == 0);
    CHECK(together.text("SELECT sql FROM sqlite_schema WHERE name = 'b'").find("REFERENCES c") != std::string::npos);
}

TEST_CASE("rows, SQL and C++ end what is taken together") {
    auto scripts = many();
    scripts.push_back(script("r4", {"r3"}, list([](Operations& op) { op.insert_rows("c", {"z"}, {{"v"}}); }), {}));
    scripts.push_back(script("r5", {"r4"}, list([](Operations& op) { op.execute("UPDATE c SET z = y || z"); }), {}));
    scripts.push_back(
        script("r6", {"r5"}, list([](Operations& op) { op.create_table("d", {Column{"e", Text()}}); }), {}));
    TestDatabase database;
    Migrator(database.engine, RevisionGraph(scripts)).upgrade();
    CHECK(database.text("SELECT z FROM c") == "dv");
    CHECK(database.text("SELECT version_num FROM alembic_version") == "r6");
}

TEST_CASE("a revision that fails is told, and those before it stay") {
    for (bool fits : {false, true}) {
        CAPTURE(fits);
        auto scripts = many();
        scripts.push_back(script("r4", {"r3"}, list([&](Operations& op) {
                                     op.drop_column("c", "y");
                                     if (!fits) op.drop_column("c", "nowhere");
                                     // SQLite finds this out, and nobody before it.
                                     if (fits) op.add_constraint("c", Check{"ck", "nowhere > 0"});
                                 }),
                                 {}));
        TestDatabase database;
        std::string told;
        auto error = error_of([&] { Migrator(database.engine, RevisionGraph(scripts), telling(told)).upgrade(); });
        CHECK(error.code == (fits ? "wrong-statement" : "operation-does-not-fit"));
        CHECK(error.message.find("nowhere") != std::string::npos);
        CHECK(told.ends_with("done r3 upgrade r3>r4 "));
        CHECK(database.text("SELECT version_num FROM alembic_version") == "r3");
        CHECK(inspect(database.engine)->get_columns("c").size() == 3);
    }
}

TEST_CASE("a database that has something takes one revision after the other") {
    auto graph = RevisionGraph(many());
    for (const char* sql : {"CREATE TABLE other (x)", "CREATE VIEW v AS SELECT 1 AS one"}) {
        CAPTURE(sql);
        TestDatabase database;
        database.run(sql);
        Migrator(database.engine, graph).upgrade();
        CHECK(database.text("SELECT version_num FROM alembic_version") == "r3");
    }
    // What a downgrade took comes back.
    auto scripts = many();
    for (auto& one : scripts) one.downgrade = [](Operations&) {};
    scripts[0].downgrade = [](Operations& op) {
        op.drop_table("b");
        op.drop_table("a");
        op.drop_table("gone");
    };
    TestDatabase database;
    RevisionGraph first({scripts[0]});
    Migrator(database.engine, first).upgrade();
    database.run("INSERT INTO a VALUES (7, 'seven')");
    Migrator(database.engine, first).downgrade("base");
    scripts[1].upgrade = [](Operations& op) { op.rename_table("a", "c"); };
    scripts.pop_back();
    Migrator(database.engine, RevisionGraph(scripts)).upgrade();
    CHECK(database.text("SELECT x FROM c WHERE id = 7") == "seven");
}
