// How MySQL and MariaDB spell statements and types.
#pragma once

#include "retort/sql/compiler.hpp"

namespace retort::dialects::mysql {

/// Types: a VARCHAR needs a length, booleans are small integers, enums stand beside their column.
class MysqlTypeCompiler final : public sql::TypeCompiler {
  public:
    /// The type that a CAST may name; empty where MySQL has none, and the CAST is left out.
    std::string cast_target(const sql::Type& type) const;
    /// Throws CompileError("no-arrays").
    [[noreturn]] static void throw_none() { throw_no_arrays("MySQL"); }

  protected:
    void write_boolean(const sql::Type& type, std::string& out) const override;
    void write_float(const sql::Type& type, std::string& out) const override;
    /// Throws CompileError("varchar-without-length").
    void write_string(const sql::Type& type, std::string& out) const override;
    void write_binary(const sql::Type& type, std::string& out) const override;
    void write_time(const sql::Type& type, std::string& out) const override;
    void write_datetime(const sql::Type& type, std::string& out) const override;
    void write_enum(const sql::Type& type, std::string& out) const override;
    void write_named(const sql::Type& type, std::string& out) const override;
    void write_collation(const sql::Type& type, std::string& out) const override;
    void write_array(const sql::Type&, std::string&) const override { throw_none(); }

  private:
    void write_named_target(const sql::Type& type, std::string& out) const;
};

const MysqlTypeCompiler& mysql_types();

/// Statements and expressions.
class MysqlCompiler final : public sql::Compiler {
  public:
    using Compiler::Compiler;
    const sql::TypeCompiler& types() const override { return mysql_types(); }

  protected:
    std::string_view dialect_name() const override { return "mysql"; }
    char quote_mark() const override { return '`'; }
    bool is_reserved(const sql::Identifier& name) const override;
    bool has_native_boolean() const override { return false; }
    bool has_boolean_words() const override { return true; }
    bool divides_integers() const override { return false; }
    std::size_t longest_label() const override { return 255; }
    std::string_view inner_join() const override { return " INNER JOIN "; }
    bool cte_follows_insert() const override { return true; }
    bool updates_several_tables() const override { return true; }
    void write_text(std::string_view text) override;
    void write_empty_list() override;
    std::string_view no_from() const override { return " FROM DUAL"; }
    void visit_limit(const sql::QueryNode& query) override;
    void visit_write_limit(std::int64_t rows) override;
    void visit_for_update(const sql::ForUpdate& options) override;
    void visit_hinted(const sql::Node& table, std::string_view hint) override;
    void visit_delete_froms(const sql::DeleteNode& node, const std::vector<const sql::Node*>& froms) override;
    /// Throws CompileError("no-on-conflict"): see Insert::on_duplicate_key_update.
    void visit_conflict(const sql::InsertNode& insert) override;
    void visit_duplicate(const sql::InsertNode& insert) override;
    void visit_concat(const sql::BinaryNode& binary) override;
    void visit_affix_pattern(const sql::BinaryNode& binary, bool before, bool after) override;
    void visit_regexp(const sql::RegexpNode& regexp, bool negated) override;
    void visit_regexp_replace(const sql::RegexpNode& regexp) override;
    void visit_match(const sql::BinaryNode& binary) override;
    void visit_distinct_from(const sql::BinaryNode& binary, bool negated) override;
    void visit_cast(const sql::CastNode& cast) override;
    void visit_json(const sql::JsonNode& json) override;
    void visit_item(const sql::BinaryNode& binary) override;
    void visit_array(const sql::ArrayNode& array) override;
    void visit_sequence(const sql::SequenceNode& sequence) override;
    void visit_function(const sql::FunctionNode& function) override;

  private:
    void visit_parts(const sql::Expression& text, const sql::Expression& other, sql::Operator outer);
    void visit_extracted(const sql::JsonNode& json);
    void visit_json_value(const sql::JsonNode& json);
};

}  // namespace retort::dialects::mysql
