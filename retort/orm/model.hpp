// Model: what a struct derives from to be mapped to a table; its mapper is made from its fields.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/json.hpp"
#include "retort/base/reflection.hpp"
#include "retort/orm/column.hpp"
#include "retort/orm/inheritance.hpp"
#include "retort/orm/mapper.hpp"

namespace retort {

struct TableArgs;  // orm/table_args.hpp

template <class T, class... Parts>
struct Model;
template <class T>
class Query;

namespace orm {

template <class T>
concept AnyModel =
    requires { requires std::is_same_v<typename T::ModelItself, T>; } || (std::is_class_v<T> && detail::IsDescribed<T>);

/// `aliased<User, "manager">`: the storage its `c` refers to.
template <class T, FixedText name>
struct AliasStorage {
    T value;
};

namespace detail {

void add_table_args(schemas::Table& table, const TableArgs& args);

template <class F>
inline constexpr bool is_relationship = requires { F::relationship_kind; };

template <class T, class F>
void describe_field(Mapper& mapper, std::string_view name, std::size_t offset) {
    if constexpr (AnyColumn<F>) {
        add_attribute(mapper, name, offset, F::cell(), ColumnTraits<typename F::Declared>::type(), F::options());
    } else if constexpr (is_relationship<F>) {
        add_relationship(mapper, name, offset, F::relationship_kind, F::template options_of<T>(),
                         &mapper_of<typename F::Target>);
    } else {
        static_assert(never_true<F>, "a model holds Columns and relationships only: make this field a Column<…>");
    }
}

// The fields of T, or of a plain struct that stands at `base` in it.
template <class T, class Piece, std::size_t... at>
void describe_fields(Mapper& mapper, std::size_t base, std::index_sequence<at...>) {
    reflection::with_fields(reflection::never<Piece>.value, [&]<class... F>(F&... fields) {
        (describe_field<T, F>(mapper, reflection::field_name<Piece, at>,
                              base + reflection::offset_in(reflection::never<Piece>.value, &fields)),
         ...);
    });
}

template <class T, auto... fields>
void describe_listed(Mapper& mapper, Fields<fields...>) {
    if constexpr (!IsDescribed<T>) {
        static_assert(own_listed<T, Fields<fields...>> == reflection::field_count<T>,
                      "a model with fields from elsewhere must list its own, each of them: "
                      "static constexpr auto fields() { return Fields<&T::a, &T::b>(); }");
    }
    (describe_field<T, typename MemberOf<decltype(fields)>::field>(
         mapper, member_name<fields>(),
         reflection::offset_in(reflection::never<T>.value, &(reflection::never<T>.value.*fields))),
     ...);
}

template <class T, class Part>
void describe_part(Mapper& mapper) {
    using Piece = typename PartOf<Part>::type;
    T& whole = reflection::never<T>.value;
    std::size_t offset = reflection::offset_in(whole, &static_cast<Piece&>(whole));
    if constexpr (PartOf<Part>::inheritance == Inheritance::none) {
        static_assert(std::is_aggregate_v<Piece>, "a mixin is a plain struct of Columns and relationships");
        add_mixin(mapper, mixin_of<Piece>, offset);
        describe_fields<T, Piece>(mapper, offset, std::make_index_sequence<reflection::field_count<Piece>>{});
    } else {
        inherit_fields(mapper, mapper_of<Piece>(), offset);
    }
}
template <class T, class... Parts>
void describe_parts(Mapper& mapper, PartList<Parts...>) {
    (describe_part<T, Parts>(mapper), ...);
}

/// What a model is made of; a class that derives from no Model has no parts.
template <class T>
struct PartsOf {
    using type = PartList<>;
};
template <class T>
    requires requires { typename T::ModelParts; }
struct PartsOf<T> {
    using type = typename T::ModelParts;
};

template <class T>
void describe(Mapper& mapper) {
    if constexpr (IsDescribed<T>) {
        describe_parts<T>(mapper, typename PartsOf<T>::type{});
        describe_listed<T>(mapper, typename ListOf<T>::type{});
    } else if constexpr (T::ModelParts::count == 0) {
        describe_fields<T, T>(mapper, 0, std::make_index_sequence<reflection::field_count<T>>{});
    } else {
        describe_parts<T>(mapper, typename T::ModelParts{});
        if constexpr (reflection::field_count<T> > 0) describe_listed<T>(mapper, typename ListOf<T>::type{});
    }
}

template <class T, class Base>
constexpr std::string_view stated_table_name() {
    if constexpr (requires { std::string_view(Mapping<T>::table_name); }) {
        return Mapping<T>::table_name;
    } else if constexpr (states_table_name<T, Base>()) {
        return T::table_name;
    } else {
        return {};
    }
}
template <class T>
constexpr std::string_view stated_bind_key() {
    if constexpr (requires { std::string_view(T::bind_key); }) {
        return T::bind_key;
    } else {
        return {};
    }
}
template <class T, class Base>
constexpr auto table_args_of() -> void (*)(schemas::Table&) {
    if constexpr (requires { Mapping<T>::table_args(); }) {
        return [](schemas::Table& table) { add_table_args(table, Mapping<T>::table_args()); };
    } else if constexpr (states_table_args<T, Base>()) {
        return [](schemas::Table& table) { add_table_args(table, T::table_args()); };
    } else {
        return nullptr;
    }
}
template <class Base>
constexpr auto base_mapper() -> const Mapper& (*)() {
    if constexpr (std::is_void_v<Base>) {
        return nullptr;
    } else {
        return &mapper_of<Base>;
    }
}

/// How an object is made before it is filled from a row; null where its fields are made one by one.
template <class T>
constexpr auto constructor_of() -> void (*)(void*) {
    if constexpr (IsDescribed<T>) {
        static_assert(std::is_default_constructible_v<T>,
                      "a class with a Mapping needs a constructor without arguments");
        return [](void* memory) { new (memory) T(); };
    } else {
        return nullptr;
    }
}

template <class T>
constexpr auto repr_of_model() -> void (*)(const void*, std::string&) {
    if constexpr (requires(const T& model) { std::string(model.repr()); }) {
        return [](const void* object, std::string& out) { out += std::string(static_cast<const T*>(object)->repr()); };
    } else {
        return nullptr;
    }
}
template <class T>
constexpr auto json_of_model() -> void (*)(const void*, json&) {
    if constexpr (requires(const T& model) { requires JsonValue<decltype(model.to_json())>; }) {
        return [](const void* object, json& into) { into = json(static_cast<const T*>(object)->to_json()); };
    } else {
        return nullptr;
    }
}

/// What templates see of it beside its columns: a list of theirs, which is nothing to this module.
template <class Members>
void add_members(void (*add)(Members&), void* into) {
    Members members(*static_cast<typename Members::List*>(into));
    add(members);
}
template <class T>
constexpr auto template_members_of_model() -> void (*)(void*) {
    if constexpr (requires { &T::template_members; }) {
        return [](void* into) { add_members(&T::template_members, into); };
    } else {
        return nullptr;
    }
}

template <class T, class Base = typename BaseModel<typename PartsOf<T>::type>::type>
inline constexpr ModelType model_of = {
    .name = reflection::type_name<T>(),
    .size = sizeof(T),
    .alignment = alignof(T),
    .destroy = [](void* object) { static_cast<T*>(object)->~T(); },
    .move_to = [](void* memory, void* from) { new (memory) T(std::move(*static_cast<T*>(from))); },
    .make_new = [](void* memory) { new (memory) T{}; },
    .describe = &describe<T>,
    .table_name = stated_table_name<T, Base>(),
    .add_table_args = table_args_of<T, Base>(),
    .bind_key = stated_bind_key<T>(),
    .base = base_mapper<Base>(),
    .inheritance = BaseModel<typename PartsOf<T>::type>::inheritance,
    .identity = identity_of_model<T, Base>(),
    .construct = constructor_of<T>(),
    .repr = repr_of_model<T>(),
    .to_json = json_of_model<T>(),
    .template_members = template_members_of_model<T>(),
};

template <class T>
const Mapper& made_mapper() {
    static const Mapper* mapper = make_mapper(model_of<T>);
    return *mapper;
}

template <class T>
struct Enrolled {
    static bool done;
    static bool enrol_now() {
        static constinit Enrolment entry{&mapper_of<T>, nullptr, 0, {}, nullptr};
        entry.prototype = reinterpret_cast<const volatile char*>(&reflection::never<T>.value);
        entry.size = sizeof(T);
        enrol(entry);
        return true;
    }
};
template <class T>
bool Enrolled<T>::done = Enrolled<T>::enrol_now();

template <class T, FixedText name>
struct EnrolledAlias {
    static bool done;
    static bool enrol_now() {
        static constinit Enrolment entry{&mapper_of<T>, nullptr, 0, {}, nullptr};
        entry.prototype = reinterpret_cast<const volatile char*>(&reflection::never<AliasStorage<T, name>>.value);
        entry.size = sizeof(AliasStorage<T, name>);
        entry.alias = name.view();
        enrol(entry);
        return true;
    }
};
template <class T, FixedText name>
bool EnrolledAlias<T, name>::done = EnrolledAlias<T, name>::enrol_now();

// Naming a variable as a template argument makes it be defined, and with that the model enrolled before main.
template <bool&>
struct Names {};

}  // namespace detail

/// The mapper of a model.
template <class T>
const Mapper& mapper_of() {
    static_assert(AnyModel<T>, "this type is no model: derive it from Model<itself>");
    static_assert(std::is_aggregate_v<T> || detail::IsDescribed<T>,
                  "a model is a plain struct: public fields, no constructors, no virtual functions; any other class is "
                  "described by a Mapping: template <> struct retort::Mapping<T> : Described<T> { … };");
    static_assert(sizeof(T) <= max_object_bytes, "a model's object must fit into a slab of 32 KB");
    static_assert(alignof(T) <= alignof(Slab), "a model cannot be over-aligned");
    return detail::made_mapper<T>();
}

/// The database's name of the column that a field of a model's `c` stands for.
std::string column_name_of(const volatile void* field);
/// What the model knows of the field that stands in its `c`, and the field's name.
const Attribute& attribute_at(const volatile void* field);
std::string_view field_name_of(const volatile void* field);
template <AnyColumn C>
std::string_view field_name_of(const volatile C& column) {
    return field_name_of(static_cast<const volatile void*>(&column));
}

}  // namespace orm

/// What a model derives from: `struct User : Model<User> { Column<int, primary_key> id; };`
///
/// `User::c.age` is the column in queries; `User::query()` is the older way to ask for objects. Beside the model stand
/// the structs that it takes fields from, and the model that it inherits from, which comes first.
template <class T, class... Parts>
struct Model : orm::detail::PartOf<Parts>::type... {
    using ModelItself = T;
    using ModelParts = orm::detail::PartList<Parts...>;
    /// The model's columns, for queries. Only operators on them mean something: there is no object behind.
    static constexpr const volatile T& c = reflection::never<T>.value;
    static Query<T> query();

    using EnrolledByItself = orm::detail::Names<orm::detail::Enrolled<T>::done>;
};

/// `User::c == user` would be a comparison of rows.
template <class T, class... Parts>
Condition operator==(const volatile Model<T, Parts...>&, const Ptr<T>&) {
    static_assert(orm::detail::never_true<T>,
                  "User::c is all columns of the model: compare its key: where(User::c.id == user->id)");
    return {};
}

/// What a Mapping derives from: it makes the class known to the metadata.
template <class T>
struct Described {
    using EnrolledByItself = orm::detail::Names<orm::detail::Enrolled<T>::done>;
};

/// The columns of a model, also where it has a column that is itself called `c`.
template <class T>
constexpr const volatile T& columns() {
    return reflection::never<T>.value;
}

/// A second name for a model's table, for joining it with itself: `aliased<User, "manager">::c.name`.
template <class T, orm::FixedText name>
struct aliased {
    using Entity = T;
    static constexpr const volatile T& c = reflection::never<orm::AliasStorage<T, name>>.value.value;
    using EnrolledByItself = orm::detail::Names<orm::detail::EnrolledAlias<T, name>::done>;
};

}  // namespace retort
