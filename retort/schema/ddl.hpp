// DDL as values, and the compiler that writes it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "retort/schema/table.hpp"
#include "retort/sql/compiler.hpp"

namespace retort::schemas {

struct CreateTable {
    Table table;
    bool if_not_exists = false;
    /// Foreign keys of these names are left out; they come later.
    std::vector<std::string> without = {};
};
struct DropTable {
    std::string name;
    std::string schema = {};
    bool if_exists = false;
};
struct CreateIndex {
    std::string table;
    Index index;
    std::string schema = {};
    bool if_not_exists = false;
};
struct DropIndex {
    std::string name;
    std::string table = {};
    std::string schema = {};
    bool if_exists = false;
};
struct AddForeignKey {
    std::string table;
    ForeignKey key;
    std::string schema = {};
};
struct DropConstraint {
    std::string table;
    std::string name;
    std::string schema = {};
};
using DdlStatement = std::variant<CreateTable, DropTable, CreateIndex, DropIndex, AddForeignKey, DropConstraint>;

/// Writes DDL as the SQL standard has it. A dialect derives from it and overrides what differs.
class DdlCompiler {
  public:
    virtual ~DdlCompiler() = default;

    std::string compile(const DdlStatement& statement) const;
    std::string compile(const CreateTable& statement) const { return create_table(statement); }
    std::string compile(const DropTable& statement) const { return drop_table(statement); }
    std::string compile(const CreateIndex& statement) const { return create_index(statement); }
    std::string compile(const DropIndex& statement) const { return drop_index(statement); }
    std::string compile(const AddForeignKey& statement) const { return add_foreign_key(statement); }
    std::string compile(const DropConstraint& statement) const { return drop_constraint(statement); }

    /// Whether a foreign key can be added to a table that exists.
    virtual bool can_alter_constraints() const { return true; }
    /// One column, as CREATE TABLE and ADD COLUMN write it.
    virtual std::string column_specification(const Column& column, const Table& table) const;
    virtual std::string foreign_key(const ForeignKey& key) const;
    virtual std::string unique(const Unique& unique) const;
    virtual std::string check(const Check& check) const;
    std::string type(const sql::Type& type) const;
    std::string quoted(std::string_view name) const;
    std::string qualified(std::string_view schema, std::string_view name) const;
    /// An expression with its values in the text and without table names.
    std::string expression(const sql::Expression& expression) const;

  protected:
    virtual std::unique_ptr<sql::Compiler> sql_compiler(sql::CompileOptions options) const;
    virtual std::string create_table(const CreateTable& statement) const;
    virtual std::string drop_table(const DropTable& statement) const;
    virtual std::string create_index(const CreateIndex& statement) const;
    virtual std::string drop_index(const DropIndex& statement) const;
    virtual std::string add_foreign_key(const AddForeignKey& statement) const;
    virtual std::string drop_constraint(const DropConstraint& statement) const;
    /// Empty when the table has no primary key, or its column says it already.
    virtual std::string primary_key(const Table& table) const;
    /// What follows DEFAULT.
    virtual std::string server_default(const Column& column) const;
    virtual std::string computed(const Computed& computed) const;
    /// The type, or SERIAL and its like for a column that the database numbers.
    virtual std::string column_type(const Column& column, const Table& table) const;
    /// After the closing parenthesis of CREATE TABLE: engine, comment.
    virtual std::string table_options(const Table& table) const;
    virtual bool has_native_boolean() const { return true; }
    virtual bool has_native_enum() const { return false; }

    std::string names(const std::vector<std::string>& columns) const;
    std::string constraint_prefix(std::string_view name) const;
};

}  // namespace retort::schemas
