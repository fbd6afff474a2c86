// A new object with the key of one that goes in the same flush: the old row goes first.
#include <algorithm>
#include <vector>

#include "retort/orm/column.hpp"
#include "retort/orm/going_rows.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {

/// The key that a new object will have; false when it is not known yet. Parts of it may come from parents.
bool UnitOfWork::key_to_be(const Mapper& mapper, void* object, std::vector<ValueView>& key) const {
    key.clear();
    for (const auto* attribute : mapper.keys) {
        if (attribute->is_set(object)) {
            key.push_back(attribute->view(object));
            continue;
        }
        const auto& links = session_.links_;
        auto link = std::find_if(links.rbegin(), links.rend(), [&](const Link& each) {
            return each.child == object && each.foreign_key->index == attribute->index;
        });
        bool known = link != links.rend() && link->parent != nullptr &&
                     header_of(link->parent).state == ObjectState::persistent && !header_of(link->parent).deleting;
        if (!known) return false;
        key.push_back(link->referenced->view(link->parent));
    }
    return true;
}

/// An object's row can go before all else when what refers to it goes too.
bool UnitOfWork::can_go_first(void* object, std::vector<void*>& with) {
    with.assign(1, object);
    for (std::size_t at = 0; at < with.size(); ++at) {
        const Mapper& mapper = *slab_of(with[at])->mapper;
        for (const auto& relationship : mapper.relationships) {
            if (!relationship.is_parent() || relationship.options.viewonly || relationship.passive()) continue;
            auto children = session_.related(relationship, with[at], true);
            bool leave = std::all_of(children.begin(), children.end(), [](void* child) {
                return header_of(child).deleting || header_of(child).state != ObjectState::persistent;
            });
            if (!leave || (!children.empty() && relationship.target->root == mapper.root)) return false;
        }
        // Its children, and those that have just been taken from it, go before it.
        for (void* going : session_.deleting_) {
            const auto& parents = slab_of(going)->mapper->root->parents;
            bool below = std::find(parents.begin(), parents.end(), mapper.root) != parents.end();
            if (below && std::find(with.begin(), with.end(), going) == with.end()) with.push_back(going);
        }
    }
    return true;
}

void UnitOfWork::find_switched() {
    if (session_.deleting_.empty() || session_.pending_count_ == 0) return;
    std::vector<ValueView> key;
    std::vector<void*> with;
    const GoingRows going(session_.changes_, session_.deleting_);
    for (const auto& store : session_.stores_) {
        if (store == nullptr) continue;
        for (void* object : store->pending) {
            const Mapper& mapper = *slab_of(object)->mapper;
            if (!key_to_be(mapper, object, key)) continue;
            void* same = going.find(mapper, key);
            if (same == nullptr || !can_go_first(same, with)) continue;
            session_.early_.insert(session_.early_.end(), with.begin(), with.end());
        }
    }
}

}  // namespace retort::orm
