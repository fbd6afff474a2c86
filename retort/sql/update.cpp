// UPDATE built step by step.
#include "retort/sql/update.hpp"

#include "retort/sql/nodes.hpp"

namespace retort::sql {

Update::Update(TableRef table) : node_(new UpdateNode(std::move(table))) {}

const UpdateNode* Update::core() const { return static_cast<const UpdateNode*>(node_.get()); }

UpdateNode& Update::own() {
    if (!node_->is_unshared()) node_ = NodeRef(new UpdateNode(*core()));
    return const_cast<UpdateNode&>(*core());
}

Update Update::values(std::vector<Assignment> assignments) const& {
    return Update(*this).values(std::move(assignments));
}
Update Update::values(std::vector<Assignment> assignments) && {
    UpdateNode& node = own();
    for (Assignment& assignment : assignments) {
        node.assignments.emplace_back(std::move(assignment.column), std::move(assignment.value));
    }
    return std::move(*this);
}

Update Update::where(Expression condition) const& { return Update(*this).where(std::move(condition)); }
Update Update::where(Expression condition) && {
    if (!condition.is_empty()) own().conditions.push_back(std::move(condition));
    return std::move(*this);
}

Update Update::returning(std::vector<Expression> columns) const& { return Update(*this).returning(std::move(columns)); }
Update Update::returning(std::vector<Expression> columns) && {
    auto& returning = own().returning;
    returning.insert(returning.end(), columns.begin(), columns.end());
    return std::move(*this);
}

Update update(TableRef table) { return Update(std::move(table)); }

}  // namespace retort::sql
