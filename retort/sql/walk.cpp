// When two things in FROM are the same, and how deep is too deep.
#include "retort/sql/walk.hpp"

namespace retort::sql {

bool same_from(const Node* a, const Node* b) {
    if (a == b) return true;
    const auto* left = node_cast<TableNode>(a);
    const auto* right = node_cast<TableNode>(b);
    return left && right && left->name == right->name && left->schema == right->schema;
}

bool same_column(const ColumnNode* a, const ColumnNode* b) {
    return a == b || (a && b && a->name == b->name && same_from(a->table.get(), b->table.get()));
}

bool from_contains(const Node* from, const Node* what) {
    if (same_from(from, what)) return true;
    const auto* join = node_cast<JoinNode>(from);
    return join && (from_contains(join->left.get(), what) || from_contains(join->right.get(), what));
}

Expression wrapped_value(const Node* node) {
    if (const auto* cast = node_cast<CastNode>(node)) return cast->operand;
    const auto* unary = node_cast<UnaryNode>(node);
    bool negates = unary && unary->op == Operator::not_ && unary->operand.type().is_boolean();
    return negates ? unary->operand : Expression();
}

void throw_too_deep() {
    throw CompileError("expression-too-deep"_code, "The expression is nested more than 200 levels deep",
                       "write long chains with and_({…}), or_({…}) or in_({…})");
}

}  // namespace retort::sql
