// The statements that open and end transactions on a connection where nobody else may.
#pragma once

#include <memory>
#include <string_view>

#include "retort/dialects/sqlite/driver.hpp"

struct sqlite3_stmt;

namespace retort::dialects::sqlite {

/// BEGIN IMMEDIATE, COMMIT, ROLLBACK and one savepoint, prepared once.
///
/// While it lives, BEGIN, COMMIT and ROLLBACK as text are refused on the connection: the writer's transaction belongs
/// to a whole group of clients. Savepoints remain free.
class TransactionControl {
  public:
    explicit TransactionControl(sqlite3* db);
    ~TransactionControl();
    TransactionControl(const TransactionControl&) = delete;
    TransactionControl& operator=(const TransactionControl&) = delete;

    /// Lets everybody begin and end transactions as text again.
    void allow_text() { allowed_ = true; }

    void begin() { run(begin_); }
    /// On failure the transaction is still open, unless SQLite ended it.
    void commit() { run(commit_); }
    void rollback() noexcept;
    void savepoint() { run(savepoint_); }
    void release() { run(release_); }
    /// Back to the savepoint, and without it.
    void undo() noexcept;
    /// False also when SQLite ended the transaction because of an error.
    bool is_open() const noexcept;
    /// Throws IntegrityError when rows added so far leave a deferred foreign key without its target.
    void check_deferred_keys();

  private:
    void run(sqlite3_stmt* statement);
    int try_run(sqlite3_stmt* statement) noexcept;
    sqlite3_stmt* prepare(const char* sql);

    sqlite3* db_;
    bool allowed_ = true;
    sqlite3_stmt* begin_;
    sqlite3_stmt* commit_;
    sqlite3_stmt* rollback_;
    sqlite3_stmt* savepoint_;
    sqlite3_stmt* release_;
    sqlite3_stmt* undo_;
};

}  // namespace retort::dialects::sqlite
