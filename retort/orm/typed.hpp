// Typed: an expression that knows the C++ type of its value, and what can be done with it.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/decimal.hpp"
#include "retort/base/json.hpp"
#include "retort/orm/column.hpp"

namespace retort {

template <class V>
class Typed;

/// Whether an EXISTS holds: a condition that is never NULL, so `select(exists(…))` gives a bool.
class ExistsCondition : public Condition {
  public:
    using value_type = bool;
    explicit ExistsCondition(sql::Expression expression) : Condition(std::move(expression)) {}
};

namespace orm {

template <class U>
concept PlainOperand = !AnyColumn<U> && !std::derived_from<U, sql::Expression>;

namespace detail {

template <class E>
constexpr auto value_type_of() {
    if constexpr (std::same_as<E, Condition>) {
        return std::type_identity<std::optional<bool>>();
    } else if constexpr (std::derived_from<E, sql::Expression> || AnyColumn<E>) {
        if constexpr (requires { typename E::value_type; }) {
            return std::type_identity<typename E::value_type>();
        } else {
            return std::type_identity<sql::Value>();
        }
    } else if constexpr (requires { typename E::RowType; }) {
        static_assert(std::tuple_size_v<typename E::RowType> == 1,
                      "a query is one value only when it selects one column");
        using First = std::tuple_element_t<0, typename E::RowType>;
        return std::type_identity<std::conditional_t<is_optional<First>, First, std::optional<First>>>();
    } else if constexpr (std::same_as<E, std::nullptr_t> || std::same_as<E, std::nullopt_t>) {
        return std::type_identity<sql::Value>();
    } else if constexpr (std::convertible_to<const E&, std::string_view>) {
        return std::type_identity<std::string>();
    } else {
        return std::type_identity<std::decay_t<E>>();
    }
}

}  // namespace detail

/// The type of the value that a column, an expression, a query for one column or a plain value stands for;
/// sql::Value where it is not known.
template <class E>
using ValueOf = typename decltype(detail::value_type_of<std::remove_cvref_t<E>>())::type;

/// The database's type for a C++ type; unknown where there is none.
template <class V>
sql::Type known_type() {
    if constexpr (ColumnTraits<V>::known) {
        return ColumnTraits<V>::type();
    } else {
        return {};
    }
}

/// Anything that a query is built of, as an expression: columns, expressions, queries for one value, plain values.
template <class E>
sql::Expression to_expression(E&& term) {
    using Item = std::remove_cvref_t<E>;
    if constexpr (requires { typename Item::RowType; }) {
        return term.scalar_subquery();
    } else if constexpr (requires { Item::relationship_kind; }) {
        static_assert(detail::never_true<E>,
                      "a relationship is no column: join it, and name a column of its model, or its foreign key");
        return {};
    } else if constexpr (std::constructible_from<sql::Expression, E&&>) {
        return sql::Expression(term);
    } else if constexpr (is_optional<Item>) {
        return term ? to_expression(*term) : sql::Expression(nullptr);
    } else if constexpr (requires { value_of(term); }) {
        return sql::Expression(value_of(term));
    } else {
        static_assert(detail::never_true<E>, "this is no part of a query: give a column, an expression or a value");
        return {};
    }
}

template <class C>
Condition to_condition(C&& condition) {
    using Given = std::remove_cvref_t<C>;
    if constexpr (std::derived_from<Given, Condition> && !std::same_as<Given, Condition>) {
        return static_cast<const Condition&>(condition);  // an EXISTS that stands in a variable
    } else if constexpr (std::is_convertible_v<C&&, Condition>) {
        return condition;
    } else if constexpr (std::same_as<Given, bool>) {
        static_assert(detail::never_true<C>, "a bool is no condition: write true_() or false_(), or leave it out");
    } else if constexpr (std::convertible_to<C&&, std::string_view>) {
        static_assert(detail::never_true<C>, "text is no condition: write where(text(\"…\")) for SQL of your own");
    } else if constexpr (requires {
                             condition.column;
                             condition.value;
                         }) {
        static_assert(detail::never_true<C>, "this assigns: write == to compare");
    } else if constexpr (std::is_convertible_v<C&&, sql::Expression>) {
        static_assert(detail::never_true<C>, "a column of this type is no condition: compare it with something");
    } else {
        static_assert(detail::never_true<C>, "this is no condition: compare a column, as in User::c.age >= 18");
    }
    return {};
}

/// One of these values, or of what a query gives.
template <class V, class List>
Condition is_member(const sql::Expression& of, List&& values, bool positive) {
    using Values = std::remove_cvref_t<List>;
    if constexpr (requires { typename Values::RowType; }) {
        static_assert(std::tuple_size_v<typename Values::RowType> == 1, "in_ takes a query that selects one column");
        using Given = Plain<std::tuple_element_t<0, typename Values::RowType>>;
        constexpr bool numbers = detail::is_numeric<Plain<V>> && detail::is_numeric<Given>;
        static_assert(
            numbers || std::same_as<Plain<V>, Given> || std::same_as<Given, sql::Value> || std::same_as<V, sql::Value>,
            "in_ takes a query for a column of the same type");
        return positive ? of.in_(values.as_rows()) : of.not_in(values.as_rows());
    } else if constexpr (requires { requires std::same_as<typename Values::value_type, sql::Expression>; }) {
        std::vector<sql::Expression> items(values.begin(), values.end());
        return positive ? of.in_(items) : of.not_in(items);
    } else if constexpr (requires { std::begin(values); }) {
        std::vector<sql::Value> list;
        for (const auto& value : values) {
            using Item = std::remove_cvref_t<decltype(value)>;
            constexpr bool numbers = detail::is_numeric<Plain<V>> && std::is_arithmetic_v<Item>;
            if constexpr (std::same_as<V, sql::Value> || numbers) {  // a number is compared, whatever its size
                list.push_back(value_of(value));
            } else if constexpr (is_optional<Item>) {
                list.push_back(value ? value_of(convert<Plain<V>>(*value)) : sql::Value());
            } else {
                list.push_back(value_of(convert<Plain<V>>(value)));
            }
        }
        return positive ? of.in_(std::move(list)) : of.not_in(std::move(list));
    } else if constexpr (requires { of.in_(values); }) {
        return positive ? of.in_(values) : of.not_in(values);
    } else {
        static_assert(detail::never_true<List>, "in_ takes a list of values or a query: in_({1, 2}), in_(ids)");
        return {};
    }
}

template <class C, class V>
Assigned assigned(const volatile C& column, const V& value) {
    using Value = typename C::value_type;
    static_assert(C::options().computed.empty(), "the database computes this column: it cannot be given a value");
    if constexpr (std::is_null_pointer_v<V> || std::same_as<V, std::nullopt_t>) {
        static_assert(is_optional<Value>, "this column cannot be NULL; only a std::optional can");
        return {column.expression(), sql::literal(sql::Value())};
    } else if constexpr (requires { typename V::RowType; }) {
        return {column.expression(), value.scalar_subquery()};
    } else if constexpr (std::derived_from<V, sql::Expression>) {
        return {column.expression(), value};
    } else if constexpr (requires { value.expression(); }) {
        return {column.expression(), value.expression()};
    } else {
        static_assert(holds<Value, std::decay_t<V>>(), "this column does not hold values of this type");
        if constexpr (detail::may_misfit<Plain<Value>, V>) {
            if (detail::is_misfit<Plain<Value>>(value)) [[unlikely]]
                detail::refuse_misfit(&column, std::to_string(value), sizeof(Plain<Value>),
                                      std::is_signed_v<Plain<Value>>);
        }
        return {column.expression(), sql::literal(value_of(convert<Value>(value)))};
    }
}

/// What stands beside an operator of a typed expression.
template <class V, detail::Use use = detail::Use::compared, class U>
sql::Expression typed_operand(const U& value) {
    if constexpr (std::same_as<V, sql::Value>) {
        return to_expression(value);
    } else {
        return detail::operand<V, use>(value);
    }
}

/// The type of a + b and its like.
template <class V, class W>
constexpr auto calculated() {
    using A = Plain<V>;
    using B = Plain<W>;
    if constexpr (std::same_as<A, B> || !std::is_arithmetic_v<A> || !std::is_arithmetic_v<B>) {
        return std::type_identity<std::conditional_t<is_optional<W>, Nullable<V>, V>>();
    } else {
        using Common =
            std::conditional_t<std::integral<A> && std::integral<B> && std::is_signed_v<A> != std::is_signed_v<B>,
                               std::int64_t, std::common_type_t<A, B>>;
        return std::type_identity<NullableAs<NullableAs<Common, V>, W>>();
    }
}
/// The type of a / b: between integers too it is no integer.
template <class V, class W>
constexpr auto divided() {
    using Result = typename decltype(calculated<V, W>())::type;
    return std::type_identity<std::conditional_t<std::integral<Plain<Result>>, NullableAs<double, Result>, Result>>();
}

/// Any number of terms, one of them without braces: what PARTITION BY and ORDER BY take.
class Terms {
  public:
    Terms() = default;
    Terms(std::initializer_list<sql::Expression> terms) : terms_(terms) {}
    template <class E>
        requires(!std::same_as<std::remove_cvref_t<E>, Terms> && std::constructible_from<sql::Expression, E &&>)
    Terms(E&& term) : terms_{sql::Expression(term)} {}  // NOLINT: one term is meant to convert
    const std::vector<sql::Expression>& terms() const { return terms_; }

  private:
    std::vector<sql::Expression> terms_;
};

/// The rows of a window around the current one: `{-2, 0}` is from two before it to itself; empty is without bound.
class Bounds {
  public:
    Bounds() = default;
    Bounds(std::optional<std::int64_t> from, std::optional<std::int64_t> to) : from_(from), to_(to), given_(true) {}
    bool is_given() const { return given_; }
    sql::Frame frame(sql::Frame::Unit unit) const { return {unit, from_, to_}; }

  private:
    std::optional<std::int64_t> from_;
    std::optional<std::int64_t> to_;
    bool given_ = false;
};

}  // namespace orm

/// OVER (…): `func::sum(Order::c.total).over({.partition_by = Order::c.user_id, .order_by = Order::c.date, .rows = {-2,
/// 0}})`.
struct WindowOptions {
    orm::Terms partition_by = {};
    orm::Terms order_by = {};
    orm::Bounds rows = {};   ///< counted in rows
    orm::Bounds range = {};  ///< counted in the value that orders them
};

namespace orm {
sql::Expression over(const sql::Expression& function, const WindowOptions& window);
}

/// An expression that knows which C++ type its value has, for the rows of `select(…)`.
template <class V>
class Typed : public sql::Expression {
  public:
    using value_type = V;
    /// What `in_({…})` lists.
    using Item = std::conditional_t<std::same_as<V, sql::Value>, sql::Expression, orm::Plain<V>>;
    explicit Typed(sql::Expression expression) : sql::Expression(std::move(expression)) {}

    [[nodiscard]] Typed label(std::string_view name) const { return Typed(sql::Expression::label(name)); }
    [[nodiscard]] Typed collate(std::string_view name) const { return Typed(sql::Expression::collate(name)); }
    /// Any operator of the database, for a value of the same type.
    [[nodiscard]] Typed op(std::string_view symbol, const sql::Expression& other) const {
        return Typed(sql::Expression::op(symbol, other));
    }
    [[nodiscard]] Typed bitwise_and(const sql::Expression& other) const {
        return Typed(sql::Expression::bitwise_and(other));
    }
    [[nodiscard]] Typed bitwise_or(const sql::Expression& other) const {
        return Typed(sql::Expression::bitwise_or(other));
    }
    [[nodiscard]] Typed bitwise_xor(const sql::Expression& other) const {
        return Typed(sql::Expression::bitwise_xor(other));
    }
    [[nodiscard]] Typed bitwise_not() const { return Typed(sql::Expression::bitwise_not()); }
    [[nodiscard]] Typed bitwise_lshift(const sql::Expression& other) const {
        return Typed(sql::Expression::bitwise_lshift(other));
    }
    [[nodiscard]] Typed bitwise_rshift(const sql::Expression& other) const {
        return Typed(sql::Expression::bitwise_rshift(other));
    }
    [[nodiscard]] Typed distinct() const { return Typed(sql::Expression::distinct()); }
    /// Of an aggregate or a window function: for each row, over those of its window.
    [[nodiscard]] Typed over(const WindowOptions& window = {}) const { return Typed(orm::over(*this, window)); }
    /// Of an aggregate: over the rows for which all conditions hold.
    template <class... C>
    [[nodiscard]] Typed filter(C&&... conditions) const {
        return Typed(sql::Expression::filter({orm::to_condition(conditions)...}));
    }
    template <class... E>
    [[nodiscard]] Typed within_group(E&&... order_by) const {
        return Typed(sql::Expression::within_group({orm::to_expression(order_by)...}));
    }
    /// CAST(… AS …): `cast<std::string>()`, `cast<Numeric<10, 2>>()`.
    template <class T>
    [[nodiscard]] auto cast() const {
        using Value = typename orm::ColumnTraits<T>::Value;
        return Typed<orm::NullableAs<Value, V>>(sql::Expression::cast(orm::ColumnTraits<T>::type()));
    }
    [[nodiscard]] Condition is_null() const { return is_(nullptr); }
    [[nodiscard]] Condition is_not_null() const { return is_not(nullptr); }
    template <class List = std::initializer_list<Item>>
    [[nodiscard]] Condition in_(List&& values) const {
        return orm::is_member<V>(*this, values, true);
    }
    template <class List = std::initializer_list<Item>>
    [[nodiscard]] Condition not_in(List&& values) const {
        return orm::is_member<V>(*this, values, false);
    }
};

#define RETORT_COMPARE_TYPED(symbol, name)                                                              \
    template <class V, class U>                                                                         \
        requires(!orm::AnyColumn<U>)                                                                    \
    [[nodiscard]] Condition operator symbol(const Typed<V>& expression, const U& value) {               \
        return sql::Expression::compare(sql::Operator::name, expression, orm::typed_operand<V>(value)); \
    }                                                                                                   \
    template <class V, orm::PlainOperand U>                                                             \
    [[nodiscard]] Condition operator symbol(const U& value, const Typed<V>& expression) {               \
        return sql::Expression::compare(sql::Operator::name, orm::typed_operand<V>(value), expression); \
    }
RETORT_COMPARE_TYPED(==, eq)
RETORT_COMPARE_TYPED(!=, ne)
RETORT_COMPARE_TYPED(<, lt)
RETORT_COMPARE_TYPED(<=, le)
RETORT_COMPARE_TYPED(>, gt)
RETORT_COMPARE_TYPED(>=, ge)
#undef RETORT_COMPARE_TYPED

#define RETORT_CALCULATE_TYPED(symbol, name, result)                                                          \
    template <class V, class U>                                                                               \
        requires(!orm::AnyColumn<U>)                                                                          \
    [[nodiscard]] auto operator symbol(const Typed<V>& expression, const U& value) {                          \
        return Typed<typename decltype(orm::result<V, orm::ValueOf<U>>())::type>(sql::Expression::arithmetic( \
            sql::Operator::name, expression, orm::typed_operand<V, orm::detail::Use::computed>(value)));      \
    }                                                                                                         \
    template <class V, orm::PlainOperand U>                                                                   \
    [[nodiscard]] auto operator symbol(const U& value, const Typed<V>& expression) {                          \
        return Typed<typename decltype(orm::result<V, orm::ValueOf<U>>())::type>(sql::Expression::arithmetic( \
            sql::Operator::name, orm::typed_operand<V, orm::detail::Use::computed>(value), expression));      \
    }
RETORT_CALCULATE_TYPED(+, add, calculated)
RETORT_CALCULATE_TYPED(-, subtract, calculated)
RETORT_CALCULATE_TYPED(*, multiply, calculated)
RETORT_CALCULATE_TYPED(/, divide, divided)
RETORT_CALCULATE_TYPED(%, modulo, calculated)
#undef RETORT_CALCULATE_TYPED

/// A part of a JSON document in a query: `Note::c.data["title"]`, by itself JSON, with `as_string()` a text. Where the
/// document has no such part it is NULL; SQLite gives JSON's null for it when it is selected as JSON.
class JsonPart : public sql::Expression {
  public:
    using value_type = std::optional<json>;
    explicit JsonPart(sql::Expression expression) : sql::Expression(std::move(expression)) {}

    template <class Key>
    [[nodiscard]] JsonPart operator[](const Key& key) const {
        return JsonPart(sql::Expression::operator[](key));
    }
    [[nodiscard]] auto as_string() const { return part<std::string>(sql::Expression::as_string()); }
    [[nodiscard]] auto as_integer() const { return part<std::int64_t>(sql::Expression::as_integer()); }
    [[nodiscard]] auto as_float() const { return part<double>(sql::Expression::as_float()); }
    [[nodiscard]] auto as_boolean() const { return part<bool>(sql::Expression::as_boolean()); }
    [[nodiscard]] auto as_numeric(int precision, int scale) const {
        return part<Decimal>(sql::Expression::as_numeric(precision, scale));
    }
    [[nodiscard]] auto as_json() const { return part<json>(sql::Expression::as_json()); }
    [[nodiscard]] auto label(std::string_view name) const { return part<json>(sql::Expression::label(name)); }

  private:
    template <class V>
    static Typed<std::optional<V>> part(sql::Expression expression) {
        return Typed<std::optional<V>>(std::move(expression));
    }
};

template <std::same_as<std::optional<bool>> V>
Typed<V> Condition::label(std::string_view name) const {
    return Typed<V>(sql::Expression::label(name));
}

template <class V>
[[nodiscard]] Typed<V> operator-(const Typed<V>& expression) {
    return Typed<V>(sql::Expression::negate(expression));
}
template <class V>
    requires std::same_as<orm::Plain<V>, bool>
[[nodiscard]] Condition operator!(const Typed<V>& expression) {
    return sql::Expression::invert(expression);
}

}  // namespace retort
