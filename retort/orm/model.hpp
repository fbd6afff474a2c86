// Model: what a struct derives from to be mapped to a table; its mapper is made from its fields.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "retort/base/reflection.hpp"
#include "retort/orm/column.hpp"
#include "retort/orm/mapper.hpp"

namespace retort {

struct TableArgs;  // orm/table_args.hpp

template <class T>
struct Model;
template <class T>
class Query;

namespace orm {

template <class T>
concept AnyModel = std::is_base_of_v<retort::Model<T>, T>;

/// `aliased<User, "manager">`: the storage its `c` refers to.
template <class T, FixedText name>
struct AliasStorage {
    T value;
};

namespace detail {

void add_table_args(schemas::Table& table, const TableArgs& args);

template <class F>
inline constexpr bool is_relationship = requires { F::relationship_kind; };

template <class T, std::size_t at, class F>
void describe_field(Mapper& mapper, std::size_t offset) {
    if constexpr (AnyColumn<F>) {
        add_attribute(mapper, reflection::field_name<T, at>, offset, F::cell(),
                      ColumnTraits<typename F::Declared>::type(), F::options());
    } else if constexpr (is_relationship<F>) {
        add_relationship(mapper, reflection::field_name<T, at>, offset, F::relationship_kind, F::options(),
                         &mapper_of<typename F::Target>);
    } else {
        static_assert(never_true<F>, "a model holds Columns and relationships only: make this field a Column<…>");
    }
}

template <class T, std::size_t... at>
void describe_fields(Mapper& mapper, std::index_sequence<at...>) {
    reflection::with_fields(reflection::never<T>.value, [&]<class... F>(F&... fields) {
        (describe_field<T, at, F>(mapper, reflection::offset_in(reflection::never<T>.value, &fields)), ...);
    });
}
template <class T>
void describe(Mapper& mapper) {
    describe_fields<T>(mapper, std::make_index_sequence<reflection::field_count<T>>{});
}

template <class T>
constexpr std::string_view stated_table_name() {
    if constexpr (requires { std::string_view(T::table_name); }) {
        return T::table_name;
    } else {
        return {};
    }
}
template <class T>
constexpr auto table_args_of() -> void (*)(schemas::Table&) {
    if constexpr (requires { T::table_args(); }) {
        return [](schemas::Table& table) { add_table_args(table, T::table_args()); };
    } else {
        return nullptr;
    }
}

template <class T>
inline constexpr ModelType model_of = {
    .name = reflection::type_name<T>(),
    .size = sizeof(T),
    .alignment = alignof(T),
    .destroy = [](void* object) { static_cast<T*>(object)->~T(); },
    .move_to = [](void* memory, void* from) { new (memory) T(std::move(*static_cast<T*>(from))); },
    .describe = &describe<T>,
    .table_name = stated_table_name<T>(),
    .add_table_args = table_args_of<T>(),
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
    static_assert(std::is_aggregate_v<T>,
                  "a model is a plain struct: public fields, no constructors, no virtual functions");
    static_assert(sizeof(T) <= max_object_bytes, "a model's object must fit into a slab of 32 KB");
    static_assert(alignof(T) <= alignof(Slab), "a model cannot be over-aligned");
    return detail::made_mapper<T>();
}

/// The database's name of the column that a field of a model's `c` stands for.
std::string column_name_of(const volatile void* field);
/// The name of the field that stands in a model's `c`.
std::string_view field_name_of(const volatile void* field);
template <AnyColumn C>
std::string_view field_name_of(const volatile C& column) {
    return field_name_of(static_cast<const volatile void*>(&column));
}

}  // namespace orm

/// What a model derives from: `struct User : Model<User> { Column<int, primary_key> id; };`
///
/// `User::c.age` is the column in queries; `User::query()` is the older way to ask for objects.
template <class T>
struct Model {
    /// The model's columns, for queries. Only operators on them mean something: there is no object behind.
    static constexpr const volatile T& c = reflection::never<T>.value;
    static Query<T> query();

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
