// The words in which a revision speaks of tables: Column, String(80), nullable(), ForeignKey …
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "retort/migrate/operation.hpp"

namespace retort::migrations {

using sql::types::Array;
using sql::types::BigInteger;
using sql::types::Boolean;
using sql::types::Date;
using sql::types::DateTime;
using sql::types::Double;
using sql::types::Enum;
using sql::types::Float;
using sql::types::Integer;
using sql::types::Interval;
using sql::types::JSON;
using sql::types::JSONB;
using sql::types::LargeBinary;
using sql::types::Named;
using sql::types::Numeric;
using sql::types::SmallInteger;
using sql::types::String;
using sql::types::Text;
using sql::types::Time;
using sql::types::Unicode;
using sql::types::UnicodeText;
using sql::types::Uuid;

using schemas::Action;
using schemas::Exclude;
using schemas::ForeignKey;
using schemas::Index;
using schemas::PrimaryKey;
using schemas::Unique;

/// What is said of a column behind its type.
struct nullable {
    void apply(schemas::Column& column) const;
};
/// The key alone, or a part of it; with a PrimaryKey{…} that names it the word is not needed.
struct primary_key {
    void apply(schemas::Column& column) const;
};
/// SQL, as it stands behind DEFAULT; an expression in parentheses.
struct server_default {
    std::string sql;
    void apply(schemas::Column& column) const;
};
struct computed {
    std::string sql;
    bool stored = false;
    void apply(schemas::Column& column) const;
};
struct comment {
    std::string text;
    void apply(schemas::Column& column) const;
    void apply(schemas::Table& table) const;
};
struct collation {
    std::string name;
    void apply(schemas::Column& column) const;
};
/// Whether the database numbers the rows by this column.
struct autoincrement {
    bool on = true;
    void apply(schemas::Column& column) const;
};
/// What only one dialect knows: `option{"sqlite_strict", "true"}`.
struct option {
    std::string name;
    std::string value;
    void apply(schemas::Column& column) const;
    void apply(schemas::Table& table) const;
};

/// A column that is NOT NULL unless it says `nullable()`: `Column{"email", String(120), nullable()}`.
struct Column : schemas::Column {
    Column(std::string name, sql::Type type);
    template <class... Words>
        requires(sizeof...(Words) > 0)
    Column(std::string name, sql::Type type, const Words&... words) : Column(std::move(name), std::move(type)) {
        (words.apply(*this), ...);
    }
};

/// A condition in SQL: `Check{"ck_age", "age > 0"}`.
struct Check : schemas::Check {
    Check(std::string name, std::string condition, sql::TypeKind type = sql::TypeKind::unknown);
};

/// A part of an index that is no column: `Index{"ix", {sql_part("lower(name)")}}`.
schemas::IndexPart sql_part(const std::string& sql);
/// SQL for `Index::where`.
sql::Expression sql_condition(const std::string& sql);

/// Whatever stands between the braces of create_table.
class TablePart {
  public:
    TablePart(schemas::Column column);            // NOLINT: parts are meant to convert
    TablePart(schemas::PrimaryKey key);           // NOLINT
    TablePart(schemas::ForeignKey key);           // NOLINT
    TablePart(schemas::Unique unique);            // NOLINT
    TablePart(schemas::Check check);              // NOLINT
    TablePart(schemas::Exclude exclude);          // NOLINT
    TablePart(schemas::Index index);              // NOLINT
    TablePart(const migrations::comment& text);   // NOLINT
    TablePart(const migrations::option& option);  // NOLINT

    void apply(schemas::Table& table) const;

  private:
    std::variant<schemas::Column, schemas::PrimaryKey, schemas::Constraint, schemas::Index, migrations::comment,
                 migrations::option>
        part_;
};

}  // namespace retort::migrations
