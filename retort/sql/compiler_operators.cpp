// How binary operators are written.
#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"
#include "retort/sql/walk.hpp"

namespace retort::sql {

namespace {

/// The name that a parameter compared with this takes for its own.
std::string_view bind_base_of(const Node* node) {
    if (const auto* column = node_cast<ColumnNode>(node)) return column->name.text;
    if (const auto* function = node_cast<FunctionNode>(node)) return function->name.text;
    return {};
}

const BinaryNode* link_of(const Expression& side, Operator op) {
    const auto* binary = node_cast<BinaryNode>(side.node());
    bool links = op == Operator::add || op == Operator::multiply || op == Operator::concat;
    return links && binary && binary->op == op ? binary : nullptr;
}

/// What SQLAlchemy does not take for an operator when it sets parentheses around parts: `%`, and a chain of three.
bool keeps_parts_bare(const BinaryNode& binary) {
    return binary.op == Operator::modulo || binary.op == Operator::floor_divide || link_of(binary.left, binary.op) ||
           link_of(binary.right, binary.op);
}

}  // namespace

void Compiler::visit_side(const Expression& side, const Expression& other, Operator outer, int precedence) {
    if (is_bind(side.node())) bind_base_ = bind_base_of(other.node());
    visit_operand(side, outer, precedence);
}

void Compiler::visit_generic(const BinaryNode& binary, std::string_view symbol) {
    bool outer = std::exchange(in_operator_, in_operator_ || !keeps_parts_bare(binary));
    auto write_part = [&](const auto& self, const Expression& side, const Expression& other, int depth) -> void {
        const BinaryNode* link = link_of(side, binary.op);
        if (!link) return visit_side(side, other, binary.op);
        if (depth > deepest_expression) throw_too_deep();
        self(self, link->left, link->right, depth + 1);
        write(symbol);
        self(self, link->right, link->left, depth + 1);
    };
    write_part(write_part, binary.left, binary.right, depth_);
    write(symbol);
    write_part(write_part, binary.right, binary.left, depth_);
    in_operator_ = outer;
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
        case Operator::regexp_match: return visit_regexp(static_cast<const RegexpNode&>(binary), false);
        case Operator::not_regexp_match: return visit_regexp(static_cast<const RegexpNode&>(binary), true);
        case Operator::regexp_replace: return visit_regexp_replace(static_cast<const RegexpNode&>(binary));
        case Operator::match: return visit_match(binary);
        case Operator::not_match: write("NOT "); return visit_match(binary);
        case Operator::bitwise_and:
        case Operator::bitwise_or:
        case Operator::bitwise_xor: return visit_bitwise(binary);
        case Operator::item: return visit_item(binary);
        case Operator::json_item:
        case Operator::json_path: return visit_json(static_cast<const JsonNode&>(binary));
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
        bool outer = std::exchange(in_operator_, true);
        visit_operand(node.left, Operator::collate);
        in_operator_ = outer;
        write(" COLLATE ");
        return write_name(node.symbol);
    }
    bool outer = std::exchange(in_operator_, true);
    visit_side(node.left, node.right, Operator::custom, node.precedence);
    write(' ');
    write(node.symbol);
    write(' ');
    visit_side(node.right, node.left, Operator::custom, node.precedence);
    in_operator_ = outer;
}

void Compiler::visit_divide(const BinaryNode& binary) {
    visit_side(binary.left, binary.right, Operator::divide);
    write(" / ");
    if (!divides_integers()) return visit_side(binary.right, binary.left, Operator::divide);
    Type type = binary.right.type();
    const Type divided = binary.left.type();
    const auto* bind = node_cast<BindNode>(binary.right.node());
    // A number is what it is divided into.
    const bool fraction = divided.kind() == TypeKind::numeric || divided.kind() == TypeKind::floating;
    if (fraction && bind && !bind->named && !bind->forced && !type.is_integer()) type = divided;
    bool exact = type.kind() == TypeKind::numeric || type.kind() == TypeKind::floating;
    write("CAST(");
    visit_side(binary.right, binary.left, Operator::divide);
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

void Compiler::visit_escape(char escape) {
    if (escape == 0) return;
    write(" ESCAPE ");
    write_text({&escape, 1});
}

void Compiler::visit_like(const BinaryNode& binary, bool negated) {
    visit_side(binary.left, binary.right, binary.op);
    write(negated ? " NOT LIKE " : " LIKE ");
    visit_side(binary.right, binary.left, binary.op);
    visit_escape(binary.escape);
}

void Compiler::visit_like_operand(const Expression& side, const Expression& other, Operator outer, bool lowered) {
    if (lowered) write("lower(");
    visit_side(side, other, outer);
    if (lowered) write(')');
}

void Compiler::visit_ilike(const BinaryNode& binary, bool negated) {
    bool lowered = !has_ilike();
    visit_like_operand(binary.left, binary.right, binary.op, lowered);
    write(lowered ? (negated ? " NOT LIKE " : " LIKE ") : (negated ? " NOT ILIKE " : " ILIKE "));
    visit_like_operand(binary.right, binary.left, binary.op, lowered);
    visit_escape(binary.escape);
}

void Compiler::visit_affix(const BinaryNode& binary) {
    bool negated = binary.op == Operator::not_contains || binary.op == Operator::not_startswith ||
                   binary.op == Operator::not_endswith;
    bool before = binary.op != Operator::startswith && binary.op != Operator::not_startswith;
    bool after = binary.op != Operator::endswith && binary.op != Operator::not_endswith;
    bool ilike = binary.ignores_case && has_ilike();
    visit_like_operand(binary.left, binary.right, binary.op, binary.ignores_case && !ilike);
    write(negated ? " NOT" : "");
    write(ilike ? " ILIKE " : " LIKE ");
    visit_affix_pattern(binary, before, after);
    visit_escape(binary.escape);
}

void Compiler::visit_affix_pattern(const BinaryNode& binary, bool before, bool after) {
    if (before) write("'%' || ");
    bool lowered = binary.ignores_case && !has_ilike();
    const auto* joined = node_cast<BinaryNode>(binary.right.node());
    bool flat = !binary.ignores_case && joined && joined->op == Operator::concat;
    visit_like_operand(binary.right, binary.left, flat ? Operator::concat : binary.op, lowered);
    if (after) write(" || '%'");
}

void Compiler::visit_regexp(const RegexpNode& regexp, bool) { visit_generic(regexp, operator_text(regexp.op)); }

void Compiler::visit_regexp_replace(const RegexpNode& regexp) {
    write_regexp_replace("<regexp replace>", regexp, false);
}

void Compiler::write_regexp_replace(std::string_view function, const RegexpNode& regexp, bool with_flags) {
    write(function);
    write('(');
    visit_operand(regexp.left, Operator::regexp_replace);
    write(", ");
    visit_side(regexp.right, regexp.left, Operator::comma);
    write(", ");
    visit_side(regexp.replacement, regexp.left, Operator::comma);
    if (with_flags && !regexp.flags.is_empty()) {
        write(", ");
        visit_side(regexp.flags, regexp.left, Operator::comma);
    }
    write(')');
}

void Compiler::visit_match(const BinaryNode& binary) { visit_generic(binary, " MATCH "); }

void Compiler::visit_bitwise(const BinaryNode& binary) { visit_generic(binary, operator_text(binary.op)); }

void Compiler::visit_item(const BinaryNode& binary) {
    visit_operand(binary.left, Operator::item);
    write('[');
    const auto* bounds = node_cast<BinaryNode>(binary.right.node());
    if (bounds && bounds->op == Operator::slice) {
        visit_side(bounds->left, binary.left, Operator::none);
        write(':');
        visit_side(bounds->right, binary.left, Operator::none);
    } else {
        visit_side(binary.right, binary.left, Operator::none);
    }
    write(']');
}

void Compiler::visit_json(const JsonNode& json) {
    visit_operand(json.left, Operator::json_item);
    write('[');
    visit_side(json.right, json.left, Operator::none);
    write(']');
}

void Compiler::visit_array(const ArrayNode& array) {
    write("ARRAY[");
    visit_delimited(array.items, Operator::comma);
    write(']');
}

void Compiler::visit_sequence(const SequenceNode& sequence) {
    write("<next sequence value: ");
    if (!sequence.schema.empty()) write(quoted(sequence.schema) + '.');
    write_name(sequence.name);
    write('>');
}

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
    if (base.empty()) base = "param";
    const int number = next_number(base);
    for (std::size_t i = 0; i < list.values.size(); ++i) {
        if (i != 0) write(", ");
        list.values[i].is_null() ? write("NULL") : write_mark_for(list.values[i].view(), {base, number, i + 1});
    }
}

void Compiler::visit_tuples(const ListNode& list) {
    if (has_values_in_tuples()) write("VALUES ");
    visit_delimited(list.items, Operator::comma);
}

void Compiler::visit_in(const BinaryNode& binary, bool negated) {
    // Brackets around NOT IN, because an empty set may add an OR.
    if (negated) write('(');
    bool outer = std::exchange(in_operator_, true);
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
    in_operator_ = outer;
}

}  // namespace retort::sql
