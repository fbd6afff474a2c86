// SessionTransaction, Nested and NoAutoflush: what a session does for the length of a scope.
#pragma once

#include <cstdint>
#include <utility>

#include "retort/orm/session_core.hpp"

namespace retort {

namespace orm {
/// Throws InvalidRequestError("savepoint-ended").
[[noreturn]] void refuse_ended_savepoint();
/// Throws InvalidRequestError("transaction-ended").
[[noreturn]] void refuse_ended_transaction();
}  // namespace orm

/// A transaction of a session. Rolled back when it goes without having been committed; nothing is left to do when the
/// session itself was committed or rolled back meanwhile.
class SessionTransaction {
  public:
    explicit SessionTransaction(orm::SessionCore& session) : session_(&session), number_(session.begin()) {}
    SessionTransaction(SessionTransaction&& other) noexcept
        : session_(std::exchange(other.session_, nullptr)), number_(other.number_) {}
    SessionTransaction(const SessionTransaction&) = delete;
    SessionTransaction& operator=(const SessionTransaction&) = delete;
    SessionTransaction& operator=(SessionTransaction&&) = delete;
    ~SessionTransaction() { rollback(); }

    [[nodiscard]] bool is_active() const { return session_ != nullptr && session_->is_in_transaction(number_); }
    /// Writes everything and makes it last. Throws InvalidRequestError("transaction-ended").
    void commit() {
        if (!is_active()) orm::refuse_ended_transaction();
        session_->commit();
        session_ = nullptr;
    }
    void rollback() noexcept {
        if (is_active()) session_->rollback();
        session_ = nullptr;
    }

  private:
    orm::SessionCore* session_;
    std::uint64_t number_;
};

/// A savepoint of a session. Rolled back when it goes without having been committed.
class Nested {
  public:
    explicit Nested(orm::SessionCore& session) : session_(&session), number_(session.begin_nested()) {}
    Nested(Nested&& other) noexcept : session_(std::exchange(other.session_, nullptr)), number_(other.number_) {}
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    Nested& operator=(Nested&&) = delete;
    ~Nested() { rollback(); }

    /// Keeps what was done within it. Throws InvalidRequestError("savepoint-ended").
    void commit() {
        if (session_ == nullptr) orm::refuse_ended_savepoint();
        session_->commit_nested(number_);
        session_ = nullptr;
    }
    void rollback() noexcept {
        if (session_ != nullptr) session_->rollback_nested(number_);
        session_ = nullptr;
    }

  private:
    orm::SessionCore* session_;
    std::uint64_t number_;
};

/// Switches autoflush off for a scope: `auto guard = session.no_autoflush();` or `NoAutoflush guard(session);`
class NoAutoflush {
  public:
    explicit NoAutoflush(orm::SessionCore& session) : session_(session), before_(session.options().autoflush) {
        session_.set_autoflush(false);
    }
    template <class AnySession>
        requires requires(const AnySession& session) { session.core(); }
    explicit NoAutoflush(const AnySession& session) : NoAutoflush(session.core()) {}
    ~NoAutoflush() { session_.set_autoflush(before_); }
    NoAutoflush(const NoAutoflush&) = delete;
    NoAutoflush& operator=(const NoAutoflush&) = delete;

  private:
    orm::SessionCore& session_;
    bool before_;
};

}  // namespace retort
