// Side tables, made by CREATE TABLE … AS, so that values keep their types.
#include "retort/migrate/kept_data.hpp"

#include <algorithm>

#include "retort/base/json.hpp"
#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/result.hpp"
#include "retort/schema/ddl.hpp"

namespace retort::migrations {

namespace {

constexpr std::string_view register_table = "_retort_kept";

std::string key_name(std::size_t number) { return "_retort_key_" + std::to_string(number + 1); }

}  // namespace

std::string KeptEntry::side_table() const { return "_retort_kept_" + std::to_string(id); }

KeptData::KeptData(engines::Connection& connection, std::string revision, bool upgrade)
    : connection_(connection), revision_(std::move(revision)), upgrade_(upgrade) {
    load();
}

void KeptData::load() {
    for (auto& entry : list(connection_)) {
        if (entry.revision == revision_) entries_.push_back(std::move(entry));
    }
}

std::string KeptData::quoted(std::string_view name) const { return connection_.dialect().ddl().quoted(name); }

std::vector<KeptEntry> KeptData::list(engines::Connection& connection) {
    std::vector<KeptEntry> out;
    if (!connection.dialect().inspect(connection)->has_table(register_table)) return out;
    for (const auto& row : connection.execute("SELECT id, revision, by_upgrade, kind, table_name, column_name, row_key "
                                              "FROM _retort_kept ORDER BY id")) {
        out.push_back({row.get<std::int64_t>(0), row.get<std::string>(1), row.get<std::int64_t>(2) != 0,
                       row.get<std::string>(3), row.get<std::string>(4), row.get<std::string>(5),
                       json::parse(row.get<std::string>(6)).as<std::vector<std::string>>()});
    }
    return out;
}

std::size_t KeptData::prune(engines::Connection& connection) {
    auto all = list(connection);
    KeptData every(connection, {}, true);
    for (const auto& entry : all) every.drop(entry);
    return all.size();
}

void KeptData::drop(const KeptEntry& entry) {
    if (entry.kind != "trigger") connection_.run("DROP TABLE " + quoted(entry.side_table()));
    const sql::ValueView values[] = {sql::ValueView::of(entry.id)};
    connection_.run("DELETE FROM _retort_kept WHERE id = ?", values);
}

KeptEntry KeptData::enter(const std::string& kind, const std::string& table, const std::string& column,
                          std::vector<std::string> key) {
    if (!connection_.dialect().inspect(connection_)->has_table(register_table)) {
        connection_.run(
            "CREATE TABLE _retort_kept (id INTEGER NOT NULL PRIMARY KEY, revision VARCHAR(64) NOT NULL, "
            "by_upgrade INTEGER NOT NULL, kind VARCHAR(16) NOT NULL, table_name TEXT NOT NULL, "
            "column_name TEXT NOT NULL, row_key TEXT NOT NULL)");
    }
    auto id = connection_.execute("SELECT coalesce(max(id), 0) + 1 FROM _retort_kept").scalar_one<std::int64_t>();
    KeptEntry entry{id, revision_, upgrade_, kind, table, column, std::move(key)};
    auto key_text = json(entry.key).dump();
    const sql::ValueView values[] = {sql::ValueView::of(id),
                                     sql::ValueView::of(std::string_view(entry.revision)),
                                     sql::ValueView::of(std::int64_t{entry.by_upgrade}),
                                     sql::ValueView::of(std::string_view(entry.kind)),
                                     sql::ValueView::of(std::string_view(entry.table)),
                                     sql::ValueView::of(std::string_view(entry.column)),
                                     sql::ValueView::of(std::string_view(key_text))};
    connection_.run(
        "INSERT INTO _retort_kept (id, revision, by_upgrade, kind, table_name, column_name, row_key) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        values);
    return entry;
}

/// Of the run in the other direction; the newest where there are several.
std::optional<KeptEntry> KeptData::find(const std::string& kind, const std::string& table,
                                        const std::string& column) const {
    std::optional<KeptEntry> out;
    for (const auto& entry : entries_) {
        bool same = entry.kind == kind && entry.table == table && entry.column == column;
        if (same && entry.by_upgrade != upgrade_) out = entry;
    }
    return out;
}

std::vector<std::string> KeptData::key_of(const schemas::Table& table, const std::string& without) const {
    auto key = table.primary_key_columns();
    bool usable = !key.empty() && std::find(key.begin(), key.end(), without) == key.end();
    if (usable) return key;
    auto row = connection_.dialect().ddl().row_id();
    return row.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::string(row)};
}

std::string KeptData::keyed_copy(const schemas::Table& table, const KeptEntry& entry, const std::string& column) {
    std::string columns;
    for (std::size_t i = 0; i < entry.key.size(); ++i) {
        columns += quoted(entry.key[i]) + " AS " + quoted(key_name(i)) + ", ";
    }
    return "CREATE TABLE " + quoted(entry.side_table()) + " AS SELECT " + columns + quoted(column) +
           " AS _retort_old, NULL AS _retort_now FROM " +
           connection_.dialect().ddl().qualified(table.schema, table.name);
}

void KeptData::keep_table(const schemas::Table& table) {
    std::string columns;
    for (const auto& column : table.columns) {
        if (!column.computed) columns += (columns.empty() ? "" : ", ") + quoted(column.name);
    }
    if (columns.empty()) return;
    auto entry = enter("table", table.name, {}, {});
    connection_.run("CREATE TABLE " + quoted(entry.side_table()) + " AS SELECT " + columns + " FROM " +
                    connection_.dialect().ddl().qualified(table.schema, table.name));
}

void KeptData::keep_triggers(const std::string& table, const std::vector<std::string>& triggers) {
    for (const auto& statement : triggers) enter("trigger", table, {}, {statement});
}

void KeptData::keep_column(const schemas::Table& table, const std::string& column) {
    if (table.column(column).computed) return;
    auto key = key_of(table, column);
    if (key.empty()) return;
    auto entry = enter("column", table.name, column, std::move(key));
    connection_.run(keyed_copy(table, entry, column) + " WHERE " + quoted(column) + " IS NOT NULL");
}

void KeptData::keep_values(const schemas::Table& table, const std::string& column, const std::string& condition) {
    auto key = key_of(table, column);
    if (key.empty()) return;
    auto entry = enter("values", table.name, column, std::move(key));
    connection_.run(keyed_copy(table, entry, column) + " WHERE " + condition);
    noted_.push_back(std::move(entry));
}

void KeptData::note_new_values(const std::string& table, const std::string& column) {
    for (const auto& entry : noted_) {
        if (entry.table != table || entry.column != column) continue;
        std::string same;
        for (std::size_t i = 0; i < entry.key.size(); ++i) {
            same +=
                (same.empty() ? "" : " AND ") + std::string("t.") + quoted(entry.key[i]) + " = " + quoted(key_name(i));
        }
        connection_.run("UPDATE " + quoted(entry.side_table()) + " SET _retort_now = (SELECT t." + quoted(column) +
                        " FROM " + quoted(table) + " AS t WHERE " + same + ')');
    }
    std::erase_if(noted_, [&](auto& entry) { return entry.table == table && entry.column == column; });
}

bool KeptData::give_back_table(const schemas::Table& table) {
    auto entry = find("table", table.name, {});
    if (!entry) return false;
    schemas::Table side = connection_.dialect().inspect(connection_)->get_table(entry->side_table());
    std::string columns;
    for (const auto& column : table.columns) {
        if (!column.computed && side.find(column.name)) columns += (columns.empty() ? "" : ", ") + quoted(column.name);
    }
    if (!columns.empty()) {
        connection_.run("INSERT INTO " + connection_.dialect().ddl().qualified(table.schema, table.name) + " (" +
                        columns + ") SELECT " + columns + " FROM " + quoted(entry->side_table()));
    }
    returned_.push_back(std::move(*entry));
    return true;
}

std::vector<std::string> KeptData::kept_triggers(const std::string& table) {
    std::vector<std::string> out;
    for (const auto& entry : entries_) {
        if (entry.kind != "trigger" || entry.table != table || entry.by_upgrade == upgrade_) continue;
        out.push_back(entry.key.front());
        returned_.push_back(entry);
    }
    return out;
}

/// `(SELECT what FROM side WHERE its key = the row's)`
std::string KeptData::lookup(const KeptEntry& entry, const std::string& what) const {
    std::string same;
    for (std::size_t i = 0; i < entry.key.size(); ++i) {
        // With its table, or a row id would be the side table's own.
        same += (same.empty() ? "" : " AND ") + quoted(key_name(i)) + " = " + quoted(entry.table) + '.' +
                quoted(entry.key[i]);
    }
    return "(SELECT " + what + " FROM " + quoted(entry.side_table()) + " WHERE " + same + ')';
}

namespace {

/// Whether the rows of the table can still be told apart in the same way.
bool has_key(const schemas::Table& table, const KeptEntry& entry, std::string_view row_id) {
    return std::all_of(entry.key.begin(), entry.key.end(),
                       [&](const std::string& name) { return name == row_id || table.find(name) != nullptr; });
}

}  // namespace

std::string KeptData::column_source(const schemas::Table& table, const std::string& column) {
    auto entry = find("column", table.name, column);
    if (!entry || !has_key(table, *entry, connection_.dialect().ddl().row_id())) return {};
    returned_.push_back(*entry);
    std::string keys;
    for (std::size_t i = 0; i < entry->key.size(); ++i) keys += (keys.empty() ? "" : ", ") + quoted(key_name(i));
    connection_.run("CREATE INDEX " + quoted(entry->side_table() + "_key") + " ON " + quoted(entry->side_table()) +
                    " (" + keys + ')');
    return lookup(*entry, "_retort_old");
}

std::string KeptData::value_source(const schemas::Table& table, const std::string& column,
                                   const std::string& otherwise) {
    auto entry = find("values", table.name, column);
    if (!entry || !has_key(table, *entry, connection_.dialect().ddl().row_id())) return {};
    returned_.push_back(*entry);
    std::string keys;
    for (std::size_t i = 0; i < entry->key.size(); ++i) keys += (keys.empty() ? "" : ", ") + quoted(key_name(i));
    connection_.run("CREATE INDEX " + quoted(entry->side_table() + "_key") + " ON " + quoted(entry->side_table()) +
                    " (" + keys + ')');
    auto now = lookup(*entry, "_retort_now");
    auto own = quoted(column);
    auto known = lookup(*entry, "count(*)") + " > 0";
    return "CASE WHEN " + known + " AND (" + now + " = " + own + " OR (" + now + " IS NULL AND " + own +
           " IS NULL)) THEN " + lookup(*entry, "_retort_old") + " ELSE " + otherwise + " END";
}

void KeptData::forget_returned() {
    for (const auto& entry : returned_) drop(entry);
    returned_.clear();
}

}  // namespace retort::migrations
