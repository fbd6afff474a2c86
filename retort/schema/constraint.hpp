// Constraints and indexes of a table, as plain values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "retort/sql/expression.hpp"

namespace retort::schemas {

/// What only one dialect knows, by its name: `{"mysql_engine", "InnoDB"}`.
using Options = std::map<std::string, std::string>;

/// When a constraint is checked.
struct Deferral {
    std::optional<bool> deferrable;
    /// "DEFERRED" or "IMMEDIATE"; empty: not said.
    std::string initially;
    friend bool operator==(const Deferral&, const Deferral&) = default;
};

/// The primary key; its columns are those marked `primary_key` unless they are named here.
struct PrimaryKey {
    std::string name;
    std::vector<std::string> columns;
    Deferral deferral;
    /// What only one dialect knows: `{"sqlite_on_conflict", "FAIL"}`.
    Options options;
    friend bool operator==(const PrimaryKey&, const PrimaryKey&) = default;
};

/// What happens to the rows that refer to a row which is deleted or renamed.
enum class Action : std::uint8_t { unspecified, no_action, restrict_, cascade, set_null, set_default };

struct ForeignKey {
    std::string name;
    std::vector<std::string> columns;
    std::string referred_table;
    std::vector<std::string> referred_columns;
    std::string referred_schema;
    Action on_delete = Action::unspecified;
    Action on_update = Action::unspecified;
    std::optional<bool> deferrable;
    /// "DEFERRED" or "IMMEDIATE"; empty: not said.
    std::string initially;
    /// Added after both tables are made, so that tables may refer to each other.
    bool use_alter = false;
    /// "FULL", "SIMPLE" or "PARTIAL"; empty: not said.
    std::string match;
    friend bool operator==(const ForeignKey&, const ForeignKey&) = default;
};

struct Unique {
    std::string name;
    std::vector<std::string> columns;
    Deferral deferral;
    Options options;
    friend bool operator==(const Unique&, const Unique&) = default;
};

struct Check {
    std::string name;
    /// `sql::text("age > 0")`, or any condition.
    sql::Expression condition;
    /// The type that asks for it (Boolean, Enum): left out where the database has that type itself.
    sql::TypeKind type = sql::TypeKind::unknown;
    Deferral deferral;
    Options options;
};

/// PostgreSQL's EXCLUDE: no two rows for which all operators hold.
struct Exclude {
    std::string name;
    /// A column or expression, and the operator that compares it: `{column("room"), "="}`.
    std::vector<std::pair<sql::Expression, std::string>> elements;
    std::string method = "gist";
    sql::Expression where;
    Deferral deferral;
};

/// In the order in which they were declared, which is the order in which they are written.
using Constraint = std::variant<ForeignKey, Unique, Check, Exclude>;

/// A column of an index, or an expression.
struct IndexPart {
    std::string column;
    sql::Expression expression;

    IndexPart(std::string name);    // NOLINT: a name is meant to convert
    IndexPart(const char* name);    // NOLINT
    IndexPart(sql::Expression of);  // NOLINT
};

struct Index {
    std::string name;
    std::vector<IndexPart> parts;
    bool unique = false;
    /// Only the rows for which it holds; empty: all.
    sql::Expression where;
    /// The same for one dialect only: `{"postgresql", condition}`.
    std::map<std::string, sql::Expression> where_on;
    /// PostgreSQL: `postgresql_using`, `postgresql_ops:column`, `postgresql_include` (names with commas between them;
    /// one with a comma in it stands in quotes), `postgresql_with`, `postgresql_tablespace`, `postgresql_concurrently`.
    /// MySQL: `mysql_length`, `mysql_length:column`, `mysql_using`, `mysql_prefix`, `mysql_with_parser`.
    Options options;
};

const std::string& constraint_name(const Constraint& constraint);

}  // namespace retort::schemas
