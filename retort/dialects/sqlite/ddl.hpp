// How SQLite spells DDL.
#pragma once

#include "retort/schema/ddl.hpp"

namespace retort::dialects::sqlite {

/// CREATE TABLE and its kin; SQLite can add no constraint to a table that exists.
class SqliteDdlCompiler final : public schemas::DdlCompiler {
  public:
    bool can_alter_constraints() const override { return false; }
    bool has_comments() const override { return false; }
    /// Files that are attached are none: a transaction over them is not one.
    bool has_schemas() const override { return false; }
    std::string_view dialect_name() const override { return "sqlite"; }
    bool is_same_name(std::string_view name, std::string_view other) const override;
    std::string server_default(const schemas::Column& column) const override;
    std::string column_type(const schemas::Column& column, const schemas::Table& table) const override;
    std::string normal_type(const std::string& type) const override;
    std::string table_options(const schemas::Table& table) const override;
    std::string column_specification(const schemas::Column& column, const schemas::Table& table) const override;
    /// Empty when it leads into another database file.
    std::string foreign_key(const schemas::ForeignKey& key, std::string_view schema) const override;
    std::string unique(const schemas::Unique& unique) const override;
    std::string check(const schemas::Check& check) const override;

    std::string conversion(const schemas::Column& before, const schemas::Column& after) const override;
    std::string convertible(const schemas::Column& before, const schemas::Column& after) const override;
    /// SQLite keeps what does not convert as it is.
    std::string misfits(const schemas::Column& column) const override;
    std::string_view row_id() const override { return "rowid"; }
    /// Adding and dropping a plain column alters the table; anything else makes it anew (dialects/sqlite/rebuild.cpp).
    std::vector<std::string> change_table(const schemas::TableChange& change) const override;

  protected:
    /// CREATE VIRTUAL TABLE for what was reflected as one.
    std::string create_table(const schemas::CreateTable& statement) const override;
    std::string create_index(const schemas::CreateIndex& statement) const override;
    std::unique_ptr<sql::Compiler> sql_compiler(sql::CompileOptions options) const override;
    std::string primary_key(const schemas::Table& table) const override;
    bool has_native_boolean() const override { return false; }

  private:
    std::string key_beside_column(const schemas::Table& table) const;
};

const schemas::DdlCompiler& sqlite_ddl();

}  // namespace retort::dialects::sqlite
