// Constraints and indexes of a table, as plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "retort/sql/expression.hpp"

namespace retort::schemas {

/// The primary key; its columns are those marked `primary_key` unless they are named here.
struct PrimaryKey {
    std::string name;
    std::vector<std::string> columns;
    friend bool operator==(const PrimaryKey&, const PrimaryKey&) = default;
};

/// What happens to the rows that refer to a row which is deleted or renamed.
enum class Action : std::uint8_t { unspecified, no_action, restrict_, cascade, set_null, set_default };

struct ForeignKey {
    std::string name;
    std::vector<std::string> columns;
    std::string referred_table;
    std::vector<std::string> referred_columns;
    std::string referred_schema = {};
    Action on_delete = Action::unspecified;
    Action on_update = Action::unspecified;
    std::optional<bool> deferrable = {};
    /// "DEFERRED" or "IMMEDIATE"; empty: not said.
    std::string initially = {};
    /// Added after both tables are made, so that tables may refer to each other.
    bool use_alter = false;
    friend bool operator==(const ForeignKey&, const ForeignKey&) = default;
};

struct Unique {
    std::string name;
    std::vector<std::string> columns;
    friend bool operator==(const Unique&, const Unique&) = default;
};

struct Check {
    std::string name;
    /// `sql::text("age > 0")`, or any condition.
    sql::Expression condition;
    /// The type that asks for it (Boolean, Enum): left out where the database has that type itself.
    sql::TypeKind type = sql::TypeKind::unknown;
};

/// In the order in which they were declared, which is the order in which they are written.
using Constraint = std::variant<ForeignKey, Unique, Check>;

/// A column of an index, or an expression.
struct IndexPart {
    std::string column;
    sql::Expression expression;

    IndexPart(std::string name) : column(std::move(name)) {}      // NOLINT: a name is meant to convert
    IndexPart(const char* name) : column(name) {}                 // NOLINT
    IndexPart(sql::Expression of) : expression(std::move(of)) {}  // NOLINT
};

struct Index {
    std::string name;
    std::vector<IndexPart> parts;
    bool unique = false;
    /// Only the rows for which it holds; empty: all.
    sql::Expression where = {};
};

const std::string& constraint_name(const Constraint& constraint);

}  // namespace retort::schemas
