// DELETE built step by step.
#include "retort/sql/delete.hpp"

#include "retort/sql/nodes.hpp"

namespace retort::sql {

Delete::Delete(TableRef table) : node_(new DeleteNode(std::move(table))) {}

const DeleteNode* Delete::core() const { return static_cast<const DeleteNode*>(node_.get()); }

DeleteNode& Delete::own() {
    if (!node_->is_unshared()) node_ = NodeRef(new DeleteNode(*core()));
    return const_cast<DeleteNode&>(*core());
}

Delete Delete::where(Expression condition) const& { return Delete(*this).where(std::move(condition)); }
Delete Delete::where(Expression condition) && {
    if (!condition.is_empty()) own().conditions.push_back(std::move(condition));
    return std::move(*this);
}

Delete Delete::returning(std::vector<Expression> columns) const& { return Delete(*this).returning(std::move(columns)); }
Delete Delete::returning(std::vector<Expression> columns) && {
    auto& returning = own().returning;
    returning.insert(returning.end(), columns.begin(), columns.end());
    return std::move(*this);
}

Delete delete_(TableRef table) { return Delete(std::move(table)); }

}  // namespace retort::sql
