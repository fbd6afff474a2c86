// Table and Column: what a table is made of, as plain values that migrations compare and DDL writes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retort/schema/constraint.hpp"
#include "retort/sql/table.hpp"
#include "retort/sql/types.hpp"

namespace retort::schemas {

/// GENERATED ALWAYS AS (…).
struct Computed {
    std::string sql;
    std::optional<bool> stored;  ///< empty: as the database likes it
    friend bool operator==(const Computed&, const Computed&) = default;
};

/// How a sequence or an identity counts; what is empty is left to the database.
struct Counting {
    std::optional<std::int64_t> start;
    std::optional<std::int64_t> increment;
    std::optional<std::int64_t> min_value;
    std::optional<std::int64_t> max_value;
    bool no_min_value = false;
    bool no_max_value = false;
    std::optional<std::int64_t> cache;
    std::optional<bool> order;
    std::optional<bool> cycle;
    friend bool operator==(const Counting&, const Counting&) = default;
};

/// GENERATED … AS IDENTITY, where the database has it.
struct Identity {
    bool always = false;  ///< else BY DEFAULT
    Counting counting;
    friend bool operator==(const Identity&, const Identity&) = default;
};

struct Sequence {
    std::string name;
    std::string schema;
    Counting counting;
    /// "BIGINT"; empty: the database's own.
    sql::Type type;
    /// Only where the database counts no rows without it.
    bool optional = false;
    friend bool operator==(const Sequence&, const Sequence&) = default;
};

/// Whether the database numbers the rows. `automatic`: when it is the only column of an integer primary key.
enum class Autoincrement : std::uint8_t { automatic, yes, no };

struct Column {
    std::string name;
    sql::Type type;
    bool nullable = true;
    bool primary_key = false;
    /// A text is a text ("'x'"); `sql::text("now()")` stands as it is; other expressions are written as SQL.
    sql::Expression server_default;
    std::optional<Computed> computed;
    Autoincrement autoincrement = Autoincrement::automatic;
    std::string comment;
    std::string collation;
    /// CHECKs written beside the column.
    std::vector<Check> checks;
    std::optional<Identity> identity;
    std::optional<Sequence> sequence;
    /// A column that every table of the database has: it is not written in CREATE TABLE.
    bool system = false;
    /// `{"sqlite_on_conflict_not_null", "REPLACE"}`.
    Options options;
};

/// A table. Add it to a MetaData, which gives names to its constraints.
struct Table {
    std::string name;
    std::vector<Column> columns;
    std::string schema;
    PrimaryKey primary_key;
    std::vector<Constraint> constraints;
    std::vector<Index> indexes;
    std::string comment;
    /// What only one dialect knows: `{"sqlite_autoincrement", "true"}`.
    Options options;
    /// Between CREATE and TABLE: "TEMPORARY".
    std::vector<std::string> prefixes;
    /// A view that was reflected: it can be asked, and is neither made nor dropped.
    bool view = false;

    /// `schema.name`, or the name.
    std::string full_name() const;
    /// For statements.
    sql::TableRef ref() const;
    /// Null when there is none.
    const Column* find(std::string_view column) const;
    Column* find(std::string_view column);
    /// Throws ArgumentError("unknown-column") with the nearest name.
    const Column& column(std::string_view name) const;
    /// Those of the primary key, in its order.
    std::vector<std::string> primary_key_columns() const;
    /// The column that the database numbers; null when there is none.
    const Column* autoincrement_column() const;
    std::vector<const ForeignKey*> foreign_keys() const;
    bool has_option(std::string_view option) const;
    /// Empty when there is none.
    std::string_view option(const std::string& name) const;
};

}  // namespace retort::schemas
