// event: functions that run when sessions flush and commit, and when objects of a model are written or loaded.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "retort/orm/model.hpp"
#include "retort/orm/ptr.hpp"

namespace retort {

class Session;

namespace orm {

/// What listens to one model; each is given the object.
struct MapperEvents {
    using Listener = std::function<void(void*)>;
    std::vector<Listener> before_insert, after_insert, before_update, after_update, before_delete, after_delete, load;
};

/// What listens to all sessions.
struct SessionEvents {
    using Listener = std::function<void(Session&)>;
    std::vector<Listener> before_flush, after_flush, before_commit, after_commit, after_rollback;
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

/// Before a flush that has something to write; objects may be added, changed and deleted.
void before_flush(std::function<void(Session&)> listener);
void after_flush(std::function<void(Session&)> listener);
/// Before the last flush of a transaction.
void before_commit(std::function<void(Session&)> listener);
void after_commit(std::function<void(Session&)> listener);
void after_rollback(std::function<void(Session&)> listener);

}  // namespace event
}  // namespace retort
