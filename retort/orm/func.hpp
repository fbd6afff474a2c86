// func: the database's functions over columns, with the C++ types of their results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/orm/typed.hpp"

namespace retort::func {

namespace detail {

template <class E>
using value_of = orm::Plain<orm::ValueOf<E>>;
/// Sums of integers need more room than one of them.
template <class V>
using sum_of = std::conditional_t<std::is_integral_v<V>, std::int64_t, V>;
template <class E>
using last_of = std::tuple_element_t<std::tuple_size_v<E> - 1, E>;

}  // namespace detail

/// Any function of the database: `func::call<double>("round", User::c.height, 1)`. Without a type its value is a
/// sql::Value.
template <class V = sql::Value, class... E>
Typed<V> call(std::string_view name, E&&... operands) {
    return Typed<V>(sql::function(name, {orm::to_expression(operands)...}, orm::known_type<V>()));
}

// Aggregates. All but count are NULL when there is no row.

inline Typed<std::int64_t> count() { return Typed<std::int64_t>(sql::func::count()); }
template <class E>
Typed<std::int64_t> count(E&& operand) {
    return Typed<std::int64_t>(sql::func::count(orm::to_expression(operand)));
}
template <class E>
auto sum(E&& operand) {
    return Typed<std::optional<detail::sum_of<detail::value_of<E>>>>(sql::func::sum(orm::to_expression(operand)));
}
template <class E>
auto avg(E&& operand) {
    return Typed<std::optional<double>>(sql::func::avg(orm::to_expression(operand)));
}
template <class E>
auto min(E&& operand) {
    return Typed<std::optional<detail::value_of<E>>>(sql::func::min(orm::to_expression(operand)));
}
template <class E>
auto max(E&& operand) {
    return Typed<std::optional<detail::value_of<E>>>(sql::func::max(orm::to_expression(operand)));
}
/// Joins texts (SQLite, MySQL).
template <class... E>
auto group_concat(E&&... operands) {
    return call<std::optional<std::string>>("group_concat", operands...);
}
/// Joins texts (PostgreSQL, SQLite from 3.44 on).
template <class E>
auto string_agg(E&& operand, std::string_view separator) {
    return call<std::optional<std::string>>("string_agg", operand, separator);
}

// Texts.

template <class E>
auto lower(E&& operand) {
    return Typed<std::optional<std::string>>(sql::func::lower(orm::to_expression(operand)));
}
template <class E>
auto upper(E&& operand) {
    return Typed<std::optional<std::string>>(sql::func::upper(orm::to_expression(operand)));
}
template <class E>
auto length(E&& operand) {
    return Typed<std::optional<std::int64_t>>(sql::func::length(orm::to_expression(operand)));
}
template <class... E>
auto trim(E&&... operands) {
    return call<std::optional<std::string>>("trim", operands...);
}
template <class... E>
auto ltrim(E&&... operands) {
    return call<std::optional<std::string>>("ltrim", operands...);
}
template <class... E>
auto rtrim(E&&... operands) {
    return call<std::optional<std::string>>("rtrim", operands...);
}
template <class E, class From, class To>
auto replace(E&& operand, From&& from, To&& to) {
    return call<std::optional<std::string>>("replace", operand, from, to);
}
/// From a position that counts from 1, so many characters.
template <class E, class... At>
auto substr(E&& operand, At&&... at) {
    return call<std::optional<std::string>>("substr", operand, at...);
}
/// All of them, as one text.
template <class... E>
auto concat(E&&... operands) {
    return Typed<std::optional<std::string>>(sql::func::concat({orm::to_expression(operands)...}));
}

// Numbers.

template <class E>
auto abs(E&& operand) {
    return Typed<orm::ValueOf<E>>(sql::func::abs(orm::to_expression(operand)));
}
template <class E, class... Digits>
auto round(E&& operand, Digits... digits) {
    return call<std::optional<double>>("round", operand, digits...);
}
inline Typed<std::int64_t> random() { return Typed<std::int64_t>(sql::func::random()); }

// NULL and choices.

/// The first that is not NULL; never NULL itself when the last one is not.
template <class First, class... More>
auto coalesce(First&& first, More&&... more) {
    using Last = orm::ValueOf<detail::last_of<std::tuple<First, More...>>>;
    return Typed<orm::NullableAs<detail::value_of<First>, Last>>(
        sql::func::coalesce({orm::to_expression(first), orm::to_expression(more)...}));
}
/// The first, or NULL when it is equal to the second.
template <class E, class Other>
auto nullif(E&& operand, Other&& other) {
    return call<orm::Nullable<orm::ValueOf<E>>>("nullif", operand, other);
}

// Time. The database's clock, in UTC: `insert_default<func::now>`.

inline Typed<DateTime> now() { return Typed<DateTime>(sql::func::now()); }
inline Typed<DateTime> current_timestamp() { return Typed<DateTime>(sql::func::current_timestamp()); }
inline Typed<Date> current_date() { return Typed<Date>(sql::func::current_date()); }
inline Typed<Time> current_time() { return Typed<Time>(sql::func::current_time()); }

// Windows: each needs `.over({.partition_by = …, .order_by = …})`.

inline Typed<std::int64_t> row_number() { return call<std::int64_t>("row_number"); }
inline Typed<std::int64_t> rank() { return call<std::int64_t>("rank"); }
inline Typed<std::int64_t> dense_rank() { return call<std::int64_t>("dense_rank"); }
inline Typed<double> percent_rank() { return call<double>("percent_rank"); }
inline Typed<double> cume_dist() { return call<double>("cume_dist"); }
inline Typed<std::int64_t> ntile(std::int64_t buckets) { return call<std::int64_t>("ntile", buckets); }
/// The value so many rows before (1), and what stands for it where there is none (NULL).
template <class E, class... Offset>
auto lag(E&& operand, Offset&&... offset) {
    return call<orm::Nullable<orm::ValueOf<E>>>("lag", operand, offset...);
}
template <class E, class... Offset>
auto lead(E&& operand, Offset&&... offset) {
    return call<orm::Nullable<orm::ValueOf<E>>>("lead", operand, offset...);
}
template <class E>
auto first_value(E&& operand) {
    return call<orm::Nullable<orm::ValueOf<E>>>("first_value", operand);
}
template <class E>
auto last_value(E&& operand) {
    return call<orm::Nullable<orm::ValueOf<E>>>("last_value", operand);
}
template <class E>
auto nth_value(E&& operand, std::int64_t at) {
    return call<orm::Nullable<orm::ValueOf<E>>>("nth_value", operand, at);
}

}  // namespace retort::func
