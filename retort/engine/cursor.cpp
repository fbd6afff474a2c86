// A query that stays open: its statement belongs to it until the last row or the cursor's end.
#include "retort/engine/cursor.hpp"

#include <utility>

#include "retort/engine/errors.hpp"

namespace retort::engines {

template <class Work>
bool Cursor::guarded(Work work) {
    try {
        return work();
    } catch (StatementError& error) {
        error.attach(sql_, parameters_);
        if (statement_ != nullptr) std::exchange(statement_, nullptr)->reset();
        report(&error);
        throw;
    }
}

Cursor::Cursor(Connection& connection, std::string_view sql, std::span<const ValueView> parameters)
    : connection_(connection),
      sql_(sql),
      parameters_(parameters.begin(), parameters.end()),
      event_{sql_, parameters_, std::chrono::steady_clock::now(), {}, 0, nullptr} {
    guarded([&] {
        statement_ = &connection_.driver().prepare(sql_);
        statement_->bind(parameters_);
        return true;
    });
}

Cursor::~Cursor() {
    if (statement_ != nullptr) statement_->reset();
    report(nullptr);
}

bool Cursor::next() {
    if (statement_ == nullptr) return false;
    bool found = guarded([&] { return statement_->step(); });
    if (found) {
        ++event_.rows;
    } else {
        std::exchange(statement_, nullptr)->reset();
    }
    return found;
}

// Once, when it is over.
void Cursor::report(const std::exception* error) noexcept {
    const auto* hook = std::exchange(connection_.hook_, nullptr);
    if (hook == nullptr || !*hook) return;
    event_.error = error;
    event_.end = std::chrono::steady_clock::now();
    try {
        (*hook)(event_);
    } catch (...) {  // who listens does not stop the rows
    }
}

}  // namespace retort::engines
