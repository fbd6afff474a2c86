// Which rows stand in the way of a change: told by name, with the mend.
#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/live_schema.hpp"

namespace retort::migrations {

namespace {

constexpr std::int64_t most_named = 5;

/// Asks about the rows of one table.
class Rows {
  public:
    Rows(engines::Connection& connection, const schemas::Table& table)
        : connection_(connection),
          compiler_(connection.dialect().ddl()),
          table_(table),
          from_(" FROM " + compiler_.qualified(table.schema, table.name)) {}

    std::string quoted(const std::string& name) const { return compiler_.quoted(name); }

    /// "rows id = 3, id = 7 and 12 more"; empty when the condition holds for none.
    std::string named(const std::string& condition) {
        auto count = connection_.execute("SELECT count(*)" + from_ + " WHERE " + condition).scalar_one<std::int64_t>();
        if (count == 0) return {};
        auto key = table_.primary_key_columns();
        auto row = compiler_.row_id();
        if (key.empty() && !row.empty()) key.emplace_back(row);
        std::vector<std::string> names;
        if (!key.empty()) names = keys(key, condition);
        auto more = count - static_cast<std::int64_t>(names.size());
        auto out = (count == 1 ? "row " : "rows ") + join(names, ", ");
        if (names.empty()) return std::to_string(count) + " rows";
        return more > 0 ? out + " and " + std::to_string(more) + " more" : out;
    }

    /// "(a, b) = ('x', 1) in 2 rows"; empty when all are different.
    std::string duplicates(const std::vector<std::string>& columns) {
        std::string list, filled;
        for (const auto& column : columns) {
            list += (list.empty() ? "" : ", ") + quoted(column);
            filled += (filled.empty() ? " WHERE " : " AND ") + quoted(column) + " IS NOT NULL";
        }
        auto rows = connection_.execute("SELECT " + list + ", count(*)" + from_ + filled + " GROUP BY " + list +
                                        " HAVING count(*) > 1 LIMIT 5");
        std::vector<std::string> out;
        for (const auto& row : rows) {
            std::vector<std::string> values;
            values.reserve(columns.size());
            for (std::size_t i = 0; i < columns.size(); ++i)
                values.push_back(sql::to_string(row.get<sql::Value>(i).view()));
            out.push_back(join(values, ", ") + " in " + std::to_string(row.get<std::int64_t>(columns.size())) +
                          " rows");
        }
        return join(out, "; ");
    }

  private:
    std::vector<std::string> keys(const std::vector<std::string>& key, const std::string& condition) {
        std::string list;
        for (const auto& name : key) list += (list.empty() ? "" : ", ") + quoted(name);
        auto rows = connection_.execute("SELECT " + list + from_ + " WHERE " + condition + " ORDER BY " + list +
                                        " LIMIT " + std::to_string(most_named));
        std::vector<std::string> out;
        for (const auto& row : rows) {
            std::vector<std::string> values;
            values.reserve(key.size());
            for (std::size_t i = 0; i < key.size(); ++i) {
                values.push_back(key[i] + " = " + sql::to_string(row.get<sql::Value>(i).view()));
            }
            out.push_back(join(values, " and "));
        }
        return out;
    }

    engines::Connection& connection_;
    const schemas::DdlCompiler& compiler_;
    const schemas::Table& table_;
    std::string from_;
};

[[noreturn]] void throw_nulls(const schemas::TableChange& change, const std::string& column, const std::string& named) {
    throw DataConflict("rows-with-null"_code,
                       "Column \"" + column + "\" of table \"" + change.before.name +
                           "\" cannot become NOT NULL: it is NULL in " + named,
                       "say what they get: op.alter_column(\"" + change.before.name + "\", \"" + column +
                           "\", {.nullable = false, .backfill = \"…\"}), or fill them before");
}

void explain_nulls(Rows& rows, const schemas::TableChange& change) {
    for (const auto& column : change.after.columns) {
        const auto* old = change.before.find(column.name);
        const auto* source = change.source_of(column.name);
        bool tightened = !column.nullable && old && old->nullable && source && source->backfill.empty();
        if (!tightened) continue;
        auto named = rows.named(rows.quoted(column.name) + " IS NULL");
        if (!named.empty()) throw_nulls(change, column.name, named);
    }
    for (const auto& column : change.after.columns) {
        const auto* source = change.source_of(column.name);
        bool empty = !column.nullable && !change.before.find(column.name) && column.server_default.is_empty() &&
                     !column.computed && (source == nullptr || source->value(schemas::DdlCompiler()).empty());
        if (!empty || rows.named("1 = 1").empty()) continue;
        throw DataConflict("rows-with-null"_code,
                           "The new column \"" + column.name + "\" of table \"" + change.before.name +
                               "\" is NOT NULL, and the rows that are there have no value for it",
                           "give them one: op.add_column(…, \"0\"), a server_default, or nullable()");
    }
}

void explain_one(Rows& rows, const std::string& table, const std::vector<std::string>& columns,
                 const std::string& what) {
    auto twice = rows.duplicates(columns);
    if (twice.empty()) return;
    throw DataConflict("duplicate-rows"_code,
                       "The " + what + " of table \"" + table + "\" cannot be made, because (" + join(columns, ", ") +
                           ") is not unique: " + twice,
                       "change or delete all but one of them first, in the revision or by hand");
}

void explain_duplicates(Rows& rows, const schemas::TableChange& change) {
    auto known = [&](const std::vector<std::string>& columns) {
        return std::all_of(columns.begin(), columns.end(),
                           [&](auto& name) { return change.before.find(name) != nullptr; });
    };
    auto key = change.after.primary_key_columns();
    if (!key.empty() && known(key)) explain_one(rows, change.before.name, key, "primary key");
    for (const auto& constraint : change.after.constraints) {
        const auto* unique = std::get_if<schemas::Unique>(&constraint);
        if (unique && known(unique->columns)) {
            explain_one(rows, change.before.name, unique->columns, "unique constraint " + unique->name);
        }
    }
    for (const auto& index : change.after.indexes) {
        std::vector<std::string> columns;
        columns.reserve(index.parts.size());
        for (const auto& part : index.parts) columns.push_back(part.column);
        bool plain = index.unique && index.where.is_empty() && known(columns);
        if (plain) explain_one(rows, change.before.name, columns, "unique index " + index.name);
    }
}

void explain_checks(engines::Connection& connection, Rows& rows, const schemas::TableChange& change) {
    for (const auto& constraint : change.after.constraints) {
        const auto* check = std::get_if<schemas::Check>(&constraint);
        if (check == nullptr) continue;
        std::string named;
        auto sql = connection.dialect().ddl().expression(check->condition);
        try {
            named = rows.named("NOT (" + sql + ')');
        } catch (const DatabaseError&) {
            continue;  // it speaks of a column that is new
        }
        if (named.empty()) continue;
        throw DataConflict("rows-against-check"_code,
                           "The check " + check->name + " of table \"" + change.before.name + "\", " + sql +
                               ", does not hold for " + named,
                           "mend these rows first, in the revision or by hand");
    }
}

}  // namespace

void explain_failure(engines::Connection& connection, const schemas::TableChange& change) {
    Rows rows(connection, change.before);
    explain_nulls(rows, change);
    explain_duplicates(rows, change);
    explain_checks(connection, rows, change);
}

void refuse_numbering(engines::Connection& connection, const schemas::TableChange& change) {
    const auto* counted = change.after.autoincrement_column();
    const auto* before = change.before.autoincrement_column();
    const auto* source = counted ? change.source_of(counted->name) : nullptr;
    bool numbers = source && !source->from.empty() && (before == nullptr || before->name != counted->name);
    if (!numbers) return;
    auto named = Rows(connection, change.before).named(source->value(connection.dialect().ddl()) + " IS NULL");
    if (!named.empty()) throw_nulls(change, counted->name, named);
}

void refuse_misfits(engines::Connection& connection, const schemas::Table& table, const std::string& column) {
    auto condition = connection.dialect().ddl().misfits(table.column(column));
    if (condition.empty()) return;
    auto named = Rows(connection, table).named(condition);
    if (named.empty()) return;
    throw DataConflict("values-do-not-convert"_code,
                       "Values of \"" + table.name + '.' + column + "\" are no " +
                           connection.dialect().ddl().type(table.column(column).type) + ": " + named,
                       "mend them first, or say how: {.type = …, .using_sql = \"…\"}");
}

}  // namespace retort::migrations
