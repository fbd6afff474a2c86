// The recorded changes: each reaches the schema that create_all would make, keeps its row, and is undone.

#include "migration_cases.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/compare.hpp"
#include "retort/migrate/migrator.hpp"
#include "tests/doctest.hpp"

using namespace retort;
namespace steps = retort::migrations;

namespace {

/// A database in memory with these tables.
engines::Engine made(const std::string& sql) {
    auto engine = create_engine("sqlite://");
    if (!sql.empty()) engine.connect()->driver().run_script(sql);
    return engine;
}

std::vector<schemas::Table> tables_of(const engines::Engine& engine) {
    auto inspector = inspect(engine);
    std::vector<schemas::Table> out;
    for (const auto& name : inspector->get_table_names()) {
        if (name != "alembic_version") out.push_back(inspector->get_table(name));
    }
    return out;
}

std::string told(const std::vector<schemas::Table>& is, const std::vector<schemas::Table>& wanted,
                 const schemas::DdlCompiler& compiler) {
    std::string out = is.size() == wanted.size() ? "" : "not the same tables; ";
    for (std::size_t i = 0; i < std::min(is.size(), wanted.size()); ++i) {
        for (const auto& one : schemas::compare_tables(is[i], wanted[i], compiler)) {
            out += is[i].name + ": " + schemas::to_string(one) + "; ";
        }
    }
    return out;
}

std::string rows_of_t(const engines::Engine& engine) {
    auto connection = engine.connect();
    if (!inspect(*connection)->has_table("t")) return "no table";
    std::string out;
    for (const auto& row : connection->execute("SELECT * FROM t")) {
        for (const auto& value : row.values()) out += sql::to_string(value) + ' ';
    }
    return out;
}

}  // namespace

TEST_CASE("every recorded change of a model converges and comes back") {
    for (const auto& one : reference::migration_cases) {
        CAPTURE(one.name);
        auto engine = made(one.before);
        auto other = made(one.wanted);
        auto connection = engine.connect();
        connection->run("INSERT INTO p VALUES (1, 5)");
        if (*one.row != '\0')
            connection->driver().run_script(std::string("PRAGMA foreign_keys=OFF;") + one.row +
                                            ";PRAGMA foreign_keys=ON");
        const auto& compiler = engine.dialect().ddl();
        auto before = tables_of(engine);
        auto wanted = tables_of(other);
        auto row = rows_of_t(engine);
        std::vector<const schemas::Table*> pointers;
        for (const auto& table : wanted) pointers.push_back(&table);
        steps::CompareOptions options;
        options.count = [&](const schemas::Table& table, const std::string& condition) {
            return connection->execute("SELECT count(*) FROM " + compiler.quoted(table.name) + " WHERE " + condition)
                .scalar_one<std::int64_t>();
        };
        auto changes = steps::compare_schemas(before, pointers, compiler, options);
        steps::SchemaState state;
        for (const auto& table : before) state.put(table);
        auto back = steps::reversed(changes.operations, state, compiler);
        REQUIRE(back.has_value());
        steps::Script script{.id = "r1"};
        script.upgrade = [&](steps::Operations& op) {
            for (const auto& operation : changes.operations) op.add(operation);
        };
        script.downgrade = [&](steps::Operations& op) {
            for (const auto& operation : *back) op.add(operation);
        };
        steps::RevisionGraph graph({script});
        try {
            steps::Migrator(engine, graph).upgrade();
            CHECK(told(tables_of(engine), wanted, compiler) == "");
            steps::Migrator(engine, graph).downgrade();
            CHECK(told(tables_of(engine), before, compiler) == "");
            CHECK(rows_of_t(engine) == row);
        } catch (const std::exception& error) {
            FAIL_CHECK(std::string(error.what()));
        }
    }
}
