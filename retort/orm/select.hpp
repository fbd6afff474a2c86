// select: typed queries. What is selected is in the type, everything else in an erased statement.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/orm/errors.hpp"
#include "retort/orm/load_options.hpp"
#include "retort/orm/model.hpp"
#include "retort/orm/operators.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/sql/select.hpp"

namespace retort {

namespace orm {

/// The erased part of a typed query.
struct SelectCore {
    SelectCore();
    SelectCore(const SelectCore& other);
    SelectCore(SelectCore&& other) noexcept;
    SelectCore& operator=(const SelectCore& other);
    SelectCore& operator=(SelectCore&& other) noexcept;
    ~SelectCore();

    sql::Select statement;
    std::vector<RowPart> parts;
    std::vector<Entity> entities;  ///< what can be joined from, in order; those that are selected first
    std::vector<LoadOption> options;
    const Mapper* restricted = nullptr;  ///< the newest model whose rows are not simply those of a table
    bool populate_existing = false;      ///< objects that the session has become what their rows are

    void add_entity(const Entity& entity);
    void add_column(const sql::Expression& expression);
    /// A column of a model, by where it stands in the model's `c`.
    void add_field(const volatile void* field);
    void restrict_to(const Mapper& mapper);
    /// Entities that are in FROM without being selected.
    void add_from(const Entity& entity);
    /// Along a relationship; `field` is where it stands in a model's `c`.
    void join_relationship(const volatile void* field, bool outer);
    void join_target(const Entity& target, const Condition& on, bool outer);
    /// Along the one foreign key between an entity that is there and the target.
    void join_by_key(const Entity& target, bool outer);
};

/// The columns that are selected.
std::vector<sql::Expression> selected_columns(const SelectCore& core);

template <class E>
sql::Expression to_expression(E&& term) {
    return sql::Expression(term);
}
template <class C>
Condition to_condition(C&& condition) {
    if constexpr (std::is_convertible_v<C&&, Condition>) {
        return condition;
    } else if constexpr (std::is_convertible_v<C&&, sql::Expression>) {
        static_assert(detail::never_true<C>, "a column of this type is no condition: compare it with something");
    } else {
        static_assert(detail::never_true<C>, "this is no condition: compare a column, as in User::c.age >= 18");
    }
    return {};
}

/// What one selected thing gives in a row.
template <class E>
struct Selected {
    using type = sql::Value;
};
template <class E>
    requires requires { typename E::value_type; } && std::derived_from<E, sql::Expression>
struct Selected<E> {
    using type = typename E::value_type;
};
template <AnyColumn E>
struct Selected<E> {
    using type = typename E::value_type;
};
template <AnyModel E>
struct Selected<E> {
    using type = Ptr<E>;
};

template <class V>
inline constexpr bool is_entity = false;
template <class T>
inline constexpr bool is_entity<Ptr<T>> = true;

/// A value of a row as its C++ type, into a place that holds nothing yet.
template <class V>
void read_row_value(V& place, const ValueView& view) {
    if constexpr (std::is_same_v<V, sql::Value>) {
        place = sql::Value(view);
    } else if constexpr (is_optional<V>) {
        if (!view.is_null()) read_value(place.emplace(), view);
    } else {
        read_value(place, view);
    }
}

template <class E>
void add_selected(SelectCore& core, E&& item) {
    using Item = std::remove_cvref_t<E>;
    if constexpr (AnyModel<Item>) {
        core.add_entity(entity_at(&reinterpret_cast<const volatile char&>(item)));
    } else if constexpr (AnyColumn<Item>) {
        core.add_field(&item);
    } else {
        core.add_column(to_expression(item));
    }
}

}  // namespace orm

/// A SELECT whose rows have these types (`Ptr<User>` for an entity). A value: each clause gives a new one.
template <class... Row>
class Select {
  public:
    using RowType = std::tuple<Row...>;

    explicit Select(orm::SelectCore core) : core_(std::move(core)) {}

    /// Several are joined by AND; an empty Condition changes nothing.
    template <class... C>
    [[nodiscard]] Select where(C&&... conditions) const& {
        return Select(*this).where(std::forward<C>(conditions)...);
    }
    template <class... C>
    [[nodiscard]] Select where(C&&... conditions) && {
        ((core_.statement = std::move(core_.statement).where(orm::to_condition(std::forward<C>(conditions)))), ...);
        return std::move(*this);
    }
    template <class... C>
    [[nodiscard]] Select filter(C&&... conditions) const {
        return where(std::forward<C>(conditions)...);
    }
    template <class... E>
    [[nodiscard]] Select order_by(E&&... terms) const& {
        return with(core_.statement.order_by({orm::to_expression(terms)...}));
    }
    template <class... E>
    [[nodiscard]] Select order_by(E&&... terms) && {
        core_.statement = std::move(core_.statement).order_by({orm::to_expression(terms)...});
        return std::move(*this);
    }
    /// Forgets the order given so far.
    [[nodiscard]] Select without_order() const { return with(core_.statement.without_order()); }
    template <class... E>
    [[nodiscard]] Select group_by(E&&... terms) const {
        return with(core_.statement.group_by({orm::to_expression(terms)...}));
    }
    template <class C>
    [[nodiscard]] Select having(C&& condition) const {
        return with(core_.statement.having(orm::to_condition(std::forward<C>(condition))));
    }
    [[nodiscard]] Select limit(std::optional<std::int64_t> rows) const { return with(core_.statement.limit(rows)); }
    [[nodiscard]] Select offset(std::optional<std::int64_t> rows) const { return with(core_.statement.offset(rows)); }
    [[nodiscard]] Select distinct() const { return with(core_.statement.distinct()); }

    /// Along a relationship: `join(User::c.bookmarks)`.
    template <class R>
        requires orm::detail::is_relationship<std::remove_cvref_t<R>>
    [[nodiscard]] Select join(R&& relationship) const {
        return joined(
            [&](auto& core) { core.join_relationship(&reinterpret_cast<const volatile char&>(relationship), false); });
    }
    template <class R>
        requires orm::detail::is_relationship<std::remove_cvref_t<R>>
    [[nodiscard]] Select outerjoin(R&& relationship) const {
        return joined(
            [&](auto& core) { core.join_relationship(&reinterpret_cast<const volatile char&>(relationship), true); });
    }
    /// To a model, along the one foreign key between it and what is selected: `join<Bookmark>()`.
    template <class T>
    [[nodiscard]] Select join() const {
        return joined([](auto& core) { core.join_by_key(orm::entity_at(&entity_storage<T>()), false); });
    }
    template <class T>
    [[nodiscard]] Select outerjoin() const {
        return joined([](auto& core) { core.join_by_key(orm::entity_at(&entity_storage<T>()), true); });
    }
    /// To a model (or `aliased<…>`), where a condition holds.
    template <class T, class C>
    [[nodiscard]] Select join(C&& on) const {
        return joined(
            [&](auto& core) { core.join_target(orm::entity_at(&entity_storage<T>()), orm::to_condition(on), false); });
    }
    template <class T, class C>
    [[nodiscard]] Select outerjoin(C&& on) const {
        return joined(
            [&](auto& core) { core.join_target(orm::entity_at(&entity_storage<T>()), orm::to_condition(on), true); });
    }
    /// What FROM has without its being selected: `select(func::count()).select_from<User>()`.
    template <class T>
    [[nodiscard]] Select select_from() const {
        return joined([](auto& core) { core.add_from(orm::entity_at(&entity_storage<T>())); });
    }

    /// How relationships and columns are loaded: `options(selectinload(User::c.bookmarks))`.
    template <std::same_as<Load>... L>
    [[nodiscard]] Select options(const L&... options) const {
        return joined([&](auto& core) { (core.options.push_back(options.option()), ...); });
    }

    const orm::SelectCore& core() const { return core_; }
    /// The statement below, for what this class does not offer; see `with`.
    const sql::Select& statement() const { return core_.statement; }
    /// The same selection with another statement.
    [[nodiscard]] Select with(sql::Select statement) const {
        Select other(*this);
        other.core_.statement = std::move(statement);
        return other;
    }

  private:
    template <class T>
    static const volatile char& entity_storage() {
        return reinterpret_cast<const volatile char&>(storage_of(static_cast<T*>(nullptr)));
    }
    template <class T>
    static constexpr const volatile T& storage_of(T*) {
        return reflection::never<T>.value;
    }
    template <class T, orm::FixedText name>
    static constexpr const volatile T& storage_of(aliased<T, name>*) {
        return aliased<T, name>::c;
    }
    template <class Change>
    Select joined(Change&& change) const {
        Select other(*this);
        change(other.core_);
        return other;
    }

    orm::SelectCore core_;
};

/// `select<User>()`: objects; `select<User, Bookmark>()`: rows of several.
template <orm::AnyModel... T>
    requires(sizeof...(T) > 0)
[[nodiscard]] Select<Ptr<T>...> select() {
    // Made once: each query begins as a copy, which shares the list of columns until it changes.
    static const orm::SelectCore begin = [] {
        orm::SelectCore core;
        (core.add_entity({&orm::mapper_of<T>(), orm::mapper_of<T>().table}), ...);
        return core;
    }();
    return Select<Ptr<T>...>(begin);
}

/// `select(User::c.username, func::count(Bookmark::c.id))`: rows of values; `User::c` itself is the object.
template <class... E>
    requires(sizeof...(E) > 0)
[[nodiscard]] Select<typename orm::Selected<std::remove_cvref_t<E>>::type...> select(E&&... items) {
    orm::SelectCore core;
    (orm::add_selected(core, std::forward<E>(items)), ...);
    return Select<typename orm::Selected<std::remove_cvref_t<E>>::type...>(std::move(core));
}

}  // namespace retort
