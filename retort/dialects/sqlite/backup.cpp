// SQLite's backup API between an open connection and a file.
#include "retort/dialects/sqlite/backup.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "retort/dialects/sqlite/driver.hpp"
#include "retort/dialects/sqlite/errors.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"

namespace retort::dialects::sqlite {

namespace {

sqlite3* database_of(engines::Connection& connection) {
    return static_cast<SqliteConnection&>(connection.driver()).db();
}

std::chrono::milliseconds patience_of(engines::Connection& connection) {
    return static_cast<SqliteConnection&>(connection.driver()).handle().busy_timeout();
}

/// Waits for the locks of others as long as a statement would, counted anew whenever pages went across.
void copy(sqlite3* to, sqlite3* from, std::chrono::milliseconds patience) {
    using Clock = std::chrono::steady_clock;
    auto* backup = sqlite3_backup_init(to, "main", from, "main");
    if (backup == nullptr) throw_error(to, sqlite3_errcode(to), "backup");
    int code = SQLITE_OK;
    auto moved = Clock::now();
    do {
        code = sqlite3_backup_step(backup, 4096);
        code = code == SQLITE_DONE ? code : code & 0xff;
        bool locked = code == SQLITE_BUSY || code == SQLITE_LOCKED;
        if (!locked) moved = Clock::now();
        if (locked && Clock::now() - moved > patience) break;
        if (locked) sqlite3_sleep(20);
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

/// Names that SQLite takes for something else than a file.
void require_file_name(const std::string& path) {
    bool file = !path.empty() && path != ":memory:" && !path.starts_with("file:");
    if (!file) refuse(path, "has no name of a file");
}

void write_copy(sqlite3* from, const std::string& path, std::chrono::milliseconds patience) {
    try {
        Handle file({.filename = path});
        copy(file.db(), from, patience);
        // One file, not one and its log.
        sqlite3_exec(file.db(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
        if (!is_whole(file.db())) refuse(path, "came out damaged");
    } catch (...) {
        ::unlink(path.c_str());
        throw;
    }
    if (::access(path.c_str(), F_OK) != 0) refuse(path, "was not written");
}

/// The database as it was, for somebody who took the wrong backup; page by page, also where it is damaged.
void set_aside(sqlite3* db, const std::string& path, std::chrono::milliseconds patience) {
    const char* own = sqlite3_db_filename(db, "main");
    std::error_code error;
    if (own == nullptr || *own == 0 || !std::filesystem::exists(own, error)) return;
    if (std::filesystem::equivalent(own, path, error)) refuse(path, "is the database itself");
    auto aside = std::string(own) + ".before-restore.bak";
    auto fresh = aside + ".new";
    ::unlink(fresh.c_str());
    {
        Handle file({.filename = fresh});
        copy(file.db(), db, patience);
        sqlite3_exec(file.db(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
    }
    std::filesystem::rename(fresh, aside, error);
    if (error) refuse(aside, "cannot be written: " + error.message());
}

}  // namespace

void back_up(engines::Connection& connection, const std::string& path) {
    require_file_name(path);
    if (::access(path.c_str(), F_OK) == 0) refuse(path, "exists already");
    write_copy(database_of(connection), path, patience_of(connection));
}

void check_backup(const std::string& path) {
    require_file_name(path);
    std::error_code error;
    auto size = std::filesystem::file_size(path, error);
    if (error || ::access(path.c_str(), R_OK) != 0) refuse(path, "cannot be read");
    // SQLite takes such a file for a database without tables.
    if (size < 512) refuse(path, "is empty");
    Handle file({.filename = path, .flags = SQLITE_OPEN_READONLY});
    if (!is_whole(file.db())) refuse(path, "is no whole SQLite database");
}

void restore(engines::Connection& connection, const std::string& path) {
    check_backup(path);
    // Open before the name may become another file's: it can be that of an earlier restore.
    Handle file({.filename = path, .flags = SQLITE_OPEN_READONLY});
    set_aside(database_of(connection), path, patience_of(connection));
    copy(database_of(connection), file.db(), patience_of(connection));
}

}  // namespace retort::dialects::sqlite
