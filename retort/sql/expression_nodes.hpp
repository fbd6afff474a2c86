// The kinds of nodes that expressions are made of, for compilers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "retort/sql/expression.hpp"
#include "retort/sql/identifier.hpp"

namespace retort::sql {

/// Whether it is a parameter, or several.
inline bool is_bind(const Node* node) {
    return node && (node->kind() == NodeKind::bind || node->kind() == NodeKind::value_list);
}

/// A node of class T by its kind; null when the node is another.
template <class T>
const T* node_cast(const Node* node) {
    return node && node->kind() == T::own_kind ? static_cast<const T*>(node) : nullptr;
}

/// An expression that is a new node of class T.
template <class T, class... Args>
Expression make(Args&&... args) {
    return Expression(NodeRef(new T(std::forward<Args>(args)...)));
}

/// A column of `table` (null: a bare name).
class ColumnNode : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::column;
    enum class Form : std::uint8_t {
        plain,
        reference,  ///< a name given as text to ORDER BY or GROUP BY: it must be among those selected
        whole,      ///< the name of `table` itself: a function in FROM that gives one value a row
        bare,       ///< its name alone: of VALUES without a name
        unnamed,    ///< a column of a subquery that has no name of its own: an UnnamedColumnNode
        field,      ///< of the rows that a function gives where a value stands: a FieldNode
    };
    ColumnNode(NodeRef of, Identifier called, Type as)
        : Node(own_kind), table(std::move(of)), name(std::move(called)), type(std::move(as)) {}
    NodeRef table;
    Identifier name;
    Type type;
    Form form = Form::plain;
    const void* entity = nullptr;  ///< what it was taken from, where that says more than the table; nothing to SQL
};

/// A column of a subquery by what it selects, because its name is made up on compiling.
class UnnamedColumnNode final : public ColumnNode {
  public:
    UnnamedColumnNode(NodeRef of, NodeRef selected, Type as)
        : ColumnNode(std::move(of), Identifier(), std::move(as)), source(std::move(selected)) {
        form = Form::unnamed;
    }
    NodeRef source;
};

/// `(f(x)).name`: one column of what a function gives.
class FieldNode final : public ColumnNode {
  public:
    FieldNode(NodeRef of, std::string_view called, Type as)
        : ColumnNode(NodeRef(), Identifier(called), std::move(as)), function(std::move(of)) {
        form = Form::field;
    }
    Expression function;
};

/// A value that is sent beside the SQL.
class BindNode : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::bind;
    explicit BindNode(Value&& content) : Node(own_kind), value(std::move(content)) {}
    explicit BindNode(const ValueView& content) : Node(own_kind), value(content) {}
    /// Whether it is a NamedBindNode.
    bool named = false;
    /// Written with `literal`, so never taken for a constant.
    bool forced = false;
    Value value;
};

/// A parameter with a name or a type of its own.
class NamedBindNode final : public BindNode {
  public:
    NamedBindNode(Value&& content, std::string_view called, Type as)
        : BindNode(std::move(content)), name(called), type(std::move(as)) {
        named = true;
    }
    /// Empty when only the type is given.
    std::string name;
    Type type;
};

class ConstantNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::constant;
    enum class Which : std::uint8_t { null, true_, false_ };
    explicit ConstantNode(Which what) : Node(own_kind), which(what) {}
    Which which;
};

inline bool is_constant(const Expression& expression, ConstantNode::Which which) {
    const auto* constant = node_cast<ConstantNode>(expression.node());
    return constant != nullptr && constant->which == which;
}

/// The values of an IN.
class ValueListNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::value_list;
    explicit ValueListNode(std::vector<Value> content) : Node(own_kind), values(std::move(content)) {}
    std::vector<Value> values;
};

class BinaryNode : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::binary;
    BinaryNode(Operator how, Expression a, Expression b, char escaped_by = 0)
        : Node(own_kind), op(how), escape(escaped_by), left(std::move(a)), right(std::move(b)) {}
    Operator op;
    char escape;
    bool ignores_case = false;  ///< contains, startswith, endswith
    /// Kept for arithmetic, so that asking a long chain for its type does not walk down it.
    TypeKind result = TypeKind::unknown;
    Expression left;
    Expression right;
};

/// An operator by its symbol (`Operator::custom`), or a collation (`Operator::collate`, without right side).
class SymbolNode final : public BinaryNode {
  public:
    SymbolNode(Operator how, Expression a, Expression b, std::string_view text, int binds = 0)
        : BinaryNode(how, std::move(a), std::move(b)), symbol(text), precedence(binds) {}
    std::string symbol;
    int precedence;
};

/// Whether it is what bool_op() makes.
bool is_bool_op(const Node* node);

/// Regular expressions: `flags`, and for `regexp_replace` what takes the place of a match.
class RegexpNode final : public BinaryNode {
  public:
    RegexpNode(Operator how, Expression a, Expression b, Expression how_to, Expression by = {})
        : BinaryNode(how, std::move(a), std::move(b)), flags(std::move(how_to)), replacement(std::move(by)) {}
    Expression flags;  ///< empty without
    Expression replacement;
};

/// A part of a JSON document (`json_item`, `json_path`), seen as `type`. `right` is the key, position or `{a,b}`.
class JsonNode final : public BinaryNode {
  public:
    JsonNode(Operator how, Expression of, Expression key, Expression dollar_path, Type as)
        : BinaryNode(how, std::move(of), std::move(key)), path(std::move(dollar_path)), type(std::move(as)) {
        result = type.kind();
    }
    Expression path;  ///< `$."a"[0]`, for databases that speak JSONPath
    Type type;
};

class UnaryNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::unary;
    UnaryNode(Operator how, Expression of) : Node(own_kind), op(how), operand(std::move(of)) {}
    Operator op;
    Expression operand;
};

/// AND and OR of several (`and_`, `or_`), a tuple (`comma`), or columns selected together (`none`).
class ListNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::list;
    ListNode(Operator how, std::vector<Expression> of) : Node(own_kind), op(how), items(std::move(of)) {}
    Operator op;
    bool columns_only = false;  ///< of columns selected together: it has no values, so that it is told by its address
    std::vector<Expression> items;
};

class BetweenNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::between;
    BetweenNode(bool no, Expression of, Expression from, Expression to)
        : Node(own_kind), negated(no), operand(std::move(of)), low(std::move(from)), high(std::move(to)) {}
    bool negated;
    bool symmetric = false;
    Expression operand;
    Expression low;
    Expression high;
};

class FunctionNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::function;
    FunctionNode(std::string_view called, std::vector<Expression> with, Type as)
        : Node(own_kind), name(called), arguments(std::move(with)), type(std::move(as)) {}
    Identifier name;
    std::vector<Expression> arguments;
    Type type;
};

class OverNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::over;
    OverNode(Expression of, std::vector<Expression> partition, std::vector<Expression> order, Frame within)
        : Node(own_kind),
          function(std::move(of)),
          partition_by(std::move(partition)),
          order_by(std::move(order)),
          frame(within) {}
    Expression function;
    std::vector<Expression> partition_by;
    std::vector<Expression> order_by;
    Frame frame;
};

/// function FILTER (WHERE …).
class FilterNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::filter;
    FilterNode(Expression of, std::vector<Expression> when)
        : Node(own_kind), function(std::move(of)), conditions(std::move(when)) {}
    Expression function;
    std::vector<Expression> conditions;
};

/// function WITHIN GROUP (ORDER BY …), or an argument with an order: `name ORDER BY id`.
class OrderedNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::ordered;
    OrderedNode(bool group, Expression of, std::vector<Expression> order)
        : Node(own_kind), within_group(group), operand(std::move(of)), order_by(std::move(order)) {}
    bool within_group;
    Expression operand;
    std::vector<Expression> order_by;
};

/// ARRAY[…].
class ArrayNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::array;
    ArrayNode(std::vector<Expression> of, Type as) : Node(own_kind), items(std::move(of)), type(std::move(as)) {}
    std::vector<Expression> items;
    Type type;
};

/// The next value of a sequence.
class SequenceNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::sequence;
    SequenceNode(std::string_view called, std::string_view of) : Node(own_kind), name(called), schema(of) {}
    Identifier name;
    Identifier schema;
};

class CaseNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::case_;
    CaseNode(Expression of, std::vector<When> steps, Expression rest)
        : Node(own_kind), value(std::move(of)), whens(std::move(steps)), otherwise(std::move(rest)) {}
    Expression value;  ///< empty for CASE WHEN
    std::vector<When> whens;
    Expression otherwise;  ///< empty without ELSE
};

class CastNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::cast;
    CastNode(bool silent, Expression of, Type to)
        : Node(own_kind), coerce_only(silent), operand(std::move(of)), type(std::move(to)) {}
    bool coerce_only;  ///< type_coerce: nothing is written
    Expression operand;
    Type type;
};

class ExtractNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::extract;
    ExtractNode(std::string_view what, Expression of) : Node(own_kind), field(what), operand(std::move(of)) {}
    std::string field;
    Expression operand;
};

class LabelNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::label;
    LabelNode(Expression of, std::string_view called) : Node(own_kind), operand(std::move(of)), name(called) {}
    Expression operand;
    Identifier name;
};

/// text(): SQL with `:name` parameters.
class TextNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::text;
    TextNode(std::string_view content, std::vector<std::pair<std::string, Value>> with,
             std::vector<std::pair<std::string, std::vector<Value>>> with_lists)
        : Node(own_kind), sql(content), parameters(std::move(with)), lists(std::move(with_lists)) {}
    std::string sql;
    std::vector<std::pair<std::string, Value>> parameters;
    std::vector<std::pair<std::string, std::vector<Value>>> lists;  ///< each one parameter for every value
};

class LiteralColumnNode final : public Node {
  public:
    static constexpr NodeKind own_kind = NodeKind::literal_column;
    LiteralColumnNode(std::string_view content, Type as) : Node(own_kind), sql(content), type(std::move(as)) {}
    Identifier sql;
    Type type;
};

}  // namespace retort::sql
