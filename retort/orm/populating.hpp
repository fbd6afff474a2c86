// Populating: the time of a query whose rows go over what known objects have.
#pragma once

#include <unordered_set>
#include <utility>

#include "retort/orm/selectable.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {

class SessionCore::Populating {
  public:
    explicit Populating(SessionCore& session) : session_(session), before_(std::exchange(session.populating_, this)) {}
    ~Populating() { session_.populating_ = before_; }
    Populating(const Populating&) = delete;
    Populating& operator=(const Populating&) = delete;

    /// True once for each object: the second row of one must not undo what the first has filled.
    bool first_row_of(void* object) { return seen_.insert(object).second; }

  private:
    SessionCore& session_;
    Populating* before_;
    std::unordered_set<void*> seen_;
};

}  // namespace retort::orm
