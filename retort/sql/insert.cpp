// INSERT built step by step.
#include "retort/sql/insert.hpp"

#include "retort/sql/nodes.hpp"

namespace retort::sql {

namespace {

std::vector<Identifier> identifiers(std::vector<std::string> names) {
    std::vector<Identifier> out;
    out.reserve(names.size());
    for (std::string& name : names) out.emplace_back(std::move(name));
    return out;
}

void check_lengths(const std::vector<Identifier>& columns, const std::vector<std::vector<Expression>>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].size() == columns.size()) continue;
        throw ArgumentError("row-length"_code,
                            "Row " + std::to_string(i + 1) + " of the INSERT has " + std::to_string(rows[i].size()) +
                                " values for " + std::to_string(columns.size()) + " columns",
                            "give every row one value for each column");
    }
}

[[noreturn]] void throw_conflict_without_columns() {
    throw ArgumentError("conflict-without-columns"_code,
                        "on_conflict_do_update needs the columns whose uniqueness may be hurt, and what to set",
                        "on_conflict_do_update({\"id\"}, {{\"name\", excluded(\"name\")}})");
}

}  // namespace

Insert::Insert(TableRef table) : node_(new InsertNode(std::move(table))) {}

const InsertNode* Insert::core() const { return static_cast<const InsertNode*>(node_.get()); }

InsertNode& Insert::own() {
    if (!node_->is_unshared()) node_ = NodeRef(new InsertNode(*core()));
    return const_cast<InsertNode&>(*core());
}

Insert Insert::values(std::vector<Assignment> row) const& { return Insert(*this).values(std::move(row)); }
Insert Insert::values(std::vector<Assignment> row) && {
    InsertNode& node = own();
    if (row.empty()) return std::move(*this);
    if (node.rows.empty()) node.rows.emplace_back();
    for (Assignment& assignment : row) {
        node.columns.emplace_back(std::move(assignment.column));
        node.rows.front().push_back(std::move(assignment.value));
    }
    check_lengths(node.columns, node.rows);
    return std::move(*this);
}

Insert Insert::rows(std::vector<std::string> columns, std::vector<std::vector<Expression>> rows) const {
    Insert copy = *this;
    InsertNode& node = copy.own();
    node.columns = identifiers(std::move(columns));
    node.rows = std::move(rows);
    check_lengths(node.columns, node.rows);
    return copy;
}

Insert Insert::columns(std::vector<std::string> columns) const { return rows(std::move(columns), {}); }

Insert Insert::from_select(std::vector<std::string> columns, const Select& query) const {
    Insert copy = *this;
    InsertNode& node = copy.own();
    node.columns = identifiers(std::move(columns));
    node.query = query.ref();
    return copy;
}

Insert Insert::returning(std::vector<Expression> columns) const& { return Insert(*this).returning(std::move(columns)); }
Insert Insert::returning(std::vector<Expression> columns) && {
    auto& returning = own().returning;
    returning.insert(returning.end(), columns.begin(), columns.end());
    return std::move(*this);
}

Insert Insert::on_conflict_do_nothing(std::vector<std::string> index_columns) const {
    Insert copy = *this;
    InsertNode& node = copy.own();
    node.conflict = InsertNode::Conflict::nothing;
    node.conflict_columns = identifiers(std::move(index_columns));
    return copy;
}

Insert Insert::on_conflict_do_update(std::vector<std::string> index_columns, std::vector<Assignment> set,
                                     Expression where) const {
    if (index_columns.empty() || set.empty()) {
        throw_conflict_without_columns();
    }
    Insert copy = *this;
    InsertNode& node = copy.own();
    node.conflict = InsertNode::Conflict::update;
    node.conflict_columns = identifiers(std::move(index_columns));
    node.conflict_set.clear();
    for (Assignment& assignment : set) {
        node.conflict_set.emplace_back(std::move(assignment.column), std::move(assignment.value));
    }
    node.conflict_where = std::move(where);
    return copy;
}

namespace {

WriteExtras& own_extras(InsertNode& node) {
    auto copy = node.extras ? std::make_shared<WriteExtras>(*node.extras) : std::make_shared<WriteExtras>();
    node.extras = copy;
    return *copy;
}

void take_target(InsertNode& node, const ConflictTarget& target) {
    node.conflict_columns.clear();
    WriteExtras& extras = own_extras(node);
    extras.conflict_constraint = target.constraint;
    extras.conflict_index_where = target.index_where;
    extras.conflict_elements = target.elements;
    for (Expression& element : extras.conflict_elements) {
        const auto* bind = node_cast<BindNode>(element.node());
        if (bind && bind->value.kind() == ValueKind::text) element = column(bind->value.view().text());
    }
}

std::vector<std::pair<Identifier, Expression>> pairs(std::vector<Assignment> assignments) {
    std::vector<std::pair<Identifier, Expression>> out;
    out.reserve(assignments.size());
    for (Assignment& one : assignments) out.emplace_back(std::move(one.column), std::move(one.value));
    return out;
}

}  // namespace

Insert Insert::nothing_on(const ConflictTarget& target) const {
    Insert copy = *this;
    InsertNode& node = copy.own();
    node.conflict = InsertNode::Conflict::nothing;
    take_target(node, target);
    return copy;
}

Insert Insert::update_on(const ConflictTarget& target, std::vector<Assignment> set, Expression where) const {
    if (set.empty()) throw_conflict_without_columns();
    Insert copy = *this;
    InsertNode& node = copy.own();
    node.conflict = InsertNode::Conflict::update;
    take_target(node, target);
    node.conflict_set = pairs(std::move(set));
    node.conflict_where = std::move(where);
    return copy;
}

Insert Insert::on_duplicate_key_update(std::vector<Assignment> set) const {
    if (set.empty()) throw_conflict_without_columns();
    Insert copy = *this;
    own_extras(copy.own()).duplicate_set = pairs(std::move(set));
    return copy;
}

Insert Insert::prefix_with(std::string_view sql, std::string_view dialect) const {
    Insert copy = *this;
    own_extras(copy.own()).prefixes.push_back({std::string(sql), std::string(dialect)});
    return copy;
}

Insert Insert::add_cte(const Subquery& cte) const {
    Insert copy = *this;
    own_extras(copy.own()).ctes.push_back(cte.ref());
    return copy;
}

Subquery Insert::cte(std::string_view name) const { return Subquery(NodeRef(new CteNode(ref(), name))); }

Insert insert(TableRef table) { return Insert(std::move(table)); }

Expression excluded(std::string_view column) {
    static const TableRef table("excluded");
    return table.column(column);
}

Expression excluded(const ColumnRef& column) {
    static const TableRef table("excluded");
    return table.column(column.name(), column.type());
}

Expression inserted(std::string_view column) { return function("VALUES", {sql::column(column)}); }

}  // namespace retort::sql
