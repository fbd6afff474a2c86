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
    [[nodiscard]] Expression between(const Expression& low, const Expression& high) const;
    /// `pattern` with `%` and `_`; `escape` is the character that takes their meaning away (0: none).
    [[nodiscard]] Expression like(const Expression& pattern, char escape = 0) const;
    [[nodiscard]] Expression not_like(const Expression& pattern, char escape = 0) const;
    /// `like` that ignores case.
    [[nodiscard]] Expression ilike(const Expression& pattern, char escape = 0) const;
    [[nodiscard]] Expression not_ilike(const Expression& pattern, char escape = 0) const;
    /// With `autoescape`, `%` and `_` in a plain value mean themselves (escaped with `/`).
    [[nodiscard]] Expression contains(const Expression& other, bool autoescape = false) const;
    [[nodiscard]] Expression startswith(const Expression& other, bool autoescape = false) const;
    [[nodiscard]] Expression endswith(const Expression& other, bool autoescape = false) const;
    [[nodiscard]] Expression regexp_match(const Expression& pattern) const;
    [[nodiscard]] Expression concat(const Expression& other) const;
    [[nodiscard]] Expression floor_divide(const Expression& other) const;
    /// Any operator of the database: `age.op("&", 4)`.
    [[nodiscard]] Expression op(std::string_view symbol, const Expression& other, int precedence = 0) const;
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
    static Expression compare(Operator op, const Expression& left, const Expression& right);
    static Expression arithmetic(Operator op, const Expression& left, const Expression& right);
    static Expression join(Operator op, Expression left, Expression right);
    static Expression invert(const Expression& operand);
    static Expression negate(const Expression& operand);

  private:
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
/// SQL text with `:name` parameters (`\:` is a colon).
Expression text(std::string_view sql, std::vector<std::pair<std::string, Value>> parameters = {});
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

/// The bounds of a window's frame, counted from the current row; empty is unbounded.
struct Frame {
    enum class Unit : std::uint8_t { none, rows, range } unit = Unit::none;
    std::optional<std::int64_t> start;
    std::optional<std::int64_t> end;
};
/// function OVER (PARTITION BY … ORDER BY …).
Expression over(const Expression& function, std::vector<Expression> partition_by, std::vector<Expression> order_by = {},
                Frame frame = {});

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
}  // namespace func

}  // namespace retort::sql
