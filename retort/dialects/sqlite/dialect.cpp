// The dialect of SQLite.
#include "retort/dialects/sqlite/dialect.hpp"

#include "retort/dialects/sqlite/backup.hpp"
#include "retort/dialects/sqlite/compiler.hpp"
#include "retort/dialects/sqlite/ddl.hpp"
#include "retort/dialects/sqlite/inspector.hpp"
#include "retort/dialects/sqlite/schema_transaction.hpp"

namespace retort::dialects::sqlite {

namespace {

class SqliteDialect final : public engines::Dialect {
  public:
    std::string_view name() const override { return "sqlite"; }
    // A transaction that starts by reading could not begin to write once another process has.
    std::string_view begin_sql() const override { return "BEGIN IMMEDIATE"; }
    bool keeps_decimals_as_doubles() const override { return true; }

    std::unique_ptr<sql::Compiler> compiler(sql::CompileOptions options) const override {
        return std::make_unique<SqliteCompiler>(options);
    }
    const schemas::DdlCompiler& ddl() const override { return sqlite_ddl(); }
    std::unique_ptr<engines::Inspector> inspect(engines::Connection& connection) const override {
        return make_inspector(connection);
    }
    std::unique_ptr<engines::SchemaTransaction> schema_transaction(engines::Connection& connection) const override {
        return make_schema_transaction(connection);
    }
    void back_up(engines::Connection& connection, const std::string& path) const override {
        sqlite::back_up(connection, path);
    }
    void check_backup(const std::string& path) const override { sqlite::check_backup(path); }
    void restore(engines::Connection& connection, const std::string& path) const override {
        sqlite::restore(connection, path);
    }
};

}  // namespace

const engines::Dialect& sqlite_dialect() {
    static const SqliteDialect dialect;
    return dialect;
}

}  // namespace retort::dialects::sqlite
