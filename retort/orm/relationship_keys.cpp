// The keys by which objects find each other, what cascades reach, and the places in ordered collections.
#include <algorithm>
#include <unordered_set>

#include "retort/orm/column.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/transient_relations.hpp"
#include "retort/sql/sql.hpp"

namespace retort::orm {

std::span<const ValueView> SessionCore::key_of(const Relationship& relationship, void* object, ValueView& one,
                                               std::vector<ValueView>& several) {
    one = key_for(relationship, object);
    if (!relationship.is_composite()) return {&one, 1};
    const bool own = relationship.kind == RelationKind::many_to_one;
    for (const auto& pair : relationship.pairs) {
        const Attribute& key = own ? *pair.foreign_key : *pair.referenced;
        bool expired = (key.state(object) & cell_expired) != 0;
        if (expired && header_of(object).state == ObjectState::persistent) load_expired(object);
        several.push_back(key.view(object));
    }
    return several;
}

namespace {

/// A condition of the model's own may read any column.
void read_all(SessionCore& session, void* object) {
    if (header_of(object).expired && header_of(object).state == ObjectState::persistent) session.load_expired(object);
}

}  // namespace

sql::Expression SessionCore::condition_of(const Relationship& relationship, void* object) {
    if (!relationship.is_custom()) {
        std::vector<ValueView> several;
        ValueView one;
        std::vector<sql::Expression> key;
        for (const auto& view : key_of(relationship, object, one, several))
            key.push_back(sql::literal(sql::Value(view)));
        return relationship.condition_for(key);
    }
    read_all(*this, object);
    const auto& options = relationship.options;
    const BoundSide owner{relationship.owner, {}, object};
    const BoundSide target{relationship.target, relationship.target->table};
    if (relationship.secondary == nullptr) return bound_join(*options.primaryjoin, owner, target);
    const BoundSide between{relationship.secondary, relationship.secondary->table};
    auto joins = relationship.joins(relationship.owner->table, target.table, between.table);
    return bound_join(*options.primaryjoin, owner, between) && std::move(joins[1].on);
}

// A list and no recursion, as for deletes.
std::vector<void*> SessionCore::reached(void* object, bool Cascades::* cascade) {
    std::vector<void*> all{object};
    std::unordered_set<void*> known{object};
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (const auto& relationship : slab_of(all[i])->mapper->relationships) {
            if (!(relationship.options.cascades.*cascade)) continue;
            for (void* other : related(relationship, all[i], false)) {
                if (known.insert(other).second) all.push_back(other);
            }
        }
    }
    return all;
}

void SessionCore::expunge_along(void* object) {
    for (void* each : reached(object, &Cascades::expunge)) {
        if (each == object || contains(each)) expunge(each);
    }
}

void SessionCore::expire_along(void* object) {
    (void)known_to_be_persistent(object, "expired");
    for (void* each : reached(object, &Cascades::refresh_expire)) expire(each);
    forget_expired_relations();
}

void SessionCore::number(ManyCell& many, const Relationship& relationship, std::size_t from) {
    const Attribute& place = *relationship.ordering;
    const auto& items = many.here().items;
    for (std::size_t at = from; at < items.size(); ++at) {
        const auto wanted = ValueView::of(static_cast<std::int64_t>(at) + relationship.options.ordering_from);
        bool there = place.is_set(items[at]) && (place.state(items[at]) & cell_expired) == 0 &&
                     same_value(place.view(items[at]), wanted);
        if (!there) change_attribute(items[at], place, wanted);
    }
}

void ManyCell::number_items() {
    if ((state_ & relation_attached) == 0) return;  // numbered when its object has a place of its own
    (void)items();
    Place place = place_of(this);
    if (place.relationship->ordering == nullptr) return;
    place.is_live() ? SessionCore::number(*this, *place.relationship, 0)
                    : TransientRelations::number(*this, *place.relationship, 0);
}

void ManyCell::insert_at(std::size_t at, void* child) {
    const auto& before = items();
    if (std::find(before.begin(), before.end(), child) == before.end()) append(child);
    auto& all = here().items;
    std::erase(all, child);
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(std::min(at, all.size())), child);
    number_items();
}

}  // namespace retort::orm
