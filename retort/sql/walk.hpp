// Walks over expressions: what a node is made of, and which tables it speaks of.
#pragma once

#include <vector>

#include "retort/sql/nodes.hpp"

namespace retort::sql {

/// Calls `f` with each direct part of an expression. Queries within it are parts of their own: `f` gets them, and
/// what is inside them is theirs.
template <class F>
void for_each_part(const Node& node, F&& f);

/// Whether two things in FROM are the same: one node, or tables of one name.
bool same_from(const Node* a, const Node* b);
/// Whether two columns are the same: one node, or of one name in the same table.
bool same_column(const ColumnNode* a, const ColumnNode* b);
/// Whether `from` is `what`, or a join with it in it.
bool from_contains(const Node* from, const Node* what);
/// Calls `f` with the table of each column in the expression, in order; queries within it keep theirs.
/// Throws CompileError("expression-too-deep").
template <class F>
void for_each_table(const Expression& expression, F&& f, int depth = 0);

/// The value that a cast or a NOT is of: it goes by that one's name. Empty for other expressions.
Expression wrapped_value(const Node* node);

/// Deeper than this, an expression could overflow a fiber's stack.
inline constexpr int deepest_expression = 200;
[[noreturn]] void throw_too_deep();

namespace detail {

template <class F>
void each(const std::vector<Expression>& parts, F& f) {
    for (const Expression& part : parts) f(part);
}

template <class F>
void parts_of_case(const CaseNode& node, F& f) {
    f(node.value);
    for (const When& when : node.whens) {
        f(when.condition);
        f(when.result);
    }
    f(node.otherwise);
}

template <class F>
void parts_of_binary(const BinaryNode& binary, F& f) {
    f(binary.left);
    f(binary.right);
    if (binary.op == Operator::regexp_replace) f(static_cast<const RegexpNode&>(binary).replacement);
}

template <class F>
void parts_of_over(const OverNode& node, F& f) {
    f(node.function);
    each(node.partition_by, f);
    each(node.order_by, f);
}

}  // namespace detail

template <class F>
void for_each_part(const Node& node, F&& f) {
    switch (node.kind()) {
        case NodeKind::column:
            if (static_cast<const ColumnNode&>(node).form == ColumnNode::Form::field)
                f(static_cast<const FieldNode&>(node).function);
            break;
        case NodeKind::binary: detail::parts_of_binary(static_cast<const BinaryNode&>(node), f); break;
        case NodeKind::unary: f(static_cast<const UnaryNode&>(node).operand); break;
        case NodeKind::list: detail::each(static_cast<const ListNode&>(node).items, f); break;
        case NodeKind::between: {
            const auto& between = static_cast<const BetweenNode&>(node);
            f(between.operand);
            f(between.low);
            f(between.high);
            break;
        }
        case NodeKind::function: detail::each(static_cast<const FunctionNode&>(node).arguments, f); break;
        case NodeKind::over: detail::parts_of_over(static_cast<const OverNode&>(node), f); break;
        case NodeKind::filter:
            f(static_cast<const FilterNode&>(node).function);
            detail::each(static_cast<const FilterNode&>(node).conditions, f);
            break;
        case NodeKind::ordered:
            f(static_cast<const OrderedNode&>(node).operand);
            detail::each(static_cast<const OrderedNode&>(node).order_by, f);
            break;
        case NodeKind::array: detail::each(static_cast<const ArrayNode&>(node).items, f); break;
        case NodeKind::case_: detail::parts_of_case(static_cast<const CaseNode&>(node), f); break;
        case NodeKind::cast: f(static_cast<const CastNode&>(node).operand); break;
        case NodeKind::extract: f(static_cast<const ExtractNode&>(node).operand); break;
        case NodeKind::label: f(static_cast<const LabelNode&>(node).operand); break;
        default: break;
    }
}

template <class F>
void for_each_table(const Expression& expression, F&& f, int depth) {
    const Node* node = expression.node();
    if (!node) return;
    if (depth > deepest_expression) throw_too_deep();
    if (const auto* column = node_cast<ColumnNode>(node); column && column->form != ColumnNode::Form::field) {
        if (column->table) f(column->table);
        return;
    }
    for_each_part(*node, [&](const Expression& part) { for_each_table(part, f, depth + 1); });
}

}  // namespace retort::sql
