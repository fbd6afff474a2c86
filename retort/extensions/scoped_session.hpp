// ScopedSession: `db.session`, the session of the running app context, with all that a Session does.
#pragma once

#include "retort/orm/query.hpp"
#include "retort/orm/session.hpp"

namespace retort {

class Database;

/// The session of the running app context: made when it is first used, closed when the context ends.
///
/// Outside an app context its members throw OutsideContextError("outside-app-context").
class ScopedSession : public SessionFace<ScopedSession> {
  public:
    explicit ScopedSession(const Database& database) : database_(&database) {}
    ScopedSession(const ScopedSession&) = delete;
    ScopedSession& operator=(const ScopedSession&) = delete;

    /// The session itself.
    Session& operator()() const;
    operator Session&() const { return (*this)(); }  // NOLINT: it stands for the session
    /// Closes the session; the next use makes another.
    void remove() const;
    orm::SessionCore& core() const { return (*this)().core(); }

  private:
    const Database* database_;
};

}  // namespace retort
