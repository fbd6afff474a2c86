// Operation: one step of a revision as a plain value. Running, writing and reversing it are elsewhere.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "retort/schema/table.hpp"
#include "retort/sql/value.hpp"

namespace retort::engines {
class Connection;
}

namespace retort::migrations {

/// What becomes of a column; what is not given stays as it is.
struct ColumnChange {
    std::optional<sql::Type> type = {};
    std::optional<bool> nullable = {};
    /// SQL, as it stands behind DEFAULT; "" takes the default away.
    std::optional<std::string> server_default = {};
    /// SQL of a generated column; "" makes it a plain one, which keeps the values.
    std::optional<std::string> computed = {};
    std::optional<bool> stored = {};
    std::optional<std::string> comment = {};
    std::optional<std::string> collation = {};
    /// Whether the database numbers the rows by it, once it is the key.
    std::optional<schemas::Autoincrement> autoincrement = {};
    std::optional<schemas::Options> options = {};
    /// SQL over the row before that gives the new value, where the plain one does not convert.
    std::string using_sql = {};
    /// SQL for the rows that have NULL, when the column becomes NOT NULL.
    std::string backfill = {};
};

/// Comment and dialect options of a table as a whole; what is not given stays as it is.
struct TableSettings {
    std::optional<std::string> comment = {};
    /// All of them.
    std::optional<schemas::Options> options = {};
};

/// Any constraint of a table, the primary key too.
using AnyConstraint =
    std::variant<schemas::PrimaryKey, schemas::ForeignKey, schemas::Unique, schemas::Check, schemas::Exclude>;
AnyConstraint any_of_constraint(const schemas::Constraint& constraint);

/// The steps, one struct each.
namespace ops {

struct CreateTable {
    schemas::Table table;
};
/// Its rows are kept until `db prune`.
struct DropTable {
    std::string table;
};
struct RenameTable {
    std::string table;
    std::string to;
};
struct AlterTable {
    std::string table;
    TableSettings settings;
};
struct AddColumn {
    std::string table;
    schemas::Column column;
    /// SQL for the rows that are there already.
    std::string backfill = {};
    /// The column that it stands before, where a database can put it there; empty: at the end.
    std::string before = {};
};
/// Its values are kept until `db prune`.
struct DropColumn {
    std::string table;
    std::string column;
};
struct RenameColumn {
    std::string table;
    std::string column;
    std::string to;
};
struct AlterColumn {
    std::string table;
    std::string column;
    ColumnChange change;
};
struct AddConstraint {
    std::string table;
    AnyConstraint constraint;
};
/// The constraint of this name; where it is empty, the one that says the same as `constraint`.
struct DropConstraint {
    std::string table;
    std::string name;
    std::optional<AnyConstraint> constraint = {};
};
struct CreateIndex {
    std::string table;
    schemas::Index index;
};
struct DropIndex {
    std::string table;
    std::string name;
};
struct InsertRows {
    std::string table;
    std::vector<std::string> columns;
    std::vector<std::vector<sql::Value>> rows;
};
/// The rows that have exactly these values.
struct DeleteRows {
    std::string table;
    std::vector<std::string> columns;
    std::vector<std::vector<sql::Value>> rows;
};
/// SQL by the dialect's name; "" is for every other dialect.
struct Execute {
    std::map<std::string, std::string> sql;
};
/// Work in C++ on the connection, inside the revision's transaction.
struct Run {
    std::function<void(engines::Connection&)> work;
};

}  // namespace ops

using Step = std::variant<ops::CreateTable, ops::DropTable, ops::RenameTable, ops::AlterTable, ops::AddColumn,
                          ops::DropColumn, ops::RenameColumn, ops::AlterColumn, ops::AddConstraint, ops::DropConstraint,
                          ops::CreateIndex, ops::DropIndex, ops::InsertRows, ops::DeleteRows, ops::Execute, ops::Run>;

struct Operation {
    Step step;
    /// The database it is for; "" is the main one.
    std::string bind = {};
    /// What a reader of the revision must know, such as which values are lost.
    std::string note = {};
    /// The schema of the table that it is about, where a database has several; "" is the connection's own.
    std::string schema = {};
};

/// The table that it is about; empty for SQL and C++.
std::string table_of(const Operation& operation);
/// Whether nobody can tell what it does to the schema: SQL and C++.
bool is_opaque(const Operation& operation);
/// For a person: "add column user.email".
std::string describe(const Operation& operation);

/// A default as SQL: a text in parentheses is an expression, anything else stands as it is written.
sql::Expression default_of(const std::string& sql);
/// The other way round.
std::string default_sql(const sql::Expression& value);
/// A condition or expression, colons and all as it is written.
sql::Expression condition_of(const std::string& sql);
/// SQL of an expression as the standard has it, without table names.
std::string expression_sql(const sql::Expression& expression);

}  // namespace retort::migrations
