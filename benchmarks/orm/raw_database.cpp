// Opening raw sqlite3 as the engine does: no mutex, WAL, synchronous FULL, foreign keys on.
#include "raw_database.hpp"

#include <cstdio>
#include <cstdlib>

RawDatabase::RawDatabase(const std::string& file) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(file.c_str(), &database_, flags, nullptr) != SQLITE_OK) fail(file.c_str());
    if (file != ":memory:") run("PRAGMA journal_mode = WAL");
    run("PRAGMA foreign_keys = ON");
    run("PRAGMA synchronous = FULL");
}

RawDatabase::~RawDatabase() {
    for (auto* statement : statements_) sqlite3_finalize(statement);
    sqlite3_close(database_);
}

void RawDatabase::run(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

sqlite3_stmt* RawDatabase::prepare(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v3(database_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) fail(sql.c_str());
    statements_.push_back(statement);
    return statement;
}

void RawDatabase::fail(const char* what) {
    std::fprintf(stderr, "%s: %s\n", what, sqlite3_errmsg(database_));
    std::exit(1);
}
