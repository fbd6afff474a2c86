// C++ functions as functions, filters and tests of templates: `[](std::string name, int times) { … }`.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/function_ref.hpp"
#include "retort/template/convert.hpp"

namespace retort::templates {

namespace detail {

// Throw TypeError("template-type") when the argument is missing or of another kind.
const Value& argument_at(const Call& call, std::size_t at);
std::int64_t integer_argument(const Call& call, std::size_t at, std::int64_t least, std::int64_t most);
double real_argument(const Call& call, std::size_t at);
std::int64_t enum_argument(const Call& call, std::size_t at, std::span<const std::string_view> names);
bool truth_argument(const Call& call, std::size_t at);
std::string text_argument(const Call& call, std::size_t at);
const void* object_argument(const Call& call, std::size_t at, const ObjectType& type);
void read_document(const Call& call, std::size_t at, json& out);
/// With each item of the list as the only argument of a call.
void for_each_item(const Call& call, std::size_t at, FunctionRef<void(const Call& item)> use);
/// Whether it was given, and is not None.
bool has_argument(const Call& call, std::size_t at) noexcept;
/// Throws for keyword arguments and for more than `most` arguments.
void check_count(const Call& call, std::size_t most);
/// The function with its keyword arguments put to their places.
Function with_names(std::initializer_list<std::string_view> names, Function function);

template <class T>
struct OptionalOf : std::false_type {};
template <class T>
struct OptionalOf<std::optional<T>> : std::true_type {
    using type = T;
};
template <class T>
struct VectorOf : std::false_type {};
template <class T>
struct VectorOf<std::vector<T>> : std::true_type {
    using type = T;
};
/// What the traits of a type make of a value.
template <class T>
concept MadeByTraits = requires(const Value& value) { ValueTraits<T>::from(value); };

/// The object that a template hands back; how, is said by the traits of types that have some.
template <class T>
const void* shown_object(const Call& call, std::size_t at) {
    if constexpr (requires { ValueTraits<T>::object(argument_at(call, at)); }) {
        return ValueTraits<T>::object(argument_at(call, at));
    } else if constexpr (WritesItself<T> && !std::is_aggregate_v<T>) {
        return object_argument(call, at, text_type<T>());
    } else {
        return object_argument(call, at, object_type<T>());
    }
}

/// What a function's parameter T is given, be it by value or by const reference. What is made for the call is a value,
/// which lives until the function has returned.
template <class T>
decltype(auto) argument(const Call& call, std::size_t at) {
    if constexpr (std::same_as<T, Value>) {
        return argument_at(call, at);
    } else if constexpr (std::same_as<T, Call>) {
        return static_cast<const Call&>(call);
    } else if constexpr (OptionalOf<T>::value) {
        return has_argument(call, at) ? T(argument<typename OptionalOf<T>::type>(call, at)) : T();
    } else if constexpr (std::same_as<T, bool>) {
        return truth_argument(call, at);
    } else if constexpr (std::integral<T>) {
        return static_cast<T>(
            integer_argument(call, at, static_cast<std::int64_t>(std::numeric_limits<T>::min()),
                             sizeof(T) == 8 ? INT64_MAX : static_cast<std::int64_t>(std::numeric_limits<T>::max())));
    } else if constexpr (std::floating_point<T>) {
        return static_cast<T>(real_argument(call, at));
    } else if constexpr (std::is_enum_v<T>) {
        return static_cast<T>(enum_argument(call, at, reflection::enumerators<T>));
    } else if constexpr (std::same_as<T, std::string>) {
        return text_argument(call, at);
    } else if constexpr (std::same_as<T, std::string_view>) {
        auto& value = argument_at(call, at);
        return value.is_text() ? value.text() : (text_argument(call, at), std::string_view{});
    } else if constexpr (std::same_as<T, json>) {
        T document;  // json is not complete here
        read_document(call, at, document);
        return document;
    } else if constexpr (MadeByTraits<T>) {
        return ValueTraits<T>::from(argument_at(call, at));
    } else if constexpr (VectorOf<T>::value) {
        T list;
        for_each_item(call, at,
                      [&](const Call& item) { list.push_back(argument<typename VectorOf<T>::type>(item, 0)); });
        return list;
    } else {
        return *static_cast<const T*>(shown_object<T>(call, at));
    }
}

/// Of a struct there is only the one that the template was given.
template <class A>
inline constexpr bool is_parameter =
    std::is_reference_v<A> ? std::is_const_v<std::remove_reference_t<A>>
                           : std::is_arithmetic_v<A> || std::is_enum_v<A> || std::same_as<A, std::string> ||
                                 std::same_as<A, std::string_view> || std::same_as<A, json> || std::same_as<A, Value> ||
                                 std::same_as<A, Call> || OptionalOf<A>::value || VectorOf<A>::value || MadeByTraits<A>;

template <class F, class R, class... A, std::size_t... at>
Value call_typed(F& function, const Call& call, std::index_sequence<at...>) {
    static_assert(
        (is_parameter<A> && ...),
        "A function of templates takes numbers, bool, text, enums, dates and times, Decimal, json, Markup, handles of "
        "models, templates::Value, optionals and vectors of these, or a struct or a model by const "
        "reference.");
    if constexpr (std::is_void_v<R>) {
        function(argument<std::remove_cvref_t<A>>(call, at)...);
        return Value();
    } else {
        return Value(function(argument<std::remove_cvref_t<A>>(call, at)...));
    }
}

template <class F, class R, class... A>
Function erase(F function) {
    if constexpr (std::is_same_v<R, Value> && sizeof...(A) == 1 &&
                  (std::is_same_v<std::remove_cvref_t<A>, Call> && ...)) {
        return function;
    } else {
        return [function = std::move(function)](const Call& call) mutable -> Value {
            check_count(call, sizeof...(A));
            return call_typed<F, R, A...>(function, call, std::index_sequence_for<A...>{});
        };
    }
}

template <class F>
struct Signature;
template <class R, class... A>
struct Signature<R (*)(A...)> {
    template <class F>
    static Function erase(F function) {
        return detail::erase<F, R, A...>(std::move(function));
    }
};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...)> : Signature<R (*)(A...)> {};
template <class C, class R, class... A>
struct Signature<R (C::*)(A...) const noexcept> : Signature<R (*)(A...)> {};
template <class R, class... A>
struct Signature<R (*)(A...) noexcept> : Signature<R (*)(A...)> {};

template <class F>
Function erase_function(F function) {
    if constexpr (std::is_convertible_v<F, Function> && !requires { &F::operator(); } && !std::is_pointer_v<F>) {
        return function;
    } else if constexpr (std::is_pointer_v<F>) {
        return Signature<F>::erase(function);
    } else {
        static_assert(
            requires { &F::operator(); },
            "a function of templates is a function or a lambda whose parameters have types (no auto)");
        if constexpr (requires { &F::operator(); }) {
            return Signature<decltype(&F::operator())>::erase(std::move(function));
        }
    }
}

}  // namespace detail

/// A C++ function as templates call it. Its arguments are converted; what it returns becomes a value.
template <class F>
Function typed_function(F function) {
    return detail::erase_function(std::move(function));
}

/// The same with names for its arguments, as templates may write them: `badge("new", colour="red")` is
/// `templates::named({"text", "colour"}, [](std::string text, std::optional<std::string> colour) { … })`. The first
/// argument of a filter or a test is the value.
template <class F>
Function named(std::initializer_list<std::string_view> names, F function) {
    return detail::with_names(names, typed_function(std::move(function)));
}

template <class T>
template <class Body>
    requires(!std::is_member_function_pointer_v<Body>)
Members<T>& Members<T>::add(std::string_view name, Body body) {
    into_.push_back({nullptr, name, 0, nullptr, typed_function(std::move(body)), nullptr, nullptr});
    return *this;
}
template <class T>
template <class C, class R, class... A>
Members<T>& Members<T>::add(std::string_view name, R (C::*body)(A...) const) {
    return add(name,
               [body](const T& object, A... arguments) -> R { return (object.*body)(std::forward<A>(arguments)...); });
}
template <class T>
template <class Body>
    requires(!std::is_member_function_pointer_v<Body>)
Members<T>& Members<T>::property(std::string_view name, Body body) {
    add(name, std::move(body));
    into_.back().read = detail::read_property;
    return *this;
}
template <class T>
template <class C, class R>
Members<T>& Members<T>::property(std::string_view name, R (C::*body)() const) {
    add(name, body);
    into_.back().read = detail::read_property;
    return *this;
}

}  // namespace retort::templates
