// Which C++ values templates take, and how: the templates behind Value's constructor and `borrow`.
#pragma once

#include <concepts>
#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "retort/base/enumerators.hpp"
#include "retort/base/floats.hpp"
#include "retort/base/reflection.hpp"
#include "retort/template/thing.hpp"

namespace retort::templates {

/// Specialised for types that show themselves in a way of their own: `static Value borrow(const T&)`.
template <class T>
struct ValueTraits;

/// The value without a copy: good for as long as `from` lives.
template <class T>
Value borrow(const T& from);
/// The same with what it was borrowed from.
Value keep_alive(Value borrowed, Ref<const Counted> owner);
Value borrow_json(const json& document);
Value from_unsigned(std::uint64_t number);
/// An enum's value by its name. Throws JsonTypeError("json-type") for one without a name.
Value from_enumerator(std::span<const std::string_view> names, std::int64_t value);

/// The members of a struct besides its fields: `static void template_members(templates::Members<User>& members)`.
template <class T>
class Members {
  public:
    using List = std::vector<Member>;
    explicit Members(List& into) : into_(into) {}
    /// A member function, or a function that takes the object first: `{{ user.full_name() }}`.
    template <class Body>
        requires(!std::is_member_function_pointer_v<Body>)
    Members& add(std::string_view name, Body body);
    template <class C, class R, class... A>
    Members& add(std::string_view name, R (C::*body)(A...) const);
    /// The same without parentheses, as a property of Python: `{{ user.full_name }}`.
    template <class Body>
        requires(!std::is_member_function_pointer_v<Body>)
    Members& property(std::string_view name, Body body);
    template <class C, class R>
    Members& property(std::string_view name, R (C::*body)() const);

  private:
    List& into_;
};

/// How the objects of a struct show themselves.
template <class T>
const ObjectType& object_type();

namespace detail {

template <class T>
concept HasTraits = requires(const T& value) {
    { ValueTraits<T>::borrow(value) } -> std::same_as<Value>;
};
template <class T>
concept TextLike = std::convertible_to<const T&, std::string_view> && !std::same_as<T, std::nullptr_t>;
/// A null one is None.
template <class T>
concept TextPointer = TextLike<T> && std::is_pointer_v<T>;
/// std::filesystem::path, whose parts are paths again.
template <class T>
concept PathLike = requires(const T& path) {
    { path.native() } -> std::same_as<const std::string&>;
    path.lexically_normal();
};
template <class T>
concept PointerLike = requires(const T& value) {
    *value;
    static_cast<bool>(value);
} && !requires(const T& value) { std::begin(value); };
template <class T>
concept RangeLike = requires(const T& value) {
    std::begin(value);
    std::end(value);
};
template <class T>
concept MapLike = RangeLike<T> && requires { typename T::mapped_type; };
template <class T>
concept TupleLike = requires { std::tuple_size<T>::value; };
template <class T>
concept WritesItself = requires(const T& value) {
    { value.to_string() } -> std::convertible_to<std::string>;
};
template <class T>
concept WritesJson = requires(const T& value) {
    { value.to_json() } -> std::same_as<json>;
};
template <class T>
concept PlainStruct = std::is_aggregate_v<T>;
template <class T>
concept CallableObject = requires { &T::operator(); } || std::is_function_v<std::remove_pointer_t<T>>;
template <class T>
class Holder final : public Counted {
  public:
    template <class From>
    explicit Holder(From&& from) : value(std::forward<From>(from)) {}
    const T value;
};

// Ranges

template <class T>
constexpr bool by_place = requires(const T& range, std::size_t at) {
    range.size();
    range[at];
} && std::is_lvalue_reference_v<decltype(*std::begin(std::declval<const T&>()))>;

template <class T>
std::size_t range_size(const void* range) {
    return static_cast<const T*>(range)->size();
}
template <class T>
void range_at(const void* range, std::size_t place, Value& out) {
    out = borrow((*static_cast<const T*>(range))[place]);
}
template <class T>
void range_fill(const void* range, std::vector<Value>& out) {
    for (auto&& item : *static_cast<const T*>(range)) {
        if constexpr (std::is_lvalue_reference_v<decltype(*std::begin(std::declval<const T&>()))>) {
            out.push_back(borrow(item));
        } else {
            out.push_back(Value(std::move(item)));
        }
    }
}
template <class T>
const SequenceType& sequence_type() {
    if constexpr (by_place<T>) {
        static constexpr SequenceType type{range_size<T>, range_at<T>, range_fill<T>};
        return type;
    } else {
        static constexpr SequenceType type{nullptr, nullptr, range_fill<T>};
        return type;
    }
}

template <class T>
std::size_t map_size(const void* map) {
    return static_cast<const T*>(map)->size();
}
template <class T>
bool map_find(const void* map, std::string_view key, Value& out) {
    if constexpr (std::convertible_to<std::string_view, typename T::key_type> ||
                  std::constructible_from<typename T::key_type, std::string_view>) {
        auto& all = *static_cast<const T*>(map);
        auto found = all.find(typename T::key_type(key));
        if (found == all.end()) return false;
        out = borrow(found->second);
        return true;
    } else if constexpr (std::is_enum_v<typename T::key_type>) {
        for (auto& [name, value] : *static_cast<const T*>(map)) {
            if (borrow(name).text() == key) return out = borrow(value), true;
        }
        return false;
    } else {
        (void)map, (void)key, (void)out;
        return false;
    }
}
template <class T>
void map_fill(const void* map, Dict& out) {
    for (auto& [key, value] : *static_cast<const T*>(map)) put(out, borrow(key), borrow(value));
}
template <class T>
const MappingType& mapping_type() {
    static constexpr MappingType type{map_size<T>, map_find<T>, map_fill<T>};
    return type;
}

// Structs

template <class F>
void read_field(const void* object, const Member& member, Value& out) {
    out = borrow(*reinterpret_cast<const F*>(static_cast<const char*>(object) + member.offset));
}
void print_text(std::string& out, std::string_view text, bool html);
void print_integer(std::string& out, std::int64_t number);
template <class F>
void print_field(const void* object, const Member& member, std::string& out, bool html) {
    auto& field = *reinterpret_cast<const F*>(static_cast<const char*>(object) + member.offset);
    if constexpr (TextLike<F>) {
        print_text(out, field, html);
    } else {
        print_integer(out, static_cast<std::int64_t>(field));
    }
}
template <class F>
constexpr bool prints_itself =
    !HasTraits<F> && ((TextLike<F> && !TextPointer<F>) || (std::signed_integral<F> && !std::same_as<F, char>));
template <class F>
Member field_member(std::string_view name, std::size_t offset) {
    Member member{nullptr, name, offset, read_field<F>, nullptr, nullptr, nullptr};
    if constexpr (prints_itself<F>) member.print = print_field<F>;
    return member;
}
template <class T, std::size_t... at>
void add_fields(std::vector<Member>& members, std::index_sequence<at...>) {
    auto& shape = reflection::never<T>.value;
    reflection::with_fields(shape, [&](const auto&... field) {
        (members.push_back(field_member<std::remove_cvref_t<decltype(field)>>(reflection::field_name<T, at>,
                                                                              reflection::offset_in(shape, &field))),
         ...);
    });
}
/// Calls the member's function on the object alone.
void read_property(const void* object, const Member& member, Value& out);
/// Keeps the members and makes the type of them.
const ObjectType& keep_type(ObjectType type, std::vector<Member> members);

/// What of it leaves the program, for `|tojson`.
template <class T>
void write_json(const void* object, json& out) {
    out = static_cast<const T*>(object)->to_json();
}
template <class T>
void write_text(const void* object, std::string& out) {
    out += static_cast<const T*>(object)->to_string();
}
template <class T>
const ObjectType& text_type() {
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = reflection::type_name<T>();
        made.text = write_text<T>;
        made.is_text = true;
        return keep_type(made, {});
    }();
    return type;
}

template <class T, std::size_t... at>
Value borrow_tuple(const T& from, std::index_sequence<at...>) {
    return tuple({borrow(std::get<at>(from))...});
}

template <class F>
Function erase_function(F function);

template <class T>
Value borrow_compound(const T& from) {
    if constexpr (CallableObject<T>) {
        return templates::function("function", erase_function(from));
    } else if constexpr (MapLike<T>) {
        return borrow_dict(&from, mapping_type<T>());
    } else if constexpr (RangeLike<T>) {
        return borrow_list(&from, sequence_type<T>());
    } else if constexpr (TupleLike<T>) {
        return borrow_tuple(from, std::make_index_sequence<std::tuple_size_v<T>>{});
    } else if constexpr (WritesItself<T> && !std::is_aggregate_v<T>) {
        return Value::object(&from, text_type<T>());
    } else {
        static_assert(
            PlainStruct<T>,
            "Templates cannot show this type, which is the T named beside this message: what is given to the template, "
            "or a field of it. Make it a plain struct, give it `std::string to_string() const`, or specialise "
            "templates::ValueTraits for it.");
        if constexpr (PlainStruct<T>) return Value::object(&from, object_type<T>());
    }
}

}  // namespace detail

template <class T>
Value borrow(const T& from) {
    using namespace detail;
    if constexpr (HasTraits<T>) {
        return ValueTraits<T>::borrow(from);
    } else if constexpr (std::same_as<T, Value>) {
        return from;
    } else if constexpr (std::same_as<T, bool>) {
        return Value::boolean(from);
    } else if constexpr (std::same_as<T, char>) {
        return Value::text(std::string(1, from));
    } else if constexpr (std::signed_integral<T>) {
        return Value::integer(from);
    } else if constexpr (std::unsigned_integral<T>) {
        return from_unsigned(from);
    } else if constexpr (std::same_as<T, float>) {
        return Value::real(retort::detail::widened(from));
    } else if constexpr (std::floating_point<T>) {
        return Value::real(static_cast<double>(from));
    } else if constexpr (std::same_as<T, std::byte>) {
        return Value::integer(static_cast<std::int64_t>(from));
    } else if constexpr (std::is_enum_v<T>) {
        return from_enumerator(reflection::enumerators<T>, static_cast<std::int64_t>(from));
    } else if constexpr (std::same_as<T, std::nullptr_t> || std::same_as<T, std::nullopt_t>) {
        return Value();
    } else if constexpr (TextPointer<T>) {
        return from == nullptr ? Value() : Value::view(from);
    } else if constexpr (TextLike<T>) {
        return Value::view(from);
    } else if constexpr (PathLike<T>) {
        return Value::view(from.native());
    } else if constexpr (std::same_as<T, json>) {
        return borrow_json(from);
    } else if constexpr (PointerLike<T> && !std::is_function_v<std::remove_pointer_t<T>>) {
        return static_cast<bool>(from) ? borrow(*from) : Value();
    } else {
        return borrow_compound(from);
    }
}

template <class T>
    requires(!std::is_base_of_v<Value, std::remove_cvref_t<T>>)
Value::Value(T&& from) : integer_(0), owner_(nullptr) {
    using Plain = std::decay_t<T>;
    if constexpr (std::is_arithmetic_v<Plain> || std::is_enum_v<Plain> || std::same_as<Plain, std::nullptr_t>) {
        *this = borrow(from);
    } else if constexpr (detail::TextPointer<std::remove_cvref_t<T>>) {
        if (from != nullptr) *this = text(std::string(from));
    } else if constexpr (detail::TextLike<Plain>) {
        *this = text(std::string(std::forward<T>(from)));
    } else {
        auto held = make<detail::Holder<Plain>>(std::forward<T>(from));
        *this = keep_alive(borrow(held->value), held);
    }
}

template <class T>
const ObjectType& object_type() {
    static_assert(reflection::field_count<T> != 0 || std::is_empty_v<T>,
                  "Templates find no field in this struct, the T named beside this message: one that is a reference "
                  "hides them all. Keep a pointer instead.");
    static const ObjectType& type = []() -> const ObjectType& {
        std::vector<Member> members;
        detail::add_fields<T>(members, std::make_index_sequence<reflection::field_count<T>>{});
        if constexpr (requires(Members<T>& more) { T::template_members(more); }) {
            Members<T> more(members);
            T::template_members(more);
        }
        ObjectType made;
        made.name = reflection::type_name<T>();
        if constexpr (detail::WritesItself<T>) made.text = detail::write_text<T>;
        if constexpr (detail::WritesJson<T>) made.to_json = detail::write_json<T>;
        return detail::keep_type(made, std::move(members));
    }();
    return type;
}

}  // namespace retort::templates
