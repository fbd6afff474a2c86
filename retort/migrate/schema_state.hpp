// SchemaState: the tables that revisions describe, replayed without a database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retort/migrate/operation.hpp"
#include "retort/schema/ddl.hpp"

namespace retort::migrations {

/// Tables as values, which operations change.
class SchemaState {
  public:
    /// Throws MigrationError("operation-does-not-fit") naming the table, column or constraint that is missing or there
    /// already. What is opaque changes nothing here and is remembered.
    void apply(const Operation& operation, const schemas::DdlCompiler& compiler);

    const schemas::Table* find(std::string_view name, std::string_view schema = {}) const;
    schemas::Table* find(std::string_view name, std::string_view schema = {});
    /// Puts a table in, in the place of the one that has its name.
    void put(schemas::Table table);
    void remove(std::string_view name, std::string_view schema = {});
    const std::vector<schemas::Table>& tables() const { return tables_; }
    /// Whether SQL or C++ ran, so that only the database itself knows the schema.
    bool is_opaque() const { return opaque_; }
    void mark_opaque() { opaque_ = true; }

  private:
    std::vector<schemas::Table> tables_;
    bool opaque_ = false;
};

/// What the operation makes of the table that it is about. Throws as `SchemaState::apply` does. Not for CreateTable,
/// DropTable and RenameTable.
void apply_to_table(const Operation& operation, schemas::Table& table, const schemas::DdlCompiler& compiler);

/// The statements that rename a table. SQLite, for which names that differ by case are the same, is led by another
/// name.
std::vector<std::string> rename_table(const schemas::DdlCompiler& compiler, std::string_view schema,
                                      const std::string& table, const std::string& to);

/// The constraint that an operation means; where there is none, an error that names those that are there.
AnyConstraint find_constraint(const schemas::Table& table, const ops::DropConstraint& wanted,
                              const schemas::DdlCompiler& compiler);

/// A constraint or primary key taken out of a table, or put into it.
void add_constraint(schemas::Table& table, const AnyConstraint& constraint);
void remove_constraint(schemas::Table& table, const AnyConstraint& constraint, const schemas::DdlCompiler& compiler);

/// The operation that undoes this one, in the schema that was there before it. SQL and C++ cannot be undone: empty.
std::vector<Operation> reversed(const Operation& operation, const SchemaState& before,
                                const schemas::DdlCompiler& compiler);

/// A whole list undone, last step first; empty where a step cannot be.
std::optional<std::vector<Operation>> reversed(const std::vector<Operation>& operations, SchemaState before,
                                               const schemas::DdlCompiler& compiler);

/// A value of the type for rows that need one: `''`, `0`. As SQL.
std::string zero_of(const sql::Type& type);
/// Whether a row that is given nothing gets something by the column's own default; DEFAULT NULL gives nothing.
bool gives_value(const schemas::Column& column);
/// SQL for rows that have nothing where something must be: the default, or the type's zero.
std::string filling_of(const schemas::Column& column);

}  // namespace retort::migrations
