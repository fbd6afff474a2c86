// insert, update, delete_: statements for many rows at once, typed by their model.
#pragma once

#include <concepts>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "retort/orm/model.hpp"
#include "retort/orm/select.hpp"
#include "retort/orm/types.hpp"
#include "retort/sql/delete.hpp"
#include "retort/sql/insert.hpp"
#include "retort/sql/update.hpp"

namespace retort {

namespace orm {

/// What an object was given and what its model gave it, as assignments.
std::vector<sql::Assignment> assignments_of(const Mapper& mapper, void* object);
/// Statements for the rows of a model. Throws InvalidRequestError("joined-statement") when they stand in several
/// tables.
sql::Update update_rows(const Mapper& mapper);
sql::Delete delete_rows(const Mapper& mapper);
sql::Insert insert_rows(const Mapper& mapper);
/// Throws ArgumentError("ambiguous-values").
[[noreturn]] void refuse_untold(const Mapper& mapper, const Attribute& attribute);
/// Only what the example was given; `defaults` is one that was given nothing. Throws ArgumentError("ambiguous-values")
/// for models whose columns have constant defaults, where nothing tells the two apart.
std::vector<sql::Assignment> given_of(const Mapper& mapper, void* example, void* defaults);
/// The same statement, with what `onupdate` gives to columns that it does not set.
sql::Update with_onupdate(const Mapper& mapper, const sql::Update& statement);
/// What is assigned, and what the model gives to the other columns.
std::vector<sql::Assignment> with_defaults(const Mapper& mapper, void* defaults, const std::vector<Assigned>& assigned);
/// Several objects as rows. Throws ArgumentError("different-rows") when they were not given the same columns.
sql::Insert rows_of(const Mapper& mapper, std::vector<void*> objects, sql::Insert statement);
/// The rows of a query, with what the model gives to the columns that are not named.
sql::Insert from_select(const Mapper& mapper, void* defaults, const sql::Insert& statement,
                        std::vector<std::string> columns, sql::Select query);
/// Columns that get what a refused row has of them, named as the model does.
std::vector<sql::Assignment> taken_from(const Mapper& mapper, std::initializer_list<std::string_view> names,
                                        sql::Expression (*refused)(std::string_view column));
/// Throws ArgumentError("rows-beside-values") for a statement that says more than which model it is about.
void require_bare(const sql::NodeRef& statement);
template <AnyColumn C>
std::string column_name_of(const volatile C& column) {
    return column_name_of(static_cast<const volatile void*>(&column));
}

/// The column's name and what it is set to. Throws ArgumentError("foreign-column") for another table's.
sql::Assignment assignment_for(const Mapper& mapper, const Assigned& assigned);
std::vector<sql::Assignment> assignments_for(const Mapper& mapper, std::initializer_list<Assigned> assigned);
/// A column of the row that a conflict refused.
sql::Expression excluded_column(const volatile void* field);

}  // namespace orm

/// A statement that writes and gives rows of what it wrote; run by `session.execute`.
template <class... Row>
class Returning : public orm::Printable {
  public:
    using Returned = std::tuple<Row...>;
    Returning(sql::NodeRef statement, orm::SelectCore rows)
        : statement_(std::move(statement)), rows_(std::move(rows)) {}
    const sql::NodeRef& ref() const { return statement_; }
    const orm::SelectCore& core() const { return rows_; }

  private:
    sql::NodeRef statement_;
    orm::SelectCore rows_;
};

/// The same of an INSERT, which can be given its rows when it runs.
template <class T, class... Row>
class InsertReturning : public Returning<Row...> {
  public:
    InsertReturning(sql::Insert bare, sql::Insert statement, orm::SelectCore rows)
        : Returning<Row...>(statement.ref(), std::move(rows)),
          bare_(std::move(bare)),
          statement_(std::move(statement)) {}
    const sql::NodeRef& bare() const { return bare_.ref(); }
    const sql::Insert& statement() const { return statement_; }

  private:
    sql::Insert bare_;
    sql::Insert statement_;
};

namespace orm {

/// `returning(User::c.id)` of any of the three.
template <class Written, class... E>
auto make_returning(const Written& statement, E&&... items) {
    SelectCore core;
    (add_selected(core, std::forward<E>(items)), ...);
    auto returning = statement.returning(selected_columns(core.statement()));
    return Returning<SelectedOf<E>...>(returning.ref(), std::move(core));
}
template <class T, class... E>
auto make_insert_returning(const sql::Insert& statement, E&&... items) {
    SelectCore core;
    (add_selected(core, std::forward<E>(items)), ...);
    auto returning = statement.returning(selected_columns(core.statement()));
    return InsertReturning<T, SelectedOf<E>...>(statement, std::move(returning), std::move(core));
}
/// Several objects as rows, as many in one statement as databases take values.
std::vector<sql::Insert> parts_of(const Mapper& mapper, std::span<void* const> objects, const sql::Insert& statement);

}  // namespace orm

/// `update<User>().where(User::c.age < 18).values({.active = false})`: a value, as select is.
template <orm::AnyModel T>
class Update : public orm::Printable {
  public:
    Update() : statement_(orm::update_rows(orm::mapper_of<T>())) {}
    explicit Update(sql::Update statement) : statement_(std::move(statement)) {}

    template <class... C>
    [[nodiscard]] Update where(C&&... conditions) const {
        auto statement = statement_;
        ((statement = std::move(statement).where(orm::to_condition(std::forward<C>(conditions)))), ...);
        return Update(std::move(statement));
    }
    /// `values(User::c.active = false, User::c.age = User::c.age + 1)`
    template <std::same_as<orm::Assigned>... A>
        requires(sizeof...(A) > 0)
    [[nodiscard]] Update values(const A&... assigned) const {
        return Update(statement_.values({orm::assignment_for(orm::mapper_of<T>(), assigned)...}));
    }
    template <std::same_as<Condition>... A>
        requires(sizeof...(A) > 0)
    [[nodiscard]] Update values(const A&...) const {
        static_assert(orm::detail::never_true<A...>, "values(…) assigns: write =, not ==, as in User::c.age = 18");
        return *this;
    }
    /// What the example was given.
    [[nodiscard]] Update values(T example) const {
        T defaults{};
        return Update(statement_.values(orm::given_of(orm::mapper_of<T>(), &example, &defaults)));
    }
    /// One column to a value, or to what is computed for each row: `set(User::c.age, User::c.age + 1)`.
    template <orm::AnyColumn C, class V>
    [[nodiscard]] Update set(const volatile C& column, const V& value) const {
        return values(column = value);
    }
    template <class... E>
    [[nodiscard]] auto returning(E&&... items) const {
        return orm::make_returning(orm::with_onupdate(orm::mapper_of<T>(), statement_), std::forward<E>(items)...);
    }
    /// The statement below, and the same with another one: what is not offered here.
    const sql::Update& statement() const { return statement_; }
    [[nodiscard]] Update with(sql::Update statement) const { return Update(std::move(statement)); }
    sql::NodeRef ref() const { return orm::with_onupdate(orm::mapper_of<T>(), statement_).ref(); }

  private:
    sql::Update statement_;
};

/// `delete_<User>().where(User::c.age < 18)`.
template <orm::AnyModel T>
class Delete : public orm::Printable {
  public:
    Delete() : statement_(orm::delete_rows(orm::mapper_of<T>())) {}
    explicit Delete(sql::Delete statement) : statement_(std::move(statement)) {}

    template <class... C>
    [[nodiscard]] Delete where(C&&... conditions) const {
        auto statement = statement_;
        ((statement = std::move(statement).where(orm::to_condition(std::forward<C>(conditions)))), ...);
        return Delete(std::move(statement));
    }
    template <class... E>
    [[nodiscard]] auto returning(E&&... items) const {
        return orm::make_returning(statement_, std::forward<E>(items)...);
    }
    /// The statement below, and the same with another one: what is not offered here.
    const sql::Delete& statement() const { return statement_; }
    [[nodiscard]] Delete with(sql::Delete statement) const { return Delete(std::move(statement)); }
    const sql::NodeRef& ref() const { return statement_.ref(); }

  private:
    sql::Delete statement_;
};

/// `insert<User>().values({.username = "a"})`, several rows, from a select, with ON CONFLICT.
template <orm::AnyModel T>
class Insert : public orm::Printable {
  public:
    Insert() : statement_(orm::insert_rows(orm::mapper_of<T>())) {}
    explicit Insert(sql::Insert statement) : statement_(std::move(statement)) {}

    /// `values(User::c.name = "ada", User::c.joined = func::now())`
    template <std::same_as<orm::Assigned>... A>
        requires(sizeof...(A) > 0)
    [[nodiscard]] Insert values(const A&... assigned) const {
        T defaults{};
        return Insert(statement_.values(orm::with_defaults(orm::mapper_of<T>(), &defaults, {assigned...})));
    }
    template <std::same_as<Condition>... A>
        requires(sizeof...(A) > 0)
    [[nodiscard]] Insert values(const A&...) const {
        static_assert(orm::detail::never_true<A...>, "values(…) assigns: write =, not ==, as in User::c.age = 18");
        return *this;
    }
    [[nodiscard]] Insert values(T row) const {
        return Insert(statement_.values(orm::assignments_of(orm::mapper_of<T>(), &row)));
    }
    // A template, because g++ takes {.age = 3} for a vector of three.
    template <std::same_as<std::vector<T>> Several>
    [[nodiscard]] Insert values(Several rows) const {
        std::vector<void*> objects;
        for (T& row : rows) objects.push_back(&row);
        return Insert(orm::rows_of(orm::mapper_of<T>(), std::move(objects), statement_));
    }
    /// The rows of a query: `from_select(select(Old::c.name), User::c.username)`.
    template <class Q, orm::AnyColumn... C>
    [[nodiscard]] Insert from_select(const Q& query, const volatile C&... columns) const {
        static_assert(std::tuple_size_v<typename Q::RowType> == sizeof...(C),
                      "name one column for each one that the query gives");
        T defaults{};
        return Insert(orm::from_select(orm::mapper_of<T>(), &defaults, statement_, {orm::column_name_of(columns)...},
                                       query.statement()));
    }
    template <orm::AnyColumn... C>
    [[nodiscard]] Insert on_conflict_do_nothing(const volatile C&... columns) const {
        return Insert(statement_.on_conflict_do_nothing({orm::column_name_of(columns)...}));
    }
    /// The row that is there gets what the example was given: `on_conflict_do_update({.age = 1}, User::c.username)`.
    template <orm::AnyColumn... C>
    [[nodiscard]] Insert on_conflict_do_update(T set, const volatile C&... columns) const {
        T defaults{};
        return Insert(statement_.on_conflict_do_update({orm::column_name_of(columns)...},
                                                       orm::given_of(orm::mapper_of<T>(), &set, &defaults)));
    }
    /// The same for one column of the conflict: `on_conflict_do_update(User::c.username, User::c.age = User::c.age +
    /// 1)`.
    template <orm::AnyColumn C, std::same_as<orm::Assigned>... A>
        requires(sizeof...(A) > 0)
    [[nodiscard]] Insert on_conflict_do_update(const volatile C& column, const A&... set) const {
        return Insert(statement_.on_conflict_do_update({orm::column_name_of(column)},
                                                       {orm::assignment_for(orm::mapper_of<T>(), set)...}));
    }
    /// The row that is there gets what is computed for it, as in `update`; `excluded(…)` is of the row that was
    /// refused: `on_conflict_do_update(Word::c.n = Word::c.n + excluded(Word::c.n), Word::c.text)`.
    template <std::same_as<orm::Assigned> A, orm::AnyColumn... C>
    [[nodiscard]] Insert on_conflict_do_update(const A& set, const volatile C&... columns) const {
        return on_conflict_do_update({set}, columns...);
    }
    /// Several: `on_conflict_do_update({Word::c.n = 1, Word::c.seen = func::now()}, Word::c.text)`.
    template <orm::AnyColumn... C>
    [[nodiscard]] Insert on_conflict_do_update(std::initializer_list<orm::Assigned> set,
                                               const volatile C&... columns) const {
        return Insert(statement_.on_conflict_do_update({orm::column_name_of(columns)...},
                                                       orm::assignments_for(orm::mapper_of<T>(), set)));
    }
    /// The row that is there gets these columns of the one that was refused:
    /// `on_conflict_do_update({"email"}, User::c.username)`.
    template <orm::AnyColumn... C>
    [[nodiscard]] Insert on_conflict_do_update(std::initializer_list<std::string_view> taken,
                                               const volatile C&... columns) const {
        return Insert(statement_.on_conflict_do_update({orm::column_name_of(columns)...},
                                                       orm::taken_from(orm::mapper_of<T>(), taken, sql::excluded)));
    }
    /// MySQL's form, for any unique key: `on_duplicate_key_update(User::c.age = User::c.age + 1)`.
    template <std::same_as<orm::Assigned>... A>
        requires(sizeof...(A) > 0)
    [[nodiscard]] Insert on_duplicate_key_update(const A&... set) const {
        return Insert(statement_.on_duplicate_key_update({orm::assignment_for(orm::mapper_of<T>(), set)...}));
    }
    /// The same with these columns of the row that was refused: `on_duplicate_key_update({"age"})`.
    [[nodiscard]] Insert on_duplicate_key_update(std::initializer_list<std::string_view> taken) const {
        return Insert(statement_.on_duplicate_key_update(orm::taken_from(orm::mapper_of<T>(), taken, sql::inserted)));
    }
    template <class... E>
    [[nodiscard]] auto returning(E&&... items) const {
        return orm::make_insert_returning<T>(statement_, std::forward<E>(items)...);
    }
    /// The statement below, and the same with another one: what is not offered here.
    const sql::Insert& statement() const { return statement_; }
    [[nodiscard]] Insert with(sql::Insert statement) const { return Insert(std::move(statement)); }
    const sql::NodeRef& ref() const { return statement_.ref(); }

  private:
    sql::Insert statement_;
};

/// In `on_conflict_do_update`: what the row that was refused has in this column.
template <orm::AnyColumn C>
[[nodiscard]] Typed<typename C::value_type> excluded(const volatile C& column) {
    return Typed<typename C::value_type>(orm::excluded_column(&column));
}

template <orm::AnyModel T>
[[nodiscard]] Update<T> update() {
    return {};
}
template <orm::AnyModel T>
[[nodiscard]] Delete<T> delete_() {
    return {};
}
template <orm::AnyModel T>
[[nodiscard]] Insert<T> insert() {
    return {};
}

}  // namespace retort
