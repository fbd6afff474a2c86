// Populating: while it lives, what a session reads goes over what known objects have (populate_existing).
#pragma once

#include <unordered_set>
#include <utility>

#include "retort/orm/session_core.hpp"

namespace retort::orm {

/// The objects that a query has met already.
class MetObjects : public std::unordered_set<void*> {};

class Populating {
  public:
    explicit Populating(SessionCore& session) : session_(session), before_(std::exchange(session.populating_, &met_)) {}
    ~Populating() { session_.populating_ = before_; }
    Populating(const Populating&) = delete;
    Populating& operator=(const Populating&) = delete;

  private:
    SessionCore& session_;
    MetObjects* before_;
    MetObjects met_;
};

}  // namespace retort::orm
