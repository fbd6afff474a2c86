// primaryjoin and secondaryjoin: how a relationship's tables are joined, where foreign keys alone do not say it.
#pragma once

#include <type_traits>

#include "retort/base/reflection.hpp"
#include "retort/orm/condition.hpp"
#include "retort/orm/options.hpp"

namespace retort {

namespace orm {

/// A condition between two tables. It is made anew for each use, for the tables, aliases or values that its two sides
/// then stand for.
struct JoinRule {
    Condition (*make)();
    const volatile void* (*left)();  ///< where the columns of each side stand
    const volatile void* (*right)();
};

/// The storage that one side of a join's condition reads its columns from.
template <class T, int side>
struct JoinSide {
    T value;
};

namespace detail {

template <auto join, class Left, class Right>
inline constexpr JoinRule join_rule = {[] {
                                           const volatile Left& left = reflection::never<JoinSide<Left, 0>>.value.value;
                                           const volatile Right& right =
                                               reflection::never<JoinSide<Right, 1>>.value.value;
                                           return Condition(join(left, right));
                                       },
                                       []() -> const volatile void* {return &reflection::never<JoinSide<Left, 0>>.value;
}  // namespace detail
, []() -> const volatile void* { return &reflection::never<JoinSide<Right, 1>>.value; }
,
};  // namespace orm

/// The table between, of the options of a relationship; void when there is none.
template <class... Options>
struct BetweenOf {
    using type = void;
};
template <class First, class... More>
struct BetweenOf<First, More...> : BetweenOf<More...> {};
template <class First, class... More>
    requires requires { typename First::Between; }
struct BetweenOf<First, More...> {
    using type = typename First::Between;
};

template <class Option, class Owner, class Between, class Target>
constexpr void bind_join(RelationshipOptions& options) {
    if constexpr (requires { Option::template bind<Owner, Between, Target>(options); })
        Option::template bind<Owner, Between, Target>(options);
}

}  // namespace retort

/// All that a relationship of this owner says.
template <class Owner, class Target, class... Options>
constexpr RelationshipOptions relationship_options(RelationshipOptions options) {
    (detail::bind_join<Options, Owner, typename detail::BetweenOf<Options...>::type, Target>(options), ...);
    return options;
}

}  // namespace orm

/// How the owner is joined to its targets (or to the table between):
/// `inline constexpr auto boston_join = [](auto& user, auto& address) { return user.id == address.user_id &&
/// address.city == "Boston"; };`, then `Many<Address, viewonly, primaryjoin<boston_join>>`. Without a foreign key the
/// relationship must be viewonly.
template <auto join>
struct primaryjoin {
    static constexpr void apply(orm::RelationshipOptions&) {}
    template <class Owner, class Between, class Target>
    static constexpr void bind(orm::RelationshipOptions& options) {
        using Other = std::conditional_t<std::is_void_v<Between>, Target, Between>;
        options.primaryjoin = &orm::detail::join_rule<join, Owner, Other>;
    }
};
/// How the table between is joined to the targets of a many-to-many.
template <auto join>
struct secondaryjoin {
    static constexpr void apply(orm::RelationshipOptions&) {}
    template <class Owner, class Between, class Target>
    static constexpr void bind(orm::RelationshipOptions& options) {
        static_assert(!std::is_void_v<Between>, "secondaryjoin needs a table between: secondary<…>");
        options.secondaryjoin = &orm::detail::join_rule<join, Between, Target>;
    }
};

}  // namespace retort
