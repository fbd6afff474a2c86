// How PostgreSQL spells statements and types.
#pragma once

#include "retort/sql/compiler.hpp"

namespace retort::dialects::postgresql {

/// Types: enums and arrays are types of their own here, and moments say whether they know their zone.
class PostgresqlTypeCompiler final : public sql::TypeCompiler {
  protected:
    void write_float(const sql::Type& type, std::string& out) const override;
    void write_binary(const sql::Type& type, std::string& out) const override;
    void write_time(const sql::Type& type, std::string& out) const override;
    void write_datetime(const sql::Type& type, std::string& out) const override;
    void write_interval(const sql::Type& type, std::string& out) const override;
    void write_json(const sql::Type& type, std::string& out) const override;
    void write_uuid(const sql::Type& type, std::string& out) const override;
    /// Throws CompileError("unnamed-enum"): a type needs a name.
    void write_enum(const sql::Type& type, std::string& out) const override;
    void write_named(const sql::Type& type, std::string& out) const override;
    void write_array(const sql::Type& type, std::string& out) const override;
};

const sql::TypeCompiler& postgresql_types();

/// Statements and expressions, with `$1` for parameters.
class PostgresqlCompiler final : public sql::Compiler {
  public:
    using Compiler::Compiler;
    const sql::TypeCompiler& types() const override { return postgresql_types(); }

  protected:
    std::string_view dialect_name() const override { return "postgresql"; }
    bool is_reserved(const sql::Identifier& name) const override;
    void write_mark(std::size_t position) override;
    bool has_positional_marks() const override { return false; }
    bool has_ilike() const override { return true; }
    std::size_t longest_label() const override { return 63; }
    void visit_limit(const sql::QueryNode& query) override;
    void visit_fetch(const sql::QueryNode& query) override;
    void visit_for_update(const sql::ForUpdate& options) override;
    void visit_distinct_on(const std::vector<sql::Expression>& expressions) override;
    void visit_default_values() override;
    void visit_delete_froms(const sql::DeleteNode& node, const std::vector<const sql::Node*>& froms) override;
    /// Throws CompileError("unknown-hint") for hints other than ONLY.
    void visit_hinted(const sql::Node& table, std::string_view hint) override;
    void visit_literal(const sql::ValueView& value) override;
    void visit_regexp(const sql::RegexpNode& regexp, bool negated) override;
    void visit_regexp_replace(const sql::RegexpNode& regexp) override;
    void visit_match(const sql::BinaryNode& binary) override;
    void visit_bitwise(const sql::BinaryNode& binary) override;
    void visit_json(const sql::JsonNode& json) override;
    void visit_sequence(const sql::SequenceNode& sequence) override;
    void visit_function(const sql::FunctionNode& function) override;

  private:
    void visit_json_step(const sql::JsonNode& json, std::string_view symbol);
};

}  // namespace retort::dialects::postgresql
