// What migrations cost: a table made anew beside a bare INSERT … SELECT, and many revisions and tables.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "retort/dialects/create_engine.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/compare.hpp"
#include "retort/migrate/migrator.hpp"

using namespace retort::migrations;
namespace engines = retort::engines;
namespace schemas = retort::schemas;

namespace {

double seconds(const std::function<void()>& work) {
    auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

engines::Engine fresh(const std::string& path) {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
    return retort::create_engine("sqlite:///" + path, {.durability = engines::Durability::normal});
}

Script script(std::string id, std::vector<std::string> down, const std::function<void(Operations&)>& work) {
    Script out{.id = std::move(id), .down_revisions = std::move(down)};
    out.upgrade = work;
    return out;
}

void fill(const engines::Engine& engine, int rows) {
    engine.connect()->driver().run_script(
        "CREATE TABLE t (id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, age INTEGER, note TEXT, CONSTRAINT pk_t "
        "PRIMARY KEY (id));"
        "CREATE INDEX ix_name ON t (name); CREATE INDEX ix_age ON t (age);"
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
        std::to_string(rows) +
        ") "
        "INSERT INTO t SELECT i, 'name ' || (i * 7919 % 1000003), i % 90, 'some text for row ' || i FROM n;");
}

double bare_copy(const std::string& path, int rows) {
    auto engine = fresh(path);
    fill(engine, rows);
    auto connection = engine.connect();
    auto time = seconds([&] {
        connection->begin();
        connection->run(
            "CREATE TABLE n (id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, age BIGINT, note TEXT, CONSTRAINT pk_t "
            "PRIMARY KEY (id))");
        connection->run("INSERT INTO n (id, name, age, note) SELECT id, name, age, note FROM t");
        connection->run("CREATE INDEX ix_name2 ON n (name)");
        connection->run("CREATE INDEX ix_age2 ON n (age)");
        connection->commit();
    });
    connection.reset();
    engine.dispose();
    return time;
}

double rebuild(const std::string& path, int rows) {
    auto engine = fresh(path);
    fill(engine, rows);
    RevisionGraph graph(
        {script("a1", {}, [](Operations& op) { op.alter_column("t", "age", {.type = BigInteger()}); })});
    // Closing the last connection would write the log back, which the bare copy is not asked for either.
    auto time = [&] {
        Migrator migrator(engine, graph);
        return seconds([&] { migrator.upgrade(); });
    }();
    engine.dispose();
    return time;
}

schemas::Table table(int number) {
    schemas::Table out{.name = "t" + std::to_string(number)};
    out.columns.push_back(Column{"id", Integer(), primary_key()});
    for (int i = 0; i < 8; ++i) out.columns.push_back(Column{"c" + std::to_string(i), String(40), nullable()});
    out.primary_key.name = "pk_" + out.name;
    out.indexes.push_back({.name = "ix_" + out.name, .parts = {"c1"}});
    return out;
}

/// Revisions upgraded on an empty database.
double revisions(const std::string& path, int count) {
    std::vector<Script> scripts;
    for (int i = 0; i < count; ++i) {
        auto id = "r" + std::to_string(1000 + i);
        auto down = i == 0 ? std::vector<std::string>{} : std::vector<std::string>{"r" + std::to_string(999 + i)};
        scripts.push_back(script(id, down, [i](Operations& op) {
            if (i % 4 == 0) op.create_table(table(i));
            if (i % 4 != 0)
                op.add_column("t" + std::to_string(i / 4 * 4), Column{"x" + std::to_string(i), Integer(), nullable()});
        }));
    }
    auto engine = fresh(path);
    auto time = seconds([&] { Migrator(engine, RevisionGraph(scripts)).upgrade(); });
    engine.dispose();
    return time;
}

/// Tables compared with as many models, of which one has changed.
double autogenerate(const std::string& path, int count) {
    auto engine = fresh(path);
    std::vector<schemas::Table> models;
    for (int i = 0; i < count; ++i) models.push_back(table(i));
    auto connection = engine.connect();
    connection->begin();
    for (const auto& one : models) {
        connection->run(engine.dialect().ddl().compile(schemas::CreateTable{one}));
        connection->run(engine.dialect().ddl().compile(schemas::CreateIndex{one.name, one.indexes[0]}));
    }
    connection->commit();
    models[0].columns.push_back(Column{"more", Integer(), nullable()});
    auto time = seconds([&] {
        auto inspector = inspect(*connection);
        std::vector<schemas::Table> is;
        for (const auto& name : inspector->get_table_names()) is.push_back(inspector->get_table(name));
        std::vector<const schemas::Table*> wanted;
        for (const auto& one : models) wanted.push_back(&one);
        if (compare_schemas(is, wanted, engine.dialect().ddl()).operations.size() != 1) std::abort();
    });
    connection.reset();
    engine.dispose();
    return time;
}

}  // namespace

/// migrate_benchmark FOLDER [ROWS]: prints `name seconds` lines.
int main(int argc, char** argv) {
    std::string folder = argc > 1 ? argv[1] : ".";
    int rows = argc > 2 ? std::atoi(argv[2]) : 1000000;
    std::printf("copy %.4f\n", bare_copy(folder + "/copy.db", rows));
    std::printf("rebuild %.4f\n", rebuild(folder + "/rebuild.db", rows));
    std::printf("revisions %.4f\n", revisions(folder + "/revisions.db", 200));
    std::printf("autogenerate %.4f\n", autogenerate(folder + "/autogenerate.db", 500));
}
