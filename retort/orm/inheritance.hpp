// How a model takes fields from elsewhere: mixins, and models that inherit from models.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "retort/base/enumerators.hpp"
#include "retort/base/reflection.hpp"

namespace retort {

/// The kinds of a table's rows are models of their own: no table is added, the base's has all their columns.
///
///     struct Manager : Model<Manager, single_table<Employee>> { … };
template <class Base>
struct single_table {};
/// The model's own columns stand in a table of their own, joined to the base's by its primary key.
template <class Base>
struct joined_table {};
/// The model has a whole table of its own; only the fields are shared.
template <class Base>
struct concrete_table {};

/// The fields of a model that has others beside them from a base: C++20 cannot find them there by itself.
///
///     static constexpr auto fields() { return Fields<&Manager::department, &Manager::grade>(); }
template <auto... fields>
struct Fields {};

/// What stands for a class that is no plain struct: one with constructors, private fields, virtual functions, or one
/// that does not derive from Model. Its Columns and relationships are listed beside it; it must be
/// default-constructible, which is how rows become objects.
///
///     template <> struct retort::Mapping<Employee> : Described<Employee> {
///         static constexpr auto fields() { return Fields<&Employee::id, &Employee::name>(); }
///     };
///
/// `table_name` and `table_args()` may stand there too, and private fields need `friend struct
/// retort::Mapping<Employee>`.
template <class T>
struct Mapping;

namespace orm {

enum class Inheritance : std::uint8_t { none, single_table, joined_table, concrete_table };

struct Mapper;

namespace detail {

/// What a part of `Model<T, Parts…>` is: a mixin, or a model to inherit from.
template <class Part>
struct PartOf {
    using type = Part;
    static constexpr auto inheritance = Inheritance::none;
};
template <class Base>
struct PartOf<single_table<Base>> {
    using type = Base;
    static constexpr auto inheritance = Inheritance::single_table;
};
template <class Base>
struct PartOf<joined_table<Base>> {
    using type = Base;
    static constexpr auto inheritance = Inheritance::joined_table;
};
template <class Base>
struct PartOf<concrete_table<Base>> {
    using type = Base;
    static constexpr auto inheritance = Inheritance::concrete_table;
};

template <class Member>
struct MemberOf;
template <class Class, class Field>
struct MemberOf<Field Class::*> {
    using type = Class;
    using field = Field;
};

/// What a model is made of besides its own fields.
template <class... Parts>
struct PartList {
    static constexpr std::size_t count = sizeof...(Parts);
};

/// The name in a member's address: `&Manager::department`.
template <auto member>
consteval std::string_view member_name() {
    return reflection::detail::name_of_address<member>();
}

/// The listed fields that are T's own, and not what a base lists.
template <class T, class List>
inline constexpr std::size_t own_listed = 0;
template <class T, auto... fields>
inline constexpr std::size_t own_listed<T, Fields<fields...>> =
    (std::size_t{0} + ... + std::is_same_v<typename MemberOf<decltype(fields)>::type, T>);

/// Whether a class has a Mapping.
template <class T>
concept IsDescribed = requires { Mapping<T>::fields(); };

template <class T>
struct ListOf {
    using type = Fields<>;
};
template <IsDescribed T>
struct ListOf<T> {
    using type = decltype(Mapping<T>::fields());
};
template <class T>
    requires(!IsDescribed<T> && requires { T::fields(); })
struct ListOf<T> {
    using type = decltype(T::fields());
};

/// The model that T inherits from; void when there is none.
template <class List>
struct BaseModel {
    using type = void;
    static constexpr auto inheritance = Inheritance::none;
};
template <class First, class... More>
    requires(PartOf<First>::inheritance != Inheritance::none)
struct BaseModel<PartList<First, More...>> {
    using type = typename PartOf<First>::type;
    static constexpr auto inheritance = PartOf<First>::inheritance;
    static_assert(((PartOf<More>::inheritance == Inheritance::none) && ...), "a model inherits from one model");
};

/// Whether T says it itself: what it only got from its base model does not count.
template <class T, class Base>
constexpr bool states_table_name() {
    if constexpr (!requires { std::string_view(T::table_name); }) {
        return false;
    } else if constexpr (requires { std::string_view(Base::table_name); }) {
        return &T::table_name != &Base::table_name;
    } else {
        return true;
    }
}
template <class T, class Base>
constexpr bool states_table_args() {
    if constexpr (!requires { T::table_args(); }) {
        return false;
    } else if constexpr (requires { &T::table_args == &Base::table_args; }) {
        return &T::table_args != &Base::table_args;
    } else {
        return true;
    }
}
template <class T, class Base>
constexpr bool states_identity() {
    if constexpr (!requires { T::polymorphic_identity; }) {
        return false;
    } else if constexpr (requires { &T::polymorphic_identity == &Base::polymorphic_identity; }) {
        return &T::polymorphic_identity != &Base::polymorphic_identity;
    } else {
        return true;
    }
}

}  // namespace detail

/// The value of the base's `polymorphic_on` column that stands for a model.
struct PolymorphicIdentity {
    std::string_view text;  ///< "" when the model states none: then its table's name by the rule
    std::int64_t number = 0;
    bool is_number = false;
};

namespace detail {

template <class T, class Base>
constexpr PolymorphicIdentity identity_of_model() {
    if constexpr (!states_identity<T, Base>()) {
        return {};
    } else if constexpr (std::is_enum_v<std::remove_cvref_t<decltype(T::polymorphic_identity)>>) {
        constexpr auto value = T::polymorphic_identity;
        constexpr auto names = reflection::enumerators<std::remove_const_t<decltype(value)>>;
        constexpr auto at = static_cast<std::size_t>(value);
        static_assert(at < names.size() && !names[at < names.size() ? at : 0].empty(),
                      "polymorphic_identity is no enumerator of its enum between 0 and 63");
        return {names[at < names.size() ? at : 0]};
    } else if constexpr (std::is_integral_v<std::remove_cvref_t<decltype(T::polymorphic_identity)>>) {
        return {{}, static_cast<std::int64_t>(T::polymorphic_identity), true};
    } else {
        return {std::string_view(T::polymorphic_identity)};
    }
}

}  // namespace detail
}  // namespace orm
}  // namespace retort
