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

namespace {

WriteExtras& own_extras(DeleteNode& node) {
    auto copy = node.extras ? std::make_shared<WriteExtras>(*node.extras) : std::make_shared<WriteExtras>();
    node.extras = copy;
    return *copy;
}

}  // namespace

Delete Delete::prefix_with(std::string_view sql, std::string_view dialect) const {
    Delete copy = *this;
    own_extras(copy.own()).prefixes.push_back({std::string(sql), std::string(dialect)});
    return copy;
}

Delete Delete::with_hint(std::string_view sql, std::string_view dialect) const {
    Delete copy = *this;
    own_extras(copy.own()).hints.push_back({std::string(sql), std::string(dialect)});
    return copy;
}

Delete Delete::add_cte(const Subquery& cte) const {
    Delete copy = *this;
    own_extras(copy.own()).ctes.push_back(cte.ref());
    return copy;
}

Delete Delete::limit(std::int64_t rows) const {
    Delete copy = *this;
    own_extras(copy.own()).limit = rows;
    return copy;
}

Subquery Delete::cte(std::string_view name) const { return Subquery(NodeRef(new CteNode(ref(), name))); }

Delete delete_(TableRef table) { return Delete(std::move(table)); }

}  // namespace retort::sql
