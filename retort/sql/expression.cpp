// Expressions built by operators, with SQLAlchemy's rules for NULL, booleans and text.
#include "retort/sql/expression.hpp"

#include "retort/sql/nodes.hpp"
#include "retort/sql/value_types.hpp"

namespace retort::sql {

namespace {

/// The value of a bound parameter that came from a plain value; null otherwise.
const Value* plain_value(const Expression& expression) {
    const auto* bind = node_cast<BindNode>(expression.node());
    return bind && !bind->named && !bind->forced ? &bind->value : nullptr;
}

bool is_null(const Expression& expression) {
    if (const Value* value = plain_value(expression)) return value->is_null();
    return is_constant(expression, ConstantNode::Which::null);
}

/// `true` and `false` as words of SQL instead of parameters.
Expression as_constant(Expression expression) {
    const Value* value = plain_value(expression);
    if (!value || value->kind() != ValueKind::boolean) return expression;
    return value->view().integer != 0 ? true_() : false_();
}

/// What changes nothing in a conjunction (`true`) or a disjunction (`false`).
bool is_unit(Operator op, const Expression& condition) {
    return is_constant(condition, op == Operator::and_ ? ConstantNode::Which::true_ : ConstantNode::Which::false_);
}
/// What settles the whole.
bool is_decided(Operator op, const Expression& condition) {
    return is_constant(condition, op == Operator::and_ ? ConstantNode::Which::false_ : ConstantNode::Which::true_);
}

bool is_any_or_all(const Expression& expression) {
    const auto* unary = node_cast<UnaryNode>(expression.node());
    return unary && (unary->op == Operator::any_of || unary->op == Operator::all_of);
}

Operator mirrored(Operator op) {
    switch (op) {
        case Operator::lt: return Operator::gt;
        case Operator::le: return Operator::ge;
        case Operator::gt: return Operator::lt;
        case Operator::ge: return Operator::le;
        default: return op;
    }
}

Expression null_comparison(Operator op, const Expression& operand) {
    if (op == Operator::eq) return make<BinaryNode>(Operator::is, operand, null());
    if (op == Operator::ne) return make<BinaryNode>(Operator::is_not, operand, null());
    throw ArgumentError(
        "null-comparison"_code,
        "NULL is neither less nor greater than anything, so" + std::string(operator_text(op)) + "NULL selects no row",
        "compare with == nullptr or != nullptr, or leave the condition out when there is no value");
}

std::string escaped(std::string_view text, char escape) {
    std::string out;
    out.reserve(text.size() + 8);
    for (char c : text) {
        if (c == '%' || c == '_' || c == escape) out += escape;
        out += c;
    }
    return out;
}

Expression affix(Operator op, const Expression& left, const Expression& right, bool autoescape, char escape,
                 bool ignores_case = false) {
    const Value* value = plain_value(right);
    auto with = [&](const Expression& pattern, char by) {
        auto* node = new BinaryNode(op, left, pattern, by);
        node->ignores_case = ignores_case;
        return Expression(NodeRef(node));
    };
    if (!autoescape) return with(right, escape);
    if (!value || value->kind() != ValueKind::text) {
        throw ArgumentError("autoescape-needs-text"_code, "autoescape works on a plain text, and this is an expression",
                            "escape % and _ in the expression itself, or give the text as a value");
    }
    if (escape == 0) escape = '/';
    return with(Expression(escaped(value->view().text(), escape)), escape);
}

Expression value_in(Operator op, const Expression& left, std::vector<Value> values) {
    return make<BinaryNode>(op, left, make<ValueListNode>(std::move(values)));
}

Expression expressions_in(Operator op, const Expression& left, std::vector<Expression> items) {
    std::vector<Value> values;
    values.reserve(items.size());
    for (const Expression& item : items) {
        const Value* value = plain_value(item);
        if (value) values.push_back(*value);
    }
    if (values.size() < items.size()) {
        for (Expression& item : items) {
            if (const Value* value = plain_value(item); value && value->is_null()) item = null();
        }
        return make<BinaryNode>(op, left, make<ListNode>(Operator::comma, std::move(items)));
    }
    return value_in(op, left, std::move(values));
}

bool is_joined(const Type& type) { return type.is_text() || type.is_json() || type.is_array(); }

/// Whether `+` is `||`: between texts, and between a text and what nobody knows the type of.
bool concatenates(const Expression& left, const Expression& right) {
    Type a = left.type();
    Type b = right.type();
    return (is_joined(a) && (is_joined(b) || b.is_unknown())) || (a.is_unknown() && is_joined(b));
}

/// What gives a fraction for a fraction.
bool is_arithmetic(Operator op) { return op >= Operator::add && op <= Operator::floor_divide; }

TypeKind result_of(Operator op, const Expression& left, const Expression& right) {
    TypeKind kind = left.type().kind();
    TypeKind other = right.type().kind();
    bool fraction = other == TypeKind::numeric || other == TypeKind::floating;
    if (left.type().is_integer() && fraction && is_arithmetic(op)) return other;
    if (op == Operator::divide && left.type().is_integer()) return TypeKind::numeric;
    return kind == TypeKind::unknown ? other : kind;
}

Expression negated_binary(const BinaryNode& binary) {
    Operator op = negated(binary.op);
    if (binary.op == Operator::regexp_match || binary.op == Operator::not_regexp_match) {
        return make<RegexpNode>(op, binary.left, binary.right, static_cast<const RegexpNode&>(binary).flags);
    }
    auto* node = new BinaryNode(op, binary.left, binary.right, binary.escape);
    node->ignores_case = binary.ignores_case;
    return Expression(NodeRef(node));
}

Expression negated_unary(const UnaryNode& unary, const Expression& operand) {
    const Node* inner = unary.operand.node();
    const auto* binary = node_cast<BinaryNode>(inner);
    bool is_part = binary && (binary->op == Operator::json_item || binary->op == Operator::json_path);
    bool is_value = is_part || node_cast<ColumnNode>(inner) || node_cast<FunctionNode>(inner) || is_bool_op(inner);
    if (unary.op == Operator::not_ && is_value && unary.operand.type().is_boolean()) return unary.operand;
    return make<UnaryNode>(Operator::not_, operand);
}

}  // namespace

Expression::Expression(const ValueView& value) : node_(new BindNode(value)) {}
Expression::Expression(const Decimal& value) : Expression(decimal_value(value)) {}
Expression::Expression(Value value) : node_(new BindNode(std::move(value))) {}

Expression Expression::compare(Operator op, Expression left, Expression right) {
    if (is_null(right)) return null_comparison(op, left);
    if (is_null(left)) return null_comparison(op, right);
    bool equality = op == Operator::eq || op == Operator::ne;
    const bool turned = plain_value(left) ? !plain_value(right) && !is_any_or_all(right) : is_any_or_all(left);
    if (turned && !is_any_or_all(right)) {
        return compare(mirrored(op), std::move(right), std::move(left));
    }
    if (equality) right = as_constant(std::move(right));
    return make<BinaryNode>(op, std::move(left), std::move(right));
}

Expression Expression::arithmetic(Operator op, const Expression& left, const Expression& right) {
    bool joins = op == Operator::add && (concatenates(left, right) || left.type().is_array());
    if (joins) op = Operator::concat;
    auto* node = new BinaryNode(op, left, right);
    node->result = result_of(op, left, right);
    return Expression(NodeRef(node));
}

Expression Expression::join(Operator op, Expression left, Expression right) {
    left = as_constant(std::move(left));
    right = as_constant(std::move(right));
    if (left.is_empty() || is_decided(op, right) || is_unit(op, left)) return right;
    if (right.is_empty() || is_decided(op, left) || is_unit(op, right)) return left;
    const auto* list = node_cast<ListNode>(left.node());
    if (list && list->op == op) {
        if (!list->is_unshared()) left = make<ListNode>(op, list->items);
        auto& items = const_cast<ListNode*>(static_cast<const ListNode*>(left.node()))->items;
        items.push_back(std::move(right));
        return left;
    }
    std::vector<Expression> items;
    items.reserve(2);
    items.push_back(std::move(left));
    items.push_back(std::move(right));
    return make<ListNode>(op, std::move(items));
}

Expression Expression::invert(const Expression& operand) {
    Expression inner = as_constant(operand);
    if (const auto* binary = node_cast<BinaryNode>(inner.node()); binary && negated(binary->op) != Operator::none) {
        return negated_binary(*binary);
    }
    if (const auto* between = node_cast<BetweenNode>(inner.node())) {
        auto* opposite = new BetweenNode(!between->negated, between->operand, between->low, between->high);
        opposite->symmetric = between->symmetric;
        return Expression(NodeRef(opposite));
    }
    if (const auto* constant = node_cast<ConstantNode>(inner.node())) {
        if (constant->which == ConstantNode::Which::null) return make<UnaryNode>(Operator::not_, inner);
        return constant->which == ConstantNode::Which::true_ ? false_() : true_();
    }
    if (const auto* unary = node_cast<UnaryNode>(inner.node())) return negated_unary(*unary, inner);
    return make<UnaryNode>(Operator::not_, inner);
}

Expression Expression::negate(const Expression& operand) { return make<UnaryNode>(Operator::negate, operand); }

Expression Expression::is_(const Expression& other) const {
    if (is_null(other)) return make<BinaryNode>(Operator::is, *this, null());
    return make<BinaryNode>(Operator::is, *this, as_constant(other));
}

Expression Expression::is_not(const Expression& other) const {
    if (is_null(other)) return make<BinaryNode>(Operator::is_not, *this, null());
    return make<BinaryNode>(Operator::is_not, *this, as_constant(other));
}

Expression Expression::is_distinct_from(const Expression& other) const {
    return make<BinaryNode>(Operator::is_distinct_from, *this, is_null(other) ? null() : as_constant(other));
}

Expression Expression::is_not_distinct_from(const Expression& other) const {
    return make<BinaryNode>(Operator::is_not_distinct_from, *this, is_null(other) ? null() : as_constant(other));
}

Expression Expression::in_(std::vector<Value> values) const { return value_in(Operator::in, *this, std::move(values)); }
Expression Expression::in_(std::initializer_list<Expression> values) const {
    return expressions_in(Operator::in, *this, values);
}
Expression Expression::in_(const std::vector<Expression>& values) const {
    return expressions_in(Operator::in, *this, values);
}
Expression Expression::in_(const Select& query) const {
    return make<BinaryNode>(Operator::in, *this, query.scalar_subquery());
}
Expression Expression::not_in(std::vector<Value> values) const {
    return value_in(Operator::not_in, *this, std::move(values));
}
Expression Expression::not_in(std::initializer_list<Expression> values) const {
    return expressions_in(Operator::not_in, *this, values);
}
Expression Expression::not_in(const std::vector<Expression>& values) const {
    return expressions_in(Operator::not_in, *this, values);
}
Expression Expression::not_in(const Select& query) const {
    return make<BinaryNode>(Operator::not_in, *this, query.scalar_subquery());
}

Expression Expression::between(const Expression& low, const Expression& high, bool symmetric) const {
    auto* node = new BetweenNode(false, *this, low, high);
    node->symmetric = symmetric;
    return Expression(NodeRef(node));
}

Expression Expression::like(const Expression& pattern, char escape) const {
    return make<BinaryNode>(Operator::like, *this, pattern, escape);
}
Expression Expression::not_like(const Expression& pattern, char escape) const {
    return make<BinaryNode>(Operator::not_like, *this, pattern, escape);
}
Expression Expression::ilike(const Expression& pattern, char escape) const {
    return make<BinaryNode>(Operator::ilike, *this, pattern, escape);
}
Expression Expression::not_ilike(const Expression& pattern, char escape) const {
    return make<BinaryNode>(Operator::not_ilike, *this, pattern, escape);
}
Expression Expression::contains(const Expression& other, bool autoescape, char escape) const {
    Type own = type();
    if (own.is_array() || own.is_binary_json()) return bool_op("@>", other, operator_precedence(Operator::eq));
    return affix(Operator::contains, *this, other, autoescape, escape);
}
Expression Expression::startswith(const Expression& other, bool autoescape, char escape) const {
    return affix(Operator::startswith, *this, other, autoescape, escape);
}
Expression Expression::endswith(const Expression& other, bool autoescape, char escape) const {
    return affix(Operator::endswith, *this, other, autoescape, escape);
}
Expression Expression::icontains(const Expression& other, bool autoescape, char escape) const {
    return affix(Operator::contains, *this, other, autoescape, escape, true);
}
Expression Expression::istartswith(const Expression& other, bool autoescape, char escape) const {
    return affix(Operator::startswith, *this, other, autoescape, escape, true);
}
Expression Expression::iendswith(const Expression& other, bool autoescape, char escape) const {
    return affix(Operator::endswith, *this, other, autoescape, escape, true);
}

namespace {

Expression flags_of(std::string_view flags) { return flags.empty() ? Expression() : Expression(flags); }

}  // namespace

Expression Expression::regexp_match(const Expression& pattern, std::string_view flags) const {
    return make<RegexpNode>(Operator::regexp_match, *this, pattern, flags_of(flags));
}
Expression Expression::regexp_replace(const Expression& pattern, const Expression& replacement,
                                      std::string_view flags) const {
    auto* node = new RegexpNode(Operator::regexp_replace, *this, pattern, flags_of(flags), replacement);
    node->result = TypeKind::string;
    return Expression(NodeRef(node));
}
Expression Expression::match(const Expression& query) const { return make<BinaryNode>(Operator::match, *this, query); }

Expression Expression::concat(const Expression& other) const {
    return make<BinaryNode>(Operator::concat, *this, other);
}
Expression Expression::floor_divide(const Expression& other) const {
    return arithmetic(Operator::floor_divide, *this, other);
}
Expression Expression::op(std::string_view symbol, const Expression& other, int precedence) const {
    auto* node = new SymbolNode(Operator::custom, *this, other, symbol, precedence);
    node->result = result_of(Operator::custom, *this, other);
    return Expression(NodeRef(node));
}
Expression Expression::bool_op(std::string_view symbol, const Expression& other, int precedence) const {
    auto* node = new SymbolNode(Operator::custom, *this, other, symbol, precedence);
    node->result = TypeKind::boolean;
    return Expression(NodeRef(node));
}
Expression Expression::bitwise_and(const Expression& other) const {
    return arithmetic(Operator::bitwise_and, *this, other);
}
Expression Expression::bitwise_or(const Expression& other) const {
    return arithmetic(Operator::bitwise_or, *this, other);
}
Expression Expression::bitwise_xor(const Expression& other) const {
    return arithmetic(Operator::bitwise_xor, *this, other);
}
Expression Expression::bitwise_not() const { return make<UnaryNode>(Operator::bitwise_not, *this); }
Expression Expression::bitwise_lshift(const Expression& other) const {
    return arithmetic(Operator::shift_left, *this, other);
}
Expression Expression::bitwise_rshift(const Expression& other) const {
    return arithmetic(Operator::shift_right, *this, other);
}
Expression Expression::collate(std::string_view collation) const {
    return make<SymbolNode>(Operator::collate, *this, Expression(), collation);
}
Expression Expression::label(std::string_view name) const { return make<LabelNode>(*this, name); }
Expression Expression::cast(Type type) const {
    const Value* value = plain_value(*this);
    return make<CastNode>(false, value && value->is_null() ? sql::null() : *this, std::move(type));
}
Expression Expression::asc() const { return make<UnaryNode>(Operator::asc, *this); }
Expression Expression::desc() const { return make<UnaryNode>(Operator::desc, *this); }
Expression Expression::nulls_first() const { return make<UnaryNode>(Operator::nulls_first, *this); }
Expression Expression::nulls_last() const { return make<UnaryNode>(Operator::nulls_last, *this); }
Expression Expression::distinct() const { return make<UnaryNode>(Operator::distinct, *this); }

namespace {

/// Conditions joined, with `true` and `false` settled as far as they decide anything.
Expression conjunction(Operator op, std::vector<Expression> conditions) {
    std::vector<Expression> kept;
    Expression last;
    for (Expression& condition : conditions) {
        if (condition.is_empty()) continue;
        last = as_constant(std::move(condition));
        if (is_decided(op, last)) return last;
        if (!is_unit(op, last)) kept.push_back(last);
    }
    if (kept.empty()) return last;
    if (kept.size() == 1) return kept.front();
    return make<ListNode>(op, std::move(kept));
}

}  // namespace

Expression and_(std::vector<Expression> conditions) { return conjunction(Operator::and_, std::move(conditions)); }
Expression or_(std::vector<Expression> conditions) { return conjunction(Operator::or_, std::move(conditions)); }
Expression not_(const Expression& condition) { return Expression::invert(condition); }

Expression null() { return make<ConstantNode>(ConstantNode::Which::null); }
Expression true_() { return make<ConstantNode>(ConstantNode::Which::true_); }
Expression false_() { return make<ConstantNode>(ConstantNode::Which::false_); }

}  // namespace retort::sql
