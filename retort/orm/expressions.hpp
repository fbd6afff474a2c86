// What queries are built of beyond columns: text, literals, CASE, CAST, tuples, EXISTS, orders.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/orm/select.hpp"

namespace retort {

// Conditions.

/// True when all are; empty ones change nothing.
template <class... C>
    requires((!std::same_as<std::vector<Condition>, std::remove_cvref_t<C>>) && ...)
[[nodiscard]] Condition and_(C&&... conditions) {
    return sql::and_({orm::to_condition(conditions)...});
}
/// True when one is; empty ones are left out. Without any, a condition that holds for every row.
template <class... C>
    requires((!std::same_as<std::vector<Condition>, std::remove_cvref_t<C>>) && ...)
[[nodiscard]] Condition or_(C&&... conditions) {
    return sql::or_({orm::to_condition(conditions)...});
}
/// The same of a list that was made at run time.
[[nodiscard]] inline Condition and_(const std::vector<Condition>& conditions) {
    return sql::and_({conditions.begin(), conditions.end()});
}
[[nodiscard]] inline Condition or_(const std::vector<Condition>& conditions) {
    return sql::or_({conditions.begin(), conditions.end()});
}
template <class C>
[[nodiscard]] Condition not_(C&& condition) {
    return !orm::to_condition(condition);
}
/// Whether the query gives a row. What it does not select itself but shares with the query around is that one's.
template <class Q>
    requires requires(const Q& query) { query.exists(); }
[[nodiscard]] ExistsCondition exists(const Q& query) {
    return ExistsCondition(query.exists());
}
/// Whether there is a row of that model for which the conditions hold: `exists<Bookmark>(Bookmark::c.user_id ==
/// User::c.id)`.
template <orm::AnyEntity T, class... C>
[[nodiscard]] ExistsCondition exists(C&&... conditions) {
    return ExistsCondition(
        select(sql::literal_column("1")).template select_from<T>().where(std::forward<C>(conditions)...).exists());
}

// Orders: of columns, expressions, labels by their names.

template <class E>
[[nodiscard]] sql::Expression asc(E&& term) {
    return orm::to_expression(term).asc();
}
template <class E>
[[nodiscard]] sql::Expression desc(E&& term) {
    return orm::to_expression(term).desc();
}
template <class E>
[[nodiscard]] sql::Expression nulls_first(E&& term) {
    return orm::to_expression(term).nulls_first();
}
template <class E>
[[nodiscard]] sql::Expression nulls_last(E&& term) {
    return orm::to_expression(term).nulls_last();
}

// Values and types.

/// A value, bound: `select(User::c.name, literal(1).label("n"))`.
template <class V>
[[nodiscard]] Typed<orm::ValueOf<V>> literal(const V& value) {
    return Typed<orm::ValueOf<V>>(sql::literal(sql::Value(orm::value_of(orm::ValueOf<V>(value)))));
}
/// SQL as it stands, taken for a column; never put user input into it.
template <class V = sql::Value>
[[nodiscard]] Typed<V> literal_column(std::string_view sql) {
    return Typed<V>(sql::literal_column(sql, orm::known_type<V>()));
}
[[nodiscard]] inline sql::Expression null() { return sql::null(); }
[[nodiscard]] inline Condition true_() { return sql::true_(); }
[[nodiscard]] inline Condition false_() { return sql::false_(); }
/// CAST(… AS …): `cast<std::string>(User::c.age)`, `cast<Numeric<10, 2>>(…)`.
template <class T, class E>
[[nodiscard]] auto cast(E&& operand) {
    using Value = typename orm::ColumnTraits<T>::Value;
    return Typed<orm::NullableAs<Value, orm::ValueOf<E>>>(
        sql::cast(orm::to_expression(operand), orm::ColumnTraits<T>::type()));
}
/// The same SQL, read as another type.
template <class T, class E>
[[nodiscard]] auto type_coerce(E&& operand) {
    using Value = typename orm::ColumnTraits<T>::Value;
    return Typed<orm::NullableAs<Value, orm::ValueOf<E>>>(
        sql::type_coerce(orm::to_expression(operand), orm::ColumnTraits<T>::type()));
}
/// The same, where NULL may come although the column has none: the far side of an outer join.
template <class E>
[[nodiscard]] auto or_null(E&& operand) {
    return Typed<orm::Nullable<orm::ValueOf<E>>>(orm::to_expression(operand));
}
/// DISTINCT within an aggregate: `func::count(distinct(User::c.age))`.
template <class E>
[[nodiscard]] auto distinct(E&& operand) {
    return Typed<orm::ValueOf<E>>(sql::distinct(orm::to_expression(operand)));
}
/// A field of a moment: `extract("year", Post::c.date)`.
template <class E>
[[nodiscard]] Typed<orm::NullableAs<std::int64_t, orm::ValueOf<E>>> extract(std::string_view field, E&& operand) {
    return Typed<orm::NullableAs<std::int64_t, orm::ValueOf<E>>>(sql::extract(field, orm::to_expression(operand)));
}

namespace orm {

/// A value of a CASE, checked against the first one's type.
template <class V, class U>
sql::Expression case_value(const U& value) {
    if constexpr (PlainOperand<U> && !std::same_as<V, sql::Value> && !std::same_as<U, std::nullptr_t>) {
        static_assert(holds<Plain<V>, Plain<ValueOf<U>>>(), "the values of a CASE are of one type, the first one's");
        if constexpr (!holds<Plain<V>, Plain<ValueOf<U>>>()) return {};
    }
    return to_expression(value);
}

}  // namespace orm

/// A CASE that is being built; NULL where no condition holds, until `else_` says what else.
template <class V>
class CaseExpression : public Typed<orm::Nullable<V>> {
  public:
    explicit CaseExpression(std::vector<sql::When> whens)
        : Typed<orm::Nullable<V>>(sql::case_(whens)), whens_(std::move(whens)) {}
    template <class C, class U>
    [[nodiscard]] CaseExpression when(C&& condition, const U& value) const {
        auto whens = whens_;
        whens.push_back({orm::to_condition(condition), orm::case_value<V>(value)});
        return CaseExpression(std::move(whens));
    }
    template <class U>
    [[nodiscard]] auto else_(const U& value) const {
        using Result = orm::NullableAs<V, orm::ValueOf<U>>;
        return Typed<Result>(sql::case_(whens_, orm::case_value<V>(value)));
    }

  private:
    std::vector<sql::When> whens_;
};
/// `case_(User::c.age < 18, "minor").when(User::c.age < 65, "adult").else_("senior")`
template <class C, class U>
[[nodiscard]] CaseExpression<orm::ValueOf<U>> case_(C&& condition, const U& value) {
    using V = orm::ValueOf<U>;
    return CaseExpression<V>({{orm::to_condition(condition), orm::case_value<V>(value)}});
}

/// A CASE that compares one value: NULL where none is equal, until `else_` says what else.
template <class W, class V>
class CaseOfExpression : public Typed<orm::Nullable<V>> {
  public:
    CaseOfExpression(sql::Expression of, std::vector<sql::When> whens)
        : Typed<orm::Nullable<V>>(sql::case_of(of, whens)), of_(std::move(of)), whens_(std::move(whens)) {}
    template <class E, class U>
    [[nodiscard]] CaseOfExpression when(const E& equal, const U& value) const {
        auto whens = whens_;
        whens.push_back({orm::typed_operand<W>(equal), orm::case_value<V>(value)});
        return CaseOfExpression(of_, std::move(whens));
    }
    template <class U>
    [[nodiscard]] auto else_(const U& value) const {
        using Result = orm::NullableAs<V, orm::ValueOf<U>>;
        return Typed<Result>(sql::case_of(of_, whens_, orm::case_value<V>(value)));
    }

  private:
    sql::Expression of_;
    std::vector<sql::When> whens_;
};
namespace orm {
template <class W>
struct CaseOf {
    sql::Expression of;
    template <class E, class U>
    [[nodiscard]] auto when(const E& equal, const U& value) const {
        using V = ValueOf<U>;
        return CaseOfExpression<W, V>(of, {{typed_operand<W>(equal), case_value<V>(value)}});
    }
};
}  // namespace orm
/// `case_of(User::c.role).when("admin", 2).when("editor", 1).else_(0)`
template <class E>
[[nodiscard]] orm::CaseOf<orm::ValueOf<E>> case_of(E&& value) {
    return {orm::to_expression(value)};
}

/// Several columns compared at once: `tuple_(User::c.name, User::c.age).in_({{"ada", 36}, {"bob", 17}})`.
template <class... V>
class TupleExpression : public sql::Expression {
  public:
    using sql::Expression::Expression;
    [[nodiscard]] Condition in_(std::initializer_list<std::tuple<V...>> rows) const {
        return sql::Expression::in_(listed(rows));
    }
    [[nodiscard]] Condition in_(const std::vector<std::tuple<V...>>& rows) const {
        return sql::Expression::in_(listed(rows));
    }
    template <class Q>
        requires requires { typename Q::RowType; }
    [[nodiscard]] Condition in_(const Q& query) const {
        return sql::Expression::in_(rows_of(query));
    }
    [[nodiscard]] Condition not_in(std::initializer_list<std::tuple<V...>> rows) const {
        return sql::Expression::not_in(listed(rows));
    }
    [[nodiscard]] Condition not_in(const std::vector<std::tuple<V...>>& rows) const {
        return sql::Expression::not_in(listed(rows));
    }
    template <class Q>
        requires requires { typename Q::RowType; }
    [[nodiscard]] Condition not_in(const Q& query) const {
        return sql::Expression::not_in(rows_of(query));
    }

  private:
    template <class Q>
    static sql::Select rows_of(const Q& query) {
        static_assert(orm::same_rows<std::tuple<V...>, typename Q::RowType>,
                      "tuple_ is compared with a query for as many columns, of the same types");
        return query.as_rows();
    }
    template <class Rows>
    static std::vector<sql::Expression> listed(const Rows& rows) {
        std::vector<sql::Expression> list;
        for (const auto& row : rows) {
            list.push_back(
                std::apply([](const auto&... value) { return sql::tuple_({orm::to_expression(value)...}); }, row));
        }
        return list;
    }
};
template <class... E>
[[nodiscard]] TupleExpression<orm::ValueOf<E>...> tuple_(E&&... items) {
    return TupleExpression<orm::ValueOf<E>...>(sql::tuple_({orm::to_expression(items)...}).ref());
}

// SQL text.

/// The value of a `:name` in SQL text, or a list of them: `text("id IN :ids", {{"ids", std::vector{1, 2}}})`.
struct TextParameter {
    template <class V>
    TextParameter(std::string_view called, const V& content)
        : name(called), value(orm::value_of(orm::ValueOf<V>(content))) {}
    TextParameter(std::string_view called, std::nullptr_t) : name(called) {}
    template <class V>
    TextParameter(std::string_view called, const std::vector<V>& content) : name(called), is_list(true) {
        for (const auto& one : content) list.push_back(orm::value_of(orm::ValueOf<V>(one)));
    }
    std::string name;
    sql::Value value;
    std::vector<sql::Value> list;
    bool is_list = false;
};

/// Rows of SQL text, with the types that were stated: `text("SELECT id, name FROM user").columns<int, std::string>()`.
template <class... Row>
using TextSelect = Selectable<Row...>;

/// SQL of your own, with `:name` parameters (`\:` is a colon; a list stands in brackets): a statement, a condition, a
/// part of one. Never put user input into it: `text("name = :name", {{"name", name}})`.
class TextClause : public Condition {
  public:
    using value_type = sql::Value;
    explicit TextClause(sql::Expression text) : Condition(std::move(text)) {}

    /// Gives parameters their values.
    [[nodiscard]] TextClause bindparams(std::initializer_list<TextParameter> parameters) const;
    /// The types of the rows, and the names of the columns where the text is to be a subquery.
    template <class... V, std::convertible_to<std::string_view>... N>
        requires(sizeof...(V) > 0)
    [[nodiscard]] auto columns(const N&... names) const {
        static_assert(sizeof...(N) == 0 || sizeof...(N) == sizeof...(V), "name all columns, or none");
        return TextSelect<typename orm::ColumnTraits<V>::Value...>(
            orm::text_rows(*this, {std::string_view(names)...}, {orm::known_type<V>()...}));
    }
    /// The same by columns that have those names and types: `text("…").columns(User::c.id, User::c.name)`.
    template <orm::AnyColumn... C>
        requires(sizeof...(C) > 0)
    [[nodiscard]] TextSelect<typename C::value_type...> columns(const volatile C&... columns) const {
        return this->columns<typename C::value_type...>(orm::column_name_of(&columns)...);
    }
    /// As a value of a known type within a query.
    template <class V>
    [[nodiscard]] Typed<V> as() const {
        return Typed<V>(*this);
    }
};
[[nodiscard]] TextClause text(std::string_view sql, std::initializer_list<TextParameter> parameters = {});

/// VALUES (…), (…) as a table: `values<int, std::string>("v", {"id", "name"}, {{1, "a"}, {2, "b"}})`.
template <class... V>
[[nodiscard]] Subquery<V...> values(std::string_view name, std::initializer_list<std::string_view> columns,
                                    const std::vector<std::tuple<V...>>& rows) {
    std::vector<std::vector<sql::Expression>> listed;
    for (const auto& row : rows) {
        listed.push_back(std::apply(
            [](const auto&... value) { return std::vector<sql::Expression>{orm::to_expression(value)...}; }, row));
    }
    return Subquery<V...>(orm::value_rows(name, columns, {orm::known_type<V>()...}, std::move(listed)));
}

/// A function that gives rows, as a table: `table_valued<std::string, int>("json_each", {"key", "value"},
/// User::c.data)`.
template <class... V, class... E>
[[nodiscard]] Subquery<V...> table_valued(std::string_view function, std::initializer_list<std::string_view> columns,
                                          E&&... arguments) {
    return Subquery<V...>(orm::function_rows(sql::function(function, {orm::to_expression(arguments)...}), columns,
                                             {orm::known_type<V>()...}));
}
/// A function that gives one value a row: `select(column_valued<int>("generate_series", 1, 9))`.
template <class V, class... E>
[[nodiscard]] Typed<V> column_valued(std::string_view function, E&&... arguments) {
    return Typed<V>(
        sql::column_valued(sql::function(function, {orm::to_expression(arguments)...}, orm::known_type<V>())));
}
/// One column of a function's rows, each a row of the query (PostgreSQL): `select(User::c.id,
/// scalar_table_valued<std::string>("jsonb_each_text", "value", User::c.data))`.
template <class V, class... E>
[[nodiscard]] Typed<V> scalar_table_valued(std::string_view function, std::string_view column, E&&... arguments) {
    return Typed<V>(sql::scalar_table_valued(sql::function(function, {orm::to_expression(arguments)...}), column,
                                             orm::known_type<V>()));
}

}  // namespace retort
