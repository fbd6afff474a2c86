// Running BEGIN, COMMIT and their kin, and refusing them to everybody else.
#include "retort/dialects/sqlite/control.hpp"

#include <sqlite3.h>

#include <utility>

#include "retort/dialects/sqlite/errors.hpp"

namespace retort::dialects::sqlite {

namespace {

/// SQLite asks this when it prepares a statement.
int authorize(void* allowed, int action, const char*, const char*, const char*, const char*) {
    return action != SQLITE_TRANSACTION || *static_cast<bool*>(allowed) ? SQLITE_OK : SQLITE_DENY;
}

}  // namespace

TransactionControl::TransactionControl(sqlite3* db) : db_(db) {
    sqlite3_set_authorizer(db, &authorize, &allowed_);
    begin_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
    rollback_ = prepare("ROLLBACK");
    savepoint_ = prepare("SAVEPOINT retort_member");
    release_ = prepare("RELEASE retort_member");
    undo_ = prepare("ROLLBACK TO retort_member");
    allowed_ = false;
}

TransactionControl::~TransactionControl() {
    for (auto* statement : {begin_, commit_, rollback_, savepoint_, release_, undo_}) sqlite3_finalize(statement);
    sqlite3_set_authorizer(db_, nullptr, nullptr);
}

sqlite3_stmt* TransactionControl::prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) throw_error(db_, code, sql);
    return statement;
}

int TransactionControl::try_run(sqlite3_stmt* statement) noexcept {
    bool before = std::exchange(allowed_, true);  // a changed schema makes SQLite prepare it anew, and ask again
    int code = sqlite3_step(statement);
    allowed_ = before;
    return code;
}

void TransactionControl::run(sqlite3_stmt* statement) {
    int code = try_run(statement);
    if (code == SQLITE_DONE) {
        sqlite3_reset(statement);
        return;
    }
    std::string message = sqlite3_errmsg(db_);
    sqlite3_reset(statement);
    throw_error(code, message, sqlite3_sql(statement));
}

void TransactionControl::rollback() noexcept {
    if (!is_open()) return;
    try_run(rollback_);
    sqlite3_reset(rollback_);
}

void TransactionControl::undo() noexcept {
    if (!is_open()) return;
    try_run(undo_);
    sqlite3_reset(undo_);
    try_run(release_);
    sqlite3_reset(release_);
}

bool TransactionControl::is_open() const noexcept { return sqlite3_get_autocommit(db_) == 0; }

void TransactionControl::check_deferred_keys() {
    int unresolved = 0;
    int unused = 0;
    sqlite3_db_status(db_, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &unused, 0);
    if (unresolved > 0) throw_error(SQLITE_CONSTRAINT_FOREIGNKEY, "FOREIGN KEY constraint failed");
}

}  // namespace retort::dialects::sqlite
