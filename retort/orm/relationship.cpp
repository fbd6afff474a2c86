// How relationships load, and how both sides are kept in step.
#include "retort/orm/relationship.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "retort/orm/errors.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/transient_relations.hpp"

namespace retort::orm {

Place place_of(const void* cell) {
    Slab* slab = slab_of(cell);
    void* object = slab->object_around(cell);
    auto offset = static_cast<std::size_t>(static_cast<const char*>(cell) - static_cast<const char*>(object));
    const auto* relationship = &slab->mapper->relationships[slab->mapper->by_offset[offset]];
    return {slab->session, slab->mapper, relationship, object, header_of(object).state};
}

namespace {

/// Throws DetachedInstanceError for what a detached object cannot do: its relationships are not read, and its
/// collections not changed.
void require_attached(const Place& place, const char* wish) {
    if (place.state != ObjectState::detached) return;
    std::string name(place.mapper->name());
    throw DetachedInstanceError("detached-instance"_code,
                                name + "." + std::string(place.relationship->name) + " cannot be " + wish +
                                    ", because this " + name + " belongs to no session.",
                                "do it while the session is open, or session.add(object) first");
}

}  // namespace

void* new_transient(const Mapper& mapper, void* from, Slab* room) {
    configure_mappers();
    if (room == nullptr) room = TransientRelations::room_for(from, mapper);
    void* object = take_slot(room != nullptr ? *room : *new_slab(mapper));
    mapper.model->move_to(object, from);
    TransientRelations::settle(object, mapper);
    return object;
}

// What another object's field stands for is read first; only without a session it stays open.
const OneCell& OneCell::read() const {
    bool waits = (state_ & (relation_loaded | relation_attached)) == relation_attached;
    if (waits && place_of(this).is_live()) load();
    return *this;
}

OneCell::OneCell(const OneCell& other) : target_(other.read().is_loaded() ? other.target_ : nullptr) {
    if (target_ == nullptr) return;
    state_ = relation_loaded | relation_given;
    retain(target_);
}
// It throws nothing, so that a vector of new objects moves them when it grows.
OneCell::OneCell(OneCell&& other) noexcept : OneCell() {
    if ((other.state_ & relation_attached) != 0) {
        try {
            OneCell copy(other);
            std::swap(target_, copy.target_);
            std::swap(state_, copy.state_);
            if (Place place = place_of(&other); place.state == ObjectState::transient)
                TransientRelations::leave(other, place);
        } catch (...) {  // what a session's object cannot read stays open
        }
    } else {
        std::swap(target_, other.target_);
        std::swap(state_, other.state_);
    }
}
OneCell& OneCell::operator=(const OneCell& other) {
    if (this != &other && other.read().is_loaded()) set(other.target_);
    return *this;
}
OneCell& OneCell::operator=(OneCell&& other) { return *this = static_cast<const OneCell&>(other); }

void OneCell::load() const {
    if ((state_ & relation_attached) == 0) return;
    Place place = place_of(this);
    require_attached(place, "loaded");
    if (place.session != nullptr) place.session->load_one(*this, place.object);
}

void OneCell::refuse_empty() const {
    std::string name = "the relationship";
    if ((state_ & relation_attached) != 0) {
        Place place = place_of(this);
        name = repr_of(place.object) + "." + std::string(place.relationship->name);
    }
    throw InvalidRequestError("empty-relationship"_code, name + " was followed, but there is no object.",
                              "ask first: if (bookmark->user) …");
}

void OneCell::set(void* target) {
    if ((state_ & relation_attached) != 0) {
        Place place = place_of(this);
        if (place.is_live()) {
            place.session->set_one(*this, place.object, target);
        } else {
            TransientRelations::set(*this, place, target);
        }
        return;
    }
    if (target != nullptr) retain(target);
    if (target_ != nullptr) release(target_);
    target_ = target;
    state_ |= relation_loaded | relation_given;
}

ManyCell::ManyCell(ManyCell&& other) noexcept {
    if ((other.state_ & relation_attached) == 0) {
        std::swap(collection_, other.collection_);
        std::swap(state_, other.state_);
        return;
    }
    try {
        Place place = place_of(&other);
        if (place.state != ObjectState::transient || other.collection_ == nullptr) return;
        here().items = other.collection_->items;
        for (void* item : collection_->items) retain(item);
        state_ = relation_given;
        TransientRelations::leave(other, place);
    } catch (...) {  // they stay where they are
    }
}
ManyCell& ManyCell::operator=(ManyCell&& other) {
    if (this == &other || other.collection_ == nullptr) return *this;
    const bool attached = (other.state_ & relation_attached) != 0;
    if (!attached || place_of(&other).state == ObjectState::transient) assign(other.collection_->items);
    return *this;
}

void ManyCell::drop() noexcept {
    if (collection_ == nullptr) return;
    if (holds_handles(state_)) {
        for (void* item : collection_->items) release(item);
    }
    HeldCollection::let_go(std::exchange(collection_, nullptr));
}

Collection& ManyCell::here() const {
    if (collection_ == nullptr) collection_ = new Collection;
    return *collection_;
}

Collection& ManyCell::loaded() const {
    if ((state_ & (relation_loaded | relation_attached)) == relation_attached) {
        Place place = place_of(this);
        require_attached(place, "loaded");
        if (place.session != nullptr) place.session->load_many(*this, place.object);
    }
    return here();
}

void* ManyCell::item(std::size_t at) const {
    const auto& all = items();
    if (at < all.size()) return all[at];
    throw ArgumentError("no-such-element"_code,
                        "a collection of " + std::to_string(all.size()) + " has no element " + std::to_string(at) + ".",
                        "compare with size() first, or ask empty()");
}

void ManyCell::require_item(const void* child) const {
    const auto& all = items();
    if (std::find(all.begin(), all.end(), child) != all.end()) return;
    throw ArgumentError(
        "not-in-collection"_code,
        "a collection of " + std::to_string(all.size()) + " does not have the object that was to be taken out of it.",
        "ask first: if (ada->bookmarks.contains(mark)) …");
}

void ManyCell::append(void* child) {
    if (child == nullptr) {
        throw ArgumentError("empty-handle"_code, "an empty handle cannot be appended to a collection.",
                            "append an object that exists");
    }
    if ((state_ & relation_attached) != 0) {
        Place place = place_of(this);
        require_attached(place, "changed");
        if (place.is_live()) {
            place.session->append(*this, place.object, child);
        } else {
            TransientRelations::append(*this, place, child);
        }
        return;
    }
    auto& items = here().items;
    if (items.size() <= searched_before_append && std::find(items.begin(), items.end(), child) != items.end()) return;
    retain(child);
    items.push_back(child);
    state_ |= relation_given;
}

void* ManyCell::append_new(const Mapper& mapper, void* from) {
    Slab* room = nullptr;
    if ((state_ & relation_attached) != 0) {
        Place place = place_of(this);
        if (place.is_live() && place.relationship->options.cascades.save_update) {
            void* child = place.session->add_moved(mapper, from);
            place.session->append(*this, place.object, child);
            return child;
        }
        if (place.state == ObjectState::transient) room = TransientRelations::room_beside(*this, mapper);
    }
    void* child = new_transient(mapper, from, room);
    try {
        append(child);
    } catch (...) {
        retain(child);  // nobody else holds it: letting go of it frees it
        release(child);
        throw;
    }
    return child;
}

void ManyCell::remove(void* child) {
    if ((state_ & relation_attached) != 0) {
        Place place = place_of(this);
        require_attached(place, "changed");
        if (place.is_live()) {
            place.session->take_out(*this, place.object, child);
        } else {
            require_item(child);
            TransientRelations::remove(*this, place, child);
        }
        return;
    }
    require_item(child);
    std::erase(here().items, child);
    release(child);
}

void ManyCell::assign(Items children) {
    // Without a session it has what it was given, be it nothing.
    const bool live = (state_ & relation_attached) != 0 && place_of(this).is_live();
    if (!live) state_ |= relation_given;
    Items before = items();
    const std::unordered_set<void*> wanted(children.begin(), children.end());
    std::unordered_set<void*> there(before.begin(), before.end());
    for (void* child : before) {
        if (!wanted.contains(child)) remove(child);
    }
    for (void* child : children) {
        if (there.insert(child).second) append(child);
    }
    if (live && !place_of(this).relationship->holds_objects()) return;
    there.clear();
    auto& items = here().items;
    items.clear();
    for (void* child : children) {
        if (there.insert(child).second) items.push_back(child);
    }
    number_items();
}

}  // namespace retort::orm
