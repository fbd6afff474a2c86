// Where listeners are kept, and how a session tells them.
#include "retort/orm/events.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_set>

#include "retort/base/log.hpp"
#include "retort/orm/column.hpp"
#include "retort/orm/session.hpp"
#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {

MapperEvents& events_of(const Mapper& mapper) {
    static std::mutex making;
    static std::deque<MapperEvents> all;
    std::lock_guard lock(making);
    if (mapper.events == nullptr) mapper.events = &all.emplace_back();
    return *mapper.events;
}

std::vector<MapperEvents*> events_of(const Mapper& mapper, bool propagate) {
    if (!propagate) return {&events_of(mapper)};
    configure_mappers();
    std::vector<MapperEvents*> all;
    all.reserve(mapper.kinds.size());
    for (const auto* kind : mapper.kinds) all.push_back(&events_of(*kind));
    return all;
}

void listen(const Mapper& mapper, bool propagate, std::vector<MapperEvents::Listener> MapperEvents::* event,
            const MapperEvents::Listener& listener) {
    for (auto* events : events_of(mapper, propagate)) (events->*event).push_back(listener);
}

void listen_to_mixin(const Mixin& mixin, std::vector<MapperEvents::Listener> MapperEvents::* event,
                     const MapperEvents::Listener& listener) {
    bool found = false;
    for (const auto* mapper : enrolled_models()) {
        for (const auto& [part, offset] : mapper->mixins) {
            if (part != &mixin) continue;
            (events_of(*mapper).*event).push_back([listener, at = offset](void* object) {
                listener(static_cast<char*>(object) + at);
            });
            found = true;
        }
    }
    if (found) return;
    throw ArgumentError("unused-mixin"_code,
                        "a listener was given for " + std::string(mixin.name) + ", but no model takes fields from it.",
                        "name a model, or a struct that stands beside one: Model<Article, Timestamped>");
}

// A field that a model has from its base has the base's number.
void listen_to_column(const Mapper& mapper, bool propagate, const volatile void* field,
                      const std::function<void(void*, const void*, const void*)>& listener) {
    const auto index = attribute_at(field).index;
    for (auto* events : events_of(mapper, propagate)) {
        events->watched |= std::uint64_t{1} << index;
        events->set.push_back({index, listener});
    }
}

void listen_to_field(const Mapper& mapper, bool propagate,
                     std::vector<MapperEvents::RelationListener> MapperEvents::* event, const volatile void* field,
                     const std::function<void(void*, void*, void*)>& listener) {
    const auto index = relationship_at(field).index;
    for (auto* events : events_of(mapper, propagate)) (events->*event).push_back({index, listener});
}

bool SessionEvents::track_changes() const { return !before_models_committed.empty() || !models_committed.empty(); }

SessionEvents& session_events() {
    static SessionEvents events;
    return events;
}

SessionEvents& SessionCore::own_events() {
    if (own_events_ == nullptr) own_events_ = std::make_unique<SessionEvents>();
    return *own_events_;
}

SessionEvents& session_events(Session& session) { return session.core().own_events(); }

bool SessionCore::hears(std::vector<std::function<void(Session&)>> SessionEvents::* event) const {
    return !(session_events().*event).empty() || (own_events_ != nullptr && !(own_events_.get()->*event).empty());
}

void SessionCore::tell(std::vector<std::function<void(Session&)>> SessionEvents::* event) {
    if (owner_ == nullptr) return;
    for (const auto& listener : session_events().*event) listener(*owner_);
    if (own_events_ == nullptr) return;
    for (const auto& listener : own_events_.get()->*event) listener(*owner_);
}

// What a listener throws cannot stop what has happened.
void SessionCore::tell_quietly(std::vector<std::function<void(Session&)>> SessionEvents::* event,
                               const char* name) noexcept {
    try {
        tell(event);
    } catch (const std::exception& error) {
        logger().error(std::string("an ") + name + " listener threw: " + error.what());
    }
}

void SessionCore::watch(void* object, const Mapper& mapper) {
    if (mapper.events->watched == 0) return;
    for (const auto& attribute : mapper.attributes) {
        if ((mapper.events->watched >> attribute.index & 1) != 0) attribute.state(object) |= cell_watched;
    }
}

void SessionCore::met_new(void* object, const Mapper& mapper) {
    if (!mapper.events->load.empty()) loaded_.push_back(object);
    watch(object, mapper);
}

void detail::before_set(void* cell, const void* next) {
    const Slab* slab = slab_of(cell);
    void* object = slab_of(cell)->object_around(cell);
    const auto index = slab->mapper->attribute_at(object, cell).index;
    for (const auto& listener : slab->mapper->events->set) {
        if (listener.field == index) listener.tell(object, next, cell);
    }
}

void tell_relation(const Relationship& relationship, void* owner, void* next, void* before) {
    const MapperEvents& events = *relationship.owner->events;
    auto tell = [&](const std::vector<MapperEvents::RelationListener>& listeners, void* one, void* other) {
        for (const auto& listener : listeners) {
            if (listener.field == relationship.index) listener.tell(owner, one, other);
        }
    };
    if (relationship.is_one()) return tell(events.set_one, next, before);
    if (next != nullptr) tell(events.append, next, nullptr);
    if (before != nullptr) tell(events.remove, before, nullptr);
}

void SessionCore::track_changes() {
    auto track = [&](const std::vector<void*>& objects, std::string_view operation) {
        for (void* object : objects) tracked_.emplace_back(object, operation);
    };
    track(pending(), "insert");
    track(dirty(), "update");
    track(deleting_, "delete");
}

void SessionCore::tell_changes(
    const std::vector<std::function<void(Session&, std::span<const ModelChange>)>>& listeners) {
    if (owner_ == nullptr || tracked_.empty()) return;
    // What was flushed several times has happened once.
    std::set<std::pair<const void*, std::string_view>> known;
    std::erase_if(tracked_,
                  [&](const ModelChange& change) { return !known.emplace(change.object_, change.operation_).second; });
    for (const auto& listener : listeners) listener(*owner_, tracked_);
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

bool is_heard(const Mapper& mapper) {
    return std::any_of(mapper.kinds.begin(), mapper.kinds.end(), [](const Mapper* kind) { return kind->events; });
}

}  // namespace

// Listeners may add, change and delete objects, of models that the session has not met too: the lists are walked until
// nothing new turns up.
void UnitOfWork::tell_before() {
    std::array<std::unordered_set<void*>, 3> told;
    while (tell_inserts(told[0]) || tell_updates(told[1]) || tell_deletes(told[2])) {
    }
}

bool UnitOfWork::tell_inserts(std::unordered_set<void*>& told) {
    bool any = false;
    for (std::size_t i = 0; i < session_.stores_.size(); ++i) {
        Store* store = session_.stores_[i].get();
        if (store == nullptr || !is_heard(*store->mapper)) continue;
        for (std::size_t k = 0; k < store->pending.size(); ++k) {
            void* object = store->pending[k];
            if (!told.insert(object).second) continue;
            any = true;
            tell_of(object, &MapperEvents::before_insert);
            told_inserts_.push_back(object);
        }
    }
    return any;
}

bool UnitOfWork::tell_updates(std::unordered_set<void*>& told) {
    bool any = false;
    for (void* object : session_.dirty()) {
        if (slab_of(object)->mapper->events == nullptr || header_of(object).deleting) continue;
        if (!told.insert(object).second) continue;
        any = true;
        tell_of(object, &MapperEvents::before_update);
        told_updates_.push_back(object);
    }
    return any;
}

bool UnitOfWork::tell_deletes(std::unordered_set<void*>& told) {
    bool any = false;
    for (std::size_t i = 0; i < session_.deleting_.size(); ++i) {
        void* object = session_.deleting_[i];
        if (slab_of(object)->mapper->events == nullptr || !told.insert(object).second) continue;
        any = true;
        tell_of(object, &MapperEvents::before_delete);
        told_deletes_.push_back(object);
    }
    return any;
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
void before_flush(Session& session, std::function<void(Session&)> listener) {
    orm::session_events(session).before_flush.push_back(std::move(listener));
}
void after_flush(std::function<void(Session&)> listener) {
    orm::session_events().after_flush.push_back(std::move(listener));
}
void after_flush(Session& session, std::function<void(Session&)> listener) {
    orm::session_events(session).after_flush.push_back(std::move(listener));
}
void before_commit(std::function<void(Session&)> listener) {
    orm::session_events().before_commit.push_back(std::move(listener));
}
void before_commit(Session& session, std::function<void(Session&)> listener) {
    orm::session_events(session).before_commit.push_back(std::move(listener));
}
void after_commit(std::function<void(Session&)> listener) {
    orm::session_events().after_commit.push_back(std::move(listener));
}
void after_commit(Session& session, std::function<void(Session&)> listener) {
    orm::session_events(session).after_commit.push_back(std::move(listener));
}
void after_rollback(std::function<void(Session&)> listener) {
    orm::session_events().after_rollback.push_back(std::move(listener));
}
void after_rollback(Session& session, std::function<void(Session&)> listener) {
    orm::session_events(session).after_rollback.push_back(std::move(listener));
}
void after_soft_rollback(std::function<void(Session&)> listener) {
    orm::session_events().after_soft_rollback.push_back(std::move(listener));
}
void after_soft_rollback(Session& session, std::function<void(Session&)> listener) {
    orm::session_events(session).after_soft_rollback.push_back(std::move(listener));
}
void after_begin(std::function<void(Session&)> listener) {
    orm::session_events().after_begin.push_back(std::move(listener));
}
void after_begin(Session& session, std::function<void(Session&)> listener) {
    orm::session_events(session).after_begin.push_back(std::move(listener));
}
void before_models_committed(std::function<void(Session&, std::span<const ModelChange>)> listener) {
    orm::session_events().before_models_committed.push_back(std::move(listener));
}
void models_committed(std::function<void(Session&, std::span<const ModelChange>)> listener) {
    orm::session_events().models_committed.push_back(std::move(listener));
}

}  // namespace retort::event
