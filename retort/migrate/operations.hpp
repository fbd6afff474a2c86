// Operations: what a revision's upgrade and downgrade are given, and write down what shall be done.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "retort/migrate/words.hpp"

namespace retort::migrations {

/// The steps of one direction of a revision. A call writes a step down; nothing runs before the function has returned,
/// so that a revision can be planned, printed as SQL and checked without a database.
class Operations {
  public:
    void create_table(std::string name, std::initializer_list<TablePart> parts);
    void create_table(schemas::Table table);
    void drop_table(std::string name);
    void rename_table(std::string name, std::string to);
    /// Comment and options of the table: `op.alter_table("user", {.comment = "who may come in"})`
    void alter_table(std::string name, TableSettings settings);

    /// `backfill` is SQL for the rows that are there already: `"''"`, `"lower(name)"`.
    /// `before` names the column that it stands before; without it, and where a database cannot do that, it is the
    /// last.
    void add_column(std::string table, schemas::Column column, std::string backfill = {}, std::string before = {});
    void drop_column(std::string table, std::string column);
    void rename_column(std::string table, std::string column, std::string to);
    /// `op.alter_column("user", "email", {.nullable = false, .backfill = "''"})`
    void alter_column(std::string table, std::string column, ColumnChange change);

    void create_index(std::string table, schemas::Index index);
    void drop_index(std::string table, std::string name);
    void add_constraint(std::string table, AnyConstraint constraint);
    /// The name of any constraint, the primary key's too.
    void drop_constraint(std::string table, std::string name);
    /// One without a name, by what it says.
    void drop_constraint(std::string table, AnyConstraint constraint);
    void create_primary_key(std::string table, std::string name, std::vector<std::string> columns);

    /// A row as text, numbers, and so on: `op.insert_rows("role", {"id", "name"}, {{1, "admin"}, {2, "guest"}})`.
    void insert_rows(std::string table, std::vector<std::string> columns, std::vector<std::vector<class Cell>> rows);
    void delete_rows(std::string table, std::vector<std::string> columns, std::vector<std::vector<class Cell>> rows);

    /// SQL as it is; what it does to the schema nobody knows.
    void execute(std::string sql);
    /// SQL for one dialect only: `op.execute_on("postgresql", "CREATE EXTENSION citext")`.
    void execute_on(std::string dialect, std::string sql);
    /// Work in C++, when its turn comes, inside the revision's transaction.
    void run(std::function<void(engines::Connection&)> work);

    /// A step made elsewhere.
    void add(Operation operation);

    /// For the next step only: it is for the database with this bind key.
    Operations& on(std::string bind);
    /// For the next step only: the schema of its table, `op.schema("audit").drop_table("log")`. SQLite has none.
    Operations& schema(std::string name);

    const std::vector<Operation>& list() const { return list_; }

  private:
    void note(Step step);

    std::vector<Operation> list_;
    std::string bind_;
    std::string schema_;
};

/// A value of a row.
class Cell {
  public:
    Cell(std::nullptr_t);          // NOLINT: values are meant to convert
    Cell(bool value);              // NOLINT
    Cell(int value);               // NOLINT
    Cell(long value);              // NOLINT
    Cell(long long value);         // NOLINT
    Cell(double value);            // NOLINT
    Cell(const char* value);       // NOLINT
    Cell(std::string_view value);  // NOLINT
    const sql::Value& value() const { return value_; }

  private:
    sql::Value value_;
};

}  // namespace retort::migrations
