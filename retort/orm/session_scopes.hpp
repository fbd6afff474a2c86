// Nested and NoAutoflush: what a session does for the length of a scope.
#pragma once

#include <cstdint>
#include <utility>

#include "retort/orm/session_core.hpp"

namespace retort {

namespace orm {
/// Throws InvalidRequestError("savepoint-ended").
[[noreturn]] void refuse_ended_savepoint();
}  // namespace orm

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
