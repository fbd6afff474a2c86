// Where listeners are kept, and how a session tells them.
#include "retort/orm/events.hpp"

#include <deque>
#include <memory>
#include <mutex>

#include "retort/orm/session_core.hpp"
#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {

MapperEvents& events_of(const Mapper& mapper) {
    static std::mutex making;
    static std::deque<MapperEvents> all;
    std::lock_guard lock(making);
    if (mapper.events == nullptr) mapper.events = &all.emplace_back();
    return *mapper.events;
}

SessionEvents& session_events() {
    static SessionEvents events;
    return events;
}

void SessionCore::tell(const std::vector<std::function<void(Session&)>>& listeners) {
    if (owner_ == nullptr) return;
    for (const auto& listener : listeners) listener(*owner_);
}

// Objects that came with a query, told when its rows have all been read: listeners may use the session.
void SessionCore::tell_loaded() {
    if (loaded_.empty()) return;
    std::vector<void*> loaded;
    loaded.swap(loaded_);
    for (void* object : loaded) {
        for (const auto& listener : slab_of(object)->mapper->events->load) listener(object);
    }
}

namespace {

using Listeners = std::vector<MapperEvents::Listener> MapperEvents::*;

void tell_of(void* object, Listeners event) {
    const auto* events = slab_of(object)->mapper->events;
    if (events == nullptr) return;
    for (const auto& listener : events->*event) listener(object);
}

}  // namespace

// Listeners may add and change objects, so the lists are walked until nothing new turns up.
void UnitOfWork::tell_before() {
    for (auto& store : session_.stores_) {
        if (store == nullptr || store->mapper->events == nullptr) continue;
        for (std::size_t i = 0; i < store->pending.size(); ++i) {
            tell_of(store->pending[i], &MapperEvents::before_insert);
            told_inserts_.push_back(store->pending[i]);
        }
    }
    for (void* object : session_.dirty()) {
        if (slab_of(object)->mapper->events == nullptr || header_of(object).deleting) continue;
        tell_of(object, &MapperEvents::before_update);
        told_updates_.push_back(object);
    }
    for (std::size_t i = 0; i < session_.deleting_.size(); ++i) {
        void* object = session_.deleting_[i];
        if (slab_of(object)->mapper->events == nullptr) continue;
        tell_of(object, &MapperEvents::before_delete);
        told_deletes_.push_back(object);
    }
}

void UnitOfWork::tell_after() {
    for (void* object : told_inserts_) tell_of(object, &MapperEvents::after_insert);
    for (void* object : told_updates_) tell_of(object, &MapperEvents::after_update);
    for (void* object : told_deletes_) tell_of(object, &MapperEvents::after_delete);
}

}  // namespace retort::orm

namespace retort::event {

void before_flush(std::function<void(Session&)> listener) {
    orm::session_events().before_flush.push_back(std::move(listener));
}
void after_flush(std::function<void(Session&)> listener) {
    orm::session_events().after_flush.push_back(std::move(listener));
}
void before_commit(std::function<void(Session&)> listener) {
    orm::session_events().before_commit.push_back(std::move(listener));
}
void after_commit(std::function<void(Session&)> listener) {
    orm::session_events().after_commit.push_back(std::move(listener));
}
void after_rollback(std::function<void(Session&)> listener) {
    orm::session_events().after_rollback.push_back(std::move(listener));
}

}  // namespace retort::event
