// What was done to relationships since the last flush: what it means for those that are read now, and when it is
// forgotten.
#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "retort/orm/populating.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {

// Who came and who went since the last flush: the rows do not tell it yet.
void SessionCore::catch_up(const Relationship& relationship, void* object, Items& others) const {
    if (relationship.options.viewonly || relationship.is_custom()) return;
    auto set = [&](void* other, bool there) {
        auto at = std::find(others.begin(), others.end(), other);
        if (!there && at != others.end()) others.erase(at);
        auto state = header_of(other).state;
        bool lives = state == ObjectState::pending || state == ObjectState::persistent;
        bool fits = lives && slab_of(other)->mapper->is_a(*relationship.target);
        if (there && at == others.end() && fits) others.push_back(other);
    };
    for (const Association& row : associations_) {
        if (row.relationship == &relationship && row.owner == object) set(row.target, row.added);
        if (row.relationship == relationship.reverse && row.target == object) set(row.owner, row.added);
    }
    if (!relationship.is_parent()) return;
    for (const Link& link : links_) {
        if (!link.goes_by(relationship)) continue;
        bool leaves = link.only_after == nullptr || link.only_after == object;
        if (link.parent == object || leaves) set(link.child, link.parent == object);
    }
}

/// Whether one side of a relationship still knows what was done to it.
bool SessionCore::remembers(const Relationship* side, void* object) {
    if (side == nullptr || object == nullptr) return false;
    if (!side->holds_objects()) return true;  // nothing is kept there that could be forgotten
    if (side->is_one()) return one_of(*side, object).is_loaded();
    auto& many = many_of(*side, object);
    return many.is_loaded() || many.collection_ != nullptr;
}

// A link that is forgotten takes those before it along, which it has overruled.
void SessionCore::forget_relations(FunctionRef<bool(const Relationship* side, void* object)> knows) {
    const auto is_known = [&](const Link& link) {
        const auto* reverse = link.relationship->reverse;
        bool from_parent = link.relationship->is_parent();
        void* parent = link.parent != nullptr ? link.parent : link.only_after;
        return knows(from_parent ? reverse : link.relationship, link.child) ||
               knows(from_parent ? link.relationship : reverse, parent);
    };
    std::map<std::pair<void*, std::uint16_t>, bool> forgotten;  // by child and key
    for (std::size_t at = links_.size(); at > 0; --at) {
        Link& link = links_[at - 1];
        bool& is_forgotten = forgotten[{link.child, link.foreign_key->index}];
        is_forgotten = is_forgotten || !is_known(link);
        if (is_forgotten) link.child = nullptr;
    }
    std::erase_if(links_, [](const Link& link) { return link.child == nullptr; });
    std::erase_if(associations_, [&](const Association& row) {
        return !knows(row.relationship, row.owner) && !knows(row.relationship->reverse, row.target);
    });
}

// What was expired on both sides is no longer wanted.
void SessionCore::forget_expired_relations() { forget_relations(&remembers); }

// What a query reads anew knows only what it reads; so do the others that it has read by now.
void SessionCore::forget_reread_relations(const void* object) {
    if (!has_relation_changes(object)) return;
    forget_relations([&](const Relationship* side, void* other) {
        return remembers(side, other) && other != object && !populating_->contains(other);
    });
}

// A collection that is not loaded leaves it to the flush to bring what was appended; this object is not in it.
void SessionCore::remember_in_parents(void* child) {
    std::vector<const Link*> newest;  // of each key: it is what holds
    for (std::size_t at = links_.size(); at > 0; --at) {
        const Link& link = links_[at - 1];
        const auto same = [&](const Link* newer) { return newer->is_about(link); };
        if (link.child != child || std::any_of(newest.begin(), newest.end(), same)) continue;
        newest.push_back(&link);
        if (link.parent == nullptr) continue;
        const auto* side = link.relationship->is_parent() ? link.relationship : link.relationship->reverse;
        if (side == nullptr || side->is_one() || !side->holds_objects()) continue;
        auto& items = many_of(*side, link.parent).here().items;
        if (std::find(items.begin(), items.end(), child) == items.end()) items.push_back(child);
    }
}

// New objects that were expunged, and still hang on one that is added, are new ones of the session again.
void SessionCore::take_again(void* object) {
    auto take = [&](const Relationship& relationship, void* other) {
        if (header_of(other).state != ObjectState::transient) return;
        add(other);
        if (relationship.kind == RelationKind::many_to_many) {
            bool waits = std::any_of(associations_.begin(), associations_.end(), [&](const Association& row) {
                return (row.owner == object && row.target == other) || (row.owner == other && row.target == object);
            });
            if (!waits) associations_.push_back({&relationship, object, other, true});
        } else {
            relationship.is_parent() ? link(relationship, other, object) : link(relationship, object, other);
        }
    };
    for (const auto& relationship : slab_of(object)->mapper->relationships) {
        if (!relationship.options.cascades.save_update || relationship.options.viewonly) continue;
        if (relationship.is_one()) {
            void* other = one_of(relationship, object).target_;
            if (other != nullptr) take(relationship, other);
            continue;
        }
        const auto* collection = many_of(relationship, object).collection_;
        if (collection == nullptr) continue;
        const auto others = collection->items;  // adding one may put it in again
        for (void* other : others) take(relationship, other);
    }
}

}  // namespace retort::orm
