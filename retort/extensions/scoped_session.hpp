// ScopedSession: `db.session`, the session of the running app context, with the methods of Session.
#pragma once

#include <initializer_list>
#include <utility>

#include "retort/orm/query.hpp"
#include "retort/orm/session.hpp"

namespace retort {

class Database;

/// The session of the running app context: made when it is first used, closed when the context ends.
///
/// Each method is Session's. Outside an app context they throw OutsideContextError("outside-app-context").
class ScopedSession {
  public:
    explicit ScopedSession(const Database& database) : database_(&database) {}
    ScopedSession(const ScopedSession&) = delete;
    ScopedSession& operator=(const ScopedSession&) = delete;

    /// The session itself.
    Session& operator()() const;
    operator Session&() const { return (*this)(); }  // NOLINT: it stands for the session

    template <class T>
    auto add(T&& object) const {
        return (*this)().add(std::forward<T>(object));
    }
    template <class Range>
    void add_all(Range&& objects) const {
        (*this)().add_all(std::forward<Range>(objects));
    }
    template <class T>
    void add_all(std::initializer_list<Ptr<T>> objects) const {
        (*this)().add_all(objects);
    }
    template <class T>
    void delete_(const Ptr<T>& object) const {
        (*this)().delete_(object);
    }
    template <class T, class... Key>
    [[nodiscard]] Ptr<T> get(const Key&... key) const {
        return (*this)().template get<T>(key...);
    }
    template <class T, class... Key>
    [[nodiscard]] Ptr<T> get_one(const Key&... key) const {
        return (*this)().template get_one<T>(key...);
    }
    template <class T>
    auto merge(T&& object) const {
        return (*this)().merge(std::forward<T>(object));
    }
    [[nodiscard]] Nested begin_nested() const { return (*this)().begin_nested(); }
    template <class Statement>
    auto execute(const Statement& statement) const {
        return (*this)().execute(statement);
    }
    template <class Statement>
    auto scalars(const Statement& statement) const {
        return (*this)().scalars(statement);
    }
    template <class Statement>
    auto scalar(const Statement& statement) const {
        return (*this)().scalar(statement);
    }
    template <class Statement>
    [[nodiscard]] auto stream(const Statement& statement) const {
        return (*this)().stream(statement);
    }
    template <class Statement>
    [[nodiscard]] auto stream_scalars(const Statement& statement) const {
        return (*this)().stream_scalars(statement);
    }
    template <class T>
    [[nodiscard]] Query<T> query() const {
        return (*this)().template query<T>();
    }
    void flush() const { (*this)().flush(); }
    void commit() const { (*this)().commit(); }
    void rollback() const { (*this)().rollback(); }
    /// Closes the session; the next use makes another.
    void remove() const;
    void close() const { (*this)().close(); }
    template <class T>
    void refresh(const Ptr<T>& object) const {
        (*this)().refresh(object);
    }
    template <class T>
    void expire(const Ptr<T>& object) const {
        (*this)().expire(object);
    }
    void expire_all() const { (*this)().expire_all(); }
    template <class T>
    void expunge(const Ptr<T>& object) const {
        (*this)().expunge(object);
    }
    void expunge_all() const { (*this)().expunge_all(); }
    template <class T>
    [[nodiscard]] bool contains(const Ptr<T>& object) const {
        return (*this)().contains(object);
    }
    /// Switches autoflush off for a scope: `auto guard = db.session.no_autoflush();`
    [[nodiscard]] NoAutoflush no_autoflush() const { return NoAutoflush((*this)()); }
    [[nodiscard]] bool in_transaction() const { return (*this)().in_transaction(); }

  private:
    const Database* database_;
};

}  // namespace retort
