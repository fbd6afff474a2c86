// What sessions do when relationships are changed: keeping both sides in step, noting what is to be written.
#include <algorithm>
#include <utility>

#include "retort/orm/column.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/session_scopes.hpp"
#include "retort/orm/transient_relations.hpp"

namespace retort::orm {
namespace {

bool is_live(const void* object) {
    ObjectState state = header_of(object).state;
    return state == ObjectState::pending || state == ObjectState::persistent;
}

}  // namespace

// A key that changes hands is copied when parents have theirs: at the next flush.
void SessionCore::link(const Relationship& relationship, void* child, void* parent, void* only_after) {
    if (relationship.options.viewonly) return;
    for (const auto& [key, referenced] : relationship.pairs)
        links_.push_back({key, referenced, slab_of(child)->mapper, child, parent, only_after, relationship.is_late(),
                          &relationship});
}

/// The parent that a child has now, as far as it is in memory.
void* SessionCore::known_parent(const Relationship& one_side, void* child) {
    auto& one = one_of(one_side, child);
    if (one.is_loaded()) return one.target_;
    if (one_side.is_composite()) {
        std::vector<ValueView> key;
        key.reserve(one_side.pairs.size());
        for (const auto& pair : one_side.pairs) key.push_back(pair.foreign_key->view(child));
        bool whole = std::none_of(key.begin(), key.end(), [](const ValueView& view) { return view.is_null(); });
        return whole ? find_known(store_of(*one_side.target), key) : nullptr;
    }
    const Attribute& key = *one_side.foreign_key;
    if (!key.is_set(child) || one_side.target->integer_key != one_side.referenced) return nullptr;
    ValueView view = key.view(child);
    void* found = view.is_null() ? nullptr : store_of(*one_side.target).identities->find(view.integer);
    // A key that was set by hand may be that of another kind.
    return found != nullptr && slab_of(found)->mapper->is_a(*one_side.target) ? found : nullptr;
}

/// Whether its key says that it has none, and nothing is about to give it one: then it loses none either.
bool SessionCore::has_no_parent(const Relationship& one_side, void* child) const {
    if (header_of(child).state != ObjectState::persistent || has_relation_changes(child)) return false;
    return std::any_of(one_side.pairs.begin(), one_side.pairs.end(), [&](const auto& pair) {
        const Attribute& key = *pair.foreign_key;
        const bool known = (key.state(child) & (cell_set | cell_expired)) == cell_set;
        return known && key.view(child).is_null();
    });
}

/// What is put into a relationship comes into the session with it. One without a session has left its partner before.
void SessionCore::take_along(const Relationship& relationship, void* object, void* other) {
    adopt(other);
    const auto* back = relationship.reverse;
    if (back != nullptr && back->is_one() && header_of(other).state == ObjectState::transient) {
        auto& one = one_of(*back, other);
        if (one.target_ != nullptr && one.target_ != object) TransientRelations::leave(one, place_of(&one));
    }
    if (relationship.options.cascades.save_update && !is_live(other)) add_along(other);
}

/// What hangs on it comes too. Long chains go on from a list, for a fiber's stack is small.
void SessionCore::add_along(void* other) {
    constexpr std::uint32_t deepest = 100;
    if (adding_.depth >= deepest) {
        adding_.later.push_back(other);
        return;
    }
    ++adding_.depth;
    try {
        add(other);
        while (adding_.depth == 1 && !adding_.later.empty()) {
            for (void* next : std::exchange(adding_.later, {})) {
                if (!is_live(next)) add(next);
            }
        }
    } catch (...) {
        if (--adding_.depth == 0) adding_.later.clear();
        throw;
    }
    --adding_.depth;
}

/// One that was to be deleted, with its parent before perhaps, and has a new one now, stays.
void SessionCore::keep_after_all(const void* parent, void* child) {
    ObjectHeader& header = header_of(child);
    if (!header.deleting || header.state != ObjectState::persistent || header_of(parent).deleting) return;
    header.deleting = false;
    std::erase(deleting_, child);
}

/// The parent's side of a child that has come to it, in memory.
void SessionCore::gain(const Relationship& parent_side, void* parent, void* child) {
    if (parent_side.is_one()) {
        auto& one = one_of(parent_side, parent);
        if (!one.is_loaded() && header_of(parent).state == ObjectState::persistent) {
            NoAutoflush guard(*this);  // what it has now, not the child that is on its way
            load_one(one, parent);
        }
        about_to_relate(parent_side, parent, child, one.target_);
        void* before = std::exchange(one.target_, child);
        one.state_ = relation_loaded | relation_attached;
        if (before != nullptr && before != child) let_go(parent_side, parent, before);
        return keep_after_all(parent, child);
    }
    about_to_relate(parent_side, parent, child, nullptr);
    if (!parent_side.holds_objects()) return;
    auto& many = many_of(parent_side, parent);
    if (parent_side.is_parent() && many.is_loaded()) keep_after_all(parent, child);
    if (parent_side.ordering != nullptr && (many.state_ & relation_attached) != 0) {
        // The child is on its way already, and must not be read as if it had its place.
        NoAutoflush guard(*this);
        if (!many.is_loaded() && header_of(parent).state == ObjectState::persistent) load_many(many, parent);
        auto& items = many.here().items;
        if (std::find(items.begin(), items.end(), child) == items.end()) items.push_back(child);
        return number(many, parent_side, items.size() - 1);
    }
    // What is not loaded yet will be read with it, after the flush that comes first.
    bool wanted = many.is_loaded() || !options_.autoflush;
    if ((many.state_ & relation_attached) == 0 || !wanted) return;
    auto& items = many.here().items;
    // One that was expunged and comes again may still stand in it; long lists are not searched for each that comes.
    const bool searched = items.size() <= searched_before_append;
    if (!searched || std::find(items.begin(), items.end(), child) == items.end()) items.push_back(child);
}

/// The same of a child that has the parent's key already, be it that somebody has set it.
void SessionCore::regain(const Relationship& parent_side, void* parent, void* child) {
    if (parent_side.is_one()) {
        if (one_of(parent_side, parent).is_loaded()) gain(parent_side, parent, child);
        return;
    }
    if (!parent_side.holds_objects()) return;
    const auto& many = many_of(parent_side, parent);
    if (!many.is_loaded() && options_.autoflush) return;  // it will be read with it
    const bool there = many.collection_ != nullptr &&
                       std::find(many.collection_->items.begin(), many.collection_->items.end(), child) !=
                           many.collection_->items.end();
    if (!there) gain(parent_side, parent, child);
}

/// The same of a child that has left.
void SessionCore::lose(const Relationship& parent_side, void* parent, void* child) {
    if (parent_side.is_one()) {
        auto& one = one_of(parent_side, parent);
        if (!one.is_loaded() || one.target_ != child) return;
        about_to_relate(parent_side, parent, nullptr, child);
        one.target_ = nullptr;
        return;
    }
    about_to_relate(parent_side, parent, nullptr, child);
    auto& many = many_of(parent_side, parent);
    if (many.collection_ != nullptr) std::erase(many.collection_->items, child);
    if (parent_side.ordering != nullptr && many.is_loaded()) number(many, parent_side, 0);
}

/// A child whose parent gives it up: its key becomes NULL, or it goes with delete-orphan.
void SessionCore::let_go(const Relationship& parent_side, void* parent, void* child) {
    if (parent_side.reverse != nullptr) {
        auto& back = one_of(*parent_side.reverse, child);
        if (!back.is_loaded() || back.target_ == parent) {
            about_to_relate(*parent_side.reverse, child, nullptr, parent);
            back.target_ = nullptr;
            back.state_ = relation_loaded | relation_attached;
        }
    }
    link(parent_side, child, nullptr, parent);
    note_orphan(parent_side, child);
}

/// A child whose parent goes has none from now on.
void SessionCore::part_from(const Relationship& parent_side, void* parent, void* child) {
    if (parent_side.reverse == nullptr) return;
    auto& back = one_of(*parent_side.reverse, child);
    if (back.is_loaded() && back.target_ == parent) back.target_ = nullptr;
}

void SessionCore::note_orphan(const Relationship& relationship, void* child) {
    if (relationship.options.cascades.delete_orphan) orphans_.push_back({&relationship, child});
}

void SessionCore::set_one(OneCell& one, void* object, void* target) {
    require_usable();
    const Relationship& relationship = *place_of(&one).relationship;
    if (relationship.kind == RelationKind::one_to_one) return set_child(one, relationship, object, target);
    void* before = known_parent(relationship, object);
    if (one.is_loaded() && before == target) return;
    about_to_relate(relationship, object, target, before);
    if (target == nullptr && has_no_parent(relationship, object)) {
        one.target_ = nullptr;
        one.state_ |= relation_loaded;
        return;
    }
    if (target != nullptr) take_along(relationship, object, target);
    if (target != nullptr && one.is_loaded() && one.target_ == target) return;  // it had this one already, and told so
    one.target_ = target;
    one.state_ = relation_loaded | relation_attached;
    link(relationship, object, target);
    const Relationship* parent_side = relationship.reverse;
    if (parent_side == nullptr) return;
    if (before == target) {
        if (target != nullptr) regain(*parent_side, target, object);
        return;
    }
    if (before != nullptr) {
        lose(*parent_side, before, object);
        if (target == nullptr) note_orphan(*parent_side, object);
    }
    if (target != nullptr) gain(*parent_side, target, object);
}

void SessionCore::set_child(OneCell& one, const Relationship& relationship, void* parent, void* child) {
    if (!one.is_loaded() && header_of(parent).state == ObjectState::persistent) {
        NoAutoflush quiet(*this);  // the new one may wait in the session
        load_one(one, parent);
    }
    void* before = one.is_loaded() ? one.target_ : nullptr;
    if (one.is_loaded() && before == child) return;
    about_to_relate(relationship, parent, child, before);
    if (child != nullptr) take_along(relationship, parent, child);
    one.target_ = child;
    one.state_ = relation_loaded | relation_attached;
    if (before != nullptr) let_go(relationship, parent, before);
    if (child == nullptr) return;
    if (relationship.reverse != nullptr) {
        void* owner = known_parent(*relationship.reverse, child);
        if (owner != nullptr && owner != parent) lose(relationship, owner, child);
        auto& back = one_of(*relationship.reverse, child);
        about_to_relate(*relationship.reverse, child, parent, owner);
        back.target_ = parent;
        back.state_ = relation_loaded | relation_attached;
    }
    link(relationship, child, parent);
}

void SessionCore::append(ManyCell& many, void* parent, void* child) {
    require_usable();
    const Relationship& relationship = *place_of(&many).relationship;
    if (relationship.ordering != nullptr) {
        NoAutoflush guard(*this);  // the new one's place is behind all that are there, and it has no parent yet
        (void)many.items();
    }
    bool shared = relationship.kind == RelationKind::many_to_many && !relationship.options.viewonly;
    if (shared && relationship.holds_objects()) (void)many.items();  // one that is there is not written again
    take_along(relationship, parent, child);
    if (relationship.kind == RelationKind::many_to_many) return associate(many, relationship, parent, child);
    if (relationship.reverse != nullptr) {
        auto& one = one_of(*relationship.reverse, child);
        bool in_step = one.is_loaded() && one.target_ == parent;
        if (!in_step) return set_one(one, child, parent);
        const auto& items = many.here().items;
        if (std::find(items.rbegin(), items.rend(), child) != items.rend()) return;  // most often the last one
    }
    about_to_relate(relationship, parent, child, nullptr);
    link(relationship, child, parent);
    if (relationship.holds_objects()) many.here().items.push_back(child);
    if (relationship.is_parent() && many.is_loaded()) keep_after_all(parent, child);
    if (relationship.ordering != nullptr) number(many, relationship, many.here().items.size() - 1);
}

void SessionCore::associate(ManyCell& many, const Relationship& relationship, void* owner, void* target) {
    if (relationship.holds_objects()) {
        auto& items = many.here().items;
        // In a long list a search for each append would cost more than the row that is then written once anyway.
        bool searched = many.is_loaded() && items.size() <= searched_before_append;
        if (searched && std::find(items.begin(), items.end(), target) != items.end()) return;
        about_to_relate(relationship, owner, target, nullptr);
        items.push_back(target);
    } else {
        about_to_relate(relationship, owner, target, nullptr);
    }
    if (relationship.options.viewonly) return;
    associations_.push_back({&relationship, owner, target, true});
    if (relationship.reverse != nullptr) gain(*relationship.reverse, target, owner);
}

void SessionCore::take_out(ManyCell& many, void* parent, void* child) {
    require_usable();
    const Relationship& relationship = *place_of(&many).relationship;
    if (relationship.holds_objects()) many.require_item(child);
    lose(relationship, parent, child);
    if (relationship.kind != RelationKind::many_to_many) return let_go(relationship, parent, child);
    if (relationship.options.viewonly) return;
    associations_.push_back({&relationship, parent, child, false});
    if (relationship.reverse != nullptr) lose(*relationship.reverse, child, parent);
}

bool SessionCore::is_orphan(const Orphan& orphan) const {
    if (!is_live(orphan.child) || header_of(orphan.child).deleting) return false;
    const auto* back = orphan.relationship->reverse;
    if (back != nullptr) {
        auto& one = one_of(*back, orphan.child);
        if (one.is_loaded()) return one.target_ == nullptr;
    }
    auto newest = std::find_if(links_.rbegin(), links_.rend(), [&](const Link& link) {
        return link.child == orphan.child && link.goes_by(*orphan.relationship);
    });
    return newest != links_.rend() && newest->parent == nullptr;
}

void SessionCore::remove_orphans() {
    for (std::size_t i = 0; i < orphans_.size(); ++i) {
        if (!is_orphan(orphans_[i])) continue;
        void* child = orphans_[i].child;
        if (header_of(child).state == ObjectState::pending) {
            expunge(child);
            continue;
        }
        remove(child);
        // A one-to-one child makes room for the one that replaces it, under a unique key.
        bool replaced = orphans_[i].relationship->kind == RelationKind::one_to_one;
        if (replaced && !has_children(child)) early_.push_back(child);
    }
    orphans_.clear();
}

bool SessionCore::has_children(void* object) {
    for (const auto& relationship : slab_of(object)->mapper->relationships) {
        if (!relationship.is_parent() || relationship.options.viewonly || relationship.passive()) continue;
        if (!related(relationship, object, true).empty()) return true;
    }
    return false;
}

}  // namespace retort::orm
