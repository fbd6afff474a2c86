// What can be done with columns: as parts of a query they make expressions, as fields of an object they are values.
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

#include "retort/orm/typed.hpp"

namespace retort {

namespace orm {

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

namespace detail {

template <class V>
const V& refuse_value(const ColumnCell<V>& column) {
    static_assert(
        never_true<V>,
        "this is an object's value, and C++ has no such operator for it: of an optional write *user->age + 1, "
        "of a Decimal price.value().divided_by(3, 2)");
    return column.value();
}

}  // namespace detail

// Arithmetic: in queries an expression (`+` joins texts), on objects a value.
#define RETORT_CALCULATE(symbol, name, result)                                                             \
    template <class V, class U>                                                                            \
        requires(!AnyColumn<U>)                                                                            \
    [[nodiscard]] auto operator symbol(const volatile ColumnCell<V>& column, const U& value) {             \
        return Typed<typename decltype(result<V, ValueOf<U>>())::type>(sql::Expression::arithmetic(        \
            sql::Operator::name, column.expression(), detail::operand<V, detail::Use::computed>(value)));  \
    }                                                                                                      \
    template <class V, class U>                                                                            \
        requires(!AnyColumn<U>)                                                                            \
    [[nodiscard]] auto operator symbol(const U& value, const volatile ColumnCell<V>& column) {             \
        return Typed<typename decltype(result<V, ValueOf<U>>())::type>(sql::Expression::arithmetic(        \
            sql::Operator::name, detail::operand<V, detail::Use::computed>(value), column.expression()));  \
    }                                                                                                      \
    template <class V, class W>                                                                            \
    [[nodiscard]] auto operator symbol(const volatile ColumnCell<V>& a, const volatile ColumnCell<W>& b) { \
        return Typed<typename decltype(result<V, W>())::type>(sql::Expression::arithmetic(                 \
            sql::Operator::name, a.expression(), detail::operand_column<V, detail::Use::computed>(b)));    \
    }                                                                                                      \
    template <class V, class U>                                                                            \
        requires(!AnyColumn<U> && requires(const V& a, const U& b) { a symbol b; })                        \
    [[nodiscard]] auto operator symbol(const ColumnCell<V>& column, const U& value) {                      \
        return column.value() symbol value;                                                                \
    }                                                                                                      \
    template <class V, class U>                                                                            \
        requires(!AnyColumn<U> && requires(const U& a, const V& b) { a symbol b; })                        \
    [[nodiscard]] auto operator symbol(const U& value, const ColumnCell<V>& column) {                      \
        return value symbol column.value();                                                                \
    }                                                                                                      \
    template <class V, class W>                                                                            \
        requires requires(const V& a, const W& b) { a symbol b; }                                          \
    [[nodiscard]] auto operator symbol(const ColumnCell<V>& a, const ColumnCell<W>& b) {                   \
        return a.value() symbol b.value();                                                                 \
    }                                                                                                      \
    template <class V, class U>                                                                            \
        requires(!AnyColumn<U> && !requires(const V& a, const U& b) { a symbol b; })                       \
    V operator symbol(const ColumnCell<V>& column, const U&) {                                             \
        return detail::refuse_value<V>(column);                                                            \
    }                                                                                                      \
    template <class V, class W>                                                                            \
        requires(!requires(const V& a, const W& b) { a symbol b; })                                        \
    V operator symbol(const ColumnCell<V>& a, const ColumnCell<W>&) {                                      \
        return detail::refuse_value<V>(a);                                                                 \
    }
RETORT_CALCULATE(+, add, calculated)
RETORT_CALCULATE(-, subtract, calculated)
RETORT_CALCULATE(*, multiply, calculated)
RETORT_CALCULATE(/, divide, divided)
RETORT_CALCULATE(%, modulo, calculated)
#undef RETORT_CALCULATE

template <class V>
[[nodiscard]] Typed<V> operator-(const volatile ColumnCell<V>& column) {
    return Typed<V>(sql::Expression::negate(column.expression()));
}
template <class V>
    requires requires(const V& value) { -value; }
[[nodiscard]] auto operator-(const ColumnCell<V>& column) {
    return -column.value();
}
template <class V>
    requires std::same_as<Plain<V>, bool>
[[nodiscard]] Condition operator!(const volatile ColumnCell<V>& column) {
    return !Condition(column.expression());
}
template <class V>
    requires std::same_as<V, bool>
[[nodiscard]] bool operator!(const ColumnCell<V>& column) {
    return !column.value();
}

// Values of objects compare as values do.
template <class V>
    requires is_optional<V>
[[nodiscard]] bool operator==(const ColumnCell<V>& column, std::nullptr_t) {
    return !column.value().has_value();
}
template <class V, class U>
    requires(!AnyColumn<U> && requires(const V& a, const U& b) { a == b; })
[[nodiscard]] bool operator==(const ColumnCell<V>& column, const U& value) {
    return column.value() == value;
}
// An optional beside a column: std::optional compares itself with anything, and would take the column for a value that
// it may hold. These are the same functions with a constraint, which makes them the better ones.
template <class T, AnyColumn C>
    requires(!std::is_volatile_v<C>)
[[nodiscard]] bool operator==(const C& column, const std::optional<T>& value) {
    return column.value() == value;
}
template <class T, AnyColumn C>
    requires(!std::is_volatile_v<C>)
[[nodiscard]] bool operator==(const std::optional<T>& value, const C& column) {
    return column.value() == value;
}
template <class T, AnyColumn C>
    requires(!std::is_volatile_v<C>)
[[nodiscard]] bool operator!=(const C& column, const std::optional<T>& value) {
    return column.value() != value;
}
template <class T, AnyColumn C>
    requires(!std::is_volatile_v<C>)
[[nodiscard]] bool operator!=(const std::optional<T>& value, const C& column) {
    return column.value() != value;
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

namespace detail {

/// What JSON shows of a value, where JSON has no such thing itself.
template <class V>
V json_form(const V& value) {
    return value;
}
inline std::string_view json_form(const std::string& value) { return value; }
inline std::string json_form(Interval value) { return to_string(value); }
inline std::string json_form(Time value) { return value.to_string(); }
template <class V>
    requires std::is_enum_v<V>
std::string_view json_form(const V& value) {
    return name_of(enumeration<V>(), static_cast<std::int64_t>(value));
}

}  // namespace detail

/// What `json(…)` shows of a column: its value, or null while it is unset. Enums show their names, intervals and times
/// their texts.
template <class V>
auto to_json(const ColumnCell<V>& column)
    -> std::optional<decltype(detail::json_form(std::declval<const Plain<V>&>()))> {
    if (!column.is_set()) return std::nullopt;
    if constexpr (is_optional<V>) {
        if (!column.value().has_value()) return std::nullopt;
        return detail::json_form(*column.value());
    } else {
        return detail::json_form(column.value());
    }
}

}  // namespace orm

}  // namespace retort
