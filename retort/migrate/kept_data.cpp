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

/// The rowid in the side table of a whole table.
constexpr std::string_view kept_row_id = "_retort_rowid";

std::string key_name(std::size_t number) { return "_retort_key_" + std::to_string(number + 1); }

bool has_side_table(const KeptEntry& entry) { return entry.kind != "trigger" && entry.kind != "counter"; }

}  // namespace

std::string KeptEntry::side_table() const { return "_retort_kept_" + std::to_string(id); }

KeptData::KeptData(engines::Connection& connection, std::string revision, bool upgrade, Report report)
    : connection_(connection), revision_(std::move(revision)), upgrade_(upgrade), report_(std::move(report)) {
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
    if (has_side_table(entry)) connection_.run("DROP TABLE " + quoted(entry.side_table()));
    const sql::ValueView values[] = {sql::ValueView::of(entry.id)};
    connection_.run("DELETE FROM _retort_kept WHERE id = ?", values);
}

KeptEntry KeptData::enter(const std::string& kind, const std::string& table, const std::string& column,
                          std::vector<std::string> key, std::optional<bool> by_upgrade) {
    if (!connection_.dialect().inspect(connection_)->has_table(register_table)) {
        connection_.run(
            "CREATE TABLE _retort_kept (id INTEGER NOT NULL PRIMARY KEY, revision VARCHAR(64) NOT NULL, "
            "by_upgrade INTEGER NOT NULL, kind VARCHAR(16) NOT NULL, table_name TEXT NOT NULL, "
            "column_name TEXT NOT NULL, row_key TEXT NOT NULL)");
    }
    auto id = connection_.execute("SELECT coalesce(max(id), 0) + 1 FROM _retort_kept").scalar_one<std::int64_t>();
    KeptEntry entry{id, revision_, by_upgrade.value_or(upgrade_), kind, table, column, std::move(key)};
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

/// Of the run in the other direction; the newest where there are several: a revision that changed a column twice is
/// undone from its end.
std::optional<KeptEntry> KeptData::find(const std::string& kind, const std::string& table,
                                        const std::string& column) const {
    std::optional<KeptEntry> out;
    auto is_in = [](const std::vector<KeptEntry>& list, const KeptEntry& entry) {
        return std::any_of(list.begin(), list.end(), [&](const KeptEntry& one) { return one.id == entry.id; });
    };
    for (const auto& entry : entries_) {
        bool same = entry.kind == kind && entry.table == table && entry.column == column;
        bool used = is_in(returned_, entry) || is_in(returning_, entry);
        if (same && !used && entry.by_upgrade != upgrade_) out = entry;
    }
    return out;
}

/// The name of the rowid, where the table has one and no column is called so.
std::string KeptData::row_id_of(const schemas::Table& table) const {
    std::string name(connection_.dialect().ddl().row_id());
    bool without = table.option("sqlite_with_rowid") == "false" || !table.option("sqlite_virtual").empty();
    bool taken = std::any_of(table.columns.begin(), table.columns.end(),
                             [&](const schemas::Column& column) { return iequals(column.name, name); });
    return without || taken ? std::string() : name;
}

/// SQLite lets NULL into a primary key, and any number of rows then share it.
bool KeptData::has_null(const schemas::Table& table, const std::vector<std::string>& columns) const {
    const auto& compiler = connection_.dialect().ddl();
    if (compiler.row_id().empty()) return false;
    std::string condition;
    for (const auto& name : columns) condition += (condition.empty() ? "" : " OR ") + quoted(name) + " IS NULL";
    return connection_
               .execute("SELECT EXISTS (SELECT 1 FROM " + compiler.qualified(table.schema, table.name) + " WHERE " +
                        condition + ')')
               .scalar_one<std::int64_t>() != 0;
}

/// The primary key, if the change leaves it alone, or the one that the table is about to have. Else the rowid, which
/// VACUUM may give to another row: so with every other column that the change leaves alone, and a row that is another
/// matches nothing.
std::vector<std::string> KeptData::key_of(const schemas::TableChange& change, const std::string& column) const {
    const auto& table = change.before;
    auto stays = [&](const std::string& name) {
        const auto* source = change.source_of(name);
        return name != column && change.after.find(name) && source && source->from == name &&
               source->using_sql.empty() && !table.column(name).computed;
    };
    for (auto key : {table.primary_key_columns(), change.after.primary_key_columns()}) {
        bool usable = !key.empty() && std::all_of(key.begin(), key.end(), stays) && !has_null(table, key);
        if (usable) return key;
    }
    auto row = row_id_of(change.after).empty() ? std::string() : row_id_of(table);
    if (row.empty()) {
        if (report_)
            report_("the values of " + table.name + '.' + column + " are not kept: nothing tells its rows apart");
        return {};
    }
    std::vector<std::string> key{row};
    const auto& compiler = connection_.dialect().ddl();
    for (const auto& one : table.columns) {
        const auto* source = change.source_of(one.name);
        bool same = stays(one.name) && source->backfill.empty() &&
                    compiler.type(one.type) == compiler.type(change.after.column(one.name).type);
        if (same) key.push_back(one.name);
    }
    return key;
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
    // What other revisions kept of the table may know its rows by their rowid.
    auto row = table.primary_key_columns().empty() ? row_id_of(table) : std::string();
    if (!row.empty()) columns = row + " AS " + quoted(kept_row_id) + ", " + columns;
    auto entry = enter("table", table.name, {}, {});
    connection_.run("CREATE TABLE " + quoted(entry.side_table()) + " AS SELECT " + columns + " FROM " +
                    connection_.dialect().ddl().qualified(table.schema, table.name));
    keep_counter(table);
}

/// A number that was used shall not be used again, also when its row is gone.
void KeptData::keep_counter(const schemas::Table& table) {
    if (!table.has_option("sqlite_autoincrement")) return;
    const sql::ValueView values[] = {sql::ValueView::of(std::string_view(table.name))};
    auto number = connection_.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", values).scalar<std::int64_t>();
    if (number) enter("counter", table.name, {}, {std::to_string(*number)});
}

void KeptData::give_back_counter(const schemas::Table& table) {
    auto entry = find("counter", table.name, {});
    if (!entry || !table.has_option("sqlite_autoincrement")) return;
    const sql::ValueView values[] = {sql::ValueView::of(std::string_view(table.name)),
                                     sql::ValueView::of(std::int64_t{std::stoll(entry->key.front())})};
    connection_.run("DELETE FROM sqlite_sequence WHERE name = ?", std::span(values).first(1));
    connection_.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", values);
    returned_.push_back(std::move(*entry));
}

void KeptData::keep_triggers(const std::string& table, const std::vector<std::string>& triggers) {
    for (const auto& statement : triggers) enter("trigger", table, {}, {statement});
}

void KeptData::keep_column(const schemas::TableChange& change, const std::string& column) {
    const auto& table = change.before;
    if (table.column(column).computed) return;
    auto key = key_of(change, column);
    if (key.empty()) return;
    auto entry = enter("column", table.name, column, std::move(key));
    connection_.run(keyed_copy(table, entry, column) + " WHERE " + quoted(column) + " IS NOT NULL");
}

void KeptData::keep_values(const schemas::TableChange& change, const std::string& column,
                           const std::string& condition) {
    auto key = key_of(change, column);
    if (key.empty()) return;
    auto entry = enter("values", change.before.name, column, std::move(key));
    connection_.run(keyed_copy(change.before, entry, column) + " WHERE " + condition);
    noted_.push_back(std::move(entry));
}

void KeptData::note_new_values(const std::string& table, const std::string& column) {
    for (const auto& entry : noted_) {
        if (entry.table != table || entry.column != column) continue;
        connection_.run("UPDATE " + quoted(entry.side_table()) + " SET _retort_now = (SELECT t." + quoted(column) +
                        " FROM " + quoted(table) + " AS t WHERE " + same_row(entry, "t") + ')');
    }
    std::erase_if(noted_, [&](auto& entry) { return entry.table == table && entry.column == column; });
}

bool KeptData::give_back_table(const schemas::Table& table) {
    auto entry = find("table", table.name, {});
    if (!entry) return false;
    schemas::Table side = connection_.dialect().inspect(connection_)->get_table(entry->side_table());
    std::string into, from;
    auto add = [&](const std::string& column, const std::string& value) {
        into += (into.empty() ? "" : ", ") + column;
        from += (from.empty() ? "" : ", ") + value;
    };
    auto row = table.primary_key_columns().empty() && side.find(kept_row_id) ? row_id_of(table) : std::string();
    if (!row.empty()) add(row, quoted(kept_row_id));
    for (const auto& column : table.columns) {
        if (!column.computed && side.find(column.name)) add(quoted(column.name), quoted(column.name));
    }
    if (!into.empty()) {
        connection_.run("INSERT INTO " + connection_.dialect().ddl().qualified(table.schema, table.name) + " (" + into +
                        ") SELECT " + from + " FROM " + quoted(entry->side_table()));
    }
    give_back_counter(table);
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

/// `its key IS the row's AND …`, over the side table and `table`.
std::string KeptData::same_row(const KeptEntry& entry, const std::string& table) const {
    // Where a key may hold NULL, NULL is itself.
    auto equals = connection_.dialect().ddl().row_id().empty() ? " = " : " IS ";
    std::string out;
    for (std::size_t i = 0; i < entry.key.size(); ++i) {
        // With its table, or a row id would be the side table's own.
        out += (out.empty() ? "" : " AND ") + quoted(key_name(i)) + equals + quoted(table) + '.' + quoted(entry.key[i]);
    }
    return out;
}

/// `(SELECT what FROM side WHERE its key = the row's)`
std::string KeptData::lookup(const KeptEntry& entry, const std::string& what) const {
    return "(SELECT " + what + " FROM " + quoted(entry.side_table()) + " WHERE " + same_row(entry, entry.table) + ')';
}

/// Whether the rows of the table can still be told apart in the same way.
bool KeptData::fits(const KeptEntry& entry, const schemas::Table& table) const {
    auto row = row_id_of(table);
    bool fits = std::all_of(entry.key.begin(), entry.key.end(),
                            [&](const std::string& name) { return name == row || table.find(name) != nullptr; });
    if (!fits && report_) {
        report_("the kept values of " + entry.table + '.' + entry.column +
                " stay aside: the table has no longer what told its rows apart");
    }
    return fits;
}

/// So that each row finds its own quickly. A rowid needs no other columns.
void KeptData::index_key(const KeptEntry& entry) {
    bool by_row_id = entry.key.front() == connection_.dialect().ddl().row_id();
    std::string keys;
    for (std::size_t i = 0; i < (by_row_id ? 1 : entry.key.size()); ++i) {
        keys += (keys.empty() ? "" : ", ") + quoted(key_name(i));
    }
    connection_.run("CREATE INDEX " + quoted(entry.side_table() + "_key") + " ON " + quoted(entry.side_table()) + " (" +
                    keys + ')');
}

std::string KeptData::column_source(const schemas::Table& table, const std::string& column) {
    auto entry = find("column", table.name, column);
    if (!entry || !fits(*entry, table)) return {};
    returning_.push_back(*entry);
    index_key(*entry);
    return lookup(*entry, "_retort_old");
}

std::string KeptData::value_source(const schemas::Table& table, const std::string& column,
                                   const std::string& otherwise) {
    auto entry = find("values", table.name, column);
    if (!entry || !fits(*entry, table)) return {};
    returning_.push_back(*entry);
    index_key(*entry);
    auto now = lookup(*entry, "_retort_now");
    auto own = quoted(column);
    auto known = lookup(*entry, "count(*)") + " > 0";
    return "CASE WHEN " + known + " AND (" + now + " = " + own + " OR (" + now + " IS NULL AND " + own +
           " IS NULL)) THEN " + lookup(*entry, "_retort_old") + " ELSE " + otherwise + " END";
}

void KeptData::keep_homeless() {
    for (const auto& entry : returning_) {
        returned_.push_back(entry);
        auto homeless = " FROM " + quoted(entry.side_table()) + " WHERE NOT EXISTS (SELECT 1 FROM " +
                        quoted(entry.table) + " WHERE " + same_row(entry, entry.table) + ')';
        if (connection_.execute("SELECT count(*)" + homeless).scalar_one<std::int64_t>() == 0) continue;
        auto rest = enter(entry.kind, entry.table, entry.column, entry.key, entry.by_upgrade);
        connection_.run("CREATE TABLE " + quoted(rest.side_table()) + " AS SELECT *" + homeless);
    }
    returning_.clear();
}

void KeptData::forget_returned() {
    for (const auto& entry : returned_) drop(entry);
    returned_.clear();
}

}  // namespace retort::migrations
