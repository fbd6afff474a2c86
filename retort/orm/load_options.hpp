// What a query says about loading: joinedload(User::c.bookmarks), load_only(User::c.username), and paths of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/orm/condition.hpp"
#include "retort/orm/model.hpp"
#include "retort/orm/operators.hpp"
#include "retort/orm/options.hpp"
#include "retort/orm/relationship.hpp"

namespace retort {

namespace orm {

enum class ColumnChoice : std::uint8_t { only, defer, undefer };

/// One relationship on the way of an option, and what is to be done with it.
struct LoadStepOption {
    const volatile void* field = nullptr;  ///< null: every relationship of the model, as in raiseload("*")
    Loading loading = Loading::select;
    bool given = true;                         ///< false: only a way to what follows, as defaultload
    bool contains_eager = false;               ///< its columns are in the query already
    const volatile void* contained = nullptr;  ///< `c` of the alias that they belong to; null: the model itself
    bool innerjoin = false;
    Condition criteria;
};

/// Columns that are chosen or left out, of the model at the end of the steps.
struct ColumnStepOption {
    ColumnChoice choice;
    std::vector<const volatile void*> fields;
    std::size_t at = 0;  ///< after how many steps
};

/// One `options(…)`: a way along relationships, and columns of what stands on it.
struct LoadOption {
    std::vector<LoadStepOption> steps;
    std::vector<ColumnStepOption> columns;
    std::vector<const Mapper& (*)()> kinds;  ///< models below the one after `kinds_at` steps, whose columns come too
    bool all_kinds = false;
    const Mapper& (*criteria_of)() =
        nullptr;         ///< a model of whose objects only some are meant, wherever they are loaded
    Condition criteria;  ///< of that model; without one and without steps, of a relationship that was waiting
    std::size_t kinds_at = 0;

    /// What it says of what lies behind its first steps: null when nothing.
    std::optional<LoadOption> behind(std::size_t first) const;
};

/// A relationship, and which of its objects: `User::c.bookmarks.and_(Bookmark::c.url.like("http%"))`.
struct RelationWhere {
    const volatile void* field;
    Condition criteria;
};

template <class R>
concept RelationPath =
    detail::is_relationship<std::remove_cvref_t<R>> || std::is_same_v<std::remove_cvref_t<R>, RelationWhere>;

/// A column or a relationship, as it stands in a model's `c`.
template <class F>
concept AnyField = AnyColumn<F> || detail::is_relationship<std::remove_cvref_t<F>>;

/// The text `"*"`, for every relationship. Any other does not compile.
struct EveryRelationship {
    template <std::size_t size>
    consteval EveryRelationship(const char (&text)[size]) {  // NOLINT: "*" converts
        if (std::string_view(text) != "*") write_the_relationship_itself_as_in_joinedload_of_User_c_bookmarks();
    }

  private:
    static void write_the_relationship_itself_as_in_joinedload_of_User_c_bookmarks();  // "*" is the only text
};

/// What an option is given: a path, or, beside `"*"`, what is refused by a sentence.
template <class R>
concept LoaderArgument = !std::is_convertible_v<R, std::string_view>;

template <class R>
constexpr bool refuse_no_relationship() {
    constexpr bool is_one = detail::is_relationship<std::remove_cvref_t<R>>;
    static_assert(is_one,
                  "this option takes a relationship, as in joinedload(User::c.bookmarks); for columns there are "
                  "load_only, defer and undefer");
    return is_one;
}

/// The relationship that a path names, with its conditions.
template <RelationPath R>
RelationWhere load_path(R&& relationship) {
    if constexpr (std::is_same_v<std::remove_cvref_t<R>, RelationWhere>) {
        return relationship;
    } else {
        return {&reinterpret_cast<const volatile char&>(relationship), {}};
    }
}

template <LoaderArgument R>
LoadStepOption load_step(R&& relationship, Loading loading) {
    LoadStepOption step;
    step.loading = loading;
    if constexpr (std::is_same_v<std::remove_cvref_t<R>, RelationWhere>) {
        step.field = relationship.field;
        step.criteria = relationship.criteria;
    } else if constexpr (refuse_no_relationship<R>()) {
        using Field = std::remove_cvref_t<R>;
        static_assert(!std::is_base_of_v<DynamicFace<typename Field::Target>, Field> &&
                          !std::is_base_of_v<WriteOnlyFace<typename Field::Target>, Field>,
                      "a lazy::dynamic or lazy::write_only relationship is a query: it cannot be loaded eagerly");
        step.field = &reinterpret_cast<const volatile char&>(relationship);
    }
    return step;
}

template <class Other, LoaderArgument R>
LoadStepOption contained_step(R&& relationship) {
    auto step = load_step(relationship, Loading::joined);
    step.contains_eager = true;
    step.contained = &reinterpret_cast<const volatile char&>(Other::c);
    return step;
}

}  // namespace orm

/// An option of a query: `selectinload(User::c.bookmarks)`, and on: `.joinedload(Bookmark::c.user)`.
class Load {
  public:
    explicit Load(orm::LoadStepOption step);
    explicit Load(orm::ColumnStepOption columns);
    explicit Load(orm::LoadOption option);
    Load(const Load& other);
    Load(Load&& other) noexcept;
    Load& operator=(const Load& other);
    Load& operator=(Load&& other) noexcept;
    ~Load();

    template <orm::LoaderArgument R>
    [[nodiscard]] Load joinedload(R&& relationship) const {
        return on(orm::load_step(relationship, orm::Loading::joined));
    }
    [[nodiscard]] Load joinedload(orm::EveryRelationship) const { return every(orm::Loading::joined); }
    template <orm::LoaderArgument R>
    [[nodiscard]] Load selectinload(R&& relationship) const {
        return on(orm::load_step(relationship, orm::Loading::selectin));
    }
    [[nodiscard]] Load selectinload(orm::EveryRelationship) const { return every(orm::Loading::selectin); }
    template <orm::LoaderArgument R>
    [[nodiscard]] Load subqueryload(R&& relationship) const {
        return on(orm::load_step(relationship, orm::Loading::subquery));
    }
    [[nodiscard]] Load subqueryload(orm::EveryRelationship) const { return every(orm::Loading::subquery); }
    template <orm::LoaderArgument R>
    [[nodiscard]] Load immediateload(R&& relationship) const {
        return on(orm::load_step(relationship, orm::Loading::immediate));
    }
    [[nodiscard]] Load immediateload(orm::EveryRelationship) const { return every(orm::Loading::immediate); }
    template <orm::LoaderArgument R>
    [[nodiscard]] Load lazyload(R&& relationship) const {
        return on(orm::load_step(relationship, orm::Loading::select));
    }
    [[nodiscard]] Load lazyload(orm::EveryRelationship) const { return every(orm::Loading::select); }
    template <orm::LoaderArgument R>
    [[nodiscard]] Load batchload(R&& relationship) const {
        return on(orm::load_step(relationship, orm::Loading::batch));
    }
    [[nodiscard]] Load batchload(orm::EveryRelationship) const { return every(orm::Loading::batch); }
    template <orm::LoaderArgument R>
    [[nodiscard]] Load noload(R&& relationship) const {
        return on(orm::load_step(relationship, orm::Loading::noload));
    }
    [[nodiscard]] Load noload(orm::EveryRelationship) const { return every(orm::Loading::noload); }
    template <orm::LoaderArgument R>
    [[nodiscard]] Load raiseload(R&& relationship, bool sql_only = false) const {
        return on(orm::load_step(relationship, sql_only ? orm::Loading::raise_on_sql : orm::Loading::raise));
    }
    /// The same for every relationship of what the path leads to: `joinedload(User::c.bookmarks).raiseload("*")`.
    [[nodiscard]] Load raiseload(orm::EveryRelationship, bool sql_only = false) const {
        return every(sql_only ? orm::Loading::raise_on_sql : orm::Loading::raise);
    }
    /// As the relationship says itself; only a way to what follows.
    template <orm::LoaderArgument R>
    [[nodiscard]] Load defaultload(R&& relationship) const {
        auto step = orm::load_step(relationship, orm::Loading::select);
        step.given = false;
        return on(std::move(step));
    }
    template <orm::LoaderArgument R>
    [[nodiscard]] Load contains_eager(R&& relationship) const {
        auto step = orm::load_step(relationship, orm::Loading::joined);
        step.contains_eager = true;
        return on(std::move(step));
    }
    template <class Other, orm::LoaderArgument R>
    [[nodiscard]] Load contains_eager(R&& relationship) const {
        return on(orm::contained_step<Other>(relationship));
    }
    template <orm::AnyColumn... C>
    [[nodiscard]] Load load_only(const volatile C&... columns) const {
        return with({orm::ColumnChoice::only, {&reinterpret_cast<const volatile char&>(columns)...}});
    }
    template <orm::AnyColumn... C>
    [[nodiscard]] Load defer(const volatile C&... columns) const {
        return with({orm::ColumnChoice::defer, {&reinterpret_cast<const volatile char&>(columns)...}});
    }
    template <orm::AnyColumn... C>
    [[nodiscard]] Load undefer(const volatile C&... columns) const {
        return with({orm::ColumnChoice::undefer, {&reinterpret_cast<const volatile char&>(columns)...}});
    }
    template <orm::AnyModel... Kind>
    [[nodiscard]] Load with_polymorphic() const {
        Load other(*this);
        other.option_.kinds = {&orm::mapper_of<Kind>...};
        other.option_.all_kinds = sizeof...(Kind) == 0;
        other.option_.kinds_at = option_.steps.size();
        return other;
    }
    /// Joined by an inner join: there always is such an object.
    [[nodiscard]] Load innerjoin() const;

    const orm::LoadOption& option() const { return option_; }

  private:
    Load on(orm::LoadStepOption step) const;
    Load every(orm::Loading loading) const;
    Load with(orm::ColumnStepOption columns) const;

    orm::LoadOption option_;
};

/// The objects of a relationship with their owners, in the same SELECT.
template <orm::LoaderArgument R>
[[nodiscard]] Load joinedload(R&& relationship) {
    return Load(orm::load_step(relationship, orm::Loading::joined));
}
/// Right after them, by SELECT … WHERE key IN (…).
template <orm::LoaderArgument R>
[[nodiscard]] Load selectinload(R&& relationship) {
    return Load(orm::load_step(relationship, orm::Loading::selectin));
}
/// Right after them, by a SELECT that repeats theirs as a subquery.
template <orm::LoaderArgument R>
[[nodiscard]] Load subqueryload(R&& relationship) {
    return Load(orm::load_step(relationship, orm::Loading::subquery));
}
/// Right after them, by a SELECT for each.
template <orm::LoaderArgument R>
[[nodiscard]] Load immediateload(R&& relationship) {
    return Load(orm::load_step(relationship, orm::Loading::immediate));
}
/// When touched.
template <orm::LoaderArgument R>
[[nodiscard]] Load lazyload(R&& relationship) {
    return Load(orm::load_step(relationship, orm::Loading::select));
}
/// When one is touched, for all of the result at once.
template <orm::LoaderArgument R>
[[nodiscard]] Load batchload(R&& relationship) {
    return Load(orm::load_step(relationship, orm::Loading::batch));
}
/// Empty.
template <orm::LoaderArgument R>
[[nodiscard]] Load noload(R&& relationship) {
    return Load(orm::load_step(relationship, orm::Loading::noload));
}
/// Touching it is an error; with `sql_only`, only what would need SQL.
template <orm::LoaderArgument R>
[[nodiscard]] Load raiseload(R&& relationship, bool sql_only = false) {
    return Load(orm::load_step(relationship, sql_only ? orm::Loading::raise_on_sql : orm::Loading::raise));
}
/// As the relationship says itself; only a way to what follows.
template <orm::LoaderArgument R>
[[nodiscard]] Load defaultload(R&& relationship) {
    auto step = orm::load_step(relationship, orm::Loading::select);
    step.given = false;
    return Load(std::move(step));
}
/// From the columns of a join that the query has already.
template <orm::LoaderArgument R>
[[nodiscard]] Load contains_eager(R&& relationship) {
    auto step = orm::load_step(relationship, orm::Loading::joined);
    step.contains_eager = true;
    return Load(std::move(step));
}
/// The same where the join is to an alias: `contains_eager<Mark>(User::c.bookmarks)`.
template <class Other, orm::LoaderArgument R>
[[nodiscard]] Load contains_eager(R&& relationship) {
    return Load(orm::contained_step<Other>(relationship));
}
/// The same for every relationship of what is selected: `raiseload("*")`.
[[nodiscard]] Load raiseload(orm::EveryRelationship, bool sql_only = false);
[[nodiscard]] Load lazyload(orm::EveryRelationship);
[[nodiscard]] Load noload(orm::EveryRelationship);
[[nodiscard]] Load joinedload(orm::EveryRelationship);
[[nodiscard]] Load selectinload(orm::EveryRelationship);
[[nodiscard]] Load subqueryload(orm::EveryRelationship);
[[nodiscard]] Load immediateload(orm::EveryRelationship);
[[nodiscard]] Load batchload(orm::EveryRelationship);
/// These columns (and the key) now, the others when they are touched.
template <orm::AnyColumn... C>
[[nodiscard]] Load load_only(const volatile C&... columns) {
    return Load(orm::ColumnStepOption{orm::ColumnChoice::only, {&reinterpret_cast<const volatile char&>(columns)...}});
}
/// These columns when they are touched.
template <orm::AnyColumn... C>
[[nodiscard]] Load defer(const volatile C&... columns) {
    return Load(orm::ColumnStepOption{orm::ColumnChoice::defer, {&reinterpret_cast<const volatile char&>(columns)...}});
}
/// The columns of these models too, which inherit from the one that is selected; without names, of all that do.
template <orm::AnyModel... Kind>
[[nodiscard]] Load with_polymorphic() {
    return Load(orm::LoadOption{{}, {}, {&orm::mapper_of<Kind>...}, sizeof...(Kind) == 0, nullptr, {}});
}
/// Only those objects of a model for which the conditions hold, wherever the query loads them: what it selects, and the
/// relationships that come with it. What is loaded later, when it is touched, is all there is.
template <orm::AnyModel T, class... C>
[[nodiscard]] Load with_loader_criteria(C&&... conditions) {
    return Load(orm::LoadOption{{}, {}, {}, false, &orm::mapper_of<T>, orm::all_of(orm::to_condition(conditions)...)});
}
/// These columns now, although their model defers them.
template <orm::AnyColumn... C>
[[nodiscard]] Load undefer(const volatile C&... columns) {
    return Load(
        orm::ColumnStepOption{orm::ColumnChoice::undefer, {&reinterpret_cast<const volatile char&>(columns)...}});
}

namespace orm {

template <class... C>
RelationWhere relation_where(const volatile void* field, const C&... conditions) {
    return {field, all_of(conditions...)};
}

}  // namespace orm
}  // namespace retort
