// Populating: while it lives, what a session reads overwrites what it has (populate_existing).
#pragma once

#include <unordered_set>

#include "retort/orm/session_core.hpp"

namespace retort::orm {

class Populating {
  public:
    explicit Populating(SessionCore& session) : session_(session) { session_.populating_ = &met_; }
    ~Populating() { session_.populating_ = nullptr; }
    Populating(const Populating&) = delete;
    Populating& operator=(const Populating&) = delete;

  private:
    SessionCore& session_;
    std::unordered_set<void*> met_;
};

}  // namespace retort::orm
