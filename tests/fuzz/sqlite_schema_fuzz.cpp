// Whatever SQLite takes as a CREATE TABLE must be read, with the columns, keys and defaults that SQLite sees in it.
#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "retort/base/text.hpp"
#include "retort/dialects/create_engine.hpp"
#include "retort/dialects/sqlite/create_statement.hpp"
#include "retort/dialects/sqlite/ddl.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/inspector.hpp"
#include "retort/engine/result.hpp"
#include "retort/schema/compare.hpp"
#include "retort/schema/sql_tokens.hpp"

namespace {

using namespace retort;

/// A database with the table, made by SQLite alone; null when SQLite refuses the text, or it is another statement.
sqlite3* made(const std::string& sql) {
    auto tokens = schemas::tokenize(sql);
    if (tokens.size() < 3 || !tokens[0].is("CREATE") || !tokens[1].is("TABLE")) return nullptr;
    sqlite3* database = nullptr;
    sqlite3_open(":memory:", &database);
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 100000);
    sqlite3_stmt* statement = nullptr;
    bool good = sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK && statement != nullptr;
    good = good && sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    if (good) return database;
    sqlite3_close(database);
    return nullptr;
}

std::string text(sqlite3_stmt* row, int column) {
    auto* data = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
    return data == nullptr ? std::string()
                           : std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(row, column)));
}

[[noreturn]] void differ(const std::string& sql, const char* in) {
    std::fprintf(stderr, "%s differs: %s\n", in, sql.c_str());
    std::abort();
}

template <class F>
int each(sqlite3* database, const char* sql, F f) {
    sqlite3_stmt* rows = nullptr;
    if (sqlite3_prepare_v2(database, sql, -1, &rows, nullptr) != SQLITE_OK) return -1;
    int count = 0;
    for (; sqlite3_step(rows) == SQLITE_ROW; ++count) f(rows);
    sqlite3_finalize(rows);
    return count;
}

void check_columns(sqlite3* database, const std::string& sql, const schemas::Table& table) {
    std::size_t at = 0;
    each(database,
         "SELECT x.name, x.\"notnull\", x.pk, x.hidden, x.dflt_value FROM sqlite_schema AS s, "
         "pragma_table_xinfo(s.name) AS x WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite~_%' ESCAPE '~'",
         [&](sqlite3_stmt* row) {
             if (at == table.columns.size()) differ(sql, "the number of columns");
             const auto& column = table.columns[at++];
             if (column.name != text(row, 0)) differ(sql, "a name");
             if (sqlite3_column_int(row, 1) != 0 && column.nullable) differ(sql, "NOT NULL");
             if ((sqlite3_column_int(row, 2) > 0) != column.primary_key) differ(sql, "the primary key");
             int hidden = sqlite3_column_int(row, 3);
             if ((hidden >= 2) != column.computed.has_value()) differ(sql, "a computed column");
             if (column.computed && (hidden == 3) != column.computed->stored) differ(sql, "STORED");
             bool value = sqlite3_column_type(row, 4) != SQLITE_NULL;
             if (value == column.server_default.is_empty()) differ(sql, "a default");
         });
    if (at != table.columns.size()) differ(sql, "the number of columns");
}

void check_keys(sqlite3* database, const std::string& sql, const schemas::Table& table) {
    std::size_t keys = 0;
    each(database, "SELECT max(x.id) + 1 FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS x",
         [&](sqlite3_stmt* row) { keys = static_cast<std::size_t>(sqlite3_column_int(row, 0)); });
    if (keys != table.foreign_keys().size()) differ(sql, "the number of foreign keys");
}

/// Made anew out of what was read, it must read the same.
void check_again(const std::string& sql, const schemas::Table& table) {
    const auto& ddl = dialects::sqlite::sqlite_ddl();
    auto again = ddl.compile(schemas::CreateTable{table});
    auto* database = made(again);
    if (database == nullptr) differ(sql + "\n" + again, "what is made anew");
    sqlite3_close(database);
    if (!schemas::compare_tables(table, dialects::sqlite::read_create_table(again), ddl).empty()) {
        differ(sql + "\n" + again, "the table that is made anew");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string sql(reinterpret_cast<const char*>(data), size);
    if (sql.find('\0') != std::string::npos) return 0;
    auto* database = made(sql);
    std::string kept = sql;
    if (database != nullptr) {
        each(database, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
             [&](sqlite3_stmt* row) { kept = text(row, 0); });
    }
    try {
        auto table = dialects::sqlite::read_create_table(kept);
        if (database != nullptr) {
            check_columns(database, kept, table);
            check_keys(database, kept, table);
            check_again(kept, table);
        }
    } catch (const InternalError&) {
        if (database != nullptr) differ(kept, "whether it can be read");
    }
    sqlite3_close(database);
    return 0;
}
