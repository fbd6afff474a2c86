// How MySQL and MariaDB spell DDL.
#pragma once

#include "retort/schema/ddl.hpp"

namespace retort::dialects::mysql {

/// AUTO_INCREMENT, comments beside what they describe, table options, and index prefixes.
class MysqlDdlCompiler final : public schemas::DdlCompiler {
  public:
    std::string column_specification(const schemas::Column& column, const schemas::Table& table) const override;
    /// Throws CompileError("no-match"): MySQL would forget the rules of a foreign key with MATCH.
    std::string foreign_key(const schemas::ForeignKey& key, std::string_view schema) const override;
    std::string_view dialect_name() const override { return "mysql"; }
    std::string table_options(const schemas::Table& table) const override;
    /// Without its schema the new name would be in the connection's own.
    std::string rename_table(std::string_view schema, std::string_view table, std::string_view to) const override;

  protected:
    /// MODIFY says the whole column again.
    void change_column(std::vector<std::string>& out, const schemas::TableChange& change, const schemas::Column& before,
                       const schemas::Column& after) const override;
    std::size_t longest_name() const override { return 64; }
    std::unique_ptr<sql::Compiler> sql_compiler(sql::CompileOptions options) const override;
    std::string create_index(const schemas::CreateIndex& statement) const override;
    std::string drop_index(const schemas::DropIndex& statement) const override;
    std::string drop_constraint(const schemas::DropConstraint& statement) const override;
    std::string set_table_comment(const schemas::SetTableComment& statement) const override;
    std::string set_column_comment(const schemas::SetColumnComment& statement) const override;
    std::string index_part(const schemas::IndexPart& part, const schemas::Index& index) const override;
    /// MySQL has no partial indexes; what is unique among some rows would be refused among all.
    std::string index_where(const schemas::Index&) const override { return {}; }
    bool has_native_boolean() const override { return false; }
    bool has_native_enum() const override { return true; }

  private:
    std::string column_text(const schemas::Column& column, bool counted) const;
};

const schemas::DdlCompiler& mysql_ddl();

}  // namespace retort::dialects::mysql
