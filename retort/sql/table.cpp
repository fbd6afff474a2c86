// Tables, aliases, joins and the columns of subqueries.
#include "retort/sql/table.hpp"

#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/walk.hpp"

namespace retort::sql {

namespace {

const std::string no_name;

/// The name under which a column can be taken out of a subquery; empty when it has none.
std::string_view name_of(const Node* node) {
    if (const auto* column = node_cast<ColumnNode>(node)) return column->name.text;
    if (const auto* label = node_cast<LabelNode>(node)) return label->name.text;
    if (const auto* literal = node_cast<LiteralColumnNode>(node)) {
        return literal->sql.plain ? std::string_view(literal->sql) : std::string_view();
    }
    Expression wrapped = wrapped_value(node);
    return wrapped.is_empty() ? std::string_view() : name_of(wrapped.node());
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
    if (const auto* alias = node_cast<AliasNode>(query)) {
        bool own = alias->details && !alias->details->columns.empty();
        return own ? alias->details->columns : columns_of(alias->element.get());
    }
    if (const auto* textual = node_cast<TextualNode>(query)) return textual->columns;
    if (const auto* insert = node_cast<InsertNode>(query)) return insert->returning;
    if (const auto* update = node_cast<UpdateNode>(query)) return update->returning;
    if (const auto* del = node_cast<DeleteNode>(query)) return del->returning;
    if (const auto* cte = node_cast<CteNode>(query)) return columns_of(cte->element.get());
    if (const auto* compound = node_cast<CompoundNode>(query)) return columns_of(compound->queries.front().get());
    std::vector<Expression> out;
    if (const auto* select = node_cast<SelectNode>(query)) spread(select->columns, out);
    return out;
}

/// VALUES without a name: its columns go by their own names only.
bool is_nameless(const Node* node) {
    const auto* alias = node_cast<AliasNode>(node);
    return alias && alias->name.empty() && alias->element->kind() == NodeKind::values;
}

ColumnRef proxy(const NodeRef& of, std::string_view name, Type type) {
    auto* column = new ColumnNode(of, name, std::move(type));
    if (is_nameless(of.get())) column->form = ColumnNode::Form::bare;
    return ColumnRef(NodeRef(column));
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
    std::vector<Expression> columns = columns_of(node());
    out.reserve(columns.size());
    for (auto column = columns.begin(); column != columns.end(); ++column) {
        std::string_view own = name_of(column->node());
        const auto first =
            std::find_if(columns.begin(), column, [&](const auto& one) { return name_of(one.node()) == own; });
        // The same one again goes by its name; another one of that name has a label of its own.
        const bool again = same_column(node_cast<ColumnNode>(first->node()), node_cast<ColumnNode>(column->node()));
        if (!own.empty() && (first == column || again)) {
            out.push_back(proxy(ref(), own, column->type()));
        } else {
            out.push_back(Expression(NodeRef(new UnnamedColumnNode(ref(), column->ref(), column->type()))));
        }
    }
    return out;
}

namespace {

const CteNode& cte_of(const NodeRef& node) {
    if (const auto* cte = node_cast<CteNode>(node.get())) return *cte;
    throw ArgumentError("not-a-cte"_code, "Only a common table expression can be continued or recursive",
                        "make it with cte(\"name\", true) instead of subquery()");
}

Subquery continued(const NodeRef& node, CompoundNode::Keyword keyword, const Select& step) {
    const CteNode& cte = cte_of(node);
    auto* whole = new CteNode(NodeRef(new CompoundNode(keyword, {cte.element, step.ref()})), cte.name.text);
    whole->stands_for = node;
    whole->recursive = cte.recursive;
    whole->nesting = cte.nesting;
    whole->prefix = cte.prefix;
    whole->suffix = cte.suffix;
    return Subquery(NodeRef(whole));
}

CteNode* copy_of(const CteNode& cte) {
    auto* copy = new CteNode(cte.element, cte.name.text);
    copy->stands_for = cte.stands_for;
    copy->recursive = cte.recursive;
    copy->nesting = cte.nesting;
    copy->prefix = cte.prefix;
    copy->suffix = cte.suffix;
    return copy;
}

AliasDetails details_of(const AliasNode* alias) { return alias && alias->details ? *alias->details : AliasDetails{}; }

}  // namespace

Subquery Subquery::union_(const Select& step) const { return continued(ref(), CompoundNode::Keyword::union_, step); }
Subquery Subquery::union_all(const Select& step) const {
    return continued(ref(), CompoundNode::Keyword::union_all, step);
}

Subquery Subquery::prefix_with(std::string_view sql) const {
    CteNode* copy = copy_of(cte_of(ref()));
    copy->prefix = sql;
    return Subquery(NodeRef(copy));
}

Subquery Subquery::suffix_with(std::string_view sql) const {
    CteNode* copy = copy_of(cte_of(ref()));
    copy->suffix = sql;
    return Subquery(NodeRef(copy));
}

Subquery Subquery::alias(std::string_view name) const {
    const auto* alias = node_cast<AliasNode>(node());
    if (!alias) return Subquery(NodeRef(new AliasNode(ref(), name)));
    return Subquery(NodeRef(new AliasNode(alias->element, name, details_of(alias))));
}

Subquery Subquery::lateral(std::string_view name) const {
    const auto* alias = node_cast<AliasNode>(node());
    AliasDetails details = details_of(alias);
    details.lateral = true;
    if (name.empty() && alias) name = alias->name.text;
    return Subquery(NodeRef(new AliasNode(alias ? alias->element : ref(), name, std::move(details))));
}

Subquery Subquery::render_derived(std::string_view name, bool with_types) const {
    const auto* alias = node_cast<AliasNode>(node());
    AliasDetails details = details_of(alias);
    details.derived = true;
    details.typed = with_types;
    if (name.empty() && alias) name = alias->name.text;
    return Subquery(NodeRef(new AliasNode(alias ? alias->element : ref(), name, std::move(details))));
}

TableRef TableRef::tablesample(const Expression& method, std::string_view name, const Expression& seed) const {
    return TableRef(NodeRef(new AliasNode(ref(), name, AliasDetails{.sampling = method, .seed = seed})));
}

Subquery values(std::vector<Expression> columns, std::vector<std::vector<Expression>> rows, std::string_view name,
                bool literal, bool runnable) {
    for (const auto& row : rows) {
        if (row.size() == columns.size()) continue;
        throw ArgumentError("row-length"_code,
                            "A row of VALUES has " + std::to_string(row.size()) + " values for " +
                                std::to_string(columns.size()) + " columns",
                            "give every row one value for each column");
    }
    auto* node = new ValuesNode(std::move(rows), literal);
    AliasDetails details{.runnable = runnable, .columns = std::move(columns)};
    return Subquery(NodeRef(new AliasNode(NodeRef(node), name, std::move(details))));
}

Subquery table_valued(const Expression& function, std::vector<Expression> columns, std::string_view name,
                      std::string_view ordinality) {
    AliasDetails details{.ordinality = !ordinality.empty(), .columns = std::move(columns)};
    for (Expression& column : details.columns) {
        // A name given as text is a column of that name.
        const auto* bind = node_cast<BindNode>(column.node());
        if (bind && bind->value.kind() == ValueKind::text) column = sql::column(bind->value.view().text());
    }
    if (details.ordinality) details.columns.push_back(sql::column(ordinality, types::Integer()));
    return Subquery(NodeRef(new AliasNode(function.ref(), name, std::move(details))));
}

ColumnRef column_valued(const Expression& function, std::string_view name) {
    NodeRef alias(new AliasNode(function.ref(), name));
    auto* node = new ColumnNode(std::move(alias), Identifier(name), function.type());
    node->form = ColumnNode::Form::whole;
    return ColumnRef(NodeRef(node));
}

Expression scalar_table_valued(const Expression& function, std::string_view column, Type type) {
    return Expression(NodeRef(new FieldNode(function.ref(), column, std::move(type))));
}

Subquery text_subquery(const Expression& text, std::vector<Expression> columns, std::string_view name) {
    return Subquery(NodeRef(new AliasNode(NodeRef(new TextualNode(text, std::move(columns))), name)));
}

Subquery text_cte(const Expression& text, std::vector<Expression> columns, std::string_view name) {
    return Subquery(NodeRef(new CteNode(NodeRef(new TextualNode(text, std::move(columns))), name)));
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
