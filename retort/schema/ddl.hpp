// DDL as values, and the compiler that writes it.
#pragma once

#include <cstdint>
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
    bool concurrently = false;  ///< PostgreSQL: without locking the table
};
struct AddForeignKey {
    std::string table;
    ForeignKey key;
    std::string schema = {};
};
/// Some databases drop each kind in its own words.
enum class ConstraintKind : std::uint8_t { unknown, primary_key, foreign_key, unique, check };

struct DropConstraint {
    std::string table;
    std::string name;
    std::string schema = {};
    ConstraintKind kind = ConstraintKind::unknown;
    bool cascade = false;
    bool if_exists = false;
};
struct AddConstraint {
    std::string table;
    std::variant<PrimaryKey, ForeignKey, Unique, Check, Exclude> constraint;
    std::string schema = {};
};
struct CreateSequence {
    Sequence sequence;
    bool if_not_exists = false;
};
struct DropSequence {
    std::string name;
    std::string schema = {};
    bool if_exists = false;
};
struct CreateSchema {
    std::string name;
    bool if_not_exists = false;
};
struct DropSchema {
    std::string name;
    bool if_exists = false;
    bool cascade = false;
};
/// An Enum as a type of the database's own (PostgreSQL).
struct CreateEnum {
    sql::Type type;
    std::string schema = {};
};
struct DropEnum {
    std::string name;
    std::string schema = {};
    bool if_exists = false;
};
/// An empty comment takes it away.
struct SetTableComment {
    std::string table;
    std::string comment;
    std::string schema = {};
};
struct SetColumnComment {
    std::string table;
    Column column;
    std::string schema = {};
};
using DdlStatement = std::variant<CreateTable, DropTable, CreateIndex, DropIndex, AddForeignKey, AddConstraint,
                                  DropConstraint, CreateSequence, DropSequence, CreateSchema, DropSchema, CreateEnum,
                                  DropEnum, SetTableComment, SetColumnComment>;

struct TableChange;  // schema/alter.hpp

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
    std::string compile(const AddConstraint& statement) const { return add_constraint(statement); }
    std::string compile(const DropConstraint& statement) const { return drop_constraint(statement); }
    std::string compile(const CreateSequence& statement) const { return create_sequence(statement); }
    std::string compile(const DropSequence& statement) const;
    std::string compile(const CreateSchema& statement) const;
    std::string compile(const DropSchema& statement) const;
    std::string compile(const CreateEnum& statement) const;
    std::string compile(const DropEnum& statement) const;
    std::string compile(const SetTableComment& statement) const { return set_table_comment(statement); }
    std::string compile(const SetColumnComment& statement) const { return set_column_comment(statement); }

    /// The statements that make `change.after` of a table that exists, with its rows. What SQL has no word for throws
    /// CompileError("cannot-alter").
    virtual std::vector<std::string> change_table(const TableChange& change) const;

    /// SQL that turns a value of one type into the other, where the database would not do it itself; empty: it does.
    virtual std::string conversion(const Column& before, const Column& after) const;
    /// A condition on rows before that: their value can become one of the other type; empty: the database tells.
    virtual std::string convertible(const Column& before, const Column& after) const;
    /// A condition that finds values which are none of the column's type; empty where the database lets in no such.
    virtual std::string misfits(const Column& column) const;
    /// A name for what tells rows of a table without a primary key apart; empty when there is nothing.
    virtual std::string_view row_id() const { return {}; }

    /// Whether a foreign key can be added to a table that exists.
    virtual bool can_alter_constraints() const { return true; }
    /// Whether comments are statements of their own, after CREATE TABLE.
    virtual bool comments_apart() const { return false; }
    /// Whether an Enum is a type that must be made before its tables.
    virtual bool makes_enums() const { return false; }
    virtual bool has_sequences() const { return false; }
    /// Whether tables stand in schemas inside one database.
    virtual bool has_schemas() const { return true; }
    /// Whether tables and columns keep comments.
    virtual bool has_comments() const { return true; }
    /// The name of the dialect in options: "sqlite".
    virtual std::string_view dialect_name() const { return "default"; }
    /// Whether the database takes two names of tables or columns for one: SQLite, where they differ by case.
    virtual bool is_same_name(std::string_view name, std::string_view other) const { return name == other; }
    /// A table under another name in the same schema.
    virtual std::string rename_table(std::string_view schema, std::string_view table, std::string_view to) const;
    /// One column, as CREATE TABLE and ADD COLUMN write it.
    virtual std::string column_specification(const Column& column, const Table& table) const;
    /// What follows DEFAULT.
    virtual std::string server_default(const Column& column) const;
    virtual std::string computed(const Computed& computed) const;
    /// The type, or SERIAL and its like for a column that the database numbers.
    virtual std::string column_type(const Column& column, const Table& table) const;
    /// A spelling that all words for one type share: `NUMERIC(5, 2)` for `DECIMAL(5, 2)`.
    virtual std::string normal_type(const std::string& type) const { return type; }
    /// After the closing parenthesis of CREATE TABLE: engine, comment.
    virtual std::string table_options(const Table& table) const;
    /// Empty for a foreign key that the database cannot have, such as SQLite's into another file.
    virtual std::string foreign_key(const ForeignKey& key, std::string_view schema) const;
    std::string foreign_key(const ForeignKey& key) const { return foreign_key(key, key.referred_schema); }
    virtual std::string unique(const Unique& unique) const;
    virtual std::string check(const Check& check) const;
    virtual std::string exclude(const Exclude& exclude) const;
    std::string type(const sql::Type& type) const;
    std::string quoted(std::string_view name) const;
    std::string qualified(std::string_view schema, std::string_view name) const;
    /// An expression with its values in the text and without table names.
    std::string expression(const sql::Expression& expression) const;

  protected:
    /// Type, default, nullability and comment of a column that stays.
    virtual void change_column(std::vector<std::string>& out, const TableChange& change, const Column& before,
                               const Column& after) const;
    virtual std::unique_ptr<sql::Compiler> sql_compiler(sql::CompileOptions options) const;
    virtual std::string create_table(const CreateTable& statement) const;
    virtual std::string drop_table(const DropTable& statement) const;
    virtual std::string create_index(const CreateIndex& statement) const;
    virtual std::string drop_index(const DropIndex& statement) const;
    virtual std::string add_foreign_key(const AddForeignKey& statement) const;
    virtual std::string add_constraint(const AddConstraint& statement) const;
    virtual std::string drop_constraint(const DropConstraint& statement) const;
    virtual std::string create_sequence(const CreateSequence& statement) const;
    virtual std::string set_table_comment(const SetTableComment& statement) const;
    virtual std::string set_column_comment(const SetColumnComment& statement) const;
    /// A part of an index, as it stands between the brackets.
    virtual std::string index_part(const IndexPart& part, const Index& index) const;
    /// ` WHERE …` of a partial index; empty where the database has none.
    virtual std::string index_where(const Index& index) const;
    /// Longer names are refused; names that a convention made are cut.
    virtual std::size_t longest_name() const { return 9999; }
    /// Empty when the table has no primary key, or its column says it already.
    virtual std::string primary_key(const Table& table) const;
    virtual bool has_native_boolean() const { return true; }
    virtual bool has_native_enum() const { return false; }

    std::string names(const std::vector<std::string>& columns) const;
    std::string constraint_prefix(std::string_view name) const;
    std::string deferral(const Deferral& deferral) const;
    std::string counting(const Counting& counting) const;
    std::string literal(std::string_view text) const;
    std::string constraint(const Constraint& constraint, const CreateTable& statement) const;
    /// The columns of the primary key, that which the database numbers first.
    std::vector<std::string> key_columns(const Table& table) const;
    static std::string option(const Options& options, const std::string& name);
    /// Throws CompileError("unnamed-index").
    static void check_index(const CreateIndex& statement);
    std::string index_parts(const Index& index) const;
    /// Cut to what the database takes, as `constraint_prefix` does with names.
    std::string index_name(const std::string& name) const;
};

}  // namespace retort::schemas
