// Keys that number the rows, and keys that do not: each becomes each other, and is undone.
#include "retort/migrate/operation_json.hpp"
#include "support.hpp"
#include "tests/sanitized.hpp"

namespace migrate_test {

namespace {

struct Key {
    std::string name;
    schemas::Table table;
};

schemas::Table table(std::initializer_list<TablePart> parts) {
    Operations op;
    op.create_table("t", parts);
    auto made = std::get<ops::CreateTable>(op.list().front().step).table;
    for (auto& column : made.columns) column.primary_key = false;
    for (const auto& name : made.primary_key.columns) made.find(name)->primary_key = true;
    return made;
}

std::vector<Key> all_keys() {
    const PrimaryKey id{"pk_t", {"id"}};
    const PrimaryKey both{"pk_t", {"id", "k"}};
    const Column a{"a", Text(), nullable()};
    const Column k{"k", BigInteger()};
    auto plain = autoincrement{false};
    return {
        {"none", table({a})},
        {"a column", table({Column{"id", SmallInteger()}, a})},
        {"a column that may be NULL", table({Column{"id", BigInteger(), nullable()}, a})},
        {"INTEGER", table({Column{"id", Integer()}, a, id})},
        {"INTEGER that does not count", table({Column{"id", Integer(), plain}, a, id})},
        {"SMALLINT", table({Column{"id", SmallInteger()}, a, id})},
        {"SMALLINT that does not count", table({Column{"id", SmallInteger(), plain}, a, id})},
        {"SMALLINT with a default", table({Column{"id", SmallInteger(), server_default{"7"}}, a, id})},
        {"BIGINT that does not count", table({Column{"id", BigInteger(), plain}, a, id})},
        {"AUTOINCREMENT",
         table({Column{"id", BigInteger(), autoincrement()}, a, id, option{"sqlite_autoincrement", "true"}})},
        {"WITHOUT ROWID", table({Column{"id", SmallInteger(), plain}, a, id, option{"sqlite_with_rowid", "false"}})},
        {"a number with a point", table({Column{"id", Numeric(5, 2)}, a, id})},
        {"two columns", table({Column{"id", SmallInteger()}, k, a, both})},
        {"two columns that do not count",
         table({Column{"id", SmallInteger(), plain}, Column{"k", BigInteger(), plain}, a, both})},
        {"another column", table({Column{"k", BigInteger(), plain}, a, PrimaryKey{"pk_t", {"k"}}})},
    };
}

}  // namespace

TEST_CASE("a key becomes another that counts or does not, and is undone") {
    auto keys = all_keys();
    // Under a sanitizer every ninth.
    for (std::size_t pair = 0; pair < keys.size() * keys.size(); pair += sanitized::here ? 9 : 1) {
        const auto& from = keys[pair / keys.size()];
        const auto& to = keys[pair % keys.size()];
        if (&from == &to) continue;
        CAPTURE(from.name);
        CAPTURE(to.name);
        TestDatabase database;
        const auto& compiler = database.compiler();
        auto first = script("a1", {}, {{ops::CreateTable{from.table}}}, {});
        Migrator(database.engine, RevisionGraph({first})).upgrade();
        const auto* id = from.table.find("id");
        const auto* k = from.table.find("k");
        std::string columns = std::string(id ? "id, " : "") + (k ? "k, " : "") + "a";
        database.run("INSERT INTO t (" + columns + ") VALUES (" + (id ? "3, " : "") + (k ? "4, " : "") + "'x')");
        auto was = contents(database);
        auto converges = [&](const RevisionGraph& graph, const char* at, const schemas::Table& wanted) {
            CHECK(told(database.tables(), {wanted}, compiler) == "");
            auto state = Migrator(database.engine, graph).state_at({at});
            CompareOptions options{.described = &state};
            CHECK(compare_schemas(database.tables(), {&wanted}, compiler, options).operations.empty());
            CHECK(Migrator(database.engine, graph).drift({}).empty());
        };
        SchemaState state;
        state.put(from.table);
        CompareOptions options{.described = &state};
        auto changes = compare_schemas(database.tables(), {&to.table}, compiler, options).operations;
        auto back = reversed(changes, state, compiler);
        if (changes.empty()) {
            converges(RevisionGraph({first}), "a1", to.table);
            continue;
        }
        REQUIRE(back.has_value());
        CHECK(hash_of(operations_of(to_json(changes))) == hash_of(changes));
        RevisionGraph graph({first, script("b2", {"a1"}, changes, *back)});
        try {
            Migrator(database.engine, graph).upgrade();
            converges(graph, "b2", to.table);
            Migrator(database.engine, graph).downgrade();
            converges(graph, "a1", from.table);
            // Nothing tells the rows of a table without rowid apart when its key goes.
            bool lost =
                to.table.option("sqlite_with_rowid") == "false" || from.table.option("sqlite_with_rowid") == "false";
            if (!lost) CHECK(contents(database) == was);
        } catch (const std::exception& error) {
            FAIL_CHECK(std::string(error.what()));
        }
    }
}

}  // namespace migrate_test
