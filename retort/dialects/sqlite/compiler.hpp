// How SQLite spells statements and types.
#pragma once

#include "retort/sql/compiler.hpp"

namespace retort::dialects::sqlite {

/// Types: SQLite keeps any name, and takes a column's affinity from the words in it.
class SqliteTypeCompiler final : public sql::TypeCompiler {
  public:
    /// Throws CompileError("no-arrays").
    [[noreturn]] static void throw_none() { throw_no_arrays("SQLite"); }

  protected:
    void write_named(const sql::Type& type, std::string& out) const override;
    void write_array(const sql::Type&, std::string&) const override { throw_none(); }
};

const sql::TypeCompiler& sqlite_types();

/// Statements and expressions.
class SqliteCompiler final : public sql::Compiler {
  public:
    using Compiler::Compiler;
    const sql::TypeCompiler& types() const override { return sqlite_types(); }

  protected:
    std::string_view dialect_name() const override { return "sqlite"; }
    bool is_reserved(const sql::Identifier& name) const override;
    bool has_native_boolean() const override { return false; }
    bool has_values_in_tuples() const override { return true; }
    bool has_named_values() const override { return false; }
    bool returning_names_table() const override { return false; }
    void visit_limit(const sql::QueryNode& query) override;
    /// SQLite takes no parentheses around members; `SELECT * FROM (…)` says the same.
    void visit_member(const sql::QueryNode& query, bool grouped) override;
    void visit_hinted(const sql::Node& table, std::string_view hint) override;
    void visit_default_values() override;
    bool conflict_target_is_literal() const override { return true; }
    void visit_conflict(const sql::InsertNode& insert) override;
    void visit_delete_froms(const sql::DeleteNode& node, const std::vector<const sql::Node*>& froms) override;
    /// A writer has the whole database, so there is nothing to lock.
    void visit_for_update(const sql::ForUpdate&) override {}
    void visit_empty_set(bool negated, std::size_t width) override;
    void write_empty_list() override;
    void visit_literal(const sql::ValueView& value) override;
    void visit_divide(const sql::BinaryNode& binary) override;
    void visit_regexp(const sql::RegexpNode& regexp, bool negated) override;
    void visit_regexp_replace(const sql::RegexpNode& regexp) override;
    void visit_json(const sql::JsonNode& json) override;
    void visit_item(const sql::BinaryNode& binary) override;
    void visit_array(const sql::ArrayNode& array) override;
    void visit_sequence(const sql::SequenceNode& sequence) override;
    void visit_distinct_from(const sql::BinaryNode& binary, bool negated) override;
    void visit_function(const sql::FunctionNode& function) override;
    void visit_extract(const sql::ExtractNode& extract) override;
};

}  // namespace retort::dialects::sqlite
