// What SQLite spells otherwise in DDL.
#include "retort/dialects/sqlite/ddl.hpp"

#include "retort/dialects/sqlite/compiler.hpp"
#include "retort/sql/nodes.hpp"

namespace retort::dialects::sqlite {

namespace {

/// The column that is declared `PRIMARY KEY AUTOINCREMENT`, so that ids are never used twice; null when none is.
const schemas::Column* strictly_counted(const schemas::Table& table) {
    return table.has_option("sqlite_autoincrement") ? table.autoincrement_column() : nullptr;
}

bool says(const schemas::Table& table, const std::string& option, std::string_view value) {
    auto found = table.options.find(option);
    return found != table.options.end() && found->second == value;
}

}  // namespace

std::unique_ptr<sql::Compiler> SqliteDdlCompiler::sql_compiler(sql::CompileOptions options) const {
    return std::make_unique<SqliteCompiler>(options);
}

std::string SqliteDdlCompiler::column_specification(const schemas::Column& column, const schemas::Table& table) const {
    schemas::Column spelt = column;
    // Only "INTEGER" makes a primary key the rowid, which counts up; a BIGINT one would refuse a row without a key.
    const auto* counting = table.autoincrement_column();
    if (counting != nullptr && counting->name == column.name) spelt.type = sql::types::Integer();
    auto out = DdlCompiler::column_specification(spelt, table);
    const auto* counted = strictly_counted(table);
    if (counted != nullptr && counted->name == column.name) out += " PRIMARY KEY AUTOINCREMENT";
    return out;
}

std::string SqliteDdlCompiler::primary_key(const schemas::Table& table) const {
    return strictly_counted(table) != nullptr ? std::string() : DdlCompiler::primary_key(table);
}

std::string SqliteDdlCompiler::server_default(const schemas::Column& column) const {
    auto text = expression(column.server_default);
    auto kind = column.server_default.node()->kind();
    // SQLite takes expressions in parentheses only; text stands as it was written.
    bool bare = kind == sql::NodeKind::text || kind == sql::NodeKind::bind;
    return bare ? text : "(" + text + ")";
}

std::string SqliteDdlCompiler::table_options(const schemas::Table& table) const {
    std::string out;
    if (says(table, "sqlite_with_rowid", "false")) out += "\n WITHOUT ROWID";
    if (says(table, "sqlite_strict", "true")) out += out.empty() ? "\n STRICT" : ", STRICT";
    return out;
}

const schemas::DdlCompiler& sqlite_ddl() {
    static const SqliteDdlCompiler ddl;
    return ddl;
}

}  // namespace retort::dialects::sqlite
