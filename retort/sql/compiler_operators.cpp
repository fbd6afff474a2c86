// How binary operators are written.
#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"

namespace retort::sql {

namespace {

/// The name that a parameter compared with this takes for its own.
std::string_view bind_base_of(const Node* node) {
    if (const auto* column = node_cast<ColumnNode>(node)) return column->name.text;
    if (const auto* function = node_cast<FunctionNode>(node)) return function->name.text;
    return {};
}

bool is_bind(const Node* node) {
    return node && (node->kind() == NodeKind::bind || node->kind() == NodeKind::value_list);
}

}  // namespace

void Compiler::visit_side(const Expression& side, const Expression& other, Operator outer) {
    if (is_bind(side.node())) bind_base_ = bind_base_of(other.node());
    visit_operand(side, outer);
}

void Compiler::visit_generic(const BinaryNode& binary, std::string_view symbol) {
    visit_side(binary.left, binary.right, binary.op);
    write(symbol);
    visit_side(binary.right, binary.left, binary.op);
}

void Compiler::visit_binary(const BinaryNode& binary) {
    switch (binary.op) {
        case Operator::in: return visit_in(binary, false);
        case Operator::not_in: return visit_in(binary, true);
        case Operator::like: return visit_like(binary, false);
        case Operator::not_like: return visit_like(binary, true);
        case Operator::ilike: return visit_ilike(binary, false);
        case Operator::not_ilike: return visit_ilike(binary, true);
        case Operator::contains:
        case Operator::not_contains:
        case Operator::startswith:
        case Operator::not_startswith:
        case Operator::endswith:
        case Operator::not_endswith: return visit_affix(binary);
        case Operator::regexp_match: return visit_regexp(binary, false);
        case Operator::not_regexp_match: return visit_regexp(binary, true);
        case Operator::is_distinct_from: return visit_distinct_from(binary, true);
        case Operator::is_not_distinct_from: return visit_distinct_from(binary, false);
        case Operator::divide: return visit_divide(binary);
        case Operator::floor_divide: return visit_floor_divide(binary);
        case Operator::concat: return visit_concat(binary);
        case Operator::collate:
        case Operator::custom: return visit_symbol(static_cast<const SymbolNode&>(binary));
        default: return visit_generic(binary, operator_text(binary.op));
    }
}

void Compiler::visit_symbol(const SymbolNode& node) {
    if (node.op == Operator::collate) {
        visit_operand(node.left, Operator::collate);
        write(" COLLATE ");
        return write_name(node.symbol);
    }
    visit_side(node.left, node.right, Operator::custom);
    write(' ');
    write(node.symbol);
    write(' ');
    visit_side(node.right, node.left, Operator::custom);
}

void Compiler::visit_divide(const BinaryNode& binary) {
    visit_side(binary.left, binary.right, Operator::divide);
    write(" / ");
    if (!divides_integers()) return visit_side(binary.right, binary.left, Operator::divide);
    Type type = binary.right.type();
    bool exact = type.kind() == TypeKind::numeric || type.kind() == TypeKind::floating;
    write("CAST(");
    visit_side(binary.right, binary.left, Operator::none);
    write(" AS ");
    types().write(exact ? type : Type(types::Numeric()), out_);
    write(')');
}

void Compiler::visit_floor_divide(const BinaryNode& binary) {
    bool whole = divides_integers() && binary.right.type().is_integer();
    if (!whole) write("FLOOR(");
    visit_generic(binary, " / ");
    if (!whole) write(')');
}

void Compiler::visit_concat(const BinaryNode& binary) { visit_generic(binary, " || "); }

void Compiler::visit_like_pattern(const BinaryNode& binary) { visit_side(binary.right, binary.left, binary.op); }

namespace {

std::string_view escape_clause() { return " ESCAPE "; }

}  // namespace

void Compiler::visit_like(const BinaryNode& binary, bool negated) {
    visit_side(binary.left, binary.right, binary.op);
    write(negated ? " NOT LIKE " : " LIKE ");
    visit_like_pattern(binary);
    if (binary.escape == 0) return;
    write(escape_clause());
    write_literal_text({&binary.escape, 1});
}

void Compiler::visit_ilike(const BinaryNode& binary, bool negated) {
    write("lower(");
    visit_side(binary.left, binary.right, binary.op);
    write(negated ? ") NOT LIKE lower(" : ") LIKE lower(");
    visit_like_pattern(binary);
    write(')');
    if (binary.escape == 0) return;
    write(escape_clause());
    write_literal_text({&binary.escape, 1});
}

void Compiler::visit_affix(const BinaryNode& binary) {
    bool negated = binary.op == Operator::not_contains || binary.op == Operator::not_startswith ||
                   binary.op == Operator::not_endswith;
    bool before = binary.op != Operator::startswith && binary.op != Operator::not_startswith;
    bool after = binary.op != Operator::endswith && binary.op != Operator::not_endswith;
    visit_side(binary.left, binary.right, binary.op);
    write(negated ? " NOT LIKE " : " LIKE ");
    if (before) write("'%' || ");
    visit_side(binary.right, binary.left, Operator::concat);
    if (after) write(" || '%'");
    if (binary.escape == 0) return;
    write(escape_clause());
    write_literal_text({&binary.escape, 1});
}

void Compiler::visit_regexp(const BinaryNode& binary, bool) { visit_generic(binary, operator_text(binary.op)); }

void Compiler::visit_distinct_from(const BinaryNode& binary, bool negated) {
    visit_generic(binary, negated ? " IS DISTINCT FROM " : " IS NOT DISTINCT FROM ");
}

void Compiler::visit_empty_set(bool negated, std::size_t width) {
    if (width > 1) write('(');
    for (std::size_t i = 0; i < width; ++i) write(i == 0 ? "NULL" : ", NULL");
    if (width > 1) write(')');
    write(negated ? ") OR (1 = 1" : ") AND (1 != 1");
}

void Compiler::visit_in_values(const ValueListNode& list) {
    std::string_view base = std::exchange(bind_base_, {});
    next_number(base.empty() ? "param" : base);
    for (std::size_t i = 0; i < list.values.size(); ++i) {
        if (i != 0) write(", ");
        write_mark_for(list.values[i].view());
    }
}

void Compiler::visit_tuples(const ListNode& list) {
    if (has_values_in_tuples()) write("VALUES ");
    visit_delimited(list.items, Operator::comma);
}

void Compiler::visit_in(const BinaryNode& binary, bool negated) {
    // Brackets around NOT IN, because an empty set may add an OR.
    if (negated) write('(');
    visit_side(binary.left, binary.right, binary.op);
    write(negated ? " NOT IN " : " IN ");
    const auto* tuple = node_cast<ListNode>(binary.left.node());
    const auto* values = node_cast<ValueListNode>(binary.right.node());
    const auto* list = node_cast<ListNode>(binary.right.node());
    if (values || list) write('(');
    if (values && values->values.empty()) {
        visit_empty_set(negated, tuple ? tuple->items.size() : 1);
    } else if (values) {
        bind_base_ = bind_base_of(binary.left.node());
        visit_in_values(*values);
    } else if (list && tuple) {
        visit_tuples(*list);
    } else if (list) {
        visit_delimited(list->items, Operator::comma);
    } else {
        visit(binary.right);
    }
    if (values || list) write(')');
    if (negated) write(')');
}

}  // namespace retort::sql
