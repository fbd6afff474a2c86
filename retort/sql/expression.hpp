// Expressions of SQL as values: columns, constants, comparisons, functions, and all that is built of them.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/error.hpp"
#include "retort/sql/node.hpp"
#include "retort/sql/operators.hpp"
#include "retort/sql/types.hpp"
#include "retort/sql/value.hpp"

namespace retort {
class Decimal;
}

namespace retort::sql {

class Select;

/// A statement that cannot be written in SQL, or not in this database's.
class CompileError : public Error {
  public:
    using Error::Error;
};

/// Text in any of its shapes, but no null pointer.
template <class T>
concept TextLike = std::convertible_to<const T&, std::string_view> && !std::same_as<T, std::nullptr_t>;

/// The bounds of a window's frame, counted from the current row; empty is unbounded.
struct Frame {
    enum class Unit : std::uint8_t { none, rows, range } unit = Unit::none;
    std::optional<std::int64_t> start;
    std::optional<std::int64_t> end;
};

/// One step into a JSON document: the key of an object, or the position in an array.
struct JsonStep {
    template <TextLike T>
    JsonStep(const T& of) : key(std::string_view(of)) {}  // NOLINT: keys and
    template <std::integral T>
    JsonStep(T of) : position(static_cast<std::int64_t>(of)), is_key(false) {}  // NOLINT: positions convert
    std::string key;
    std::int64_t position = 0;
    bool is_key = true;
};

/// An expression: immutable, one pointer wide, cheap to copy, safe to share between threads.
///
/// Comparing gives another Expression, never a bool; there is no conversion to bool, so `if (column > 3)` does not
/// compile. Plain values convert: text and numbers become bound parameters, `nullptr` and empty optionals NULL.
class Expression {
  public:
    /// No expression at all; `is_empty()`.
    Expression() = default;
    explicit Expression(NodeRef node) : node_(std::move(node)) {}
    Expression(const ValueView& value);                               // NOLINT: values are
    Expression(Value value);                                          // NOLINT: meant to
    Expression(std::nullptr_t) : Expression(ValueView::null()) {}     // NOLINT: convert
    Expression(Date value) : Expression(ValueView::of(value)) {}      // NOLINT
    Expression(Time value) : Expression(ValueView::of(value)) {}      // NOLINT
    Expression(DateTime value) : Expression(ValueView::of(value)) {}  // NOLINT
    Expression(const Decimal& value);                                 // NOLINT
    Expression(const Bytes& value) : Expression(ValueView::blob(value.data.data(), value.data.size())) {}  // NOLINT
    template <std::same_as<bool> T>
    Expression(T value) : Expression(ValueView::of(value)) {}  // NOLINT
    template <std::integral T>
        requires(!std::same_as<T, bool>)
    Expression(T value) : Expression(ValueView::of(static_cast<std::int64_t>(value))) {}  // NOLINT
    template <std::floating_point T>
    Expression(T value) : Expression(ValueView::of(static_cast<double>(value))) {}  // NOLINT
    template <TextLike T>
    Expression(const T& value) : Expression(ValueView::of(std::string_view(value))) {}  // NOLINT
    template <class T>
        requires std::constructible_from<Expression, const T&>
    Expression(const std::optional<T>& value)
        : Expression(value ? Expression(*value) : Expression(nullptr)) {}  // NOLINT

    bool is_empty() const { return !node_; }
    const Node* node() const { return node_.get(); }
    const NodeRef& ref() const { return node_; }
    NodeRef& ref() { return node_; }
    /// Unknown where it cannot be told.
    Type type() const;

    [[nodiscard]] Expression is_(const Expression& other) const;
    [[nodiscard]] Expression is_not(const Expression& other) const;
    [[nodiscard]] Expression is_distinct_from(const Expression& other) const;
    [[nodiscard]] Expression is_not_distinct_from(const Expression& other) const;
    /// An empty list is never true (nor, for `not_in`, false).
    [[nodiscard]] Expression in_(std::vector<Value> values) const;
    [[nodiscard]] Expression in_(std::initializer_list<Expression> values) const;
    [[nodiscard]] Expression in_(const std::vector<Expression>& values) const;
    [[nodiscard]] Expression in_(const Select& query) const;
    [[nodiscard]] Expression not_in(std::vector<Value> values) const;
    [[nodiscard]] Expression not_in(std::initializer_list<Expression> values) const;
    [[nodiscard]] Expression not_in(const std::vector<Expression>& values) const;
    [[nodiscard]] Expression not_in(const Select& query) const;
    /// `symmetric`: the bounds may come in either order.
    [[nodiscard]] Expression between(const Expression& low, const Expression& high, bool symmetric = false) const;
    /// `pattern` with `%` and `_`; `escape` is the character that takes their meaning away (0: none).
    [[nodiscard]] Expression like(const Expression& pattern, char escape = 0) const;
    [[nodiscard]] Expression not_like(const Expression& pattern, char escape = 0) const;
    /// `like` that ignores case.
    [[nodiscard]] Expression ilike(const Expression& pattern, char escape = 0) const;
    [[nodiscard]] Expression not_ilike(const Expression& pattern, char escape = 0) const;
    /// With `autoescape`, `%` and `_` in a plain value mean themselves (escaped with `/`).
    /// Of a JSONB or an Array: whether it holds all of `other`.
    [[nodiscard]] Expression contains(const Expression& other, bool autoescape = false, char escape = 0) const;
    [[nodiscard]] Expression startswith(const Expression& other, bool autoescape = false, char escape = 0) const;
    [[nodiscard]] Expression endswith(const Expression& other, bool autoescape = false, char escape = 0) const;
    /// The same, ignoring case.
    [[nodiscard]] Expression icontains(const Expression& other, bool autoescape = false, char escape = 0) const;
    [[nodiscard]] Expression istartswith(const Expression& other, bool autoescape = false, char escape = 0) const;
    [[nodiscard]] Expression iendswith(const Expression& other, bool autoescape = false, char escape = 0) const;
    /// `flags` as the database has them; "i" ignores case. SQLite has none.
    [[nodiscard]] Expression regexp_match(const Expression& pattern, std::string_view flags = {}) const;
    [[nodiscard]] Expression regexp_replace(const Expression& pattern, const Expression& replacement,
                                            std::string_view flags = {}) const;
    /// Full text search.
    [[nodiscard]] Expression match(const Expression& query) const;
    [[nodiscard]] Expression concat(const Expression& other) const;
    [[nodiscard]] Expression floor_divide(const Expression& other) const;
    /// Any operator of the database: `age.op("&", 4)`.
    [[nodiscard]] Expression op(std::string_view symbol, const Expression& other, int precedence = 0) const;
    /// The same for an operator that says true or false.
    [[nodiscard]] Expression bool_op(std::string_view symbol, const Expression& other, int precedence = 0) const;
    [[nodiscard]] Expression bitwise_and(const Expression& other) const;
    [[nodiscard]] Expression bitwise_or(const Expression& other) const;
    [[nodiscard]] Expression bitwise_xor(const Expression& other) const;
    [[nodiscard]] Expression bitwise_not() const;
    [[nodiscard]] Expression bitwise_lshift(const Expression& other) const;
    [[nodiscard]] Expression bitwise_rshift(const Expression& other) const;

    /// A part of a JSON document by its key.
    template <TextLike T>
    [[nodiscard]] Expression operator[](const T& key) const {
        return json_item(JsonStep(key));
    }
    /// A part of a JSON document by its position, or an item of an Array (the first is 1).
    template <std::integral T>
    [[nodiscard]] Expression operator[](T position) const {
        return json_item(JsonStep(position));
    }
    /// A part of a JSON document, several steps at once: `data.path({"a", 1, "b"})`.
    [[nodiscard]] Expression path(std::vector<JsonStep> steps) const;
    /// The items from one to another, both included, of an Array.
    [[nodiscard]] Expression slice(const Expression& from, const Expression& to) const;
    /// A part of a JSON document as a value of that type. Throw ArgumentError("not-json") for anything else.
    [[nodiscard]] Expression as_string() const;
    [[nodiscard]] Expression as_integer() const;
    [[nodiscard]] Expression as_float() const;
    [[nodiscard]] Expression as_boolean() const;
    [[nodiscard]] Expression as_numeric(int precision, int scale) const;
    [[nodiscard]] Expression as_json() const;
    /// PostgreSQL's JSONB and arrays: all in `other`; in common; a key; one of the keys; all the keys.
    [[nodiscard]] Expression contained_by(const Expression& other) const;
    [[nodiscard]] Expression overlap(const Expression& other) const;
    [[nodiscard]] Expression has_key(const Expression& key) const;
    [[nodiscard]] Expression has_any(const Expression& keys) const;
    [[nodiscard]] Expression has_all(const Expression& keys) const;

    /// Of an aggregate: over the rows for which all conditions hold.
    [[nodiscard]] Expression filter(std::vector<Expression> conditions) const;
    /// function OVER (PARTITION BY … ORDER BY …).
    [[nodiscard]] Expression over(std::vector<Expression> partition_by = {}, std::vector<Expression> order_by = {},
                                  Frame frame = {}) const;
    [[nodiscard]] Expression within_group(std::vector<Expression> order_by) const;
    [[nodiscard]] Expression collate(std::string_view collation) const;
    [[nodiscard]] Expression label(std::string_view name) const;
    [[nodiscard]] Expression cast(Type type) const;
    [[nodiscard]] Expression asc() const;
    [[nodiscard]] Expression desc() const;
    [[nodiscard]] Expression nulls_first() const;
    [[nodiscard]] Expression nulls_last() const;
    [[nodiscard]] Expression distinct() const;

    friend Expression operator==(const Expression& a, const Expression& b) { return compare(Operator::eq, a, b); }
    friend Expression operator!=(const Expression& a, const Expression& b) { return compare(Operator::ne, a, b); }
    friend Expression operator<(const Expression& a, const Expression& b) { return compare(Operator::lt, a, b); }
    friend Expression operator<=(const Expression& a, const Expression& b) { return compare(Operator::le, a, b); }
    friend Expression operator>(const Expression& a, const Expression& b) { return compare(Operator::gt, a, b); }
    friend Expression operator>=(const Expression& a, const Expression& b) { return compare(Operator::ge, a, b); }
    /// `||` between texts.
    friend Expression operator+(const Expression& a, const Expression& b) { return arithmetic(Operator::add, a, b); }
    friend Expression operator-(const Expression& a, const Expression& b) {
        return arithmetic(Operator::subtract, a, b);
    }
    friend Expression operator*(const Expression& a, const Expression& b) {
        return arithmetic(Operator::multiply, a, b);
    }
    /// True division, also between integers.
    friend Expression operator/(const Expression& a, const Expression& b) { return arithmetic(Operator::divide, a, b); }
    friend Expression operator%(const Expression& a, const Expression& b) { return arithmetic(Operator::modulo, a, b); }
    friend Expression operator-(const Expression& a) { return negate(a); }
    friend Expression operator&&(Expression a, Expression b) {
        return join(Operator::and_, std::move(a), std::move(b));
    }
    friend Expression operator||(Expression a, Expression b) { return join(Operator::or_, std::move(a), std::move(b)); }
    friend Expression operator!(const Expression& a) { return invert(a); }
    friend Expression operator&(Expression a, Expression b) { return join(Operator::and_, std::move(a), std::move(b)); }
    friend Expression operator|(Expression a, Expression b) { return join(Operator::or_, std::move(a), std::move(b)); }
    friend Expression operator~(const Expression& a) { return invert(a); }

    /// The functions behind the operators, for typed rims. `== NULL` becomes IS NULL.
    static Expression compare(Operator op, Expression left, Expression right);
    static Expression arithmetic(Operator op, const Expression& left, const Expression& right);
    static Expression join(Operator op, Expression left, Expression right);
    static Expression invert(const Expression& operand);
    static Expression negate(const Expression& operand);

  private:
    Expression json_item(const JsonStep& step) const;
    Expression json_as(Type type) const;

    NodeRef node_;
};

/// True when all are; without any, nothing (an empty Expression).
Expression and_(std::vector<Expression> conditions);
/// True when one is; without any, nothing (an empty Expression).
Expression or_(std::vector<Expression> conditions);
Expression not_(const Expression& condition);

Expression null();
Expression true_();
Expression false_();
/// A bound parameter, also where a plain value would be taken for a constant.
Expression literal(Value value);
Expression literal(Value value, Type type);
/// A parameter whose value is given when the statement runs.
Expression bindparam(std::string_view name, Type type = {});
/// SQL text as it stands, taken for a column; never put user input into it.
Expression literal_column(std::string_view sql, Type type = {});
/// SQL text with `:name` parameters (`\:` is a colon). One of `lists` becomes as many in brackets: `x IN :list`.
Expression text(std::string_view sql, std::vector<std::pair<std::string, Value>> parameters = {},
                std::vector<std::pair<std::string, std::vector<Value>>> lists = {});
/// A column without a table, such as a label in ORDER BY.
Expression column(std::string_view name, Type type = {});
Expression cast(const Expression& operand, Type type);
/// The same SQL, seen as another type here.
Expression type_coerce(const Expression& operand, Type type);
Expression distinct(const Expression& operand);
Expression asc(const Expression& operand);
Expression desc(const Expression& operand);
Expression tuple_(std::vector<Expression> items);
/// Several columns as one expression, spread where they are selected; shared instead of copied.
Expression column_list(std::vector<Expression> items);
Expression exists(const Select& query);
Expression extract(std::string_view field, const Expression& operand);
Expression nulls_first(const Expression& operand);
Expression nulls_last(const Expression& operand);
Expression collate(const Expression& operand, std::string_view collation);
/// `x == any_(…)`: one of an array's items or a query's rows.
Expression any_(const Expression& of);
Expression all_(const Expression& of);
/// ARRAY[…].
Expression array(std::vector<Expression> items, Type item = {});
/// An argument of an aggregate with the order in which it takes the rows (PostgreSQL).
Expression aggregate_order_by(const Expression& operand, std::vector<Expression> order_by);
/// The next value of a sequence.
Expression next_value(std::string_view sequence, std::string_view schema = {});

/// One WHEN … THEN ….
struct When {
    Expression condition;
    Expression result;
};
Expression case_(std::vector<When> whens, Expression otherwise = {});
/// CASE value WHEN … THEN ….
Expression case_of(Expression value, std::vector<When> whens, Expression otherwise = {});

/// Any function of the database. The name is printed as it is.
Expression function(std::string_view name, std::vector<Expression> arguments = {}, Type type = {});

/// function OVER (PARTITION BY … ORDER BY …).
Expression over(const Expression& function, std::vector<Expression> partition_by, std::vector<Expression> order_by = {},
                Frame frame = {});
/// function WITHIN GROUP (ORDER BY …).
Expression within_group(const Expression& function, std::vector<Expression> order_by);

/// The common functions by name, with the types of their results.
namespace func {
Expression count();  ///< count(*)
Expression count(const Expression& operand);
Expression sum(const Expression& operand);
Expression avg(const Expression& operand);
Expression min(const Expression& operand);
Expression max(const Expression& operand);
Expression lower(const Expression& operand);
Expression upper(const Expression& operand);
Expression length(const Expression& operand);
Expression abs(const Expression& operand);
Expression random();
Expression now();
Expression current_timestamp();
Expression coalesce(std::vector<Expression> operands);
Expression concat(std::vector<Expression> operands);
Expression current_date();
Expression current_time();
/// For `group_by`; sets are `tuple_({…})`.
Expression grouping_sets(std::vector<Expression> sets);
Expression cube(std::vector<Expression> operands);
Expression rollup(std::vector<Expression> operands);
}  // namespace func

}  // namespace retort::sql
