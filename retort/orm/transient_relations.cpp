// Made objects: who comes to whom, and who lives with whom, while no session has them.
#include "retort/orm/transient_relations.hpp"

#include <algorithm>
#include <utility>

#include "retort/orm/session_core.hpp"

namespace retort::orm {
namespace {

bool is_transient(const void* object) { return header_of(object).state == ObjectState::transient; }

bool contains_soon(const Items& items, const void* object) {
    return items.size() <= searched_before_append && std::find(items.begin(), items.end(), object) != items.end();
}

}  // namespace

/// The side of an object without a session that another one has come to.
void TransientRelations::arrive(const Relationship* side, void* owner, void* other) {
    if (side == nullptr || side->options.viewonly || !is_transient(owner) || !is_transient(other)) return;
    if (side->is_one()) {
        auto& one = SessionCore::one_of(*side, owner);
        void* before = std::exchange(one.target_, other);
        one.state_ |= relation_loaded | relation_given;
        if (before != nullptr && before != other) part(side->reverse, before, owner);
        return;
    }
    auto& many = SessionCore::many_of(*side, owner);
    many.state_ |= relation_given;
    auto& items = many.here().items;
    if (!contains_soon(items, other)) items.push_back(other);
    number(many, *side, items.size() - 1);
}

/// The side that the other one has left; it may be of an object of a session, which has let go of the other one before.
void TransientRelations::part(const Relationship* side, void* owner, void* other) {
    if (side == nullptr || side->options.viewonly) return;
    if (side->is_one()) {
        auto& one = SessionCore::one_of(*side, owner);
        if (one.target_ == other) one.target_ = nullptr;
        return;
    }
    auto& many = SessionCore::many_of(*side, owner);
    if (many.collection_ == nullptr || std::erase(many.collection_->items, other) == 0) return;
    if (is_transient(owner)) number(many, *side, 0);
}

void TransientRelations::set(OneCell& one, const Place& place, void* target) {
    if (target != nullptr) SessionCore::live_together(place.object, target);
    void* before = one.is_loaded() ? one.target_ : nullptr;
    one.target_ = target;
    one.state_ |= relation_loaded | relation_given;
    if (before == target || place.state != ObjectState::transient) return;
    if (before != nullptr) part(place.relationship->reverse, before, place.object);
    if (target != nullptr) arrive(place.relationship->reverse, target, place.object);
}

void TransientRelations::append(ManyCell& many, const Place& place, void* child) {
    auto& items = many.here().items;
    if (contains_soon(items, child)) return;
    SessionCore::live_together(place.object, child);
    items.push_back(child);
    many.state_ |= relation_given;
    if (place.state != ObjectState::transient) return;
    arrive(place.relationship->reverse, child, place.object);
    number(many, *place.relationship, items.size() - 1);
}

void TransientRelations::remove(ManyCell& many, const Place& place, void* child) {
    std::erase(many.here().items, child);
    if (place.state == ObjectState::transient && is_transient(child))
        part(place.relationship->reverse, child, place.object);
    number(many, *place.relationship, 0);
}

void TransientRelations::settle(void* object, const Mapper& mapper) {
    const auto each_given = [&](auto&& take) {
        for (const auto& relationship : mapper.relationships) {
            if ((SessionCore::relation_state(relationship, object) & relation_given) == 0) continue;
            if (relationship.is_one()) {
                void* target = SessionCore::one_of(relationship, object).target_;
                if (target != nullptr) take(relationship, target);
            } else if (const auto* collection = SessionCore::many_of(relationship, object).collection_) {
                for (void* child : collection->items) take(relationship, child);
            }
        }
    };
    try {
        each_given([&](const Relationship&, void* other) { SessionCore::live_together(object, other); });
    } catch (...) {
        retain(object);  // what it lets go of may be all that held the others
        mapper.model->destroy(object);
        header_of(object).state = ObjectState::free;
        release(object);
        throw;
    }
    each_given([](const Relationship&, void* other) { become_reference(other); });
    for (const auto& relationship : mapper.relationships)
        SessionCore::relation_state(relationship, object) |= relation_attached;
    each_given([&](const Relationship& relationship, void* other) { arrive(relationship.reverse, other, object); });
    for (const auto& relationship : mapper.relationships) {
        if (relationship.ordering != nullptr) number(SessionCore::many_of(relationship, object), relationship, 0);
    }
}

Slab* TransientRelations::room_beside(const ManyCell& many, const Mapper& mapper) {
    if (many.collection_ == nullptr || many.collection_->items.empty()) return nullptr;
    const void* last = many.collection_->items.back();
    Slab* slab = slab_of(last);
    const bool joins = is_transient(last) && slab->session == nullptr && slab->mapper == &mapper;
    return joins && !slab->is_full() ? slab : nullptr;
}

Slab* TransientRelations::room_for(void* given, const Mapper& mapper) {
    for (const auto& relationship : mapper.relationships) {
        const auto* back = relationship.reverse;
        if (!relationship.is_one() || back == nullptr || back->is_one()) continue;
        void* target = SessionCore::one_of(relationship, given).target_;
        if (target == nullptr || !is_transient(target)) continue;
        if (Slab* room = room_beside(SessionCore::many_of(*back, target), mapper)) return room;
    }
    return nullptr;
}

void TransientRelations::leave(OneCell& one, const Place& place) {
    if (one.target_ != nullptr) part(place.relationship->reverse, one.target_, place.object);
    one.target_ = nullptr;
    one.state_ = relation_attached;
}

void TransientRelations::leave(ManyCell& many, const Place& place) {
    if (many.collection_ == nullptr) return;
    const Items items = std::exchange(many.collection_->items, {});
    many.state_ = relation_attached;
    for (void* child : items) {
        if (is_transient(child)) part(place.relationship->reverse, child, place.object);
    }
}

/// Of an ordering_list. Rows that are there are numbered when it comes into a session.
void TransientRelations::number(ManyCell& many, const Relationship& relationship, std::size_t from) {
    if (relationship.ordering == nullptr) return;
    const auto& items = many.here().items;
    if (std::all_of(items.begin(), items.end(), &is_transient)) SessionCore::number(many, relationship, from);
}

}  // namespace retort::orm
