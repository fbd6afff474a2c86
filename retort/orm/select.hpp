// select: typed queries. What is selected is in the type, everything else in an erased statement.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/orm/selectable.hpp"
#include "retort/orm/unions.hpp"

namespace retort {

namespace orm {

struct NoExample {};
/// What `filter_by({…})` takes: the model that is selected first.
template <class First>
struct ExampleOf {
    using type = NoExample;
};
template <class T>
struct ExampleOf<Ptr<T>> {
    using type = T;
};

/// `a = … AND b = …` for each column that the example was given.
Condition condition_by_example(const Mapper& mapper, void* example, void* defaults);
Condition equal_to(const Assigned& assigned);
/// Whether it can be told if a column was given: false for one that has its constant default.
bool tells_given(const Attribute& attribute, void* example, void* defaults);

template <class T>
Condition by_example(T& example) {
    static_assert(AnyModel<T>, "filter_by({…}) needs a query for objects of a model");
    T defaults{};
    return condition_by_example(mapper_of<T>(), &example, &defaults);
}

template <class E>
sql::From from_of(const E& target) {
    if constexpr (AnyModel<std::remove_cvref_t<E>>) {
        static_assert(!AnyModel<std::remove_cvref_t<E>>,
                      "a model is named as join<User>(condition) and select_from<User>(), not as User::c");
        return sql::TableRef("");
    } else if constexpr (std::derived_from<E, sql::From>) {
        return target;
    } else if constexpr (is_entity_ref<E>) {
        return target.entity().table;
    } else {
        return target.from();
    }
}

}  // namespace orm

/// A SELECT whose rows have these types (`Ptr<User>` for an entity). A value: each clause gives a new one.
template <class... Row>
class Select : public Selectable<Row...> {
    using Selectable<Row...>::core_;

  public:
    using Selectable<Row...>::Selectable;
    using Example = typename orm::ExampleOf<std::tuple_element_t<0, std::tuple<Row...>>>::type;

    /// Several are joined by AND; an empty Condition changes nothing.
    template <class... C>
    [[nodiscard]] Select where(C&&... conditions) const& {
        return Select(*this).where(std::forward<C>(conditions)...);
    }
    template <class... C>
    [[nodiscard]] Select where(C&&... conditions) && {
        (core_.where(orm::to_condition(std::forward<C>(conditions))), ...);
        return std::move(*this);
    }
    template <class... C>
    [[nodiscard]] Select filter(C&&... conditions) const {
        return where(std::forward<C>(conditions)...);
    }
    /// `filter_by(User::c.name = "ada", User::c.active = true)`
    template <std::same_as<orm::Assigned>... A>
    [[nodiscard]] Select filter_by(const A&... equal) const {
        return where(orm::equal_to(equal)...);
    }
    template <std::same_as<Condition>... A>
        requires(sizeof...(A) > 0)
    [[nodiscard]] Select filter_by(const A&...) const {
        static_assert(orm::detail::never_true<A...>,
                      "filter_by(…) takes =, as in User::c.name = \"ada\"; filter(…) takes ==");
        return *this;
    }
    /// By what an example was given: `filter_by({.name = "ada"})`. Throws ArgumentError("ambiguous-filter-by") where a
    /// constant default cannot be told from what was given.
    [[nodiscard]] Select filter_by(Example example) const { return where(orm::by_example(example)); }
    template <class... E>
    [[nodiscard]] Select order_by(E&&... terms) const& {
        return with(core_.statement().order_by({orm::to_expression(terms)...}));
    }
    template <class... E>
    [[nodiscard]] Select order_by(E&&... terms) && {
        core_.order_by({orm::to_expression(terms)...});
        return std::move(*this);
    }
    /// Forgets the order given so far.
    [[nodiscard]] Select without_order() const { return with(core_.statement().without_order()); }
    template <class... E>
    [[nodiscard]] Select group_by(E&&... terms) const {
        return with(core_.statement().group_by({orm::to_expression(terms)...}));
    }
    template <class... C>
    [[nodiscard]] Select having(C&&... conditions) const {
        Select other(*this);
        (other.core_.set_statement(other.core_.take_statement().having(orm::to_condition(conditions))), ...);
        return other;
    }
    [[nodiscard]] Select limit(std::optional<std::int64_t> rows) const& { return Select(*this).limit(rows); }
    [[nodiscard]] Select limit(std::optional<std::int64_t> rows) && {
        core_.set_statement(core_.take_statement().limit(rows));
        return std::move(*this);
    }
    [[nodiscard]] Select offset(std::optional<std::int64_t> rows) const { return with(core_.statement().offset(rows)); }
    /// FETCH FIRST … ROWS, the standard's LIMIT; `with_ties`: and those that are equal to the last one.
    [[nodiscard]] Select fetch(std::int64_t rows, bool with_ties = false) const {
        return with(core_.statement().fetch(rows, with_ties));
    }
    /// Rows from `start` up to, not including, `stop`, within what is selected already.
    [[nodiscard]] Select slice(std::int64_t start, std::int64_t stop) const {
        return with(core_.statement().slice(start, stop));
    }
    /// DISTINCT; with columns DISTINCT ON (…), where the database has it.
    template <class... E>
    [[nodiscard]] Select distinct(E&&... on) const {
        return with(core_.statement().distinct({orm::to_expression(on)...}));
    }

    /// Along a relationship: `join(User::c.bookmarks)`, `join(User::c.bookmarks.and_(Bookmark::c.id > 1))`.
    template <orm::RelationPath R>
    [[nodiscard]] Select join(R&& relationship) const {
        return along(relationship, orm::JoinKind::inner, {});
    }
    template <orm::RelationPath R>
    [[nodiscard]] Select outerjoin(R&& relationship) const {
        return along(relationship, orm::JoinKind::left, {});
    }
    template <class R>
        requires(!orm::RelationPath<R>)
    Select join(R&&) const {
        static_assert(
            orm::detail::never_true<R>,
            "join takes a relationship, join(User::c.bookmarks), or a model as join<Bookmark>(), alone or with "
            "its condition");
        return *this;
    }
    /// Along a relationship to an alias: `join<Manager>(User::c.manager)`.
    template <orm::AnyEntity T, orm::RelationPath R>
    [[nodiscard]] Select join(R&& relationship) const {
        return along(relationship, orm::JoinKind::inner, orm::entity_of<T>());
    }
    template <orm::AnyEntity T, orm::RelationPath R>
    [[nodiscard]] Select outerjoin(R&& relationship) const {
        return along(relationship, orm::JoinKind::left, orm::entity_of<T>());
    }
    /// To a model, along the one foreign key between it and what is selected: `join<Bookmark>()`.
    template <orm::AnyEntity T>
    [[nodiscard]] Select join() const {
        return changed([](auto& core) { core.join_by_key(orm::entity_of<T>(), orm::JoinKind::inner); });
    }
    template <orm::AnyEntity T>
    [[nodiscard]] Select outerjoin() const {
        return changed([](auto& core) { core.join_by_key(orm::entity_of<T>(), orm::JoinKind::left); });
    }
    /// To a model (or `aliased<…>`), where a condition holds.
    template <orm::AnyEntity T, class C>
    [[nodiscard]] Select join(C&& on) const {
        return to(orm::entity_of<T>(), orm::to_condition(on), orm::JoinKind::inner);
    }
    template <orm::AnyEntity T, class C>
    [[nodiscard]] Select outerjoin(C&& on) const {
        return to(orm::entity_of<T>(), orm::to_condition(on), orm::JoinKind::left);
    }
    /// FULL OUTER JOIN: rows of both sides, also those without the other one.
    template <orm::AnyEntity T, class C>
    [[nodiscard]] Select full_join(C&& on) const {
        return to(orm::entity_of<T>(), orm::to_condition(on), orm::JoinKind::full);
    }
    /// To a subquery, a CTE or a table: `join(counts, user_id == User::c.id)`.
    template <class Target, class C>
    [[nodiscard]] Select join(const Target& target, C&& on) const {
        return to(orm::from_of(target), orm::to_condition(on), orm::JoinKind::inner);
    }
    template <class Target, class C>
    [[nodiscard]] Select outerjoin(const Target& target, C&& on) const {
        return to(orm::from_of(target), orm::to_condition(on), orm::JoinKind::left);
    }
    template <class Target, class C>
    [[nodiscard]] Select full_join(const Target& target, C&& on) const {
        return to(orm::from_of(target), orm::to_condition(on), orm::JoinKind::full);
    }
    /// What FROM has without its being selected: `select(func::count()).select_from<User>()`.
    template <orm::AnyEntity T>
    [[nodiscard]] Select select_from() const {
        return changed([](auto& core) { core.add_from(orm::entity_of<T>()); });
    }
    template <class Target>
    [[nodiscard]] Select select_from(const Target& target) const {
        return with(core_.statement().select_from(orm::from_of(target)));
    }

    /// Takes these from the query around it: `correlate<User>()`. Without it those that the query around has too.
    template <orm::AnyEntity... T>
    [[nodiscard]] Select correlate() const {
        return with(core_.statement().correlate({orm::entity_of<T>().table...}));
    }
    /// Takes all but these from the query around it.
    template <orm::AnyEntity... T>
    [[nodiscard]] Select correlate_except() const {
        return with(core_.statement().correlate_except({orm::entity_of<T>().table...}));
    }
    /// FOR UPDATE, of all rows or of those of some models: `with_for_update<User>({.skip_locked = true})`. SQLite,
    /// which has no locks of rows, leaves it out.
    template <orm::AnyEntity... Of>
    [[nodiscard]] Select with_for_update(sql::ForUpdate options = {}) const {
        (options.of.push_back(orm::entity_of<Of>().table), ...);
        return with(core_.statement().with_for_update(std::move(options)));
    }

    /// How relationships and columns are loaded: `options(selectinload(User::c.bookmarks))`.
    template <std::same_as<Load>... L>
    [[nodiscard]] Select options(const L&... options) const& {
        return Select(*this).options(options...);
    }
    template <std::same_as<Load>... L>
    [[nodiscard]] Select options(const L&... options) && {
        (core_.add_option(options.option()), ...);
        return std::move(*this);
    }
    [[nodiscard]] Select execution_options(ExecutionOptions options) const {
        return changed([&](auto& core) { core.execution = options; });
    }
    /// Objects that the session knows get what the rows have, changed or not.
    [[nodiscard]] Select populate_existing() const {
        return changed([](auto& core) { core.execution.populate_existing = true; });
    }
    /// How many rows `session.stream` has in memory at once.
    [[nodiscard]] Select yield_per(std::uint32_t rows) const {
        return changed([&](auto& core) { core.execution.yield_per = rows; });
    }

    /// More to select.
    template <class... E>
    [[nodiscard]] Select<Row..., orm::SelectedOf<E>...> add_columns(E&&... items) const {
        auto core = core_;
        (orm::add_selected(core, std::forward<E>(items)), ...);
        return Select<Row..., orm::SelectedOf<E>...>(std::move(core));
    }
    /// The same query for something else.
    template <class... E>
    [[nodiscard]] Select<orm::SelectedOf<E>...> with_only_columns(E&&... items) const {
        auto core = core_;
        core.clear_columns();
        (orm::add_selected(core, std::forward<E>(items)), ...);
        core.keep_from();
        return Select<orm::SelectedOf<E>...>(std::move(core));
    }

    /// The objects of a statement of your own, its columns found by their names.
    [[nodiscard]] Selectable<Row...> from_statement(const sql::Expression& text) const {
        static_assert(sizeof...(Row) == 1 && (orm::is_entity<Row> && ...),
                      "from_statement gives objects of one model: for values write text(\"…\").columns<…>()");
        auto core = orm::text_rows(text, {}, {});
        core.set_parts(core_.parts());
        core.options = core_.options;
        core.execution = core_.execution;
        core.by_name = true;
        return Selectable<Row...>(std::move(core));
    }

    /// The same selection with another statement.
    [[nodiscard]] Select with(sql::Select statement) const {
        Select other(*this);
        other.core_.set_statement(std::move(statement));
        return other;
    }

  private:
    template <class Change>
    Select changed(Change&& change) const {
        Select other(*this);
        change(other.core_);
        return other;
    }
    template <class R>
    Select along(R&& relationship, orm::JoinKind kind, const orm::Entity& target) const {
        auto step = orm::load_path(relationship);
        return changed([&](auto& core) { core.join_relationship(step.field, kind, step.criteria, target); });
    }
    Select to(const orm::Entity& target, const Condition& on, orm::JoinKind kind) const {
        return changed([&](auto& core) { core.join_target(target, on, kind); });
    }
    Select to(const sql::From& target, const Condition& on, orm::JoinKind kind) const {
        return changed([&](auto& core) { core.join_from(target, on, kind); });
    }
};

/// `select<User>()`: objects; `select<User, Bookmark>()`: rows of several; `select<aliased<User, "manager">>()`.
template <orm::AnyEntity... T>
    requires(sizeof...(T) > 0)
[[nodiscard]] Select<Ptr<typename orm::EntityModel<T>::type>...> select() {
    // Made once: each query begins as this one.
    static const orm::SelectCore begin = [] {
        orm::SelectCore core;
        (core.add_entity(orm::entity_of<T>()), ...);
        return core;
    }();
    return Select<Ptr<typename orm::EntityModel<T>::type>...>(&begin);
}

template <class... T>
    requires(sizeof...(T) > 0 && !(orm::AnyEntity<T> && ...))
Select<Ptr<T>...> select() {
    static_assert(
        orm::detail::never_true<T...>,
        "select<…>() takes models and aliases; a model is struct User : Model<User>, with its own name twice");
    return Select<Ptr<T>...>(static_cast<const orm::SelectCore*>(nullptr));
}

/// `select(User::c.username, func::count(Bookmark::c.id))`: rows of values; `User::c` itself is the object.
template <class... E>
    requires(sizeof...(E) > 0)
[[nodiscard]] Select<orm::SelectedOf<E>...> select(E&&... items) {
    orm::SelectCore core;
    (orm::add_selected(core, std::forward<E>(items)), ...);
    return Select<orm::SelectedOf<E>...>(std::move(core));
}

}  // namespace retort
