// Tables made up by chance, as wild as our DDL can make them.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "retort/schema/table.hpp"
#include "retort/sql/expression.hpp"

namespace random_tables {

using namespace retort::schemas;
namespace sql = retort::sql;
namespace types = retort::sql::types;

/// Makes tables whose foreign keys lead to tables made before, or to themselves.
class Maker {
  public:
    explicit Maker(std::uint32_t seed) : random_(seed) {}

    std::vector<Table> tables(int count) {
        std::vector<Table> out;
        for (int i = 0; i < count; ++i) out.push_back(table("t" + std::to_string(i) + name(), out));
        return out;
    }

    Table table(const std::string& called, const std::vector<Table>& others) {
        Table out{.name = called};
        int width = 1 + below(6);
        for (int i = 0; i < width; ++i) out.columns.push_back(column("c" + std::to_string(i) + name()));
        key(out);
        int more = below(4);
        for (int i = 0; i < more; ++i) constraint(out, others);
        for (int i = below(3); i > 0; --i) out.indexes.push_back(made_index(out));
        if (below(6) == 0 && !out.primary_key_columns().empty() && !out.has_option("sqlite_autoincrement")) {
            out.options["sqlite_with_rowid"] = "false";
        }
        return out;
    }

    int below(int end) { return static_cast<int>(random_() % static_cast<std::uint32_t>(end)); }

    template <class T>
    T one_of(const std::vector<T>& choices) {
        return choices[static_cast<std::size_t>(below(static_cast<int>(choices.size())))];
    }

    /// The end of a name: mostly plain, sometimes with all that must be quoted.
    std::string name() {
        return below(3) != 0
                   ? std::string()
                   : one_of<std::string>({" b", "\"q\"", "'s'", "[x]", "`y`", ",)", "--z", "/*", "Ä", ";", "."});
    }

    std::string constraint_name() { return below(3) == 0 ? std::string() : "k" + std::to_string(++numbered_) + name(); }

    sql::Type type() {
        return one_of<sql::Type>({types::Integer(),
                                  types::BigInteger(),
                                  types::SmallInteger(),
                                  types::String(),
                                  types::String(80),
                                  types::Text(),
                                  types::Numeric(10, 2),
                                  types::Numeric(),
                                  types::Float(),
                                  types::Double(),
                                  types::Boolean(),
                                  types::Date(),
                                  types::Time(),
                                  types::DateTime(),
                                  types::Interval(),
                                  types::JSON(),
                                  types::Uuid(),
                                  types::LargeBinary(),
                                  types::Enum({"a", "bcd"}, "e"),
                                  types::Named("GEOMETRY"),
                                  types::Named("DECIMAL", 5, 2),
                                  types::Named("VERY OWN TYPE", 3)});
    }

    sql::Expression value() {
        return one_of<sql::Expression>({sql::Expression("it's, (so) -- no"), sql::Expression(5), sql::text("-1.5"),
                                        sql::text("CURRENT_TIMESTAMP"), sql::func::now(), sql::text("'a:b'"),
                                        sql::literal_column("abs(-3) + length(')')"), sql::true_(), sql::null()});
    }

    Column column(const std::string& called) {
        Column out{.name = called, .type = type(), .nullable = below(2) == 0};
        if (below(4) == 0) out.collation = one_of<std::string>({"NOCASE", "RTRIM", "BINARY"});
        if (below(4) == 0) out.server_default = value();
        if (below(5) == 0) out.checks.push_back({.name = constraint_name(), .condition = condition(out)});
        if (below(8) == 0 && !out.nullable) out.options["sqlite_on_conflict_not_null"] = "FAIL";
        return out;
    }

    sql::Expression condition(const Column& column) {
        sql::Expression own = sql::column(column.name);
        switch (below(4)) {
            case 0: return own > 3;
            case 1: return own.in_(std::vector<sql::Expression>{"a", "it's )", 3});
            case 2: return sql::func::length(own) > 1 && own != "(";
            default: return sql::literal_column("1 <> 2 OR '--' <> '/*'");
        }
    }

    void key(Table& table) {
        int count = below(4);
        if (count == 0) return;
        table.columns.front().primary_key = true;
        table.primary_key.columns = {table.columns.front().name};
        Column& first = table.columns.front();
        if (count > 1 && table.columns.size() > 1) table.primary_key.columns = {table.columns[1].name, first.name};
        for (const auto& one : table.primary_key.columns) {
            table.find(one)->primary_key = true;
            table.find(one)->nullable = false;
        }
        table.primary_key.name = constraint_name();
        if (table.autoincrement_column() && below(3) == 0) {
            table.options["sqlite_autoincrement"] = "true";
        } else if (below(5) == 0) {
            table.primary_key.options["sqlite_on_conflict"] = "FAIL";
        }
        if (table.columns.size() > 2 && below(3) == 0) {
            auto& computed = table.columns.back();
            computed.server_default = {};
            computed.computed = Computed{"\"" + std::string("c0") + "\" || ',)'", below(2) == 0};
            computed.computed->sql = "length(',)' || 'x') * (2 + 1)";
        }
    }

    Action action() {
        return one_of<Action>({Action::unspecified, Action::no_action, Action::restrict_, Action::cascade,
                               Action::set_null, Action::set_default});
    }

    void constraint(Table& table, const std::vector<Table>& others) {
        const Column& column = one_of(table.columns);
        switch (below(3)) {
            case 0: {
                Unique unique{constraint_name(), {column.name}};
                if (one_of(table.columns).name != column.name) unique.columns.push_back(other_than(table, column.name));
                if (below(4) == 0) unique.options["sqlite_on_conflict"] = "FAIL";
                table.constraints.emplace_back(unique);
                break;
            }
            case 1:
                table.constraints.emplace_back(Check{.name = constraint_name(), .condition = condition(column)});
                break;
            default: {
                const Table& target = others.empty() || below(3) == 0 ? table : one_of(others);
                ForeignKey key{constraint_name(), {column.name}, target.name, {one_of(target.columns).name}};
                key.on_delete = action();
                key.on_update = action();
                if (below(3) == 0) {
                    key.deferrable = below(2) == 0;
                    if (below(2) == 0) key.initially = "DEFERRED";
                }
                table.constraints.emplace_back(key);
            }
        }
    }

    std::string other_than(const Table& table, const std::string& name) {
        for (const Column& column : table.columns) {
            if (column.name != name) return column.name;
        }
        return name;
    }

    Index made_index(const Table& table) {
        Index out{.name = "ix" + std::to_string(++numbered_) + name(), .parts = {one_of(table.columns).name}};
        if (below(3) == 0) out.parts.push_back(sql::desc(sql::column(one_of(table.columns).name)));
        if (below(3) == 0) out.parts.push_back(sql::func::lower(sql::column(one_of(table.columns).name)));
        out.unique = below(2) == 0;
        if (below(3) == 0) out.where = condition(one_of(table.columns));
        return out;
    }

  private:
    std::mt19937 random_;
    int numbered_ = 0;
};

}  // namespace random_tables
