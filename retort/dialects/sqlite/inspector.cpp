// Tables, views and triggers out of SQLite's schema table.
#include "retort/dialects/sqlite/inspector.hpp"

#include <algorithm>
#include <map>

#include "retort/base/text.hpp"
#include "retort/dialects/sqlite/catalogue.hpp"
#include "retort/dialects/sqlite/create_statement.hpp"
#include "retort/engine/result.hpp"
#include "retort/sql/expression.hpp"

namespace retort::dialects::sqlite {

namespace {

using Entry = Catalogue::Entry;

class SqliteInspector final : public engines::Inspector {
  public:
    explicit SqliteInspector(engines::Connection& connection) : connection_(connection) {}

    std::vector<std::string> get_schema_names() override;
    std::vector<std::string> get_table_names(std::string_view schema) override;
    std::vector<std::string> get_view_names(std::string_view schema) override;
    bool has_table(std::string_view name, std::string_view schema) override;
    std::optional<schemas::Table> find_table(std::string_view name, std::string_view schema) override;
    std::optional<std::string> get_view_definition(std::string_view name, std::string_view schema) override;
    std::vector<engines::Trigger> get_triggers(std::string_view table, std::string_view schema) override;

  private:
    const Catalogue& catalogue(std::string_view schema);
    schemas::Table read(const Entry& entry, std::string_view schema);
    void read_columns(schemas::Table& table);
    void settle_foreign_keys(schemas::Table& table, const Catalogue& catalogue);

    engines::Connection& connection_;
    std::map<std::string, Catalogue, std::less<>> catalogues_;
};

std::string_view or_main(std::string_view schema) { return schema.empty() ? std::string_view("main") : schema; }

/// Not the program's own: SQLite's tables, the helpers of virtual tables, what migrations keep.
bool is_hidden(const Entry& entry) {
    return entry.type == "shadow" || entry.name.starts_with("sqlite_") || entry.name.starts_with("_retort_");
}

const Catalogue& SqliteInspector::catalogue(std::string_view schema) {
    auto name = or_main(schema);
    auto found = catalogues_.find(name);
    if (found == catalogues_.end()) found = catalogues_.emplace(name, Catalogue()).first;
    found->second.refresh(connection_, name);
    return found->second;
}

std::vector<std::string> SqliteInspector::get_schema_names() {
    return connection_.execute("SELECT name FROM pragma_database_list WHERE name != 'temp' ORDER BY seq")
        .scalars<std::string>();
}

std::vector<std::string> SqliteInspector::get_table_names(std::string_view schema) {
    std::vector<std::string> out;
    for (const Entry& entry : catalogue(schema).entries()) {
        bool table = entry.type == "table" || entry.type == "virtual";
        if (table && !is_hidden(entry)) out.push_back(entry.name);
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::string> SqliteInspector::get_view_names(std::string_view schema) {
    std::vector<std::string> out;
    for (const Entry& entry : catalogue(schema).entries()) {
        if (entry.type == "view" && !is_hidden(entry)) out.push_back(entry.name);
    }
    std::sort(out.begin(), out.end());
    return out;
}

bool SqliteInspector::has_table(std::string_view name, std::string_view schema) {
    auto sql = "SELECT 1 FROM " + quoted_name(or_main(schema)) +
               ".sqlite_schema WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE";
    const sql::ValueView parameters[] = {sql::ValueView::of(name)};
    return !connection_.execute(sql, parameters).empty();
}

std::optional<schemas::Table> SqliteInspector::find_table(std::string_view name, std::string_view schema) {
    const auto& all = catalogue(schema);
    const Entry* entry = all.find_table(name);
    if (entry == nullptr) return std::nullopt;
    auto table = read(*entry, schema);
    settle_foreign_keys(table, all);
    for (const Entry* index : all.of_table("index", entry->name)) {
        if (!index->sql.empty()) table.indexes.push_back(read_create_index(index->sql, table));
    }
    std::sort(table.indexes.begin(), table.indexes.end(), [](auto& a, auto& b) { return a.name < b.name; });
    return table;
}

/// Views and virtual tables say in no CREATE statement which columns they have.
schemas::Table SqliteInspector::read(const Entry& entry, std::string_view schema) {
    schemas::Table table;
    bool plain = entry.type == "table" && !entry.sql.empty();
    if (plain) table = read_create_table(entry.sql);
    table.name = entry.name;
    table.schema = schema;
    if (plain) return table;
    table.view = entry.type == "view";
    if (entry.type == "virtual") table.options["sqlite_virtual"] = virtual_module(entry.sql);
    read_columns(table);
    return table;
}

void SqliteInspector::read_columns(schemas::Table& table) {
    const sql::ValueView parameters[] = {sql::ValueView::of(std::string_view(table.name)),
                                         sql::ValueView::of(or_main(table.schema))};
    auto rows = connection_.execute(
        "SELECT name, type, \"notnull\" FROM pragma_table_xinfo(?, ?) WHERE hidden = 0 ORDER BY cid", parameters);
    for (const auto& row : rows) {
        table.columns.push_back({.name = row.get<std::string>(0),
                                 .type = type_of_declaration(row.get<std::string>(1)),
                                 .nullable = !row.get<bool>(2)});
    }
}

/// Names as the table at the other end is spelt; without target columns it is its primary key that is meant.
void SqliteInspector::settle_foreign_keys(schemas::Table& table, const Catalogue& catalogue) {
    for (schemas::Constraint& constraint : table.constraints) {
        auto* key = std::get_if<schemas::ForeignKey>(&constraint);
        if (key == nullptr) continue;
        key->referred_schema = table.schema;
        const Entry* other = catalogue.find_table(key->referred_table);
        if (other == nullptr || other->type != "table") continue;
        key->referred_table = other->name;
        auto target = other->name == table.name ? table : read_create_table(other->sql);
        if (key->referred_columns.empty()) key->referred_columns = target.primary_key.columns;
        for (std::string& name : key->referred_columns) {
            for (const auto& column : target.columns) {
                if (iequals(column.name, name)) name = column.name;
            }
        }
    }
}

std::optional<std::string> SqliteInspector::get_view_definition(std::string_view name, std::string_view schema) {
    const Entry* entry = catalogue(schema).find_table(name);
    if (entry == nullptr || entry->type != "view") return std::nullopt;
    return entry->sql;
}

std::vector<engines::Trigger> SqliteInspector::get_triggers(std::string_view table, std::string_view schema) {
    std::vector<engines::Trigger> out;
    for (const Entry* entry : catalogue(schema).of_table("trigger", table)) {
        out.push_back({entry->name, entry->table, entry->sql});
    }
    return out;
}

}  // namespace

std::unique_ptr<engines::Inspector> make_inspector(engines::Connection& connection) {
    return std::make_unique<SqliteInspector>(connection);
}

}  // namespace retort::dialects::sqlite
