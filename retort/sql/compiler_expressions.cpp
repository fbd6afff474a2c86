// How expressions are written.
#include "retort/sql/compiler.hpp"
#include "retort/sql/compiler_scope.hpp"

namespace retort::sql {

namespace {

/// A value that says yes or no without being a comparison.
bool is_boolean_value(const Node& node) {
    switch (node.kind()) {
        case NodeKind::column: return static_cast<const ColumnNode&>(node).type.is_boolean();
        case NodeKind::constant: return static_cast<const ConstantNode&>(node).which != ConstantNode::Which::null;
        case NodeKind::function: return static_cast<const FunctionNode&>(node).type.is_boolean();
        case NodeKind::cast: {
            const auto& cast = static_cast<const CastNode&>(node);
            if (!cast.coerce_only) return cast.type.is_boolean();
            return !cast.operand.is_empty() && is_boolean_value(*cast.operand.node());
        }
        case NodeKind::literal_column: return static_cast<const LiteralColumnNode&>(node).type.is_boolean();
        case NodeKind::bind: {
            const auto& bind = static_cast<const BindNode&>(node);
            bool typed = bind.named && static_cast<const NamedBindNode&>(bind).type.is_boolean();
            return typed || bind.value.kind() == ValueKind::boolean;
        }
        case NodeKind::case_: return Expression(NodeRef(&node)).type().is_boolean();
        case NodeKind::label: return is_boolean_value(*static_cast<const LabelNode&>(node).operand.node());
        default: return false;
    }
}

/// NOT of arithmetic stands in parentheses, though it binds less tightly. What text() has in it nobody knows.
bool needs_not_group(const Node* operand) {
    if (operand && operand->kind() == NodeKind::text) return true;
    const auto* binary = node_cast<BinaryNode>(operand);
    return binary && !is_comparison(binary->op);
}

/// What type_coerce() says to be true or false; its SQL does not.
bool is_coerced_boolean(const Node& node) {
    const auto* cast = node_cast<CastNode>(&node);
    return cast && cast->coerce_only && cast->type.is_boolean() && !cast->operand.type().is_boolean();
}

/// A part of a JSON document that was said to be true or false.
bool is_json_boolean(const Node& node) {
    const auto* binary = node_cast<BinaryNode>(&node);
    bool json = binary && (binary->op == Operator::json_item || binary->op == Operator::json_path);
    return json && binary->result == TypeKind::boolean;
}

/// Whether NOT of it is written `= 0` where the database has no booleans.
bool is_negated_value(const Node& node) {
    return is_boolean_value(node) || is_json_boolean(node) || is_coerced_boolean(node);
}

/// Such a `= 0`.
bool is_negation(const Node& node) {
    const auto& unary = static_cast<const UnaryNode&>(node);
    return unary.op == Operator::not_ && !unary.operand.is_empty() && is_negated_value(*unary.operand.node());
}

}  // namespace

bool Compiler::needs_group(const Node& operand, Operator outer, int precedence) const {
    if (outer == Operator::none) return false;
    auto binds_looser = [&](Operator inner) {
        return outer == Operator::custom ? operator_precedence(inner) <= precedence : needs_parentheses(inner, outer);
    };
    switch (operand.kind()) {
        case NodeKind::binary: {
            const auto& binary = static_cast<const BinaryNode&>(operand);
            if (binary.op != Operator::custom) return binds_looser(binary.op);
            int inner = static_cast<const SymbolNode&>(binary).precedence;
            // Operators of the database's own are all alike to it.
            return outer == Operator::custom || needs_parentheses(inner, outer);
        }
        case NodeKind::between: return binds_looser(Operator::between);
        case NodeKind::filter: return binds_looser(Operator::filter);
        case NodeKind::unary: {
            Operator op = static_cast<const UnaryNode&>(operand).op;
            bool prefix =
                op == Operator::negate || op == Operator::not_ || op == Operator::exists || op == Operator::bitwise_not;
            bool nulls = outer == Operator::nulls_first || outer == Operator::nulls_last;
            return prefix && !(nulls && is_negation(operand)) && binds_looser(op);
        }
        case NodeKind::list: {
            Operator op = static_cast<const ListNode&>(operand).op;
            return op != Operator::comma && op != Operator::none && binds_looser(op);
        }
        case NodeKind::label:
            return needs_group(*static_cast<const LabelNode&>(operand).operand.node(), outer, precedence);
        // PostgreSQL takes [1] behind a column, a parameter or parentheses only.
        case NodeKind::array:
        case NodeKind::function:
        case NodeKind::over:
        case NodeKind::case_: return outer == Operator::item;
        case NodeKind::cast: {
            // type_coerce() writes nothing of its own.
            const auto& cast = static_cast<const CastNode&>(operand);
            if (!cast.coerce_only) return outer == Operator::item;
            return !cast.operand.is_empty() && needs_group(*cast.operand.node(), outer, precedence);
        }
        default: return false;
    }
}

void Compiler::visit_operand(const Expression& operand, Operator outer, int precedence) {
    if (operand.is_empty() || !needs_group(*operand.node(), outer, precedence)) return visit(operand);
    write('(');
    visit(operand);
    write(')');
}

void Compiler::visit_grouped(const Expression& operand) {
    if (operand.is_empty()) return visit(operand);
    switch (operand.node()->kind()) {
        case NodeKind::cast: {
            const auto& cast = static_cast<const CastNode&>(*operand.node());
            return cast.coerce_only ? visit_grouped(cast.operand) : visit(operand);
        }
        case NodeKind::unary:
            if (is_negation(*operand.node())) return visit(operand);
            break;
        case NodeKind::binary:
        case NodeKind::between: break;
        case NodeKind::list:
            if (static_cast<const ListNode&>(*operand.node()).op != Operator::comma) break;
            [[fallthrough]];
        default: return visit(operand);
    }
    write('(');
    visit(operand);
    write(')');
}

void Compiler::visit_condition(const Expression& condition, Operator outer) {
    if (!condition.is_empty() && is_boolean_value(*condition.node())) return visit_as_boolean(condition, true);
    visit_operand(condition, outer);
}

void Compiler::visit_as_boolean(const Expression& value, bool wanted) {
    if (has_native_boolean()) {
        if (!wanted) write("NOT ");
        return visit(value);
    }
    visit_operand(value, Operator::eq);
    write(wanted ? " = 1" : " = 0");
}

void Compiler::visit_conditions(const std::vector<Expression>& conditions) {
    std::size_t count = 0;
    for (const Expression& condition : conditions) {
        if (is_constant(condition, ConstantNode::Which::false_)) return visit_as_boolean(condition, true);
        count += !is_constant(condition, ConstantNode::Which::true_);
    }
    if (count == 0) return visit_as_boolean(conditions.front(), true);
    std::string_view gap;
    for (const Expression& condition : conditions) {
        if (is_constant(condition, ConstantNode::Which::true_)) continue;
        write(gap);
        visit_condition(condition, count == 1 ? Operator::as_boolean : Operator::and_);
        gap = " AND ";
    }
}

void Compiler::visit_delimited(const std::vector<Expression>& expressions, Operator outer) {
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        if (i != 0) write(", ");
        visit_operand(expressions[i], outer);
    }
}

void Compiler::visit_parenthesised(const std::vector<Expression>& expressions) {
    write('(');
    visit_delimited(expressions, Operator::comma);
    write(')');
}

void Compiler::write_column_table(const Node& table) {
    switch (table.kind()) {
        case NodeKind::table: {
            const auto& named = static_cast<const TableNode&>(table);
            if (!named.schema.empty()) {
                write_name(named.schema);
                write('.');
            }
            return write_name(named.name);
        }
        case NodeKind::alias: return write_alias_name(static_cast<const AliasNode&>(table));
        case NodeKind::cte: return write_cte_name(static_cast<const CteNode&>(table));
        default: return;
    }
}

void Compiler::visit_column(const ColumnNode& column) {
    if (column.form != ColumnNode::Form::plain) return visit_special_column(column);
    bool bare = names_only_ || !options_.table_names || (in_returning_ && !returning_names_table());
    if (column.table && !bare) {
        write_column_table(*column.table);
        write('.');
    }
    write_name(column.name);
}

void Compiler::visit_special_column(const ColumnNode& column) {
    switch (column.form) {
        case ColumnNode::Form::reference: return visit_label_reference(column);
        case ColumnNode::Form::whole: return write_column_table(*column.table);
        case ColumnNode::Form::unnamed: {
            // The column's number is taken before its table's.
            std::string label = made_up_label(*static_cast<const UnnamedColumnNode&>(column).source);
            write_column_table(*column.table);
            write('.');
            return write_name(Identifier(std::move(label)));
        }
        case ColumnNode::Form::field:
            write('(');
            visit(static_cast<const FieldNode&>(column).function);
            write(").");
            return write_name(column.name);
        default: return write_name(column.name);
    }
}

void Compiler::visit_constant(const ConstantNode& constant) {
    switch (constant.which) {
        case ConstantNode::Which::null: return write("NULL");
        case ConstantNode::Which::true_: return write(has_boolean_words() ? "true" : "1");
        case ConstantNode::Which::false_: return write(has_boolean_words() ? "false" : "0");
    }
}

void Compiler::visit_unary(const UnaryNode& unary) {
    switch (unary.op) {
        case Operator::not_:
            if (!unary.operand.is_empty() && is_negated_value(*unary.operand.node())) {
                return visit_as_boolean(unary.operand, false);
            }
            if (is_bool_op(unary.operand.node())) {
                write("NOT ");
                return visit(unary.operand);
            }
            if (needs_not_group(unary.operand.node())) {
                write("NOT (");
                visit(unary.operand);
                return write(')');
            }
            [[fallthrough]];
        case Operator::negate:
        case Operator::bitwise_not:
        case Operator::distinct: write(operator_text(unary.op)); return visit_operand(unary.operand, unary.op);
        case Operator::exists: write("EXISTS "); return visit(unary.operand);
        case Operator::any_of:
        case Operator::all_of: {
            write(operator_text(unary.op));
            NodeKind kind = unary.operand.is_empty() ? NodeKind::select : unary.operand.node()->kind();
            bool query = kind == NodeKind::select || kind == NodeKind::compound;
            if (!query) write('(');
            visit(unary.operand);
            if (!query) write(')');
            return;
        }
        default: visit_operand(unary.operand, unary.op); return write(operator_text(unary.op));
    }
}

void Compiler::visit_list(const ListNode& list) {
    if (list.op == Operator::comma) return visit_parenthesised(list.items);
    if (list.op == Operator::none) return visit_delimited(list.items);
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        if (i != 0) write(operator_text(list.op));
        visit_condition(list.items[i], list.op);
    }
}

void Compiler::visit_between(const BetweenNode& between) {
    bool outer = std::exchange(in_operator_, true);
    visit_operand(between.operand, Operator::between);
    write(between.negated ? " NOT BETWEEN " : " BETWEEN ");
    if (between.symmetric) write("SYMMETRIC ");
    visit_side(between.low, between.operand, Operator::between);
    write(" AND ");
    visit_side(between.high, between.operand, Operator::between);
    in_operator_ = outer;
}

void Compiler::visit_branches(const CaseNode& node) {
    for (const When& when : node.whens) {
        write("WHEN ");
        visit_grouped(when.condition);
        write(" THEN ");
        visit(when.result);
        write(' ');
    }
}

void Compiler::visit_case(const CaseNode& node) {
    write("CASE ");
    if (!node.value.is_empty()) {
        visit(node.value);
        write(' ');
    }
    visit_branches(node);
    if (!node.otherwise.is_empty()) {
        write("ELSE ");
        visit(node.otherwise);
        write(' ');
    }
    write("END");
}

void Compiler::visit_cast(const CastNode& cast) {
    if (cast.coerce_only) return visit(cast.operand);
    write("CAST(");
    visit(cast.operand);
    write(" AS ");
    types().write(cast.type, out_);
    write(')');
}

void Compiler::visit_extract(const ExtractNode& extract) {
    write("EXTRACT(");
    write(extract.field);
    write(" FROM ");
    visit(extract.operand);
    write(')');
}

void Compiler::visit_label(const LabelNode& label) { visit(label.operand); }

void Compiler::visit_literal_column(const LiteralColumnNode& literal) { write(literal.sql.text); }

namespace {

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/// The length of the parameter name after the colon at `at`; 0 when that colon starts none.
std::size_t parameter_length(std::string_view sql, std::size_t at) {
    if (at > 0 && (sql[at - 1] == ':' || sql[at - 1] == '\\' || is_word(sql[at - 1]))) return 0;
    std::size_t end = at + 1;
    while (end < sql.size() && is_word(sql[end])) ++end;
    return end < sql.size() && sql[end] == ':' ? 0 : end - at - 1;
}

template <class V>
const V* find_parameter(const std::vector<std::pair<std::string, V>>& parameters, std::string_view name) {
    for (const auto& [own, value] : parameters) {
        if (own == name) return &value;
    }
    return nullptr;
}

}  // namespace

void Compiler::visit_text(const TextNode& text) {
    std::string_view sql = text.sql;
    for (std::size_t i = 0; i < sql.size(); ++i) {
        std::size_t length = sql[i] == ':' ? parameter_length(sql, i) : 0;
        if (length == 0) {
            if (sql[i] != '\\' || i + 1 == sql.size() || sql[i + 1] != ':') write(sql[i]);
            continue;
        }
        std::string_view name = sql.substr(i + 1, length);
        i += length;
        if (const auto* list = find_parameter(text.lists, name)) {
            visit_listed(*list, name);
            continue;
        }
        const Value* value = find_parameter(text.parameters, name);
        if (!value && !options_.literal_values) named_.emplace_back(std::string(name), parameters_.size());
        write_mark_for(value ? value->view() : ValueView::null(), {name});
    }
}

void Compiler::visit_listed(const std::vector<Value>& values, std::string_view name) {
    write('(');
    if (values.empty()) write_empty_list();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i != 0) write(", ");
        write_mark_for(values[i].view(), {name, 0, i + 1});
    }
    write(')');
}

void Compiler::write_empty_list() { write("SELECT 1 WHERE 1!=1"); }

}  // namespace retort::sql
