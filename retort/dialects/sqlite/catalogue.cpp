// Reading sqlite_schema.
#include "retort/dialects/sqlite/catalogue.hpp"

#include "retort/base/text.hpp"
#include "retort/engine/result.hpp"

namespace retort::dialects::sqlite {

std::string quoted_name(std::string_view name) {
    std::string out = "\"";
    for (char c : name) out.append(c == '"' ? 2 : 1, c);
    return out + '"';
}

void Catalogue::refresh(engines::Connection& connection, std::string_view schema) {
    auto version = connection.execute("PRAGMA " + quoted_name(schema) + ".schema_version").scalar<std::int64_t>();
    if (version == version_) return;
    read(connection, schema);
    version_ = version.value_or(-1);
}

void Catalogue::read(engines::Connection& connection, std::string_view schema) {
    entries_.clear();
    tables_.clear();
    parts_.clear();
    bool has_virtual = false;
    auto sql =
        "SELECT type, name, tbl_name, coalesce(sql, '') FROM " + quoted_name(schema) + ".sqlite_schema ORDER BY rowid";
    connection.each(sql, {}, [&](std::span<const sql::ValueView> row) {
        Entry entry{std::string(row[0].text()), std::string(row[1].text()), std::string(row[2].text()),
                    std::string(row[3].text())};
        has_virtual = has_virtual || entry.sql.starts_with("CREATE VIRTUAL TABLE");
        bool part = entry.type == "index" || entry.type == "trigger";
        if (part) {
            parts_[entry.type + ' ' + ascii_lower(entry.table)].push_back(entries_.size());
        } else {
            tables_[ascii_lower(entry.name)] = entries_.size();
        }
        entries_.push_back(std::move(entry));
    });
    if (has_virtual) tell_virtual_apart(connection, schema);
}

/// The schema table calls virtual tables and their hidden helpers "table" as well. The list that does not is slow.
void Catalogue::tell_virtual_apart(engines::Connection& connection, std::string_view schema) {
    const sql::ValueView parameters[] = {sql::ValueView::of(schema)};
    connection.each("SELECT name, type FROM pragma_table_list WHERE schema = ? AND type IN ('virtual', 'shadow')",
                    parameters, [&](std::span<const sql::ValueView> row) {
                        auto found = tables_.find(ascii_lower(row[0].text()));
                        if (found != tables_.end()) entries_[found->second].type = row[1].text();
                    });
}

const Catalogue::Entry* Catalogue::find_table(std::string_view name) const {
    auto found = tables_.find(ascii_lower(name));
    return found == tables_.end() ? nullptr : &entries_[found->second];
}

std::vector<const Catalogue::Entry*> Catalogue::of_table(std::string_view type, std::string_view table) const {
    std::vector<const Entry*> out;
    auto found = parts_.find(std::string(type) + ' ' + ascii_lower(table));
    if (found == parts_.end()) return out;
    for (std::size_t number : found->second) out.push_back(&entries_[number]);
    return out;
}

}  // namespace retort::dialects::sqlite
