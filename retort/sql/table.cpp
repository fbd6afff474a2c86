// Tables, aliases, joins and the columns of subqueries.
#include "retort/sql/table.hpp"

#include "retort/base/suggest.hpp"
#include "retort/sql/nodes.hpp"

namespace retort::sql {

namespace {

const std::string no_name;

/// The name under which a column can be taken out of a subquery; empty when it has none.
std::string_view name_of(const Node* node) {
    if (const auto* column = node_cast<ColumnNode>(node)) return column->name.text;
    if (const auto* label = node_cast<LabelNode>(node)) return label->name.text;
    if (const auto* cast = node_cast<CastNode>(node)) return name_of(cast->operand.node());
    return {};
}

void spread(const std::vector<Expression>& columns, std::vector<Expression>& out) {
    for (const Expression& column : columns) {
        const auto* list = node_cast<ListNode>(column.node());
        if (list && list->op == Operator::none) {
            spread(list->items, out);
        } else {
            out.push_back(column);
        }
    }
}

/// The columns that a query in FROM selects.
std::vector<Expression> columns_of(const Node* query) {
    if (const auto* alias = node_cast<AliasNode>(query)) return columns_of(alias->element.get());
    if (const auto* cte = node_cast<CteNode>(query)) return columns_of(cte->element.get());
    if (const auto* compound = node_cast<CompoundNode>(query)) return columns_of(compound->queries.front().get());
    std::vector<Expression> out;
    if (const auto* select = node_cast<SelectNode>(query)) spread(select->columns, out);
    return out;
}

ColumnRef proxy(const NodeRef& of, std::string_view name, Type type) {
    return ColumnRef(NodeRef(new ColumnNode(of, name, std::move(type))));
}

}  // namespace

From From::join(const From& right, const Expression& on) const {
    return From(NodeRef(new JoinNode(JoinNode::Type::inner, node_, right.ref(), on)));
}

From From::outerjoin(const From& right, const Expression& on, bool full) const {
    auto type = full ? JoinNode::Type::full : JoinNode::Type::left;
    return From(NodeRef(new JoinNode(type, node_, right.ref(), on)));
}

TableRef::TableRef(std::string_view name, std::string_view schema) : From(NodeRef(new TableNode(name, schema))) {}

const std::string& TableRef::name() const {
    if (const auto* table = node_cast<TableNode>(node())) return table->name.text;
    if (const auto* alias = node_cast<AliasNode>(node())) return alias->name.text;
    return no_name;
}

TableRef TableRef::alias(std::string_view name) const { return TableRef(NodeRef(new AliasNode(ref(), name))); }

ColumnRef TableRef::column(std::string_view name, Type type) const { return proxy(ref(), name, std::move(type)); }

ColumnRef Subquery::column(std::string_view name) const {
    std::vector<Expression> columns = columns_of(node());
    std::vector<std::string_view> known;
    for (const Expression& column : columns) {
        std::string_view own = name_of(column.node());
        if (own == name) return proxy(ref(), name, column.type());
        if (!own.empty()) known.push_back(own);
    }
    throw ArgumentError("unknown-column"_code, "The subquery selects no column \"" + std::string(name) + "\"",
                        did_you_mean_hint(name, known, "select it, or give its expression a label()"));
}

std::vector<Expression> Subquery::columns() const {
    std::vector<Expression> out;
    for (const Expression& column : columns_of(node())) {
        std::string_view own = name_of(column.node());
        if (own.empty()) {
            throw ArgumentError("unnamed-column"_code, "A column of the subquery is an expression without a name",
                                "give it one: expression.label(\"name\")");
        }
        out.push_back(proxy(ref(), own, column.type()));
    }
    return out;
}

const std::string& ColumnRef::name() const {
    const auto* column = node_cast<ColumnNode>(node());
    return column ? column->name.text : no_name;
}

From ColumnRef::table() const {
    const auto* column = node_cast<ColumnNode>(node());
    return column ? From(column->table) : From();
}

}  // namespace retort::sql
