// What an engine tells about each statement it ran, to whoever asked: echo, recorded queries, slow query logs.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <span>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/sql/value.hpp"

namespace retort::engines {

/// One statement that ran; what it points at lives for the call only.
struct StatementEvent {
    std::string_view sql;
    std::span<const sql::ValueView> parameters;
    std::chrono::steady_clock::time_point start;
    std::chrono::steady_clock::time_point end;
    std::int64_t rows = 0;                  ///< rows given, or changed where it gives none
    const std::exception* error = nullptr;  ///< when it failed
};

/// Called after each statement, on the thread that ran it; it must not wait and must not use the engine.
using StatementHook = std::function<void(const StatementEvent&)>;

/// Puts one more behind what is there.
void add_hook(StatementHook& hook, StatementHook more);

/// Whose statements run on this thread just now, as who runs them says; null mostly. Sessions write on threads that are
/// not their own, and this goes with them.
void*& statement_context() noexcept;

/// Says so for a scope.
class StatementContext {
  public:
    explicit StatementContext(void* context) : before_(statement_context()) { statement_context() = context; }
    ~StatementContext() { statement_context() = before_; }
    StatementContext(const StatementContext&) = delete;
    StatementContext& operator=(const StatementContext&) = delete;

  private:
    void* before_;
};

}  // namespace retort::engines
