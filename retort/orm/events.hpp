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
    using ColumnListener = FieldListener<void(void* object, const void* next, const void* before)>;
    using RelationListener = FieldListener<void(void* object, void* next, void* before)>;
    std::vector<ColumnListener> set;
    std::vector<RelationListener> set_one, append, remove;
    std::uint64_t watched = 0;  ///< the attributes of `set`
};

}  // namespace orm

/// What a transaction did with one object, in the order of the flushes.
class ModelChange {
  public:
    ModelChange(void* object, std::string_view operation) : operation_(operation), object_(object) {}
    /// "insert", "update" or "delete".
    std::string_view operation() const { return operation_; }
    /// Its handle, if it is a T or of a model that inherits from it; else an empty one.
    template <class T>
    Ptr<T> as() const {
        return orm::slab_of(object_)->mapper->is_a(orm::mapper_of<T>()) ? Ptr<T>::of(object_) : Ptr<T>();
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
/// What listens to one session.
SessionEvents& session_events(Session& session);

/// Those of the model, and of all that inherit from it when `propagate`.
std::vector<MapperEvents*> events_of(const Mapper& mapper, bool propagate);
void listen(const Mapper& mapper, bool propagate, std::vector<MapperEvents::Listener> MapperEvents::* event,
            const MapperEvents::Listener& listener);

/// To all models that take their fields from a mixin; the listener is given its part of the object.
void listen_to_mixin(const Mixin& mixin, std::vector<MapperEvents::Listener> MapperEvents::* event,
                     const MapperEvents::Listener& listener);

template <class T, class F>
void listen(std::vector<MapperEvents::Listener> MapperEvents::* event, F&& listener, bool propagate) {
    if constexpr (AnyModel<T>) {
        listen(mapper_of<T>(), propagate, event,
               [own = std::forward<F>(listener)](void* object) { own(Ptr<T>::of(object)); });
    } else {
        listen_to_mixin(mixin_of<T>, event,
                        [own = std::forward<F>(listener)](void* part) { own(*static_cast<T*>(part)); });
    }
}

/// Listeners to one field, which stands in a model's `c`.
void listen_to_column(const Mapper& mapper, bool propagate, const volatile void* field,
                      const std::function<void(void*, const void*, const void*)>& listener);
void listen_to_field(const Mapper& mapper, bool propagate,
                     std::vector<MapperEvents::RelationListener> MapperEvents::* event, const volatile void* field,
                     const std::function<void(void*, void*, void*)>& listener);

}  // namespace orm

/// Listeners are registered while the program starts, before sessions work: `event::before_insert<User>([](const
/// Ptr<User>& user) { … });`. They run on the session's own thread. What they throw ends the flush, as any failure
/// does.
namespace event {

/// `event::before_insert<Employee>(listener, {.propagate = true})` listens to the models that inherit from it too. A
/// mixin stands for all models that have it: `event::before_update<Timestamped>([](Timestamped& row) { … });`.
struct ListenOptions {
    bool propagate = false;
};

/// Before a new object is written; it may still be changed, and others may be added.
template <class T, class F>
void before_insert(F&& listener, ListenOptions options = {}) {
    orm::listen<T>(&orm::MapperEvents::before_insert, std::forward<F>(listener), options.propagate);
}
/// After it was written; it has its key.
template <class T, class F>
void after_insert(F&& listener, ListenOptions options = {}) {
    orm::listen<T>(&orm::MapperEvents::after_insert, std::forward<F>(listener), options.propagate);
}
template <class T, class F>
void before_update(F&& listener, ListenOptions options = {}) {
    orm::listen<T>(&orm::MapperEvents::before_update, std::forward<F>(listener), options.propagate);
}
template <class T, class F>
void after_update(F&& listener, ListenOptions options = {}) {
    orm::listen<T>(&orm::MapperEvents::after_update, std::forward<F>(listener), options.propagate);
}
template <class T, class F>
void before_delete(F&& listener, ListenOptions options = {}) {
    orm::listen<T>(&orm::MapperEvents::before_delete, std::forward<F>(listener), options.propagate);
}
template <class T, class F>
void after_delete(F&& listener, ListenOptions options = {}) {
    orm::listen<T>(&orm::MapperEvents::after_delete, std::forward<F>(listener), options.propagate);
}
/// After an object was made from a row, when the query has been read.
template <class T, class F>
void load(F&& listener, ListenOptions options = {}) {
    orm::listen<T>(&orm::MapperEvents::load, std::forward<F>(listener), options.propagate);
}

/// Before and after an object comes into a session by `add`, `merge` or a relationship; not when it is read.
template <class T, class F>
void before_attach(F&& listener, ListenOptions options = {}) {
    orm::listen<T>(&orm::MapperEvents::before_attach, std::forward<F>(listener), options.propagate);
}
template <class T, class F>
void after_attach(F&& listener, ListenOptions options = {}) {
    orm::listen<T>(&orm::MapperEvents::after_attach, std::forward<F>(listener), options.propagate);
}

/// Before a column of an object in a session is set: `event::set<User>(User::c.name, [](const Ptr<User>& user, const
/// std::string& name, const std::string& before) { … });`. What it throws refuses the value. One that was never set
/// shows the empty value of its type.
template <orm::AnyModel T, orm::AnyColumn C, class F>
void set(const volatile C& column, F&& listener, ListenOptions options = {}) {
    orm::listen_to_column(orm::mapper_of<T>(), options.propagate, &column,
                          [own = std::forward<F>(listener)](void* object, const void* next, const void* before) {
                              using V = typename C::value_type;
                              own(Ptr<T>::of(object), *static_cast<const V*>(next), *static_cast<const V*>(before));
                          });
}
/// The same of a One: the listener is given the object, the new other side and the one before; either may be empty.
template <orm::AnyModel T, class Target, class... Options, class F>
void set(const volatile One<Target, Options...>& one, F&& listener, ListenOptions options = {}) {
    orm::listen_to_field(orm::mapper_of<T>(), options.propagate, &orm::MapperEvents::set_one, &one,
                         [own = std::forward<F>(listener)](void* object, void* next, void* before) {
                             own(Ptr<T>::of(object), next == nullptr ? Ptr<Target>() : Ptr<Target>::of(next),
                                 before == nullptr ? Ptr<Target>() : Ptr<Target>::of(before));
                         });
}
/// Before an object is put into a Many, from either side: `event::append<User>(User::c.bookmarks, …)`.
template <orm::AnyModel T, class Target, class... Options, class F>
void append(const volatile Many<Target, Options...>& many, F&& listener, ListenOptions options = {}) {
    orm::listen_to_field(orm::mapper_of<T>(), options.propagate, &orm::MapperEvents::append, &many,
                         [own = std::forward<F>(listener)](void* owner, void* other, void*) {
                             own(Ptr<T>::of(owner), Ptr<Target>::of(other));
                         });
}
/// Before one is taken out.
template <orm::AnyModel T, class Target, class... Options, class F>
void remove(const volatile Many<Target, Options...>& many, F&& listener, ListenOptions options = {}) {
    orm::listen_to_field(orm::mapper_of<T>(), options.propagate, &orm::MapperEvents::remove, &many,
                         [own = std::forward<F>(listener)](void* owner, void* other, void*) {
                             own(Ptr<T>::of(owner), Ptr<Target>::of(other));
                         });
}

// Of sessions: all of them, or this one only, for as long as it lives.

/// Before a flush that has something to write; objects may be added, changed and deleted.
void before_flush(std::function<void(Session&)> listener);
void before_flush(Session& session, std::function<void(Session&)> listener);
void after_flush(std::function<void(Session&)> listener);
void after_flush(Session& session, std::function<void(Session&)> listener);
/// Before the last flush of a transaction.
void before_commit(std::function<void(Session&)> listener);
void before_commit(Session& session, std::function<void(Session&)> listener);
void after_commit(std::function<void(Session&)> listener);
void after_commit(Session& session, std::function<void(Session&)> listener);
void after_rollback(std::function<void(Session&)> listener);
void after_rollback(Session& session, std::function<void(Session&)> listener);

/// After a rollback of the whole or of a savepoint.
void after_soft_rollback(std::function<void(Session&)> listener);
void after_soft_rollback(Session& session, std::function<void(Session&)> listener);
/// When a session's transaction begins.
void after_begin(std::function<void(Session&)> listener);
void after_begin(Session& session, std::function<void(Session&)> listener);
/// Before a commit that has written something, or will: every object, and what is done with it. As
/// Flask-SQLAlchemy's signal; listening is what switches the tracking on.
void before_models_committed(std::function<void(Session&, std::span<const ModelChange>)> listener);
/// After it.
void models_committed(std::function<void(Session&, std::span<const ModelChange>)> listener);

}  // namespace event
}  // namespace retort
