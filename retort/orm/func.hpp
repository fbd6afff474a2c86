// func: the database's functions over columns, with the C++ types of their results.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/orm/operators.hpp"

namespace retort::func {

namespace detail {

template <class E>
struct ValueOf {
    using type = sql::Value;
};
template <class E>
    requires requires { typename E::value_type; }
struct ValueOf<E> {
    using type = orm::Plain<typename E::value_type>;
};
template <class E>
using value_of = typename ValueOf<std::remove_cvref_t<E>>::type;

}  // namespace detail

inline Typed<std::int64_t> count() { return Typed<std::int64_t>(sql::func::count()); }
template <class E>
Typed<std::int64_t> count(E&& operand) {
    return Typed<std::int64_t>(sql::func::count(sql::Expression(operand)));
}
/// NULL when there is no row.
template <class E>
auto sum(E&& operand) {
    return Typed<std::optional<detail::value_of<E>>>(sql::func::sum(sql::Expression(operand)));
}
template <class E>
auto avg(E&& operand) {
    return Typed<std::optional<double>>(sql::func::avg(sql::Expression(operand)));
}
template <class E>
auto min(E&& operand) {
    return Typed<std::optional<detail::value_of<E>>>(sql::func::min(sql::Expression(operand)));
}
template <class E>
auto max(E&& operand) {
    return Typed<std::optional<detail::value_of<E>>>(sql::func::max(sql::Expression(operand)));
}
template <class E>
auto lower(E&& operand) {
    return Typed<std::optional<std::string>>(sql::func::lower(sql::Expression(operand)));
}
template <class E>
auto upper(E&& operand) {
    return Typed<std::optional<std::string>>(sql::func::upper(sql::Expression(operand)));
}
template <class E>
auto length(E&& operand) {
    return Typed<std::optional<std::int64_t>>(sql::func::length(sql::Expression(operand)));
}
/// The database's clock, in UTC: `insert_default<func::now>`.
inline Typed<DateTime> now() { return Typed<DateTime>(sql::func::now()); }
inline Typed<DateTime> current_timestamp() { return Typed<DateTime>(sql::func::current_timestamp()); }
inline Typed<Date> current_date() { return Typed<Date>(sql::func::current_date()); }
inline Typed<Time> current_time() { return Typed<Time>(sql::func::current_time()); }
/// Any function of the database: `func::call<double>("round", User::c.height, 1)`.
template <class V, class... E>
Typed<V> call(std::string_view name, E&&... operands) {
    return Typed<V>(sql::function(name, {sql::Expression(operands)...}));
}

}  // namespace retort::func
