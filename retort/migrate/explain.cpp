// Which rows stand in the way of a change: told by name, with the mend.
#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/live_schema.hpp"
#include "retort/schema/sql_tokens.hpp"

namespace retort::migrations {

namespace {

constexpr std::int64_t most_named = 5;

/// The rows of the table as the change would make them, for FROM.
std::string rows_after(const schemas::TableChange& change, const schemas::DdlCompiler& compiler) {
    const auto alias = " AS " + compiler.quoted(change.before.name);
    std::string list;
    for (const auto& column : change.after.columns) {
        if (column.computed) continue;
        const auto* source = change.source_of(column.name);
        auto value = source ? source->value(compiler) : std::string();
        if (value.empty()) value = column.server_default.is_empty() ? "NULL" : compiler.server_default(column);
        const auto* old = change.before.find(column.name);
        bool collated = !column.collation.empty() && (old == nullptr || old->collation != column.collation);
        if (collated) value = '(' + value + ") COLLATE " + compiler.quoted(column.collation);
        list += (list.empty() ? "" : ", ") + value + " AS " + compiler.quoted(column.name);
    }
    auto out =
        "(SELECT " + list + " FROM " + compiler.qualified(change.before.schema, change.before.name) + ')' + alias;
    for (const auto& column : change.after.columns) {
        if (!column.computed) continue;
        out = "(SELECT *, (" + column.computed->sql + ") AS " + compiler.quoted(column.name) + " FROM " + out + ')';
        out += alias;
    }
    return " FROM " + out;
}

/// Asks about the rows of one table.
class Rows {
  public:
    Rows(engines::Connection& connection, const schemas::Table& table)
        : connection_(connection),
          compiler_(connection.dialect().ddl()),
          table_(table),
          from_(" FROM " + compiler_.qualified(table.schema, table.name)),
          row_id_(compiler_.row_id()) {}
    /// The rows as they would be: `from` is of `rows_after`.
    Rows(engines::Connection& connection, const schemas::Table& after, std::string from)
        : connection_(connection), compiler_(connection.dialect().ddl()), table_(after), from_(std::move(from)) {}

    std::string quoted(const std::string& name) const { return compiler_.quoted(name); }

    /// "rows id = 3, id = 7 and 12 more"; empty when the condition holds for none.
    std::string named(const std::string& condition) {
        auto count = connection_.execute("SELECT count(*)" + from_ + " WHERE " + condition).scalar_one<std::int64_t>();
        if (count == 0) return {};
        auto key = table_.primary_key_columns();
        if (key.empty() && !row_id_.empty()) key.push_back(row_id_);
        std::vector<std::string> names;
        if (!key.empty()) names = keys(key, condition);
        auto more = count - static_cast<std::int64_t>(names.size());
        auto out = (count == 1 ? "row " : "rows ") + join(names, ", ");
        if (names.empty()) return std::to_string(count) + " rows";
        return more > 0 ? out + " and " + std::to_string(more) + " more" : out;
    }

    /// "'x', 1 in 2 rows", of what the rows have in these expressions where the condition holds; empty when all are
    /// different.
    std::string duplicates(const std::vector<std::string>& parts, std::string condition) {
        auto list = join(parts, ", ");
        for (const auto& part : parts) condition += (condition.empty() ? "" : " AND ") + part + " IS NOT NULL";
        auto rows = connection_.execute("SELECT " + list + ", count(*)" + from_ + " WHERE " + condition + " GROUP BY " +
                                        list + " HAVING count(*) > 1 LIMIT 5");
        std::vector<std::string> out;
        for (const auto& row : rows) {
            std::vector<std::string> values;
            values.reserve(parts.size());
            for (std::size_t i = 0; i < parts.size(); ++i)
                values.push_back(sql::to_string(row.get<sql::Value>(i).view()));
            out.push_back(join(values, ", ") + " in " + std::to_string(row.get<std::int64_t>(parts.size())) + " rows");
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
    std::string row_id_ = {};
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

/// A part of an index without the order in which it is sorted.
std::string without_order(const std::string& part) {
    auto tokens = schemas::tokenize(part);
    std::span<const schemas::Token> rest(tokens);
    if (rest.size() > 2 && rest[rest.size() - 2].is("NULLS")) rest = rest.first(rest.size() - 2);
    if (rest.size() > 1 && (rest.back().is("ASC") || rest.back().is("DESC"))) rest = rest.first(rest.size() - 1);
    return schemas::text_of(rest);
}

class Duplicates {
  public:
    Duplicates(const schemas::DdlCompiler& compiler, Rows& rows, const schemas::TableChange& change)
        : compiler_(compiler), rows_(rows), change_(change) {}

    void explain() {
        auto key = change_.after.primary_key_columns();
        if (!key.empty()) refuse_twice(quoted(key), {}, join(key, ", "), "primary key");
        for (const auto& constraint : change_.after.constraints) {
            const auto* unique = std::get_if<schemas::Unique>(&constraint);
            if (unique == nullptr) continue;
            refuse_twice(quoted(unique->columns), {}, join(unique->columns, ", "), "unique constraint " + unique->name);
        }
        for (const auto& index : change_.after.indexes) {
            if (index.unique) explain(index);
        }
    }

  private:
    void explain(const schemas::Index& index) {
        std::vector<std::string> parts, names;
        for (const auto& part : index.parts) {
            auto expression = part.column.empty() ? without_order(compiler_.expression(part.expression)) : part.column;
            names.push_back(expression);
            parts.push_back(part.column.empty() ? expression : compiler_.quoted(expression));
        }
        auto own = index.where_on.find(std::string(compiler_.dialect_name()));
        const auto& where = own == index.where_on.end() ? index.where : own->second;
        auto condition = where.is_empty() ? std::string() : compiler_.expression(where);
        refuse_twice(parts, condition, join(names, ", "), "unique index " + index.name);
    }

    std::vector<std::string> quoted(std::vector<std::string> columns) const {
        for (auto& column : columns) column = compiler_.quoted(column);
        return columns;
    }

    void refuse_twice(const std::vector<std::string>& parts, const std::string& condition, const std::string& names,
                      const std::string& what) {
        std::string twice;
        try {
            twice = rows_.duplicates(parts, condition.empty() ? condition : '(' + condition + ')');
        } catch (const DatabaseError&) {
            return;  // what the database says of the change itself is more
        }
        if (twice.empty()) return;
        auto among = condition.empty() ? std::string() : " where " + condition;
        throw DataConflict("duplicate-rows"_code,
                           "The " + what + " of table \"" + change_.before.name + "\" cannot be made, because (" +
                               names + ") is not unique" + among + ": " + twice,
                           "change or delete all but one of them first, in the revision or by hand");
    }

    const schemas::DdlCompiler& compiler_;
    Rows& rows_;
    const schemas::TableChange& change_;
};

void explain_checks(const schemas::DdlCompiler& compiler, Rows& rows, const schemas::TableChange& change) {
    for (const auto& constraint : change.after.constraints) {
        const auto* check = std::get_if<schemas::Check>(&constraint);
        if (check == nullptr) continue;
        std::string named;
        auto sql = compiler.expression(check->condition);
        try {
            named = rows.named("NOT (" + sql + ')');
        } catch (const DatabaseError&) {
            continue;  // what the database says of the change itself is more
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
    const auto& compiler = connection.dialect().ddl();
    Rows after(connection, change.after, rows_after(change, compiler));
    Duplicates(compiler, after, change).explain();
    explain_checks(compiler, after, change);
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
