// How SQLite spells statements and types.
#pragma once

#include "retort/sql/compiler.hpp"

namespace retort::dialects::sqlite {

/// Types: SQLite keeps any name, and takes a column's affinity from the words in it.
class SqliteTypeCompiler final : public sql::TypeCompiler {
  protected:
    void write_datetime(const sql::Type& type, std::string& out) const override;
    void write_interval(const sql::Type& type, std::string& out) const override;
};

const sql::TypeCompiler& sqlite_types();

/// Statements and expressions.
class SqliteCompiler final : public sql::Compiler {
  public:
    using Compiler::Compiler;
    const sql::TypeCompiler& types() const override { return sqlite_types(); }

  protected:
    bool is_reserved(const sql::Identifier& name) const override;
    bool has_native_boolean() const override { return false; }
    bool has_values_in_tuples() const override { return true; }
    bool returning_names_table() const override { return false; }
    void visit_limit(const sql::QueryNode& query) override;
    /// A writer has the whole database, so there is nothing to lock.
    void visit_for_update(const sql::ForUpdate&) override {}
    void visit_empty_set(bool negated, std::size_t width) override;
    void visit_literal(const sql::ValueView& value) override;
    void visit_divide(const sql::BinaryNode& binary) override;
    void visit_regexp(const sql::BinaryNode& binary, bool negated) override;
    void visit_distinct_from(const sql::BinaryNode& binary, bool negated) override;
    void visit_function(const sql::FunctionNode& function) override;
    void visit_extract(const sql::ExtractNode& extract) override;
    void visit_as_boolean(const sql::Expression& value, bool wanted) override;
};

}  // namespace retort::dialects::sqlite
