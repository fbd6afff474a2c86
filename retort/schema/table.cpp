// Looking into tables.
#include "retort/schema/table.hpp"

#include <algorithm>

#include "retort/base/error.hpp"
#include "retort/base/suggest.hpp"

namespace retort::schemas {

std::string Table::full_name() const { return schema.empty() ? name : schema + '.' + name; }

sql::TableRef Table::ref() const { return sql::TableRef(name, schema); }

const Column* Table::find(std::string_view column) const {
    auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& own) { return own.name == column; });
    return found == columns.end() ? nullptr : &*found;
}

Column* Table::find(std::string_view column) {
    return const_cast<Column*>(static_cast<const Table*>(this)->find(column));
}

const Column& Table::column(std::string_view wanted) const {
    if (const Column* found = find(wanted)) return *found;
    std::vector<std::string_view> known;
    known.reserve(columns.size());
    for (const Column& own : columns) known.push_back(own.name);
    throw ArgumentError("unknown-column"_code,
                        "Table \"" + full_name() + "\" has no column \"" + std::string(wanted) + "\"",
                        did_you_mean_hint(wanted, known, "name a column that the table has"));
}

std::vector<std::string> Table::primary_key_columns() const {
    if (!primary_key.columns.empty()) return primary_key.columns;
    std::vector<std::string> out;
    for (const Column& column : columns) {
        if (column.primary_key) out.push_back(column.name);
    }
    return out;
}

namespace {

bool has_foreign_key(const Table& table, const std::string& column) {
    for (const ForeignKey* key : table.foreign_keys()) {
        if (std::find(key->columns.begin(), key->columns.end(), column) != key->columns.end()) return true;
    }
    return false;
}

}  // namespace

const Column* Table::autoincrement_column() const {
    std::vector<std::string> key = primary_key_columns();
    for (const std::string& name : key) {
        const Column* column = find(name);
        if (column && column->autoincrement == Autoincrement::yes) return column;
    }
    if (key.size() != 1) return nullptr;
    const Column* column = find(key.front());
    bool automatic = column && column->autoincrement == Autoincrement::automatic && column->type.is_integer();
    bool given = !automatic || !column->server_default.is_empty() || has_foreign_key(*this, column->name);
    return given ? nullptr : column;
}

std::vector<const ForeignKey*> Table::foreign_keys() const {
    std::vector<const ForeignKey*> out;
    for (const Constraint& constraint : constraints) {
        if (const auto* key = std::get_if<ForeignKey>(&constraint)) out.push_back(key);
    }
    return out;
}

std::string_view Table::option(const std::string& wanted) const {
    auto found = options.find(wanted);
    return found == options.end() ? std::string_view() : std::string_view(found->second);
}

bool Table::has_option(std::string_view option) const {
    auto found = options.find(std::string(option));
    return found != options.end() && found->second != "false" && found->second != "0";
}

}  // namespace retort::schemas
