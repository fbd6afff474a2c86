// How PostgreSQL spells DDL.
#pragma once

#include "retort/schema/ddl.hpp"

namespace retort::dialects::postgresql {

/// SERIAL and IDENTITY, types for enums, comments as statements, and indexes with methods and operator classes.
class PostgresqlDdlCompiler final : public schemas::DdlCompiler {
  public:
    bool comments_apart() const override { return true; }
    bool makes_enums() const override { return true; }
    bool has_sequences() const override { return true; }
    std::string column_specification(const schemas::Column& column, const schemas::Table& table) const override;
    std::string exclude(const schemas::Exclude& exclude) const override;
    std::string_view dialect_name() const override { return "postgresql"; }
    /// Throws CompileError("virtual-column"): PostgreSQL keeps what it computes.
    std::string computed(const schemas::Computed& computed) const override;
    std::string column_type(const schemas::Column& column, const schemas::Table& table) const override;
    std::string table_options(const schemas::Table& table) const override;

  protected:
    std::size_t longest_name() const override { return 63; }
    std::unique_ptr<sql::Compiler> sql_compiler(sql::CompileOptions options) const override;
    std::string create_index(const schemas::CreateIndex& statement) const override;
    std::string drop_index(const schemas::DropIndex& statement) const override;
    std::string create_sequence(const schemas::CreateSequence& statement) const override;
    std::string index_part(const schemas::IndexPart& part, const schemas::Index& index) const override;
    bool has_native_enum() const override { return true; }
};

const schemas::DdlCompiler& postgresql_ddl();

}  // namespace retort::dialects::postgresql
