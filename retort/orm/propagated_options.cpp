// How what a query said is kept for relationships that are touched later.
#include "retort/orm/propagated_options.hpp"

#include "retort/orm/load_plan.hpp"
#include "retort/orm/mapper.hpp"

namespace retort::orm {

LoadOptions SessionCore::propagated_options(const Relationship& relationship, void* object) const {
    if (propagated_ == nullptr) return nullptr;
    auto found = propagated_->by_cell.find(relationship.in(object));
    return found == propagated_->by_cell.end() ? nullptr : found->second;
}

void SessionCore::propagate_options(const Relationship& relationship, void* object, const LoadOptions& options) {
    if (options != nullptr) {
        if (propagated_ == nullptr) propagated_ = std::make_unique<PropagatedOptions>();
        propagated_->by_cell.insert_or_assign(relationship.in(object), options);
    } else if (propagated_ != nullptr) {
        propagated_->by_cell.erase(relationship.in(object));
    }
}

void* SessionCore::get_target(const Relationship& relationship, void* object, std::span<const ValueView> key) {
    const Mapper& target = *relationship.target;
    const auto options = propagated_options(relationship, object);
    if (options == nullptr) return get(target, key, &relationship);
    if (!criteria_when_touched(*options).is_empty()) {  // which one in memory need not fulfil
        autoflush();
        void* found = nullptr;
        each_of(relationship, object, [&](void* one) { found = one; });
        return found;
    }
    if (void* known = find_known(store_of(target), key)) return known;
    autoflush();  // a pending object may have this key
    if (void* known = find_known(store_of(target), key)) return known;
    return get_eagerly(target, key, &relationship, options);
}

}  // namespace retort::orm
