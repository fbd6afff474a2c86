// SQLite's backup API between an open connection and a file.
#include "retort/dialects/sqlite/backup.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include "retort/dialects/sqlite/driver.hpp"
#include "retort/dialects/sqlite/errors.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"

namespace retort::dialects::sqlite {

namespace {

sqlite3* database_of(engines::Connection& connection) {
    return static_cast<SqliteConnection&>(connection.driver()).db();
}

void copy(sqlite3* to, sqlite3* from) {
    auto* backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == nullptr) throw_error(to, sqlite3_errcode(to), "backup");
    int code = SQLITE_OK;
    do {
        code = sqlite3_backup_step(backup, 4096);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED) sqlite3_sleep(20);
    } while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED);
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE) throw_error(code, sqlite3_errstr(code), "backup");
}

/// Whether SQLite finds every page and index of the file in order.
bool is_whole(sqlite3* db) {
    sqlite3_stmt* statement = nullptr;
    bool whole = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &statement, nullptr) == SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW &&
                 std::string_view(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0))) == "ok";
    sqlite3_finalize(statement);
    return whole;
}

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
    throw OperationalError("bad-backup"_code, "The backup \"" + path + "\" " + what,
                           "take another file; the database is as it was");
}

}  // namespace

void back_up(engines::Connection& connection, const std::string& path) {
    if (::access(path.c_str(), F_OK) == 0) refuse(path, "exists already");
    try {
        Handle file({.filename = path});
        copy(file.db(), database_of(connection));
        // One file, not one and its log.
        sqlite3_exec(file.db(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
        if (!is_whole(file.db())) refuse(path, "came out damaged");
    } catch (...) {
        ::unlink(path.c_str());
        throw;
    }
}

void restore(engines::Connection& connection, const std::string& path) {
    if (::access(path.c_str(), R_OK) != 0) refuse(path, "cannot be read");
    Handle file({.filename = path, .flags = SQLITE_OPEN_READONLY});
    if (!is_whole(file.db())) refuse(path, "is no whole SQLite database");
    copy(database_of(connection), file.db());
}

}  // namespace retort::dialects::sqlite
