// What can be done with columns: as parts of a query they make expressions, as fields of an object they are values.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

#include "retort/orm/column.hpp"

namespace retort {

/// An expression that knows which C++ type its value has, for the rows of `select(…)`.
template <class V>
class Typed : public sql::Expression {
  public:
    using value_type = V;
    explicit Typed(sql::Expression expression) : sql::Expression(std::move(expression)) {}
    [[nodiscard]] Typed label(std::string_view name) const { return Typed(sql::Expression::label(name)); }
};

namespace orm {

template <class U>
concept PlainOperand = !AnyColumn<U> && !std::derived_from<U, sql::Expression>;

namespace detail {

/// The other side of an operator, checked against the column's type.
template <class V, class U>
sql::Expression operand(const U& value) {
    using Other = Plain<std::decay_t<const U&>>;
    if constexpr (std::derived_from<U, sql::Expression>) {
        return value;
    } else if constexpr (std::same_as<U, std::nullptr_t> || std::same_as<U, std::nullopt_t>) {
        return sql::Expression(nullptr);
    } else if constexpr (std::is_arithmetic_v<Plain<V>> && std::is_arithmetic_v<Other>) {
        return sql::Expression(value);
    } else if constexpr (holds<Plain<V>, Other>()) {
        if constexpr (is_optional<U>) {
            if (!value) return sql::Expression(nullptr);
            return sql::Expression(sql::Value(view_value(convert<Plain<V>>(*value))));
        } else {
            return sql::Expression(sql::Value(view_value(convert<Plain<V>>(value))));
        }
    } else {
        static_assert(never_true<U>, "a column is compared with a value of another type than its own");
        return {};
    }
}

template <class V, class W>
sql::Expression operand_column(const volatile ColumnCell<W>& column) {
    constexpr bool numbers = std::is_arithmetic_v<Plain<V>> && std::is_arithmetic_v<Plain<W>>;
    static_assert(numbers || std::same_as<Plain<V>, Plain<W>>, "a column is compared with a column of another type");
    return column.expression();
}

}  // namespace detail

// Comparisons in queries: `User::c.age >= 18`, `18 <= User::c.age`, `User::c.id == Post::c.user_id`,
// `Post::c.user_id == user->id`.
#define RETORT_COMPARE(symbol, name)                                                                            \
    template <class V, class U>                                                                                 \
        requires(!AnyColumn<U>)                                                                                 \
    [[nodiscard]] Condition operator symbol(const volatile ColumnCell<V>& column, const U& value) {             \
        return sql::Expression::compare(sql::Operator::name, column.expression(), detail::operand<V>(value));   \
    }                                                                                                           \
    template <class V, class U>                                                                                 \
        requires(!AnyColumn<U>)                                                                                 \
    [[nodiscard]] Condition operator symbol(const U& value, const volatile ColumnCell<V>& column) {             \
        return sql::Expression::compare(sql::Operator::name, detail::operand<V>(value), column.expression());   \
    }                                                                                                           \
    template <class V, class W>                                                                                 \
    [[nodiscard]] Condition operator symbol(const volatile ColumnCell<V>& a, const volatile ColumnCell<W>& b) { \
        return sql::Expression::compare(sql::Operator::name, a.expression(), detail::operand_column<V>(b));     \
    }                                                                                                           \
    template <class V, class W>                                                                                 \
    [[nodiscard]] Condition operator symbol(const volatile ColumnCell<V>& a, const ColumnCell<W>& b) {          \
        return a symbol b.value();                                                                              \
    }                                                                                                           \
    template <class V, class W>                                                                                 \
    [[nodiscard]] Condition operator symbol(const ColumnCell<V>& a, const volatile ColumnCell<W>& b) {          \
        return a.value() symbol b;                                                                              \
    }
RETORT_COMPARE(==, eq)
RETORT_COMPARE(!=, ne)
RETORT_COMPARE(<, lt)
RETORT_COMPARE(<=, le)
RETORT_COMPARE(>, gt)
RETORT_COMPARE(>=, ge)
#undef RETORT_COMPARE

// Arithmetic: in queries an expression (`+` joins texts), on objects a value.
#define RETORT_CALCULATE(symbol, name)                                                                         \
    template <class V, class U>                                                                                \
        requires(!AnyColumn<U>)                                                                                \
    [[nodiscard]] Typed<V> operator symbol(const volatile ColumnCell<V>& column, const U & value) {            \
        return Typed<V>(                                                                                       \
            sql::Expression::arithmetic(sql::Operator::name, column.expression(), detail::operand<V>(value))); \
    }                                                                                                          \
    template <class V, class U>                                                                                \
        requires(!AnyColumn<U>)                                                                                \
    [[nodiscard]] Typed<V> operator symbol(const U & value, const volatile ColumnCell<V>& column) {            \
        return Typed<V>(                                                                                       \
            sql::Expression::arithmetic(sql::Operator::name, detail::operand<V>(value), column.expression())); \
    }                                                                                                          \
    template <class V, class W>                                                                                \
    [[nodiscard]] Typed<V> operator symbol(const volatile ColumnCell<V>& a, const volatile ColumnCell<W>& b) { \
        return Typed<V>(                                                                                       \
            sql::Expression::arithmetic(sql::Operator::name, a.expression(), detail::operand_column<V>(b)));   \
    }                                                                                                          \
    template <class V, class U>                                                                                \
        requires(!AnyColumn<U> && requires(const V& a, const U& b) { a symbol b; })                            \
    [[nodiscard]] auto operator symbol(const ColumnCell<V>& column, const U& value) {                          \
        return column.value() symbol value;                                                                    \
    }                                                                                                          \
    template <class V, class U>                                                                                \
        requires(!AnyColumn<U> && requires(const U& a, const V& b) { a symbol b; })                            \
    [[nodiscard]] auto operator symbol(const U& value, const ColumnCell<V>& column) {                          \
        return value symbol column.value();                                                                    \
    }                                                                                                          \
    template <class V, class W>                                                                                \
        requires requires(const V& a, const W& b) { a symbol b; }                                              \
    [[nodiscard]] auto operator symbol(const ColumnCell<V>& a, const ColumnCell<W>& b) {                       \
        return a.value() symbol b.value();                                                                     \
    }
RETORT_CALCULATE(+, add)
RETORT_CALCULATE(-, subtract)
RETORT_CALCULATE(*, multiply)
RETORT_CALCULATE(/, divide)
RETORT_CALCULATE(%, modulo)
#undef RETORT_CALCULATE

template <class V>
    requires std::same_as<Plain<V>, bool>
[[nodiscard]] Condition operator!(const volatile ColumnCell<V>& column) {
    return !Condition(column.expression());
}

// Values of objects compare as values do.
template <class V, class U>
    requires(!AnyColumn<U> && requires(const V& a, const U& b) { a == b; })
[[nodiscard]] bool operator==(const ColumnCell<V>& column, const U& value) {
    return column.value() == value;
}
template <class V, class W>
    requires requires(const V& a, const W& b) { a == b; }
[[nodiscard]] bool operator==(const ColumnCell<V>& a, const ColumnCell<W>& b) {
    return a.value() == b.value();
}
template <class V, class U>
    requires(!AnyColumn<U> && requires(const V& a, const U& b) { a <=> b; })
[[nodiscard]] auto operator<=>(const ColumnCell<V>& column, const U& value) {
    return column.value() <=> value;
}
template <class V, class W>
    requires requires(const V& a, const W& b) { a <=> b; }
[[nodiscard]] auto operator<=>(const ColumnCell<V>& a, const ColumnCell<W>& b) {
    return a.value() <=> b.value();
}
/// What `json(…)` shows of a column: its value, or null while it is unset.
template <class V>
std::optional<Plain<V>> to_json(const ColumnCell<V>& column) {
    if (!column.is_set()) return std::nullopt;
    return column.value();
}

}  // namespace orm
}  // namespace retort
