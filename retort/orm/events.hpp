// event: functions that run when sessions flush and commit, and when objects of a model are written or loaded.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/orm/model.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/orm/relationship.hpp"

namespace retort {

class Session;

namespace orm {

/// A listener to one attribute or relationship of a model, by its index.
template <class Signature>
struct FieldListener {
    std::uint16_t field;
    std::function<Signature> tell;
};

/// What listens to one model; each is given the object.
struct MapperEvents {
    using Listener = std::function<void(void*)>;
    std::vector<Listener> before_insert, after_insert, before_update, after_update, before_delete, after_delete, load,
        before_attach, after_attach;
    std::vector<FieldListener<void(void* object, const void* next, const void* before)>> set;
    std::vector<FieldListener<void(void* object, void* next, void* before)>> set_one;
    std::vector<FieldListener<void(void* owner, void* other)>> append, remove;
    std::uint64_t watched = 0;  ///< the attributes of `set`
};

}  // namespace orm

/// What a transaction did with one object, in the order of the flushes.
class ModelChange {
  public:
    ModelChange(void* object, std::string_view operation) : operation_(operation), object_(object) {}
    /// "insert", "update" or "delete".
    std::string_view operation() const { return operation_; }
    /// Its handle, if it is a T; else an empty one.
    template <class T>
    Ptr<T> as() const {
        return orm::slab_of(object_)->mapper == &orm::mapper_of<T>() ? Ptr<T>::of(object_) : Ptr<T>();
    }

  private:
    friend class orm::SessionCore;
    std::string_view operation_;
    void* object_;
};

namespace orm {

/// What listens to all sessions.
struct SessionEvents {
    using Listener = std::function<void(Session&)>;
    using ChangesListener = std::function<void(Session&, std::span<const ModelChange>)>;
    std::vector<Listener> before_flush, after_flush, before_commit, after_commit, after_rollback, after_begin,
        after_soft_rollback;
    std::vector<ChangesListener> before_models_committed, models_committed;
    bool track_changes() const;
};

/// Made when it is first asked for.
MapperEvents& events_of(const Mapper& mapper);
SessionEvents& session_events();

template <AnyModel T, class F>
void listen(std::vector<MapperEvents::Listener> MapperEvents::* event, F&& listener) {
    (events_of(mapper_of<T>()).*event).push_back([own = std::forward<F>(listener)](void* object) {
        own(Ptr<T>::of(object));
    });
}

/// The places for listeners to one field that stands in a model's `c`.
std::uint16_t attribute_index_at(const volatile void* field);

}  // namespace orm

/// Listeners are registered while the program starts, before sessions work: `event::before_insert<User>([](const
/// Ptr<User>& user) { … });`. They run on the session's own thread. What they throw ends the flush, as any failure
/// does.
namespace event {

/// Before a new object is written; it may still be changed, and others may be added.
template <orm::AnyModel T, class F>
void before_insert(F&& listener) {
    orm::listen<T>(&orm::MapperEvents::before_insert, std::forward<F>(listener));
}
/// After it was written; it has its key.
template <orm::AnyModel T, class F>
void after_insert(F&& listener) {
    orm::listen<T>(&orm::MapperEvents::after_insert, std::forward<F>(listener));
}
template <orm::AnyModel T, class F>
void before_update(F&& listener) {
    orm::listen<T>(&orm::MapperEvents::before_update, std::forward<F>(listener));
}
template <orm::AnyModel T, class F>
void after_update(F&& listener) {
    orm::listen<T>(&orm::MapperEvents::after_update, std::forward<F>(listener));
}
template <orm::AnyModel T, class F>
void before_delete(F&& listener) {
    orm::listen<T>(&orm::MapperEvents::before_delete, std::forward<F>(listener));
}
template <orm::AnyModel T, class F>
void after_delete(F&& listener) {
    orm::listen<T>(&orm::MapperEvents::after_delete, std::forward<F>(listener));
}
/// After an object was made from a row, when the query has been read.
template <orm::AnyModel T, class F>
void load(F&& listener) {
    orm::listen<T>(&orm::MapperEvents::load, std::forward<F>(listener));
}

/// Before and after an object comes into a session by `add`, `merge` or a relationship; not when it is read.
template <orm::AnyModel T, class F>
void before_attach(F&& listener) {
    orm::listen<T>(&orm::MapperEvents::before_attach, std::forward<F>(listener));
}
template <orm::AnyModel T, class F>
void after_attach(F&& listener) {
    orm::listen<T>(&orm::MapperEvents::after_attach, std::forward<F>(listener));
}

/// Before a column of an object in a session is set: `event::set<User>(User::c.name, [](const Ptr<User>& user, const
/// std::string& name, const std::string& before) { … });`. What it throws refuses the value. One that was never set
/// shows the empty value of its type.
template <orm::AnyModel T, orm::AnyColumn C, class F>
void set(const volatile C& column, F&& listener) {
    auto index = orm::attribute_index_at(&column);
    orm::events_of(orm::mapper_of<T>()).watched |= std::uint64_t{1} << index;
    orm::events_of(orm::mapper_of<T>())
        .set.push_back({index, [own = std::forward<F>(listener)](void* object, const void* next, const void* before) {
                            using V = typename C::value_type;
                            own(Ptr<T>::of(object), *static_cast<const V*>(next), *static_cast<const V*>(before));
                        }});
}
/// The same of a One: the listener is given the object, the new other side and the one before; either may be empty.
template <orm::AnyModel T, class Target, class... Options, class F>
void set(const volatile One<Target, Options...>& one, F&& listener) {
    orm::events_of(orm::mapper_of<T>())
        .set_one.push_back({orm::relationship_at(&one).index,
                            [own = std::forward<F>(listener)](void* object, void* next, void* before) {
                                own(Ptr<T>::of(object), next == nullptr ? Ptr<Target>() : Ptr<Target>::of(next),
                                    before == nullptr ? Ptr<Target>() : Ptr<Target>::of(before));
                            }});
}
/// Before an object is put into a Many, from either side: `event::append<User>(User::c.bookmarks, …)`.
template <orm::AnyModel T, class Target, class... Options, class F>
void append(const volatile Many<Target, Options...>& many, F&& listener) {
    orm::events_of(orm::mapper_of<T>())
        .append.push_back(
            {orm::relationship_at(&many).index, [own = std::forward<F>(listener)](void* owner, void* other) {
                 own(Ptr<T>::of(owner), Ptr<Target>::of(other));
             }});
}
/// Before one is taken out.
template <orm::AnyModel T, class Target, class... Options, class F>
void remove(const volatile Many<Target, Options...>& many, F&& listener) {
    orm::events_of(orm::mapper_of<T>())
        .remove.push_back(
            {orm::relationship_at(&many).index, [own = std::forward<F>(listener)](void* owner, void* other) {
                 own(Ptr<T>::of(owner), Ptr<Target>::of(other));
             }});
}

/// Before a flush that has something to write; objects may be added, changed and deleted.
void before_flush(std::function<void(Session&)> listener);
void after_flush(std::function<void(Session&)> listener);
/// Before the last flush of a transaction.
void before_commit(std::function<void(Session&)> listener);
void after_commit(std::function<void(Session&)> listener);
void after_rollback(std::function<void(Session&)> listener);

/// After a rollback of the whole or of a savepoint.
void after_soft_rollback(std::function<void(Session&)> listener);
/// When a session's transaction begins.
void after_begin(std::function<void(Session&)> listener);
/// Before a commit that has written something, or will: every object, and what is done with it. As
/// Flask-SQLAlchemy's signal; listening is what switches the tracking on.
void before_models_committed(std::function<void(Session&, std::span<const ModelChange>)> listener);
/// After it.
void models_committed(std::function<void(Session&, std::span<const ModelChange>)> listener);

}  // namespace event
}  // namespace retort
