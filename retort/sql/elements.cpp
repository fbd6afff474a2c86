// Expressions that are no operators: columns, parameters, text, casts, CASE, functions; and their types.
#include "retort/sql/nodes.hpp"

namespace retort::sql {

namespace {

template <class T, class... Args>
Expression make(Args&&... args) {
    return Expression(NodeRef(new T(std::forward<Args>(args)...)));
}

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
    return binary.op == Operator::collate ? binary.left.type() : Type(binary.result);
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

Expression text(std::string_view sql, std::vector<std::pair<std::string, Value>> parameters) {
    return make<TextNode>(sql, std::move(parameters));
}

Expression column(std::string_view name, Type type) { return make<ColumnNode>(NodeRef(), name, std::move(type)); }

Expression cast(const Expression& operand, Type type) { return operand.cast(std::move(type)); }

Expression type_coerce(const Expression& operand, Type type) { return make<CastNode>(true, operand, std::move(type)); }

Expression distinct(const Expression& operand) { return operand.distinct(); }
Expression asc(const Expression& operand) { return operand.asc(); }
Expression desc(const Expression& operand) { return operand.desc(); }

Expression tuple_(std::vector<Expression> items) { return make<ListNode>(Operator::comma, std::move(items)); }
Expression column_list(std::vector<Expression> items) { return make<ListNode>(Operator::none, std::move(items)); }

Expression exists(const Select& query) { return make<UnaryNode>(Operator::exists, query.scalar_subquery()); }

Expression extract(std::string_view field, const Expression& operand) { return make<ExtractNode>(field, operand); }

Expression case_(std::vector<When> whens, Expression otherwise) {
    return case_of(Expression(), std::move(whens), std::move(otherwise));
}

Expression case_of(Expression value, std::vector<When> whens, Expression otherwise) {
    if (whens.empty()) {
        throw ArgumentError("empty-case"_code, "CASE has no WHEN", "give case_ at least one condition and its result");
    }
    return make<CaseNode>(std::move(value), std::move(whens), std::move(otherwise));
}

Expression function(std::string_view name, std::vector<Expression> arguments, Type type) {
    return make<FunctionNode>(name, std::move(arguments), std::move(type));
}

Expression over(const Expression& function, std::vector<Expression> partition_by, std::vector<Expression> order_by,
                Frame frame) {
    return make<OverNode>(function, std::move(partition_by), std::move(order_by), frame);
}

namespace func {

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
