// What SQLite spells otherwise in DDL.
#include "retort/dialects/sqlite/ddl.hpp"

#include "retort/base/text.hpp"
#include "retort/dialects/sqlite/compiler.hpp"
#include "retort/dialects/sqlite/create_statement.hpp"
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

namespace {

/// ` ON CONFLICT FAIL`: what happens to a statement that hurts the constraint.
std::string on_conflict(const schemas::Options& options, const std::string& name) {
    auto found = options.find(name);
    return found == options.end() ? std::string() : " ON CONFLICT " + found->second;
}

/// The columns of a key with their order and collation, where a reflected table has such.
std::string parts(const schemas::Options& options, std::string names) {
    auto found = options.find("sqlite_parts");
    return found == options.end() ? std::move(names) : found->second;
}

[[noreturn]] void throw_composite(const schemas::Table& table) {
    throw sql::CompileError(
        "composite-autoincrement"_code,
        "SQLite cannot count the rows of table \"" + table.full_name() + "\", whose primary key has several columns",
        "leave autoincrement away, or make the counted column the whole primary key");
}

}  // namespace

bool SqliteDdlCompiler::is_same_name(std::string_view name, std::string_view other) const {
    return iequals(name, other);
}

std::string SqliteDdlCompiler::column_type(const schemas::Column& column, const schemas::Table& table) const {
    const auto* counting = table.autoincrement_column();
    bool counts = counting != nullptr && counting->name == column.name;
    if (counts && table.primary_key_columns().size() > 1) throw_composite(table);
    // Only "INTEGER" makes a primary key the rowid, which counts up; a BIGINT one would refuse a row without a key.
    return type(counts ? sql::Type(sql::types::Integer()) : column.type);
}

std::string SqliteDdlCompiler::normal_type(const std::string& declaration) const {
    auto normal = type(type_of_declaration(declaration));
    return normal == "REAL" ? "FLOAT" : normal;
}

std::string SqliteDdlCompiler::column_specification(const schemas::Column& column, const schemas::Table& table) const {
    std::string out = quoted(column.name);
    // A column of SQLite needs no type.
    if (auto own = column_type(column, table); !own.empty()) out += ' ' + own;
    if (!column.collation.empty()) out += " COLLATE " + quoted(column.collation);
    if (!column.server_default.is_empty()) out += " DEFAULT " + server_default(column);
    // Only SQLite's keys may hold NULL; where they do, reflection says so.
    bool key = column.primary_key && !column.options.contains("sqlite_nullable_key");
    if (!column.nullable || key) {
        out += " NOT NULL" + on_conflict(column.options, "sqlite_on_conflict_not_null");
    }
    if (column.primary_key) out += key_beside_column(table);
    if (column.computed) out += ' ' + computed(*column.computed);
    for (const schemas::Check& own : column.checks) out += ' ' + check(own);
    return out;
}

std::string SqliteDdlCompiler::foreign_key(const schemas::ForeignKey& key, std::string_view schema) const {
    if (key.referred_schema != schema) return {};
    schemas::ForeignKey own = key;
    own.referred_schema.clear();
    return DdlCompiler::foreign_key(own, schema);
}

std::string SqliteDdlCompiler::unique(const schemas::Unique& unique) const {
    return constraint_prefix(unique.name) + "UNIQUE (" + parts(unique.options, names(unique.columns)) + ')' +
           deferral(unique.deferral) + on_conflict(unique.options, "sqlite_on_conflict");
}

std::string SqliteDdlCompiler::check(const schemas::Check& check) const {
    std::string out = DdlCompiler::check(check);
    return out.empty() ? out : out + on_conflict(check.options, "sqlite_on_conflict");
}

std::string SqliteDdlCompiler::create_index(const schemas::CreateIndex& statement) const {
    check_index(statement);
    const schemas::Index& index = statement.index;
    std::string out = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
    if (statement.if_not_exists) out += "IF NOT EXISTS ";
    // An index lives in its table's file, so the file stands with the index.
    out += qualified(statement.schema, index.name) + " ON " + quoted(statement.table);
    return out + index_parts(index) + index_where(index);
}

/// Where it says something that it cannot say among the constraints: AUTOINCREMENT, and DESC of an INTEGER key, which
/// then is no rowid.
std::string SqliteDdlCompiler::key_beside_column(const schemas::Table& table) const {
    const auto& key = table.primary_key;
    bool counted = strictly_counted(table) != nullptr;
    bool descending = key.options.contains("sqlite_descending");
    if (!counted && !descending) return {};
    return ' ' + constraint_prefix(key.name) + "PRIMARY KEY" + (descending ? " DESC" : "") +
           on_conflict(key.options, "sqlite_on_conflict") + (counted ? " AUTOINCREMENT" : "");
}

std::string SqliteDdlCompiler::primary_key(const schemas::Table& table) const {
    if (!key_beside_column(table).empty()) return {};
    auto columns = key_columns(table);
    if (columns.empty()) return {};
    const auto& key = table.primary_key;
    return constraint_prefix(key.name) + "PRIMARY KEY (" + parts(key.options, names(columns)) + ')' +
           deferral(key.deferral) + on_conflict(key.options, "sqlite_on_conflict");
}

std::string SqliteDdlCompiler::create_table(const schemas::CreateTable& statement) const {
    const schemas::Table& table = statement.table;
    if (!table.has_option("sqlite_virtual")) return DdlCompiler::create_table(statement);
    std::string_view condition = statement.if_not_exists ? "IF NOT EXISTS " : "";
    return std::string("CREATE VIRTUAL TABLE ").append(condition) + qualified(table.schema, table.name) +
           table_options(table);
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
    if (table.has_option("sqlite_virtual")) return out.append(" USING ").append(table.option("sqlite_virtual"));
    if (says(table, "sqlite_with_rowid", "false")) out += "\n WITHOUT ROWID";
    if (says(table, "sqlite_strict", "true")) out += out.empty() ? "\n STRICT" : ", STRICT";
    return out;
}

const schemas::DdlCompiler& sqlite_ddl() {
    static const SqliteDdlCompiler ddl;
    return ddl;
}

}  // namespace retort::dialects::sqlite
