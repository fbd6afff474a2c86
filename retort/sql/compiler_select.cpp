// How SELECT is written: its columns and their names, its clauses, and unions.
#include <string>

#include "retort/base/suggest.hpp"
#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"
#include "retort/sql/walk.hpp"

namespace retort::sql {

const Compiler::Seen* Compiler::find_seen(std::string_view name) const {
    std::uint32_t hash = identifier_hash(name);
    for (std::size_t i = scope_->seen; i < seen_.size(); ++i) {
        if (seen_[i].hash == hash && seen_[i].name == name) return &seen_[i];
    }
    return nullptr;
}

void Compiler::write_made_up_label(const ColumnNode& column) {
    write(" AS ");
    write_name(Identifier(made_up_name(column, column.name.text)));
}

/// For a column that stands in the list twice: a label nobody refers to, unlike all others.
void Compiler::write_repeated_label(std::string_view base) {
    write(" AS ");
    write_name(Identifier(std::string(base) + "__" + std::to_string(++scope_->repeats)));
}

void Compiler::write_qualified_label(const ColumnNode& column) {
    std::string label;
    if (const auto* table = node_cast<TableNode>(column.table.get())) {
        if (!table->schema.empty()) label = table->schema.text + '_';
        label += table->name.text;
    } else if (const auto* alias = node_cast<AliasNode>(column.table.get())) {
        label = alias->name.empty() ? made_up_name(*alias) : alias->name.text;
    } else if (const auto* cte = node_cast<CteNode>(column.table.get())) {
        label = cte->name.text;
    }
    if (column.form == ColumnNode::Form::unnamed) label.clear();
    label += '_';
    label += column.name.text;
    write(" AS ");
    write_name(Identifier(shortened(std::move(label))));
}

void Compiler::visit_own_column(const ColumnNode& column) {
    visit_column(column);
    bool labelled = column.form == ColumnNode::Form::plain || column.form == ColumnNode::Form::bare;
    if (!column.table || !labelled) return;
    LabelStyle style = scope_->select->label_style;
    if (style != LabelStyle::none) {
        bool before = false;
        bool named = false;
        for (std::size_t i = scope_->seen; i < seen_.size(); ++i) {
            named = named || (seen_[i].hash == column.name.hash && seen_[i].name == column.name.text);
            before = before || same_column(seen_[i].column, &column);
        }
        seen_.push_back({column.name.text, column.name.hash, &column});
        bool qualified = style == LabelStyle::table_plus_column;
        if (before) {
            const auto* table = node_cast<TableNode>(column.table.get());
            std::string base = qualified && table ? table->name.text + '_' + column.name.text : column.name.text;
            return write_repeated_label(base);
        }
        if (qualified) return write_qualified_label(column);
        if (named) return write_made_up_label(column);
    }
    if (!scope_->in_from) return;
    write(" AS ");
    write_name(column.name);
}

namespace {

struct LabelBase {
    std::string_view name;
    bool made_up = true;  ///< gets a number; otherwise the name itself is the label
};

/// The name of a function without its packages.
std::string_view short_name(const FunctionNode& function) {
    std::string_view name = function.name.text;
    return name.substr(name.rfind('.') + 1);
}

/// What an expression is called in the result when it has no label: `count_1`, `anon_1`, the cast column's name.
LabelBase label_base(const Expression& expression) {
    const Node* node = expression.node();
    if (const auto* function = node_cast<FunctionNode>(node)) return {short_name(*function), true};
    if (node && node->kind() == NodeKind::sequence) return {"next_value", true};
    Expression wrapped = wrapped_value(node);
    if (wrapped.is_empty()) return {"anon", true};
    if (const auto* sql = node_cast<LiteralColumnNode>(wrapped.node())) return {sql->sql.text, false};
    if (const auto* column = node_cast<ColumnNode>(wrapped.node())) return {column->name.text, false};
    if (const auto* label = node_cast<LabelNode>(wrapped.node())) return {label->name.text, false};
    return label_base(wrapped);
}

/// `-x` and `DISTINCT x` stand without a label.
bool goes_without_label(const Node& node, bool in_from) {
    if (node.kind() == NodeKind::text || node.kind() == NodeKind::literal_column) return true;
    if (node.kind() != NodeKind::unary || in_from) return false;
    const auto& unary = static_cast<const UnaryNode&>(node);
    return unary.op != Operator::exists && unary.op != Operator::not_;
}

}  // namespace

const std::string& Compiler::made_up_label(const Node& column) {
    if (const auto* own = node_cast<ColumnNode>(&column)) return made_up_name(column, own->name.text);
    return made_up_name(column, label_base(Expression(NodeRef(&column))).name);
}

/// In subqueries the label is kept, because columns of the query around may ask for it, or have asked already.
std::string Compiler::label_of(const Node& column, std::string_view base) {
    if (scope_->in_from || !made_up_.empty()) return made_up_name(column, base);
    return shortened(std::string(base) + '_' + std::to_string(next_number(base)));
}

void Compiler::visit_expression_column(const Expression& column) {
    if (column.is_empty() || goes_without_label(*column.node(), scope_->in_from)) return visit(column);
    LabelBase base = label_base(column);
    std::string label(base.name);
    // The number is taken before the expression's own parameters take theirs.
    if (base.made_up) {
        label = label_of(*column.node(), base.name);
    } else if (find_seen(base.name)) {
        label += "__" + std::to_string(++scope_->repeats);
    } else {
        seen_.push_back({base.name, identifier_hash(base.name), nullptr});
    }
    visit(column);
    write(" AS ");
    write_name(Identifier(std::move(label)));
}

void Compiler::visit_select_column(const Expression& column) {
    const Node* node = column.node();
    if (const auto* own = node_cast<ColumnNode>(node)) return visit_own_column(*own);
    if (const auto* label = node_cast<LabelNode>(node)) {
        visit_operand(label->operand, Operator::comma);
        write(" AS ");
        write_name(label->name);
        seen_.push_back({label->name.text, label->name.hash, nullptr});
        return;
    }
    const auto* list = node_cast<ListNode>(node);
    if (!list || list->op != Operator::none) return visit_expression_column(column);
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        if (i != 0) write(", ");
        visit_select_column(list->items[i]);
    }
}

void Compiler::visit_order_term(const Expression& expression, Operator outer) {
    const auto* label = node_cast<LabelNode>(expression.node());
    if (label && scope_ && scope_->select) {
        for (const Expression& column : scope_->select->columns) {
            const auto* own = node_cast<LabelNode>(column.node());
            bool same =
                own && (own == label || (own->name == label->name && own->operand.node() == label->operand.node()));
            if (same) return write_name(label->name);
        }
    }
    const auto* unary = node_cast<UnaryNode>(expression.node());
    bool modified = unary && (unary->op == Operator::asc || unary->op == Operator::desc ||
                              unary->op == Operator::nulls_first || unary->op == Operator::nulls_last);
    if (!modified) return visit_operand(expression, outer);
    visit_order_term(unary->operand, unary->op);
    write(operator_text(unary->op));
}

void Compiler::visit_order_by(const std::vector<Expression>& expressions) {
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        write(i == 0 ? " ORDER BY " : ", ");
        visit_order_term(expressions[i], Operator::none);
    }
}

namespace {

void gather(const std::vector<Expression>& columns, std::vector<const Node*>& out) {
    for (const Expression& column : columns) {
        const auto* list = node_cast<ListNode>(column.node());
        if (list && list->op == Operator::none) {
            gather(list->items, out);
        } else {
            out.push_back(column.node());
        }
    }
}

}  // namespace

void Compiler::visit_label_reference(const ColumnNode& reference) {
    if (!scope_ || !scope_->select) return write_name(reference.name);
    std::vector<const Node*> columns;
    gather(scope_->select->columns, columns);
    std::vector<std::string_view> known;
    for (const Node* node : columns) {
        const auto* label = node_cast<LabelNode>(node);
        const auto* column = node_cast<ColumnNode>(node);
        if (label && label->name == reference.name) return write_name(label->name);
        if (column && column->name == reference.name) return visit_column(*column);
        if (label) known.push_back(label->name.text);
        if (column) known.push_back(column->name.text);
    }
    throw CompileError("unknown-label"_code,
                       "\"" + reference.name.text + "\" is no label and no column that the statement selects",
                       did_you_mean_hint(reference.name.text, known, "name a label() or give the column itself"));
}

void Compiler::visit_query(const Node& query, bool in_from) {
    bool outer = std::exchange(in_from_, in_from);
    write('(');
    visit(query);
    write(')');
    in_from_ = outer;
}

bool Compiler::has_limit(const QueryNode& query) {
    return query.limit || (query.extras && !query.extras->limit.is_empty());
}

bool Compiler::has_offset(const QueryNode& query) {
    return query.offset || (query.extras && !query.extras->offset.is_empty());
}

void Compiler::visit_limit_rows(const QueryNode& query) {
    query.limit ? visit_value(ValueView::of(*query.limit)) : visit(query.extras->limit);
}

void Compiler::visit_offset_rows(const QueryNode& query) {
    query.offset ? visit_value(ValueView::of(*query.offset)) : visit(query.extras->offset);
}

void Compiler::visit_limit(const QueryNode& query) {
    bool limited = has_limit(query);
    if (limited) {
        write("\n LIMIT ");
        visit_limit_rows(query);
    }
    if (!has_offset(query)) return;
    if (!limited) write("\n LIMIT -1");
    write(" OFFSET ");
    visit_offset_rows(query);
}

void Compiler::visit_fetch(const QueryNode& query) {
    if (has_offset(query)) {
        write("\n OFFSET ");
        visit_offset_rows(query);
        write(" ROWS");
    }
    const Fetch& fetch = *query.extras->fetch;
    write("\n FETCH FIRST ");
    visit_value(ValueView::of(fetch.count));
    write(fetch.percent ? " PERCENT ROWS " : " ROWS ");
    write(fetch.with_ties ? "WITH TIES" : "ONLY");
}

/// LIMIT or FETCH, whichever was asked for.
void Compiler::visit_bounds(const QueryNode& query) {
    if (!query.is_limited()) return;
    query.extras&& query.extras->fetch ? visit_fetch(query) : visit_limit(query);
}

void Compiler::write_fragments(const std::vector<Fragment>& fragments) {
    for (const Fragment& one : fragments) {
        if (!one.dialect.empty() && one.dialect != dialect_name()) continue;
        write(one.sql);
        write(' ');
    }
}

void Compiler::write_hints(const std::vector<Fragment>& hints) {
    for (const Fragment& one : hints) {
        if (!one.dialect.empty() && one.dialect != dialect_name()) continue;
        write(' ');
        write(one.sql);
    }
}

void Compiler::write_suffixes(const QueryExtras& extras) {
    write_hints(extras.hints);
    write_hints(extras.suffixes);
}

void Compiler::visit_for_update(const ForUpdate&) { write(" FOR UPDATE"); }

void Compiler::visit_distinct_on(const std::vector<Expression>&) {
    write("DISTINCT ");
    lost_distinct_on_ = true;
}

void Compiler::visit_select_body(const SelectNode& select, const Scope& scope) {
    visit_froms(scope);
    if (!select.conditions.empty()) {
        if (scope.begin == scope.end) write(no_from());
        write(" \nWHERE ");
        visit_conditions(select.conditions);
    }
    for (std::size_t i = 0; i < select.group_by.size(); ++i) {
        write(i == 0 ? " GROUP BY " : ", ");
        visit(select.group_by[i]);
    }
    if (!select.having.empty()) {
        write(" \nHAVING ");
        visit_conditions(select.having);
    }
    visit_order_by(select.order_by);
    visit_bounds(select);
    if (select.for_update) visit_for_update(*select.for_update);
    if (select.extras) write_suffixes(*select.extras);
}

void Compiler::visit_select(const SelectNode& select) {
    if (select.columns.empty()) {
        throw CompileError("select-without-columns"_code, "The SELECT has no columns",
                           "name what to select: select({table.column(\"id\")})");
    }
    QueryStart start = open_query();
    Scope scope{&select,
                scope_,
                froms_.size(),
                0,
                seen_.size(),
                0,
                std::exchange(in_from_, false),
                std::exchange(in_lateral_, false)};
    // RETURNING may leave the table out of a name; a query in it has tables of its own.
    bool in_returning = std::exchange(in_returning_, false);
    settle_froms(scope, select);
    look_for_product(scope, select);
    scope_ = &scope;
    write("SELECT ");
    if (select.extras) write_fragments(select.extras->prefixes);
    if (select.distinct) select.distinct_on.empty() ? write("DISTINCT ") : visit_distinct_on(select.distinct_on);
    for (std::size_t i = 0; i < select.columns.size(); ++i) {
        if (i != 0) write(", ");
        visit_select_column(select.columns[i]);
    }
    visit_select_body(select, scope);
    if (select.extras) define_ctes(select.extras->ctes);
    scope_ = scope.outer;
    in_returning_ = in_returning;
    in_from_ = scope.in_from;
    in_lateral_ = scope.lateral;
    froms_.resize(scope.begin);
    seen_.resize(scope.seen, Seen{});
    close_query(start);
}

void Compiler::visit_member(const QueryNode& query, bool grouped) {
    if (grouped) return visit_query(query, in_from_);
    visit(query);
}

void Compiler::visit_compound(const CompoundNode& compound) {
    constexpr std::string_view words[] = {" UNION ",  " UNION ALL ",     " INTERSECT ",
                                          " EXCEPT ", " INTERSECT ALL ", " EXCEPT ALL "};
    QueryStart start = open_query();
    for (std::size_t i = 0; i < compound.queries.size(); ++i) {
        if (i != 0) write(words[static_cast<std::size_t>(compound.keyword)]);
        const auto& query = static_cast<const QueryNode&>(*compound.queries[i]);
        bool own_clauses = !query.order_by.empty() || query.is_limited();
        in_member_ = true;
        visit_member(query, own_clauses || query.kind() == NodeKind::compound);
    }
    in_member_ = false;
    bool outer = std::exchange(names_only_, true);
    Scope* outer_scope = std::exchange(scope_, nullptr);
    visit_order_by(compound.order_by);
    scope_ = outer_scope;
    names_only_ = outer;
    visit_bounds(compound);
    if (compound.extras) write_suffixes(*compound.extras);
    if (compound.extras) define_ctes(compound.extras->ctes);
    close_query(start);
}

}  // namespace retort::sql
