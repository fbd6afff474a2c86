// What a session knows of one object, read from its header, its cells and the change log.
#include "retort/orm/inspect.hpp"

#include <algorithm>
#include <unordered_set>

#include "retort/orm/relationship.hpp"
#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {

const Change* change_of(void* object, const Attribute& attribute) {
    const auto* session = slab_of(object)->session;
    if (session == nullptr) return nullptr;
    for (auto at = header_of(object).change; at != 0; at = session->changes()[at].previous) {
        const Change& change = session->changes()[at];
        if (change.attribute != attribute.index) continue;
        bool differs = !change.known || !same_value(change.old, attribute.view(object));
        return differs ? &change : nullptr;
    }
    return nullptr;
}

std::vector<std::string_view> changed_fields(void* object) {
    std::vector<std::string_view> names;
    const bool has_row = header_of(object).state == ObjectState::persistent;
    for (const auto& attribute : slab_of(object)->mapper->attributes) {
        if (has_row ? change_of(object, attribute) != nullptr : attribute.is_set(object))
            names.push_back(attribute.name);
    }
    return names;
}

std::vector<std::string_view> unloaded_fields(void* object) {
    std::vector<std::string_view> names;
    const Mapper& mapper = *slab_of(object)->mapper;
    for (const auto& attribute : mapper.attributes) {
        bool waits = (attribute.state(object) & cell_expired) != 0 || !attribute.is_set(object);
        if (waits) names.push_back(attribute.name);
    }
    for (const auto& relationship : mapper.relationships) {
        if ((SessionCore::relation_state(relationship, object) & relation_loaded) == 0)
            names.push_back(relationship.name);
    }
    return names;
}

std::vector<sql::Value> identity_values(void* object) {
    std::vector<ValueView> views;
    const Slab* slab = slab_of(object);
    const ChangeLog none;
    identity_of(slab->session == nullptr ? none : slab->session->changes(), *slab->mapper, object, views);
    return {views.begin(), views.end()};
}

Session* session_of(void* object) {
    if (object == nullptr) return nullptr;
    auto* session = slab_of(object)->session;
    return session != nullptr && session->contains(object) ? session->owner() : nullptr;
}

void make_transient(void* object) {
    auto* session = slab_of(object)->session;
    if (session != nullptr && session->contains(object)) session->expunge(object);
    for (const auto& attribute : slab_of(object)->mapper->attributes) {
        auto& state = attribute.state(object);
        bool unread = (state & cell_expired) != 0;
        state = static_cast<std::uint8_t>(state & ~(cell_expired | cell_touched | (unread ? cell_set : 0)));
    }
    ObjectHeader& header = header_of(object);
    header.state = ObjectState::transient;
    header.expired = false;
    header.deleting = false;
    header.change = 0;
}

bool SessionCore::has_relation_changes(const void* object) const {
    return std::any_of(links_.begin(), links_.end(),
                       [&](const Link& link) {
                           return link.child == object || link.parent == object || link.only_after == object;
                       }) ||
           std::any_of(associations_.begin(), associations_.end(),
                       [&](const Association& row) { return row.owner == object || row.target == object; });
}

std::vector<void*> SessionCore::dirty() {
    std::vector<void*> objects;
    auto waits = [](void* object) {
        const ObjectHeader& header = header_of(object);
        return header.state == ObjectState::persistent && !header.deleting;
    };
    auto& changes = changes_.all();
    for (std::size_t i = changes_.flushed(); i < changes.size(); ++i) {
        void* object = changes[i].object;
        bool first = changes_.starts(static_cast<std::uint32_t>(i + 1), header_of(object).change);
        if (first && waits(object)) objects.push_back(object);
    }
    if (links_.empty() && associations_.empty()) return objects;
    // Keys that follow a relationship at the flush, and both ends of a row between.
    std::unordered_set<void*> known(objects.begin(), objects.end());
    auto add = [&](void* object) {
        if (waits(object) && known.insert(object).second) objects.push_back(object);
    };
    for (const Link& link : links_) add(link.child);
    for (const Association& row : associations_) {
        add(row.owner);
        add(row.target);
    }
    return objects;
}

bool SessionCore::is_modified(void* object) const {
    if (!contains(object)) return false;
    if (header_of(object).state == ObjectState::pending) return true;
    return !changed_fields(object).empty() || has_relation_changes(object);
}

}  // namespace retort::orm
