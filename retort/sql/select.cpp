// SELECT built clause by clause.
#include "retort/sql/select.hpp"

#include "retort/sql/nodes.hpp"
#include "retort/sql/own_query.hpp"
#include "retort/sql/walk.hpp"

namespace retort::sql {

namespace {

/// Text given where ORDER BY or GROUP BY wants a name is that name, never a parameter.
Expression name_reference(const Expression& expression) {
    if (const auto* unary = node_cast<UnaryNode>(expression.node())) {
        return Expression(NodeRef(new UnaryNode(unary->op, name_reference(unary->operand))));
    }
    const auto* bind = node_cast<BindNode>(expression.node());
    if (!bind || bind->named || bind->forced || bind->value.kind() != ValueKind::text) return expression;
    auto* column = new ColumnNode(NodeRef(), Identifier(bind->value.view().text()), Type());
    column->form = ColumnNode::Form::reference;
    return Expression(NodeRef(column));
}

void append_names(std::vector<Expression>& to, std::vector<Expression> from) {
    for (Expression& expression : from) {
        if (expression.is_empty()) continue;
        to.push_back(is_name(expression) ? name_reference(expression) : std::move(expression));
    }
}

void append(std::vector<Expression>& to, std::vector<Expression> from) {
    for (Expression& expression : from) {
        if (!expression.is_empty()) to.push_back(std::move(expression));
    }
}

/// Plain `true` and `false` stand as words in conditions.
Expression condition_of(Expression expression) {
    const auto* bind = node_cast<BindNode>(expression.node());
    if (!bind || bind->named || bind->forced || bind->value.kind() != ValueKind::boolean) return expression;
    return bind->value.view().integer != 0 ? true_() : false_();
}

bool mentions(const Expression& expression, const Node* from) {
    bool found = false;
    for_each_table(expression, [&](const NodeRef& table) { found = found || from_contains(from, table.get()); });
    return found;
}

/// The tables that a statement would have in FROM by its columns.
std::vector<NodeRef> tables_of(const std::vector<Expression>& columns) {
    std::vector<NodeRef> out;
    for (const Expression& column : columns) {
        for_each_table(column, [&](const NodeRef& table) {
            for (const NodeRef& known : out) {
                if (same_from(known.get(), table.get())) return;
            }
            out.push_back(table);
        });
    }
    return out;
}

const NodeRef* joined_side(const std::vector<NodeRef>& froms, const From& right, const Expression& on) {
    for (const NodeRef& from : froms) {
        if (!from_contains(from.get(), right.node()) && mentions(on, from.get())) return &from;
    }
    for (const NodeRef& from : froms) {
        if (!same_from(from.get(), right.node())) return &from;
    }
    return nullptr;
}

[[noreturn]] void throw_no_left_side() {
    throw CompileError("join-without-left-side"_code, "There is no table to join to: the statement selects from none",
                       "select a column of it, or call select_from(table) before join");
}

void add_join(SelectNode& select, JoinNode::Type type, const From& right, const Expression& on) {
    // A join that stands in FROM by itself already is the one that is meant.
    if (node_cast<JoinNode>(right.node()) != nullptr) {
        std::erase_if(select.froms, [&](const NodeRef& from) { return from.get() == right.node(); });
    }
    for (NodeRef& from : select.froms) {
        bool single = select.froms.size() == 1;
        if (!single && (from_contains(from.get(), right.node()) || !mentions(on, from.get()))) continue;
        from = NodeRef(new JoinNode(type, from, right.ref(), on));
        return;
    }
    std::vector<NodeRef> froms = tables_of(select.columns);
    if (froms.empty()) for_each_table(on, [&](const NodeRef& table) { froms.push_back(table); });
    const NodeRef* left = joined_side(froms, right, on);
    if (!left) throw_no_left_side();
    select.froms.push_back(NodeRef(new JoinNode(type, *left, right.ref(), on)));
}

}  // namespace

Select::Select() : node_(new SelectNode) {}

Select::Select(std::vector<Expression> columns) : Select() { append(own().columns, std::move(columns)); }

SelectNode& Select::own() {
    const auto* select = node_cast<SelectNode>(node_.get());
    if (!select) {
        // A union takes the clauses of SELECT as a subquery that everything is selected from.
        Subquery all = subquery();
        std::vector<Expression> columns = all.columns();
        auto* around = new SelectNode;
        around->columns = std::move(columns);
        node_ = NodeRef(around);
        return *around;
    }
    if (!select->is_unshared()) {
        auto* copy = new SelectNode(*select);
        node_ = NodeRef(copy);
        return *copy;
    }
    return const_cast<SelectNode&>(*select);
}

Select Select::add_columns(std::vector<Expression> columns) const& {
    return Select(*this).add_columns(std::move(columns));
}
Select Select::add_columns(std::vector<Expression> columns) && {
    append(own().columns, std::move(columns));
    return std::move(*this);
}

Select Select::with_only_columns(std::vector<Expression> columns) const& {
    return Select(*this).with_only_columns(std::move(columns));
}
Select Select::with_only_columns(std::vector<Expression> columns) && {
    SelectNode& node = own();
    node.columns.clear();
    append(node.columns, std::move(columns));
    return std::move(*this);
}

Select Select::select_from(From from) const& { return Select(*this).select_from(std::move(from)); }
Select Select::select_from(From from) && {
    if (!from.is_empty()) own().froms.push_back(from.ref());
    return std::move(*this);
}

std::vector<Expression> named_terms(std::vector<Expression> terms) {
    std::vector<Expression> named;
    append_names(named, std::move(terms));
    return named;
}

bool is_name(const Expression& term) {
    const Node* node = term.node();
    while (const auto* unary = node_cast<UnaryNode>(node)) node = unary->operand.node();
    return node && node->kind() == NodeKind::bind;
}

Select Select::join(From right, Expression on) const& { return Select(*this).join(std::move(right), std::move(on)); }
Select Select::join(From right, Expression on) && {
    add_join(own(), JoinNode::Type::inner, right, on);
    return std::move(*this);
}

Select Select::outerjoin(From right, Expression on, bool full) const& {
    return Select(*this).outerjoin(std::move(right), std::move(on), full);
}
Select Select::outerjoin(From right, Expression on, bool full) && {
    add_join(own(), full ? JoinNode::Type::full : JoinNode::Type::left, right, on);
    return std::move(*this);
}

Select Select::where(Expression condition) const& { return Select(*this).where(std::move(condition)); }
Select Select::where(Expression condition) && {
    if (!condition.is_empty()) own().conditions.push_back(condition_of(std::move(condition)));
    return std::move(*this);
}

Select Select::group_by(std::vector<Expression> expressions) const& {
    return Select(*this).group_by(std::move(expressions));
}
Select Select::group_by(std::vector<Expression> expressions) && {
    append_names(own().group_by, std::move(expressions));
    return std::move(*this);
}

Select Select::having(Expression condition) const& { return Select(*this).having(std::move(condition)); }
Select Select::having(Expression condition) && {
    if (!condition.is_empty()) own().having.push_back(condition_of(std::move(condition)));
    return std::move(*this);
}

Select Select::order_by(std::vector<Expression> expressions) const& {
    return Select(*this).order_by(std::move(expressions));
}
Select Select::order_by(std::vector<Expression> expressions) && {
    append_names(own_query(node_).order_by, std::move(expressions));
    return std::move(*this);
}

Select Select::without_order() const& { return Select(*this).without_order(); }
Select Select::without_order() && {
    own_query(node_).order_by.clear();
    return std::move(*this);
}

Select Select::limit(std::optional<std::int64_t> rows) const& { return Select(*this).limit(rows); }
Select Select::limit(std::optional<std::int64_t> rows) && {
    own_query(node_).limit = rows;
    return std::move(*this);
}

Select Select::offset(std::optional<std::int64_t> rows) const& { return Select(*this).offset(rows); }
Select Select::offset(std::optional<std::int64_t> rows) && {
    own_query(node_).offset = rows;
    return std::move(*this);
}

Select Select::slice(std::int64_t start, std::int64_t stop) const {
    const auto& query = static_cast<const QueryNode&>(*node_);
    std::int64_t skipped = query.offset.value_or(0) + start;
    Select part = limit(stop > start ? stop - start : 0);
    return skipped == 0 ? part : std::move(part).offset(skipped);
}

Select Select::distinct(std::vector<Expression> on) const& { return Select(*this).distinct(std::move(on)); }
Select Select::distinct(std::vector<Expression> on) && {
    SelectNode& node = own();
    node.distinct = true;
    append(node.distinct_on, std::move(on));
    return std::move(*this);
}

Select Select::with_for_update(ForUpdate options) const& { return Select(*this).with_for_update(std::move(options)); }
Select Select::with_for_update(ForUpdate options) && {
    own().for_update = std::move(options);
    return std::move(*this);
}

Select Select::set_label_style(LabelStyle style) const& { return Select(*this).set_label_style(style); }
Select Select::set_label_style(LabelStyle style) && {
    own().label_style = style;
    return std::move(*this);
}

Select Select::correlate(std::vector<From> froms) const& { return Select(*this).correlate(std::move(froms)); }
Select Select::correlate(std::vector<From> froms) && {  // NOLINT: a list made for the call
    SelectNode& node = own();
    node.correlates_only = true;
    for (const From& from : froms) node.correlated.push_back(from.ref());
    return std::move(*this);
}

Expression Select::scalar_subquery() const { return Expression(node_); }
Expression Select::exists() const { return sql::exists(*this); }
Subquery Select::subquery(std::string_view name) const { return Subquery(NodeRef(new AliasNode(node_, name))); }
const SelectNode* Select::core() const { return node_cast<SelectNode>(node_.get()); }

namespace {

std::size_t count_columns(const std::vector<Expression>& columns) {
    std::size_t count = 0;
    for (const Expression& column : columns) {
        const auto* list = node_cast<ListNode>(column.node());
        count += list && list->op == Operator::none ? count_columns(list->items) : 1;
    }
    return count;
}

Select compound(CompoundNode::Keyword keyword, const std::vector<Select>& queries) {
    if (queries.empty()) {
        throw ArgumentError("empty-union"_code, "A union, intersection or difference of no query is nothing",
                            "give it at least one select()");
    }
    std::vector<NodeRef> nodes;
    for (const Select& query : queries) {
        if (query.column_count() != queries.front().column_count()) {
            throw CompileError("union-column-counts"_code,
                               "The queries of a union must select as many columns each: query 1 selects " +
                                   std::to_string(queries.front().column_count()) + ", query " +
                                   std::to_string(nodes.size() + 1) + " selects " +
                                   std::to_string(query.column_count()),
                               "select literal(nullptr) where a column is missing");
        }
        nodes.push_back(query.ref());
    }
    return Select(NodeRef(new CompoundNode(keyword, std::move(nodes))));
}

}  // namespace

std::size_t Select::column_count() const {
    if (const auto* compound = node_cast<CompoundNode>(node_.get())) {
        return Select(compound->queries.front()).column_count();
    }
    return count_columns(static_cast<const SelectNode&>(*node_).columns);
}

Select select(std::vector<Expression> columns) { return Select(std::move(columns)); }

Select union_(const std::vector<Select>& queries) { return compound(CompoundNode::Keyword::union_, queries); }
Select union_all(const std::vector<Select>& queries) { return compound(CompoundNode::Keyword::union_all, queries); }
Select intersect(const std::vector<Select>& queries) { return compound(CompoundNode::Keyword::intersect, queries); }
Select except_(const std::vector<Select>& queries) { return compound(CompoundNode::Keyword::except_, queries); }
Select intersect_all(const std::vector<Select>& queries) {
    return compound(CompoundNode::Keyword::intersect_all, queries);
}
Select except_all(const std::vector<Select>& queries) { return compound(CompoundNode::Keyword::except_all, queries); }

Select Select::union_(const Select& other) const { return sql::union_({*this, other}); }
Select Select::union_all(const Select& other) const { return sql::union_all({*this, other}); }
Select Select::intersect(const Select& other) const { return sql::intersect({*this, other}); }
Select Select::except_(const Select& other) const { return sql::except_({*this, other}); }

}  // namespace retort::sql
