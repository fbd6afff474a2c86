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

namespace {

WriteExtras& own_extras(UpdateNode& node) {
    auto copy = node.extras ? std::make_shared<WriteExtras>(*node.extras) : std::make_shared<WriteExtras>();
    node.extras = copy;
    return *copy;
}

}  // namespace

Update Update::prefix_with(std::string_view sql, std::string_view dialect) const {
    Update copy = *this;
    own_extras(copy.own()).prefixes.push_back({std::string(sql), std::string(dialect)});
    return copy;
}

Update Update::with_hint(std::string_view sql, std::string_view dialect) const {
    Update copy = *this;
    own_extras(copy.own()).hints.push_back({std::string(sql), std::string(dialect)});
    return copy;
}

Update Update::add_cte(const Subquery& cte) const {
    Update copy = *this;
    own_extras(copy.own()).ctes.push_back(cte.ref());
    return copy;
}

Update Update::limit(std::int64_t rows) const {
    Update copy = *this;
    own_extras(copy.own()).limit = rows;
    return copy;
}

Subquery Update::cte(std::string_view name) const { return Subquery(NodeRef(new CteNode(ref(), name))); }

Update Update::set(const ColumnRef& column, Expression value) const {
    Update copy = *this;
    UpdateNode& node = copy.own();
    node.assigned_tables.resize(node.assignments.size());
    node.assigned_tables.push_back(column.table().ref());
    node.assignments.emplace_back(column.name(), std::move(value));
    return copy;
}

Update update(TableRef table) { return Update(std::move(table)); }

}  // namespace retort::sql
