// What values a column takes, and what stands beside it in a query.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/decimal.hpp"
#include "retort/orm/cell.hpp"
#include "retort/orm/condition.hpp"

namespace retort {

namespace orm {

template <class V>
class ColumnCell;

namespace detail {

/// Whether an integer of type U may be one that V cannot hold.
template <class V, class U>
inline constexpr bool may_misfit =
    std::integral<V> && std::integral<U> && !std::same_as<V, bool> && !std::same_as<U, bool> && !std::same_as<V, U>;
/// Whether arithmetic of the two is that of integers, which must not wrap.
template <class V, class U>
inline constexpr bool may_overflow =
    std::integral<V> && std::integral<U> && !std::same_as<V, bool> && !std::same_as<U, bool>;
template <class V, class U>
bool is_misfit(U value) {
    using Limits = std::numeric_limits<V>;
    return std::cmp_less(+value, +Limits::min()) || std::cmp_greater(+value, +Limits::max());
}

template <class V>
std::true_type derived_from_cell(const volatile ColumnCell<V>*);
std::false_type derived_from_cell(const volatile void*);

}  // namespace detail

/// Whether T is a column (or the const volatile form of one).
template <class T>
concept AnyColumn = std::is_class_v<std::remove_cvref_t<T>> &&
                    decltype(detail::derived_from_cell(static_cast<std::remove_reference_t<T>*>(nullptr)))::value;

template <class T>
struct PlainValue {
    using type = T;
};
template <class T>
struct PlainValue<std::optional<T>> {
    using type = T;
};
/// The type without its std::optional.
template <class V>
using Plain = typename PlainValue<V>::type;

/// V, or what holds a V or NULL.
template <class V>
using Nullable = std::conditional_t<is_optional<V> || std::same_as<V, sql::Value>, V, std::optional<V>>;
/// Nullable when `Source` is.
template <class V, class Source>
using NullableAs = std::conditional_t<is_optional<Source>, Nullable<V>, V>;

/// A column and what it is set to, or must be equal to: `User::c.age = 18`, for `values` and `filter_by`.
struct Assigned {
    sql::Expression column;
    sql::Expression value;
};

/// Whether a value of type U can be given to a column with values of type V.
template <class V, class U>
constexpr bool holds() {
    if constexpr (is_optional<V>) {
        if constexpr (std::same_as<U, std::nullopt_t> || std::same_as<U, std::nullptr_t>) {
            return true;
        } else {
            return holds<Plain<V>, Plain<U>>();
        }
    } else if constexpr (is_optional<U>) {
        return false;
    } else if constexpr (requires { ColumnTraits<V>::template accepts<U>; }) {
        return ColumnTraits<V>::template accepts<U>;
    } else if constexpr (std::same_as<V, bool>) {
        return std::same_as<U, bool> || std::same_as<U, int>;
    } else if constexpr (std::integral<V>) {
        return std::integral<U> && !std::same_as<U, bool>;
    } else if constexpr (std::floating_point<V>) {
        return std::is_arithmetic_v<U> && !std::same_as<U, bool>;
    } else if constexpr (std::same_as<V, std::string>) {
        return (std::convertible_to<const U&, std::string_view> || std::convertible_to<const U&, std::string>) &&
               !std::same_as<U, std::nullptr_t>;
    } else {
        return std::convertible_to<const U&, V>;
    }
}

/// A number in the type of a column's values; an integer that does not fit is refused.
template <class V, class U>
V convert_number(U value) {
    if constexpr (std::same_as<V, bool> && !std::same_as<U, bool>) {
        if (value != 0 && value != 1) [[unlikely]]
            detail::refuse_boolean(static_cast<std::int64_t>(value));
        return value != 0;
    } else if constexpr (std::integral<V> && std::integral<U> && !std::same_as<V, bool> && !std::same_as<U, bool>) {
        if (detail::is_misfit<V>(value)) [[unlikely]] {
            if constexpr (std::unsigned_integral<U> && sizeof(U) == 8) detail::refuse_unsigned(value);
            detail::refuse_integer(static_cast<std::int64_t>(value), sizeof(V), std::is_signed_v<V>);
        }
        return static_cast<V>(value);
    } else if constexpr (std::same_as<V, float> && std::floating_point<U> && sizeof(U) > sizeof(float)) {
        return detail::narrow(static_cast<double>(value));
    } else {
        return static_cast<V>(value);
    }
}

template <class V, class U>
V convert(U&& value) {
    using From = std::remove_cvref_t<U>;
    if constexpr (std::same_as<From, V>) {
        return std::forward<U>(value);
    } else if constexpr (is_optional<V>) {
        if constexpr (std::same_as<From, std::nullopt_t> || std::same_as<From, std::nullptr_t>) {
            return std::nullopt;
        } else if constexpr (is_optional<From>) {
            return value ? V(convert<Plain<V>>(*std::forward<U>(value))) : V(std::nullopt);
        } else {
            return V(convert<Plain<V>>(std::forward<U>(value)));
        }
    } else if constexpr (requires { ColumnTraits<V>::from(value); }) {
        return ColumnTraits<V>::from(value);
    } else if constexpr (std::is_arithmetic_v<V>) {
        return convert_number<V>(static_cast<From>(value));
    } else if constexpr (std::same_as<V, std::string> && std::convertible_to<const From&, std::string_view>) {
        return V(std::string_view(value));
    } else {
        return std::forward<U>(value);
    }
}

namespace detail {

template <class V>
inline constexpr bool is_numeric = std::is_arithmetic_v<V> || std::same_as<V, Decimal>;

/// What a column's value stands beside an operator for.
enum class Use : std::uint8_t { compared, computed };

/// Says why a value does not fit beside an operator.
template <class V, Use use, class U>
constexpr void refuse_operand() {
    if constexpr (requires { typename U::RowType; }) {
        static_assert(never_true<U>, "a query is one value by its .scalar_subquery(): == select(…).scalar_subquery()");
    } else if constexpr (is_handle<U>) {
        static_assert(never_true<U>, "a column stands beside an object: take its key, as in User::c.id == user->id");
    } else if constexpr (std::same_as<Plain<V>, Decimal> && std::floating_point<U>) {
        static_assert(never_true<U>,
                      "a Decimal stands beside a double, which is no exact number: write Decimal(\"1.5\") for 1.5");
    } else if constexpr (requires { typename U::period; }) {
        static_assert(never_true<U>,
                      "databases do not agree on how a duration is added: compute the moment before, as in "
                      "Event::c.at < utc_now() + std::chrono::hours(1)");
    } else if constexpr (use == Use::computed) {
        static_assert(never_true<U>, "a column is computed with a value of another type than its own");
    } else {
        static_assert(never_true<U>, "a column is compared with a value of another type than its own");
    }
}

/// The other side of an operator, checked against the column's type.
template <class V, Use use = Use::compared, class U>
sql::Expression operand(const U& value) {
    using Other = Plain<std::decay_t<const U&>>;
    if constexpr (std::derived_from<U, sql::Expression>) {
        return value;
    } else if constexpr (AnyColumn<U>) {
        return sql::Expression(value);
    } else if constexpr (std::same_as<U, std::nullptr_t> || std::same_as<U, std::nullopt_t>) {
        return sql::Expression(nullptr);
    } else if constexpr (is_optional<U>) {
        return value ? operand<V, use>(*value) : sql::Expression(nullptr);
    } else if constexpr (std::is_arithmetic_v<Plain<V>> && std::unsigned_integral<Other> && sizeof(Other) == 8) {
        return sql::Expression(value_of(value));
    } else if constexpr (std::is_arithmetic_v<Plain<V>> && std::is_arithmetic_v<Other>) {
        return sql::Expression(value);
    } else if constexpr (std::is_arithmetic_v<Plain<V>> && std::same_as<Other, Decimal>) {
        return sql::Expression(value_of<Decimal>(value));
    } else if constexpr (holds<Plain<V>, Other>()) {
        return sql::Expression(value_of(convert<Plain<V>>(value)));
    } else {
        refuse_operand<V, use, U>();
        return {};
    }
}

template <class V, Use use = Use::compared, class W>
sql::Expression operand_column(const volatile ColumnCell<W>& column) {
    constexpr bool fits = (is_numeric<Plain<V>> && is_numeric<Plain<W>>) || std::same_as<Plain<V>, Plain<W>>;
    static_assert(fits || use == Use::computed, "a column is compared with a column of another type");
    static_assert(fits || use == Use::compared, "a column is computed with a column of another type");
    return column.expression();
}

}  // namespace detail

}  // namespace orm
}  // namespace retort
