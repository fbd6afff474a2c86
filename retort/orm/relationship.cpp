// How relationships load, and how both sides are kept in step.
#include "retort/orm/relationship.hpp"

#include <algorithm>
#include <utility>

#include "retort/orm/errors.hpp"
#include "retort/orm/query.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {
namespace {

struct Place {
    SessionCore* session;
    const Mapper* mapper;
    void* object;
    ObjectState state;
    bool is_live() const {
        return session != nullptr && (state == ObjectState::pending || state == ObjectState::persistent);
    }
};

Place place_of(const void* cell) {
    Slab* slab = slab_of(cell);
    void* object = slab->object_around(cell);
    return {slab->session, slab->mapper, object, header_of(object).state};
}

const Relationship& relationship_at(const Place& place, const void* cell) {
    auto offset = static_cast<std::size_t>(static_cast<const char*>(cell) - static_cast<const char*>(place.object));
    return place.mapper->relationships[place.mapper->by_offset[offset]];
}

[[noreturn]] void refuse_detached(const Place& place, const void* cell) {
    std::string name(place.mapper->name());
    throw DetachedInstanceError("detached-instance"_code,
                                name + "." + std::string(relationship_at(place, cell).name) +
                                    " cannot be loaded, because this " + name + " belongs to no session.",
                                "read it while the session is open, or session.add(object) first");
}

}  // namespace

void* new_transient(const Mapper& mapper, void* from) {
    Slab* slab = new_slab(mapper);
    void* object = take_slot(*slab);
    mapper.model->move_to(object, from);
    return object;
}

OneCell::OneCell(const OneCell& other) : target_(other.is_loaded() ? other.target_ : nullptr) {
    if (target_ == nullptr) return;
    state_ = relation_loaded | relation_counted;
    retain(target_);
}
OneCell::OneCell(OneCell&& other) : OneCell() {
    if ((other.state_ & relation_attached) != 0) {
        OneCell copy(other);
        std::swap(target_, copy.target_);
        std::swap(state_, copy.state_);
    } else {
        std::swap(target_, other.target_);
        std::swap(state_, other.state_);
    }
}
OneCell& OneCell::operator=(const OneCell& other) {
    if (this != &other && other.is_loaded()) set(other.target_);
    return *this;
}
OneCell& OneCell::operator=(OneCell&& other) { return *this = static_cast<const OneCell&>(other); }

void OneCell::load() const {
    if ((state_ & relation_attached) == 0) return;
    Place place = place_of(this);
    if (place.session == nullptr) {
        if (place.state == ObjectState::detached) refuse_detached(place, this);
        return;
    }
    place.session->load_one(*this, place.object);
}

void OneCell::set(void* target) {
    if ((state_ & relation_attached) != 0) {
        Place place = place_of(this);
        if (place.is_live()) {
            place.session->set_one(*this, place.object, target);
            return;
        }
    }
    if (target != nullptr) retain(target);
    if ((state_ & relation_counted) != 0 && target_ != nullptr) release(target_);
    target_ = target;
    state_ = static_cast<std::uint8_t>(state_ | relation_loaded | relation_counted);
}

ManyCell::ManyCell(ManyCell&& other) noexcept {
    if ((other.state_ & relation_attached) != 0) return;
    std::swap(collection_, other.collection_);
    std::swap(state_, other.state_);
}
ManyCell& ManyCell::operator=(ManyCell&& other) {
    if (this != &other && (other.state_ & relation_attached) == 0 && other.collection_ != nullptr) {
        assign(other.collection_->items);
    }
    return *this;
}

void ManyCell::drop() noexcept {
    if (collection_ == nullptr) return;
    if ((state_ & relation_counted) != 0) {
        for (void* item : collection_->items) release(item);
    }
    delete std::exchange(collection_, nullptr);
}

Collection& ManyCell::here() const {
    if (collection_ == nullptr) collection_ = new Collection;
    return *collection_;
}

const std::vector<void*>& ManyCell::items() const {
    if ((state_ & (relation_loaded | relation_attached)) == relation_attached) {
        Place place = place_of(this);
        if (place.session != nullptr) {
            place.session->load_many(*this, place.object);
        } else if (place.state == ObjectState::detached) {
            refuse_detached(place, this);
        }
    }
    return here().items;
}

void ManyCell::append(void* child) {
    if (child == nullptr) {
        throw ArgumentError("empty-handle"_code, "an empty handle cannot be appended to a collection.",
                            "append an object that exists");
    }
    if ((state_ & relation_attached) != 0) {
        Place place = place_of(this);
        if (place.session == nullptr && place.state == ObjectState::detached) refuse_detached(place, this);
        if (place.is_live()) {
            place.session->append(*this, place.object, child);
            return;
        }
    }
    retain(child);
    here().items.push_back(child);
    state_ = static_cast<std::uint8_t>(state_ | relation_counted);
}

void* ManyCell::append_new(const Mapper& mapper, void* from) {
    if ((state_ & relation_attached) != 0) {
        Place place = place_of(this);
        if (place.is_live()) {
            void* child = place.session->add_moved(mapper, from);
            place.session->append(*this, place.object, child);
            return child;
        }
    }
    void* child = new_transient(mapper, from);
    append(child);
    return child;
}

void ManyCell::remove(void* child) {
    if ((state_ & relation_attached) != 0) {
        Place place = place_of(this);
        if (place.session == nullptr && place.state == ObjectState::detached) refuse_detached(place, this);
        if (place.is_live()) {
            place.session->take_out(*this, place.object, child);
            return;
        }
    }
    auto& items = here().items;
    auto at = std::find(items.begin(), items.end(), child);
    if (at == items.end()) return;
    items.erase(at);
    if ((state_ & relation_counted) != 0) release(child);
}

void ManyCell::assign(std::vector<void*> children) {
    std::vector<void*> before = items();
    for (void* child : before) {
        if (std::find(children.begin(), children.end(), child) == children.end()) remove(child);
    }
    for (void* child : children) {
        if (std::find(before.begin(), before.end(), child) == before.end()) append(child);
    }
}

DynamicQuery dynamic_query(const void* cell) {
    Place place = place_of(cell);
    const auto& relationship = relationship_at(place, cell);
    if (place.session == nullptr) refuse_detached(place, cell);
    place.session->autoflush();
    auto key = sql::literal(sql::Value(relationship.referenced->view(place.object)));
    return {*place.session, sql::Expression::compare(sql::Operator::eq, key, relationship.foreign_key->column)};
}

const std::vector<void*>& SessionCore::loaded_children(const ManyCell& many) { return many.here().items; }

void SessionCore::load_one(const OneCell& one, void* object) {
    const auto& relationship = relationship_at(place_of(&one), &one);
    const Attribute& key = *relationship.foreign_key;
    if ((key.state(object) & cell_expired) != 0 && header_of(object).state == ObjectState::persistent) {
        load_expired(object);
    }
    ValueView view = key.view(object);
    if (view.is_null()) {
        one.target_ = nullptr;
        // A new object may be given its key yet.
        if (header_of(object).state == ObjectState::persistent) one.state_ |= relation_loaded;
        return;
    }
    one.target_ = get(*relationship.target, {&view, 1});
    one.state_ |= relation_loaded;
}

void SessionCore::load_many(const ManyCell& many, void* object) {
    const auto& relationship = relationship_at(place_of(&many), &many);
    if (header_of(object).state != ObjectState::persistent) return;
    autoflush();
    std::vector<void*> appended;
    appended.swap(many.here().items);
    auto statement = children_of(relationship, object);
    query_entities(statement.ref(), *relationship.child, [&](void* child) {
        if (child == nullptr) return;
        many.here().items.push_back(child);
        if (relationship.reverse == nullptr) return;
        auto& one = one_of(*relationship.reverse, child);
        if (one.is_loaded()) return;
        one.target_ = object;
        one.state_ |= relation_loaded;
    });
    auto& items = many.here().items;
    for (void* child : appended) {
        if (std::find(items.begin(), items.end(), child) == items.end()) items.push_back(child);
    }
    many.state_ |= relation_loaded;
}

// A key that changes hands is copied when parents have theirs: at the next flush.
void SessionCore::link(const Relationship& relationship, void* child, void* parent, void* only_after) {
    links_.push_back(
        {relationship.foreign_key, relationship.referenced, relationship.child, child, parent, only_after});
}

void SessionCore::put_in_step(const Relationship& one_side, void* child, void* parent) {
    if (one_side.reverse == nullptr || parent == nullptr) return;
    if (one_side.reverse->options.loading == Loading::dynamic) return;
    auto& many = many_of(*one_side.reverse, parent);
    // What is not loaded yet will be read with it, after the flush that comes first.
    bool wanted = many.is_loaded() || !options_.autoflush;
    if ((many.state_ & relation_attached) != 0 && wanted) many.here().items.push_back(child);
}

/// The parent that a child has now, as far as it is in memory.
void* SessionCore::known_parent(const Relationship& one_side, void* child) {
    auto& one = one_of(one_side, child);
    if (one.is_loaded()) return one.target_;
    const Attribute& key = *one_side.foreign_key;
    if (!key.is_set(child) || one_side.target->integer_key != one_side.referenced) return nullptr;
    ValueView view = key.view(child);
    return view.is_null() ? nullptr : store_of(*one_side.target).identities.find(view.integer);
}

void SessionCore::set_one(OneCell& one, void* object, void* target) {
    require_usable();
    const auto& relationship = relationship_at(place_of(&one), &one);
    void* before = known_parent(relationship, object);
    if (one.is_loaded() && before == target) return;
    if (target != nullptr) {
        adopt(target);
        if (header_of(target).state == ObjectState::transient) add(target);
    }
    if (before != nullptr && before != target && relationship.reverse != nullptr) {
        auto& many = many_of(*relationship.reverse, before);
        if (many.collection_ != nullptr) std::erase(many.collection_->items, object);
    }
    one.target_ = target;
    one.state_ = relation_loaded | relation_attached;
    if (before != target) put_in_step(relationship, object, target);
    link(relationship, object, target);
}

void SessionCore::append(ManyCell& many, void* parent, void* child) {
    require_usable();
    const auto& relationship = relationship_at(place_of(&many), &many);
    adopt(child);
    ObjectState state = header_of(child).state;
    if (state == ObjectState::transient || state == ObjectState::detached) add(child);
    if (relationship.reverse != nullptr) {
        auto& one = one_of(*relationship.reverse, child);
        bool in_step = one.is_loaded() && one.target_ == parent;
        if (!in_step) {
            set_one(one, child, parent);
            return;
        }
        if (many.is_loaded() &&
            std::find(many.here().items.begin(), many.here().items.end(), child) != many.here().items.end())
            return;
    }
    link(relationship, child, parent);
    if (relationship.options.loading != Loading::dynamic) many.here().items.push_back(child);
}

void SessionCore::take_out(ManyCell& many, void* parent, void* child) {
    require_usable();
    const auto& relationship = relationship_at(place_of(&many), &many);
    if (many.collection_ != nullptr) std::erase(many.collection_->items, child);
    if (relationship.reverse != nullptr) {
        auto& one = one_of(*relationship.reverse, child);
        one.target_ = nullptr;
        one.state_ = relation_loaded | relation_attached;
    }
    link(relationship, child, nullptr, parent);
}

}  // namespace retort::orm
