// Changing a table of SQLite: by ALTER TABLE where that is right, else by making it anew with its rows.
#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/dialects/sqlite/create_statement.hpp"
#include "retort/dialects/sqlite/ddl.hpp"
#include "retort/schema/alter.hpp"
#include "retort/schema/compare.hpp"
#include "retort/schema/sql_tokens.hpp"

namespace retort::dialects::sqlite {

namespace {

using schemas::Column;
using schemas::Index;
using schemas::Table;
using schemas::TableChange;

/// The name under which the new table grows; Retort's own, so that nothing shows it.
std::string new_name(const Table& table) { return "_retort_new_" + table.name; }

bool is_constant(const std::string& sql) {
    auto tokens = schemas::tokenize(sql);
    if (tokens.size() == 2 && (tokens[0].is('-') || tokens[0].is('+'))) tokens.erase(tokens.begin());
    if (tokens.size() != 1) return false;
    bool value = tokens[0].kind == schemas::TokenKind::number || tokens[0].kind == schemas::TokenKind::string;
    return value || tokens[0].is("TRUE") || tokens[0].is("FALSE") || tokens[0].is("NULL");
}

bool mentions(const std::string& sql, std::string_view column) {
    auto tokens = schemas::tokenize(sql);
    return std::any_of(tokens.begin(), tokens.end(), [&](auto& token) { return iequals(token.name(), column); });
}

class Change {
  public:
    Change(const TableChange& change, const SqliteDdlCompiler& compiler)
        : change_(change), compiler_(compiler), before_(change.before), after_(change.after) {}

    std::vector<std::string> statements() {
        if (!same_but_columns()) return rebuild();
        if (auto added = added_columns(); !added.empty()) return add_columns(added);
        if (auto dropped = dropped_columns(); !dropped.empty()) return drop_columns(dropped);
        return same_columns(before_, after_) ? only_indexes() : rebuild();
    }

  private:
    /// The text of the table without its indexes, which is all that the table itself is made of.
    std::string text(const Table& table) const { return compiler_.compile(schemas::CreateTable{table}); }

    bool same_columns(const Table& a, const Table& b) const { return text(a) == text(b) && plain(); }

    /// No column takes anything but its own value.
    bool plain() const {
        return std::all_of(change_.sources.begin(), change_.sources.end(), [](auto& one) {
            return one.from.empty() ? one.using_sql.empty() : one.using_sql.empty() && one.backfill.empty();
        });
    }

    bool same_but_columns() const {
        Table a = before_;
        Table b = after_;
        auto common = [](const Table& one, const Table& other) {
            std::vector<Column> out;
            for (const Column& column : one.columns) {
                if (other.find(column.name)) out.push_back(column);
            }
            return out;
        };
        a.columns = common(before_, after_);
        b.columns = common(after_, before_);
        if (a.columns.empty() || b.columns.empty()) return false;
        return text(a) == text(b) && plain();
    }

    /// Those at the end, when that is all that is new and SQLite can add them.
    std::vector<const Column*> added_columns() const {
        std::vector<const Column*> out;
        if (after_.columns.size() <= before_.columns.size()) return out;
        for (std::size_t i = 0; i < after_.columns.size(); ++i) {
            const Column& column = after_.columns[i];
            if (i < before_.columns.size()) {
                if (before_.columns[i].name != column.name) return {};
            } else if (can_add(column)) {
                out.push_back(&column);
            } else {
                return {};
            }
        }
        return out;
    }

    bool can_add(const Column& column) const {
        if (column.primary_key || (column.computed && column.computed->stored.value_or(false))) return false;
        const auto* source = change_.source_of(column.name);
        if (source && !source->value(compiler_).empty()) return false;
        if (column.server_default.is_empty()) return column.nullable || column.computed.has_value();
        auto sql = compiler_.server_default(column);
        return is_constant(sql) && (column.nullable || !iequals(sql, "NULL"));
    }

    std::vector<std::string> add_columns(const std::vector<const Column*>& added) const {
        std::vector<std::string> out;
        out.reserve(added.size());
        auto start = "ALTER TABLE " + compiler_.qualified(before_.schema, before_.name) + " ADD COLUMN ";
        for (const Column* column : added) out.push_back(start + compiler_.column_specification(*column, after_));
        append_indexes(out);
        return out;
    }

    std::vector<std::string> dropped_columns() const {
        std::vector<std::string> out;
        for (const Column& column : after_.columns) {
            if (!before_.find(column.name)) return {};
        }
        auto rest = text(after_);
        for (const Column& column : before_.columns) {
            if (after_.find(column.name)) continue;
            bool free = !column.primary_key && column.checks.empty() && !column.computed && change_.triggers.empty() &&
                        !mentions(rest, column.name);
            if (!free) return {};
            out.push_back(column.name);
        }
        return out;
    }

    std::vector<std::string> drop_columns(const std::vector<std::string>& dropped) const {
        std::vector<std::string> out;
        for (const Index& index : gone_indexes()) out.push_back(drop(index));
        auto start = "ALTER TABLE " + compiler_.qualified(before_.schema, before_.name) + " DROP COLUMN ";
        for (const auto& name : dropped) out.push_back(start + compiler_.quoted(name));
        create_indexes(out);
        return out;
    }

    std::vector<std::string> only_indexes() const {
        std::vector<std::string> out;
        append_indexes(out);
        return out;
    }

    std::string drop(const Index& index) const {
        return compiler_.compile(schemas::DropIndex{index.name, before_.name, before_.schema});
    }

    bool has(const Table& table, const Index& index) const {
        auto text = compiler_.compile(schemas::CreateIndex{"t", index});
        return std::any_of(table.indexes.begin(), table.indexes.end(),
                           [&](auto& one) { return compiler_.compile(schemas::CreateIndex{"t", one}) == text; });
    }

    std::vector<Index> gone_indexes() const {
        std::vector<Index> out;
        for (const Index& index : before_.indexes) {
            if (!has(after_, index)) out.push_back(index);
        }
        return out;
    }

    void create_indexes(std::vector<std::string>& out) const {
        for (const Index& index : after_.indexes) {
            if (has(before_, index)) continue;
            out.push_back(compiler_.compile(schemas::CreateIndex{after_.name, index, after_.schema}));
        }
    }

    void append_indexes(std::vector<std::string>& out) const {
        for (const Index& index : gone_indexes()) out.push_back(drop(index));
        create_indexes(out);
    }

    static bool has_rowid(const Table& table) {
        return table.option("sqlite_with_rowid") != "false" && table.option("sqlite_virtual").empty();
    }

    /// A name for the rowid, where both tables have one that is no column of theirs; a row keeps it then.
    std::string rowid() const {
        if (!has_rowid(before_) || !has_rowid(after_) || numbers(after_)) return {};
        for (const char* name : {"rowid", "_rowid_", "oid"}) {
            auto taken = [&](const Table& table) {
                return std::any_of(table.columns.begin(), table.columns.end(),
                                   [&](auto& column) { return iequals(column.name, name); });
            };
            if (!taken(before_) && !taken(after_)) return name;
        }
        return {};
    }

    /// Whether a column is the rowid.
    bool numbers(const Table& table) const {
        auto key = table.primary_key_columns();
        return key.size() == 1 && iequals(compiler_.column_type(table.column(key[0]), table), "INTEGER");
    }

    std::string copy() const {
        std::string into, from;
        auto add = [&](const std::string& column, const std::string& value) {
            into += (into.empty() ? "" : ", ") + column;
            from += (from.empty() ? "" : ", ") + value;
        };
        if (auto own = rowid(); !own.empty()) add(own, own);
        for (const Column& column : after_.columns) {
            const auto* source = change_.source_of(column.name);
            if (source == nullptr || column.computed) continue;
            auto value = source->value(compiler_);
            if (!value.empty()) add(compiler_.quoted(column.name), value);
        }
        auto to = compiler_.qualified(after_.schema, new_name(after_));
        auto old = compiler_.qualified(before_.schema, before_.name);
        // Without any column each row takes its defaults; VALUES would be one row only.
        if (into.empty()) return {};
        // OR ABORT overrules what the table says under ON CONFLICT, by which rows would go without a word.
        return "INSERT OR ABORT INTO " + to + " (" + into + ") SELECT " + from + " FROM " + old;
    }

    /// What SQLite's documentation says under "Making Other Kinds Of Table Schema Changes". Foreign keys must be off.
    std::vector<std::string> rebuild() const {
        std::vector<std::string> out;
        Table made = after_;
        made.name = new_name(after_);
        auto old = compiler_.qualified(before_.schema, before_.name);
        // Else renaming would look through views and triggers, and find the table missing.
        out.push_back("PRAGMA legacy_alter_table=ON");
        out.push_back(create(made));
        if (auto rows = copy(); !rows.empty()) out.push_back(rows);
        if (before_.has_option("sqlite_autoincrement") && after_.has_option("sqlite_autoincrement")) keep_counter(out);
        out.push_back("DROP TABLE " + old);
        out.push_back("ALTER TABLE " + compiler_.qualified(after_.schema, made.name) + " RENAME TO " +
                      compiler_.quoted(after_.name));
        out.push_back("PRAGMA legacy_alter_table=OFF");
        for (const Index& index : after_.indexes) {
            out.push_back(compiler_.compile(schemas::CreateIndex{after_.name, index, after_.schema}));
        }
        out.insert(out.end(), change_.triggers.begin(), change_.triggers.end());
        return out;
    }

    /// Without the table's name before columns, which would be another's until the new one is renamed.
    std::string create(const Table& made) const {
        auto text = compiler_.compile(schemas::CreateTable{made});
        auto parts = text.find('(');
        return text.substr(0, parts) + schemas::without_own_name(std::string_view(text).substr(parts), after_.name);
    }

    /// The new table goes on counting where the old one was, also when its last rows are gone.
    void keep_counter(std::vector<std::string>& out) const {
        auto file = after_.schema.empty() ? std::string() : compiler_.quoted(after_.schema) + '.';
        auto name = [&](const std::string& table) {
            return compiler_.expression(sql::literal(sql::Value(sql::ValueView::of(std::string_view(table)))));
        };
        out.push_back("DELETE FROM " + file + "sqlite_sequence WHERE name = " + name(new_name(after_)));
        out.push_back("INSERT INTO " + file + "sqlite_sequence (name, seq) SELECT " + name(new_name(after_)) +
                      ", seq FROM " + file + "sqlite_sequence WHERE name = " + name(before_.name));
    }

    const TableChange& change_;
    const SqliteDdlCompiler& compiler_;
    const Table& before_;
    const Table& after_;
};

}  // namespace

std::vector<std::string> SqliteDdlCompiler::change_table(const schemas::TableChange& change) const {
    return Change(change, *this).statements();
}

}  // namespace retort::dialects::sqlite
