// Where a column's value comes from when the program gives none: insert_default, onupdate, computed.
#pragma once

#include <concepts>
#include <string_view>
#include <utility>

#include "retort/orm/column_cell.hpp"
#include "retort/orm/options.hpp"
#include "retort/sql/expression.hpp"

namespace retort {

namespace orm {

/// A value that is made when a row is written: by the database from SQL, or by a function of the program.
struct ColumnSource {
    std::string_view text;
    sql::Expression (*make_expression)() = nullptr;
    sql::Value (*make_value)() = nullptr;

    /// Whether the database makes it, so that the program must read it.
    bool is_sql() const { return make_value == nullptr; }
    /// What stands for it in the statement.
    sql::Expression expression() const;
};

namespace detail {

template <auto function>
using ResultOf = decltype(function());
template <auto function>
inline constexpr bool makes_sql = std::derived_from<ResultOf<function>, sql::Expression>;

template <auto function>
constexpr ColumnSource make_source() {
    if constexpr (makes_sql<function>) {
        return {{}, [] { return sql::Expression(function()); }, nullptr};
    } else {
        return {{}, nullptr, [] { return value_of(function()); }};
    }
}
template <auto function>
inline constexpr ColumnSource function_source = make_source<function>();
template <FixedText text>
inline constexpr ColumnSource text_source = {text.view(), nullptr, nullptr};

template <class Option>
concept is_option = requires(ColumnOptions& options) { Option::apply(options); };

template <class Option, class V>
constexpr bool option_fits() {
    if constexpr (requires { Option::template fits<V>; }) {
        return Option::template fits<V>;
    } else {
        return true;
    }
}

}  // namespace detail

/// A model's default as something that each new object asks for its value.
template <class V>
struct DefaultValue {
    V value;
    V operator()() const { return value; }
};

}  // namespace orm

/// A default that is told from the same value given: `Column<bool> active = default_(true);`. An example of such a
/// model, as in `filter_by({.name = "ada"})`, says nothing about the column; a plain `= true` would.
template <class V>
orm::DefaultValue<V> default_(V value) {
    return {std::move(value)};
}

/// What the database puts into a row that is inserted without a value for the column: a function that gives an
/// expression, `insert_default<func::now>`. It stands in the INSERT; a default in the table itself is server_default,
/// and a value or a function of the program is the field's own: `Column<DateTime> made = utc_now;`.
template <auto function>
struct insert_default {
    static_assert(orm::detail::makes_sql<function>,
                  "insert_default<…> takes a function that gives an SQL expression; one that gives a value is the "
                  "field's own default: Column<DateTime> made = utc_now;");
    static constexpr void apply(orm::ColumnOptions& options) {
        options.insert_default = &orm::detail::function_source<function>;
    }
};
/// The same from SQL text: `insert_default_sql<"lower(hex(randomblob(8)))">`.
template <orm::FixedText text>
struct insert_default_sql {
    static constexpr void apply(orm::ColumnOptions& options) {
        options.insert_default = &orm::detail::text_source<text>;
    }
};
/// What a row's column becomes whenever an UPDATE of the row does not set it, by a function that gives a value or an
/// expression: `onupdate<utc_now>`, `onupdate<func::now>`.
template <auto function>
struct onupdate {
    template <class V>
    static constexpr bool fits = orm::detail::makes_sql<function> || orm::holds<V, orm::detail::ResultOf<function>>();
    static constexpr void apply(orm::ColumnOptions& options) {
        options.onupdate = &orm::detail::function_source<function>;
    }
};
/// A version_id of your own making: a function that gives a value which no version of the row had before.
template <auto function>
struct version_id_by {
    template <class V>
    static constexpr bool fits = orm::holds<V, orm::detail::ResultOf<function>>();
    static constexpr void apply(orm::ColumnOptions& options) {
        options.version = true;
        options.next_version = &orm::detail::function_source<function>;
    }
};
/// The same from SQL text: `onupdate_sql<"version + 1">`.
template <orm::FixedText text>
struct onupdate_sql {
    static constexpr void apply(orm::ColumnOptions& options) { options.onupdate = &orm::detail::text_source<text>; }
};
/// A column that the database computes from others: `computed<"price * quantity">`. It cannot be given a value.
/// `computed<"…", true>` is stored in the row, false made when it is read; else as the database likes it.
template <orm::FixedText text, int stored = -1>
struct computed {
    static constexpr void apply(orm::ColumnOptions& options) {
        options.computed = text.view();
        options.computed_stored = stored;
    }
};
/// No column of the table, but an expression that is read with the object: a static function of the model gives it.
///
///     static sql::Expression count_marks();
///     Column<int, column_property<count_marks>> marks;
template <auto function>
struct column_property {
    static_assert(orm::detail::makes_sql<function>, "column_property<…> takes a function that gives an SQL expression");
    static constexpr void apply(orm::ColumnOptions& options) {
        options.expression = &orm::detail::function_source<function>;
        options.computed = "column_property";
    }
};

}  // namespace retort
