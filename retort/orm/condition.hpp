// Condition: what `where` takes; built by comparing columns, stored and combined like any value.
#pragma once

#include <concepts>
#include <optional>
#include <string_view>
#include <utility>

#include "retort/sql/expression.hpp"

namespace retort {

template <class T>
class Ptr;  // orm/ptr.hpp
template <class V>
class Typed;  // orm/typed.hpp
class JsonPart;

namespace orm::detail {
template <class...>
inline constexpr bool never_true = false;

template <class U>
inline constexpr bool is_handle = false;
template <class T>
inline constexpr bool is_handle<Ptr<T>> = true;
}  // namespace orm::detail

/// A condition of a query: one ordinary type, to be stored, passed and combined. It has no conversion to bool, so
/// `if (User::c.age > 3)` does not compile. An empty one (`Condition{}`) holds for every row.
class Condition : public sql::Expression {
  public:
    Condition() = default;
    Condition(sql::Expression expression) : sql::Expression(std::move(expression)) {}  // NOLINT: meant to convert
    /// With a name, to be selected.
    template <std::same_as<std::optional<bool>> V = std::optional<bool>>
    [[nodiscard]] Typed<V> label(std::string_view name) const;
};

inline Condition operator&&(const Condition& a, const Condition& b) {
    if (a.is_empty()) return b;
    return b.is_empty() ? a : Condition(sql::Expression::join(sql::Operator::and_, a, b));
}
inline Condition operator||(const Condition& a, const Condition& b) {
    if (a.is_empty() || b.is_empty()) return {};
    return sql::Expression::join(sql::Operator::or_, a, b);
}
inline Condition& operator&=(Condition& a, const Condition& b) { return a = a && b; }
inline Condition& operator|=(Condition& a, const Condition& b) { return a = a || b; }
inline Condition operator!(const Condition& a) { return sql::Expression::invert(a); }
inline Condition operator&(const Condition& a, const Condition& b) { return a && b; }
inline Condition operator|(const Condition& a, const Condition& b) { return a || b; }
inline Condition operator~(const Condition& a) { return !a; }

#define RETORT_REFUSE_CHAINED(op)                                                                        \
    template <std::same_as<Condition> C, class T>                                                        \
    Condition operator op(const C&, const T&) {                                                          \
        static_assert(orm::detail::never_true<T>,                                                        \
                      "a comparison is a condition, it cannot be compared again: write a < x && x < b"); \
        return {};                                                                                       \
    }
RETORT_REFUSE_CHAINED(<)
RETORT_REFUSE_CHAINED(<=)
RETORT_REFUSE_CHAINED(>)
RETORT_REFUSE_CHAINED(>=)
#undef RETORT_REFUSE_CHAINED

}  // namespace retort
