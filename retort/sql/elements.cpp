// Expressions that are no operators: columns, parameters, text, casts, CASE, functions; and their types.
#include <algorithm>

#include "retort/sql/nodes.hpp"
#include "retort/sql/select.hpp"

namespace retort::sql {

namespace {

Type type_of(const Value& value) {
    switch (value.kind()) {
        case ValueKind::null: return {};
        case ValueKind::boolean: return types::Boolean();
        case ValueKind::integer: return types::Integer();
        case ValueKind::real: return types::Float();
        case ValueKind::text: return types::String();
        case ValueKind::blob: return types::LargeBinary();
        case ValueKind::date: return types::Date();
        case ValueKind::time: return types::Time();
        case ValueKind::datetime: return types::DateTime();
        case ValueKind::decimal: return types::Numeric();
        case ValueKind::interval: return types::Interval();
    }
    return {};
}

Type type_of(const BindNode& bind) {
    if (!bind.named) return type_of(bind.value);
    const auto& named = static_cast<const NamedBindNode&>(bind);
    return named.type.is_unknown() ? type_of(bind.value) : named.type;
}

Type type_of(const BinaryNode& binary) {
    if (is_comparison(binary.op)) return types::Boolean();
    if (binary.op == Operator::concat) return types::String();
    if (binary.op == Operator::json_item || binary.op == Operator::json_path) {
        return static_cast<const JsonNode&>(binary).type;
    }
    if (binary.op == Operator::collate) return binary.left.type();
    // Sums and multiples of a decimal have its digits; quotients and products have more.
    if (binary.result == TypeKind::numeric && binary.op != Operator::divide) {
        const Type left = binary.left.type();
        const Type right = binary.right.type();
        const bool both = left.kind() == TypeKind::numeric && right.kind() == TypeKind::numeric;
        if (both && binary.op == Operator::multiply) return types::Numeric();
        if (left.kind() == TypeKind::numeric) return left;
        if (right.kind() == TypeKind::numeric) return right;
    }
    return Type(binary.result);
}

Type type_of(const UnaryNode& unary) {
    bool condition = unary.op == Operator::not_ || unary.op == Operator::exists;
    return condition ? Type(types::Boolean()) : unary.operand.type();
}

Type type_of(const CaseNode& node) {
    for (const When& when : node.whens) {
        if (Type type = when.result.type(); !type.is_unknown()) return type;
    }
    return node.otherwise.is_empty() ? Type() : node.otherwise.type();
}

}  // namespace

bool is_bool_op(const Node* node) {
    const auto* binary = node_cast<BinaryNode>(node);
    return binary && binary->op == Operator::custom && binary->result == TypeKind::boolean;
}

Type Expression::type() const {
    if (!node_) return {};
    switch (node_->kind()) {
        case NodeKind::column: return static_cast<const ColumnNode&>(*node_).type;
        case NodeKind::bind: return type_of(static_cast<const BindNode&>(*node_));
        case NodeKind::constant:
            return static_cast<const ConstantNode&>(*node_).which == ConstantNode::Which::null ? Type()
                                                                                               : Type(types::Boolean());
        case NodeKind::binary: return type_of(static_cast<const BinaryNode&>(*node_));
        case NodeKind::unary: return type_of(static_cast<const UnaryNode&>(*node_));
        case NodeKind::between: return types::Boolean();
        case NodeKind::list: {
            Operator op = static_cast<const ListNode&>(*node_).op;
            return op == Operator::and_ || op == Operator::or_ ? Type(types::Boolean()) : Type();
        }
        case NodeKind::function: return static_cast<const FunctionNode&>(*node_).type;
        case NodeKind::over: return static_cast<const OverNode&>(*node_).function.type();
        case NodeKind::filter: return static_cast<const FilterNode&>(*node_).function.type();
        case NodeKind::ordered: return static_cast<const OrderedNode&>(*node_).operand.type();
        case NodeKind::array: return static_cast<const ArrayNode&>(*node_).type;
        case NodeKind::sequence: return types::Integer();
        case NodeKind::case_: return type_of(static_cast<const CaseNode&>(*node_));
        case NodeKind::cast: return static_cast<const CastNode&>(*node_).type;
        case NodeKind::extract: return types::Integer();
        case NodeKind::label: return static_cast<const LabelNode&>(*node_).operand.type();
        case NodeKind::literal_column: return static_cast<const LiteralColumnNode&>(*node_).type;
        case NodeKind::select: {
            const auto& columns = static_cast<const SelectNode&>(*node_).columns;
            return columns.size() == 1 ? columns.front().type() : Type();
        }
        default: return {};
    }
}

Expression literal(Value value) {
    auto* node = new BindNode(std::move(value));
    node->forced = true;
    return Expression(NodeRef(node));
}

Expression literal(Value value, Type type) {
    return make<NamedBindNode>(std::move(value), std::string_view(), std::move(type));
}

Expression bindparam(std::string_view name, Type type) {
    return make<NamedBindNode>(Value(ValueView::null()), name, std::move(type));
}

Expression literal_column(std::string_view sql, Type type) { return make<LiteralColumnNode>(sql, std::move(type)); }

Expression text(std::string_view sql, std::vector<std::pair<std::string, Value>> parameters,
                std::vector<std::pair<std::string, std::vector<Value>>> lists) {
    return make<TextNode>(sql, std::move(parameters), std::move(lists));
}

Expression column(std::string_view name, Type type) { return make<ColumnNode>(NodeRef(), name, std::move(type)); }

Expression cast(const Expression& operand, Type type) { return operand.cast(std::move(type)); }

Expression type_coerce(const Expression& operand, Type type) { return make<CastNode>(true, operand, std::move(type)); }

Expression distinct(const Expression& operand) { return operand.distinct(); }
Expression asc(const Expression& operand) { return operand.asc(); }
Expression desc(const Expression& operand) { return operand.desc(); }

Expression tuple_(std::vector<Expression> items) { return make<ListNode>(Operator::comma, std::move(items)); }
Expression column_list(std::vector<Expression> items) {
    bool columns_only = std::all_of(items.begin(), items.end(), [](const Expression& item) {
        return item.node() != nullptr && item.node()->kind() == NodeKind::column;
    });
    auto* list = new ListNode(Operator::none, std::move(items));
    list->columns_only = columns_only;
    return Expression(NodeRef(list));
}

Expression exists(const Select& query) { return make<UnaryNode>(Operator::exists, query.scalar_subquery()); }

Expression nulls_first(const Expression& operand) { return operand.nulls_first(); }
Expression nulls_last(const Expression& operand) { return operand.nulls_last(); }
Expression collate(const Expression& operand, std::string_view collation) { return operand.collate(collation); }
Expression any_(const Expression& of) { return make<UnaryNode>(Operator::any_of, of); }
Expression all_(const Expression& of) { return make<UnaryNode>(Operator::all_of, of); }

Expression array(std::vector<Expression> items, Type item) {
    if (item.is_unknown() && !items.empty()) item = items.front().type();
    return make<ArrayNode>(std::move(items), types::Array(std::move(item)));
}

Expression aggregate_order_by(const Expression& operand, std::vector<Expression> order_by) {
    return make<OrderedNode>(false, operand, std::move(order_by));
}

Expression next_value(std::string_view sequence, std::string_view schema) {
    return make<SequenceNode>(sequence, schema);
}

Expression exists_where(std::vector<Expression> conditions) {
    Select all = select({literal_column("*")});
    for (Expression& condition : conditions) all = std::move(all).where(std::move(condition));
    return exists(all);
}

Expression extract(std::string_view field, const Expression& operand) { return make<ExtractNode>(field, operand); }

namespace {

/// `nullptr` among arguments and results is the word NULL: databases choose types by those of their parameters.
void spell_null(Expression& value) {
    const auto* bind = node_cast<BindNode>(value.node());
    if (bind && !bind->named && !bind->forced && bind->value.is_null()) value = null();
}

}  // namespace

Expression case_(std::vector<When> whens, Expression otherwise) {
    return case_of(Expression(), std::move(whens), std::move(otherwise));
}

Expression case_of(Expression value, std::vector<When> whens, Expression otherwise) {
    if (whens.empty()) {
        throw ArgumentError("empty-case"_code, "CASE has no WHEN", "give case_ at least one condition and its result");
    }
    for (When& when : whens) spell_null(when.result);
    spell_null(otherwise);
    return make<CaseNode>(std::move(value), std::move(whens), std::move(otherwise));
}

Expression function(std::string_view name, std::vector<Expression> arguments, Type type) {
    for (Expression& argument : arguments) spell_null(argument);
    return make<FunctionNode>(name, std::move(arguments), std::move(type));
}

Expression over(const Expression& function, std::vector<Expression> partition_by, std::vector<Expression> order_by,
                Frame frame) {
    return function.over(std::move(partition_by), std::move(order_by), frame);
}

Expression within_group(const Expression& function, std::vector<Expression> order_by) {
    return function.within_group(std::move(order_by));
}

Expression Expression::filter(std::vector<Expression> conditions) const {
    if (const auto* filtered = node_cast<FilterNode>(node())) {
        conditions.insert(conditions.begin(), filtered->conditions.begin(), filtered->conditions.end());
        return make<FilterNode>(filtered->function, std::move(conditions));
    }
    return make<FilterNode>(*this, std::move(conditions));
}
Expression Expression::over(std::vector<Expression> partition_by, std::vector<Expression> order_by, Frame frame) const {
    return make<OverNode>(*this, named_terms(std::move(partition_by)), named_terms(std::move(order_by)), frame);
}
Expression Expression::within_group(std::vector<Expression> order_by) const {
    return make<OrderedNode>(true, *this, named_terms(std::move(order_by)));
}

namespace func {

Expression concat(std::vector<Expression> operands) { return function("concat", std::move(operands), types::String()); }
Expression current_date() { return function("current_date", {}, types::Date()); }
Expression current_time() { return function("current_time", {}, types::Time()); }
Expression grouping_sets(std::vector<Expression> sets) { return function("grouping_sets", std::move(sets)); }
Expression cube(std::vector<Expression> operands) { return function("cube", std::move(operands)); }
Expression rollup(std::vector<Expression> operands) { return function("rollup", std::move(operands)); }

Expression count() { return function("count", {literal_column("*")}, types::Integer()); }
Expression count(const Expression& operand) { return function("count", {operand}, types::Integer()); }
Expression sum(const Expression& operand) { return function("sum", {operand}, operand.type()); }
Expression avg(const Expression& operand) { return function("avg", {operand}, types::Numeric()); }
Expression min(const Expression& operand) { return function("min", {operand}, operand.type()); }
Expression max(const Expression& operand) { return function("max", {operand}, operand.type()); }
Expression lower(const Expression& operand) { return function("lower", {operand}, types::String()); }
Expression upper(const Expression& operand) { return function("upper", {operand}, types::String()); }
Expression length(const Expression& operand) { return function("length", {operand}, types::Integer()); }
Expression abs(const Expression& operand) { return function("abs", {operand}, operand.type()); }
Expression random() { return function("random"); }
Expression now() { return function("now", {}, types::DateTime()); }
Expression current_timestamp() { return function("current_timestamp", {}, types::DateTime()); }
Expression coalesce(std::vector<Expression> operands) {
    Type type = operands.empty() ? Type() : operands.front().type();
    return function("coalesce", std::move(operands), std::move(type));
}

}  // namespace func

}  // namespace retort::sql
