// Changing a query in place, or a copy of it when others hold it too; for this module's own source files.
#pragma once

#include "retort/sql/nodes.hpp"

namespace retort::sql {

/// The part that unions have too, for changing; `node` is replaced by a copy when others share it.
inline QueryNode& own_query(NodeRef& node) {
    if (!node->is_unshared()) {
        const auto* select = node_cast<SelectNode>(node.get());
        node = select ? NodeRef(new SelectNode(*select))
                      : NodeRef(new CompoundNode(static_cast<const CompoundNode&>(*node)));
    }
    return const_cast<QueryNode&>(static_cast<const QueryNode&>(*node));
}

/// The query's rare clauses, copied when others hold them too.
inline QueryExtras& own_extras(NodeRef& node) {
    QueryNode& query = own_query(node);
    auto copy = query.extras ? std::make_shared<QueryExtras>(*query.extras) : std::make_shared<QueryExtras>();
    query.extras = copy;
    return *copy;
}

}  // namespace retort::sql
