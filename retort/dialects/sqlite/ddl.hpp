// How SQLite spells DDL.
#pragma once

#include "retort/schema/ddl.hpp"

namespace retort::dialects::sqlite {

/// CREATE TABLE and its kin; SQLite can add no constraint to a table that exists.
class SqliteDdlCompiler final : public schemas::DdlCompiler {
  public:
    bool can_alter_constraints() const override { return false; }
    std::string column_specification(const schemas::Column& column, const schemas::Table& table) const override;

  protected:
    std::unique_ptr<sql::Compiler> sql_compiler(sql::CompileOptions options) const override;
    std::string primary_key(const schemas::Table& table) const override;
    std::string server_default(const schemas::Column& column) const override;
    std::string table_options(const schemas::Table& table) const override;
    bool has_native_boolean() const override { return false; }
};

const schemas::DdlCompiler& sqlite_ddl();

}  // namespace retort::dialects::sqlite
