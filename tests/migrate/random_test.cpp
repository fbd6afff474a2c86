// Any schema, any change: up is what was wanted, down is what was there, with all its rows.
#include <random>
#include <set>

#include "retort/migrate/operation_json.hpp"
#include "retort/migrate/words.hpp"
#include "support.hpp"
#include "tests/sanitized.hpp"

using namespace migrate_test;

namespace {

using Tables = std::vector<schemas::Table>;

/// Makes schemas by chance, and changes them.
class Chance {
  public:
    explicit Chance(unsigned seed) : random_(seed) {}

    int below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
    bool one_in(int count) { return below(count) == 0; }

    std::string name(const char* start) {
        static const char* ends[] = {"", "", "", " x", "\"q", "Ä", "order", ".", "'s"};
        return start + std::to_string(++number_) + ends[below(9)];
    }

    sql::Type type() {
        switch (below(10)) {
            case 0: return String(20);
            case 1: return Text();
            case 2: return BigInteger();
            case 3: return Numeric(10, 2);
            case 4: return Boolean();
            case 5: return DateTime();
            case 6: return LargeBinary();
            case 7: return Float();
            case 8: return Enum({"x", "yy"}, "e");
            default: return Integer();
        }
    }

    std::string value(const sql::Type& type) {
        switch (type.kind()) {
            case sql::TypeKind::string:
            case sql::TypeKind::text: return "'t" + std::to_string(below(1000)) + "'";
            case sql::TypeKind::boolean: return std::to_string(below(2));
            case sql::TypeKind::datetime: return "'2024-01-0" + std::to_string(1 + below(9)) + " 00:00:00.000000'";
            case sql::TypeKind::large_binary: return "x'0" + std::to_string(below(10)) + "'";
            case sql::TypeKind::enumeration: return one_in(2) ? "'x'" : "'yy'";
            case sql::TypeKind::floating:
            case sql::TypeKind::numeric: return std::to_string(below(100)) + ".5";
            default: return std::to_string(below(1000));
        }
    }

    schemas::Column column() {
        Column out{name("c"), type()};
        out.nullable = one_in(2);
        if (one_in(4)) out.server_default = default_of(value(out.type));
        if (one_in(6) && out.type.is_text()) out.collation = "NOCASE";
        return out;
    }

    schemas::Table table(const Tables& others) {
        schemas::Table out{.name = name("t")};
        for (int i = 1 + below(4); i > 0; --i) out.columns.push_back(column());
        if (!one_in(5)) {
            out.columns.insert(out.columns.begin(), Column{"id", Integer(), primary_key()});
            if (one_in(3)) out.primary_key = {one_in(2) ? "" : name("pk"), {"id"}};
            if (one_in(4)) out.options["sqlite_autoincrement"] = "true";
        }
        for (int i = below(3); i > 0; --i) decorate(out, others);
        return out;
    }

    void decorate(schemas::Table& table, const Tables& others) {
        auto& column = table.columns[static_cast<std::size_t>(below(static_cast<int>(table.columns.size())))];
        switch (below(4)) {
            case 0: table.indexes.push_back({.name = name("ix"), .parts = {column.name}}); break;
            case 1:
                add_constraint(table, Check{one_in(2) ? "" : name("ck"), quoted(column.name) + " IS NOT 'never'"});
                break;
            case 2: key(table, others); break;
            default:
                table.indexes.push_back(
                    {.name = name("ix"), .parts = {sql_part("length(" + quoted(column.name) + ")")}});
        }
    }

    /// A column that leads to another table's id.
    void key(schemas::Table& table, const Tables& others) {
        for (const auto& other : others) {
            if (!other.find("id")) continue;
            Column column{name("f"), Integer(), nullable()};
            table.columns.push_back(column);
            schemas::ForeignKey key{.name = one_in(2) ? "" : name("fk"),
                                    .columns = {column.name},
                                    .referred_table = other.name,
                                    .referred_columns = {"id"}};
            key.on_delete = one_in(2) ? Action::cascade : Action::unspecified;
            table.constraints.emplace_back(key);
            return;
        }
    }

    Tables schema() {
        Tables out;
        for (int i = 1 + below(4); i > 0; --i) out.push_back(table(out));
        return out;
    }

    /// Something else than before.
    void change(Tables& tables) {
        if (tables.empty() || one_in(8)) return tables.push_back(table(tables));
        auto at = static_cast<std::size_t>(below(static_cast<int>(tables.size())));
        auto& own = tables[at];
        if (one_in(10) && !is_referred(tables, own.name)) {
            tables.erase(tables.begin() + static_cast<std::ptrdiff_t>(at));
            return;
        }
        auto& column = own.columns[static_cast<std::size_t>(below(static_cast<int>(own.columns.size())))];
        bool plain = column.name != "id" && !is_used(own, column.name);
        switch (below(9)) {
            case 0: own.columns.push_back(this->column()); break;
            case 1:
                if (plain && own.columns.size() > 1)
                    apply_to_table({ops::DropColumn{own.name, column.name}}, own, compiler());
                break;
            case 2:
                if (plain) column.type = type(), column.server_default = {}, column.collation.clear();
                break;
            case 3:
                // A key that must lead somewhere cannot be filled with just anything.
                if (column.name != "id" && column.name.front() != 'f') column.nullable = !column.nullable;
                break;
            case 4:
                column.server_default =
                    column.name == "id" || one_in(2) ? sql::Expression() : default_of(value(column.type));
                break;
            case 5:
                if (!own.constraints.empty()) own.constraints.pop_back();
                break;
            case 6:
                if (!own.indexes.empty()) own.indexes.pop_back();
                break;
            case 7:
                if (own.find("id") && own.primary_key_columns() == std::vector<std::string>{"id"}) {
                    if (own.has_option("sqlite_autoincrement"))
                        own.options.erase("sqlite_autoincrement");
                    else
                        own.options["sqlite_autoincrement"] = "true";
                }
                break;
            default: decorate(own, tables);
        }
    }

    std::string rows(const schemas::Table& table) {
        std::string out;
        for (int id = 1; id <= 3; ++id) {
            std::string columns, values;
            for (const auto& column : table.columns) {
                columns += (columns.empty() ? "" : ", ") + quoted(column.name);
                auto value = column.name == "id"            ? std::to_string(id)
                             : column.nullable && one_in(3) ? "NULL"
                                                            : this->value(column.type);
                if (column.name.front() == 'f') value = one_in(2) ? "NULL" : std::to_string(1 + below(3));
                values += (values.empty() ? "" : ", ") + value;
            }
            out += "INSERT INTO " + quoted(table.name) + " (" + columns + ") VALUES (" + values + ");";
        }
        return out;
    }

    static std::string quoted(const std::string& name) { return compiler().quoted(name); }
    static const schemas::DdlCompiler& compiler() {
        static const TestDatabase any;
        return any.compiler();
    }

  private:
    static bool is_referred(const Tables& tables, const std::string& name) {
        for (const auto& table : tables) {
            for (const auto* key : table.foreign_keys()) {
                if (key->referred_table == name) return true;
            }
        }
        return false;
    }
    /// Whether a constraint or index speaks of the column.
    static bool is_used(const schemas::Table& table, const std::string& name) {
        auto text = compiler().compile(schemas::CreateTable{table});
        for (const auto& index : table.indexes) text += compiler().compile(schemas::CreateIndex{"t", index});
        auto at = text.find(quoted(name));
        return text.find(quoted(name), at + 1) != std::string::npos;
    }

    std::mt19937 random_;
    int number_ = 0;
};

std::vector<const schemas::Table*> pointers(const Tables& tables) {
    std::vector<const schemas::Table*> out;
    for (const auto& table : tables) out.push_back(&table);
    return out;
}

}  // namespace

TEST_CASE("random schema, random change: up is equal, down is equal with all rows") {
    for (unsigned seed = 1; seed <= sanitized::fewer(150u); ++seed) {
        CAPTURE(seed);
        Chance chance(seed);
        auto before = chance.schema();
        auto after = before;
        for (int i = 1 + chance.below(5); i > 0; --i) chance.change(after);

        TestDatabase database;
        auto first = compare_schemas({}, pointers(before), database.compiler());
        auto base = script("a1", {}, first.operations, *reversed(first.operations, {}, database.compiler()));
        try {
            Migrator(database.engine, RevisionGraph({base})).upgrade();
            REQUIRE(told(database.tables(), before, database.compiler()) == "");
            for (const auto& table : before) database.run(chance.rows(table));
            auto was = contents(database);

            SchemaState state;
            for (const auto& table : before) state.put(table);
            CompareOptions options{.described = &state};
            options.count = [&](const schemas::Table& table, const std::string& condition) {
                return database.count("SELECT count(*) FROM " + database.compiler().quoted(table.name) + " WHERE " +
                                      condition);
            };
            auto changes = compare_schemas(database.tables(), pointers(after), database.compiler(), options);
            auto back = reversed(changes.operations, state, database.compiler());
            REQUIRE(back.has_value());
            CHECK(hash_of(operations_of(to_json(*back))) == hash_of(*back));
            RevisionGraph graph({base, script("b2", {"a1"}, changes.operations, *back)});
            Migrator(database.engine, graph).upgrade();
            CHECK(told(database.tables(), after, database.compiler()) == "");
            auto now = contents(database);
            Migrator(database.engine, graph).downgrade();
            CHECK(told(database.tables(), before, database.compiler()) == "");
            CHECK(contents(database) == was);
            Migrator(database.engine, graph).upgrade();
            CHECK(contents(database) == now);
            Migrator(database.engine, graph).downgrade("base");
            CHECK(database.tables().empty());
        } catch (const std::exception& error) {
            FAIL_CHECK(std::string(error.what()));
        }
    }
}
