// View: any callable that answers a request, erased to one shape.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/multi_dict.hpp"
#include "retort/web/converters.hpp"
#include "retort/web/response.hpp"
#include "retort/web/rule_shape.hpp"
#include "retort/web/view_result.hpp"

namespace retort {

class Request;
template <class T>
class Query;

/// A view's parameter of a type for which this is specialised is read from the request, not from the rule:
/// `static T read(Request&)`.
template <class T>
struct ViewInput;

namespace detail {

template <class T>
concept FromRequest = requires(Request& request) {
    { ViewInput<std::remove_cvref_t<T>>::read(request) } -> std::convertible_to<std::remove_cvref_t<T>>;
};

/// Such a parameter has answered when it is read; its view returns nothing: WebSocket.
template <class T>
concept AnswersItself = FromRequest<T> && requires { ViewInput<std::remove_cvref_t<T>>::answers_itself; };

template <class... Types>
struct TypeList {};

template <class List>
inline constexpr bool any_answers_itself = false;
template <class... Types>
inline constexpr bool any_answers_itself<TypeList<Types...>> = (AnswersItself<Types> || ...);

/// Runs a view whose request is answered otherwise, to its end.
Response answered_otherwise(Request& request, const std::function<void()>& view);

/// The parameters that come from the rule, in order.
template <class Kept, class... Parameters>
struct RuleParameters;
template <class... Kept>
struct RuleParameters<TypeList<Kept...>> {
    using List = TypeList<Kept...>;
    using Checked = CheckedRule<Kept...>;
};
/// What no variable of a rule becomes: a struct without a `from_json` or a `parse` of its own.
template <class T>
inline constexpr bool is_plain_struct = std::is_class_v<T> && std::is_aggregate_v<T> && !JsonParsed<T> &&
                                        !requires(const json& document) { T::from_json(document); };

template <class T>
inline constexpr bool is_query = false;
template <class T>
inline constexpr bool is_query<Query<T>> = true;

template <class... Kept, class First, class... Rest>
struct RuleParameters<TypeList<Kept...>, First, Rest...>
    : std::conditional_t<FromRequest<First>, RuleParameters<TypeList<Kept...>, Rest...>,
                         RuleParameters<TypeList<Kept..., std::remove_cvref_t<First>>, Rest...>> {
    static_assert(FromRequest<First> || !is_plain_struct<std::remove_cvref_t<First>>,
                  "a struct among a view's parameters is taken as Json<T>, Form<T> or Args<T>, which say where it is "
                  "read from");
    static_assert(!is_query<std::remove_cvref_t<First>>,
                  "Query is the ORM's: what stands behind the question mark is taken as Args<T>, a struct with a field "
                  "for each value, or read by request.args.get<int>(\"page\", 1)");
};

template <class Result_, class... Parameters>
struct SignatureOf {
    using Result = Result_;
    using All = TypeList<Parameters...>;
    using FromRule = typename RuleParameters<TypeList<>, Parameters...>::List;
    using Rule = typename RuleParameters<TypeList<>, Parameters...>::Checked;
};

/// The rule of what is no view: View says why.
struct RuleOfNone {
    consteval RuleOfNone(const char* rule) : rule(rule) {}
    constexpr std::string_view text() const { return rule; }
    const char* rule;
};

/// Result and parameters of a callable; none for what is none, or has them as templates.
template <class T>
struct Signature {
    using Rule = RuleOfNone;
    using FromRule = TypeList<>;
};
template <class R, class... P>
struct Signature<R (*)(P...)> : SignatureOf<R, P...> {};
template <class R, class... P>
struct Signature<R (*)(P...) noexcept> : SignatureOf<R, P...> {};
template <class R, class C, class... P>
struct Signature<R (C::*)(P...) const> : SignatureOf<R, P...> {};
template <class R, class C, class... P>
struct Signature<R (C::*)(P...) const noexcept> : SignatureOf<R, P...> {};
template <class R, class C, class... P>
struct Signature<R (C::*)(P...)> : SignatureOf<R, P...> {};
template <class R, class C, class... P>
struct Signature<R (C::*)(P...) noexcept> : SignatureOf<R, P...> {};
template <class T>
    requires requires { &T::operator(); }
struct Signature<T> : Signature<decltype(&T::operator())> {};

template <class T>
using SignatureFor = Signature<std::decay_t<T>>;

/// The text of a rule, checked against the parameters of a view when it is compiled.
template <class Function>
using RuleOf = typename SignatureFor<Function>::Rule;

template <class List>
inline constexpr std::size_t list_size = 0;
template <class... Types>
inline constexpr std::size_t list_size<TypeList<Types...>> = sizeof...(Types);
template <class List>
inline constexpr std::size_t list_required = 0;
template <class... Types>
inline constexpr std::size_t list_required<TypeList<Types...>> = required_parameters<Types...>();

/// What a parameter takes.
struct ParameterShape {
    RuleValue value = RuleValue::other;
    bool optional = false;
};
/// What the parameters take, in order; `other` at the end, so that there is one.
template <class List>
inline constexpr ParameterShape list_values[] = {{}};
template <class... Types>
inline constexpr ParameterShape list_values<TypeList<Types...>>[] = {
    {value_of_parameter<Types>(), is_optional<Types>}..., {}};

/// The same with fewer variables allowed: defaults, or a blueprint's prefix, may bring the rest.
template <class Function>
class PartialRuleOf {
  public:
    consteval PartialRuleOf(const char* rule) : shape_(parse_rule(rule)) {
        if (shape_.size > list_size<typename SignatureFor<Function>::FromRule>) rule_has_more_arguments_than_the_view();
    }
    constexpr std::string_view text() const { return shape_.text; }

  private:
    RuleShape shape_;
};

[[noreturn]] void refuse_argument(std::string_view name, const RouteValue& value, std::string_view wanted);
/// The integer; NotFound when it lies outside of the bounds, for a number that is too large finds nothing.
std::int64_t integer_argument(const RouteArgument& argument, std::int64_t least, std::uint64_t most);
double real_argument(const RouteArgument& argument);
/// It stays with the request, whose view_args show it.
const std::string& text_argument(const RouteArgument& argument);
Uuid uuid_argument(const RouteArgument& argument);
/// Whether the rule gives that value, and not null.
bool is_given(const std::vector<RouteArgument>& values, std::size_t at);
/// Throws NotFound: no such thing is at this address.
[[noreturn]] void no_such_argument();

/// An enum, a date and the like out of a text; NotFound for a text that is none.
template <class Type>
Type parsed_argument(const RouteArgument& argument) {
    auto* text = std::get_if<std::string>(&argument.value);
    if (text == nullptr) return json_of(argument.value).template as<Type>();
    auto value = text_to<Type>(*text);
    if (!value) no_such_argument();
    return *std::move(value);
}

/// One argument of a view out of the values of the rule.
template <class Parameter>
decltype(auto) view_argument(Request& request, std::vector<RouteArgument>& values, std::size_t& next) {
    using Type = std::remove_cvref_t<Parameter>;
    if constexpr (FromRequest<Type>) {
        return Type(ViewInput<Type>::read(request));
    } else if constexpr (is_optional<Type>) {
        if (is_given(values, next)) return Type(view_argument<typename Type::value_type>(request, values, next));
        ++next;
        return Type();
    } else {
        auto& argument = values[next++];
        if constexpr (std::integral<Type> && !std::same_as<Type, bool>) {
            return static_cast<Type>(integer_argument(argument,
                                                      static_cast<std::int64_t>(std::numeric_limits<Type>::min()),
                                                      static_cast<std::uint64_t>(std::numeric_limits<Type>::max())));
        } else if constexpr (std::floating_point<Type>) {
            return static_cast<Type>(real_argument(argument));
        } else if constexpr (std::same_as<Type, std::string>) {
            return std::string(text_argument(argument));
        } else if constexpr (std::same_as<Type, std::string_view>) {
            return std::string_view{text_argument(argument)};
        } else if constexpr (std::same_as<Type, Uuid>) {
            return uuid_argument(argument);
        } else if constexpr (ReadFromText<Type>) {
            return parsed_argument<Type>(argument);
        } else {
            return json_of(argument.value).template as<Type>();
        }
    }
}

template <class Function, class... Parameters>
Response call_view(const void* callable, Request& request, std::vector<RouteArgument>& values,
                   TypeList<Parameters...>) {
    auto& function = *static_cast<const Function*>(callable);
    if constexpr (requires { Function::ask_first(); }) Function::ask_first();
    if constexpr (sizeof...(Parameters) == 0) {
        return respond_by(function);
    } else if constexpr (any_answers_itself<TypeList<Parameters...>>) {
        std::size_t next = 0;
        std::tuple<decltype(view_argument<Parameters>(request, values, next))...> arguments{
            view_argument<Parameters>(request, values, next)...};
        return answered_otherwise(request, [&] {
            std::apply([&](auto&... each) { function(static_cast<Parameters>(each)...); }, arguments);
        });
    } else {
        std::size_t next = 0;
        std::tuple<decltype(view_argument<Parameters>(request, values, next))...> arguments{
            view_argument<Parameters>(request, values, next)...};
        return std::apply([&](auto&... each) { return respond_by(function, static_cast<Parameters>(each)...); },
                          arguments);
    }
}

/// What the parameters that are read from the request are, for descriptions of the API; null when there are none.
using DescribeInputs = void (*)(json& operation);

template <class Parameter>
void describe_input(json& operation) {
    if constexpr (requires { ViewInput<std::remove_cvref_t<Parameter>>::describe(operation); }) {
        ViewInput<std::remove_cvref_t<Parameter>>::describe(operation);
    }
}

template <class... Parameters>
constexpr DescribeInputs describe_inputs(TypeList<Parameters...>) {
    if constexpr ((FromRequest<Parameters> || ...)) {
        return [](json& operation) { (describe_input<Parameters>(operation), ...); };
    } else {
        return nullptr;
    }
}

template <auto view>
inline constexpr auto view_constant = view;
template <class Function>
inline constexpr char view_type = 0;

/// A lambda without captures: all objects of its type do the same, so that one constant stands for them.
template <class Function>
concept Stateless = std::is_empty_v<Function> && requires { typename std::bool_constant<(Function{}, true)>; };
template <Stateless Function>
inline constexpr Function stateless{};

/// What keeps a callable until `destroy` ends it. Compiled once, where a std::make_shared would be for each lambda.
std::shared_ptr<const void> kept_callable(const void* callable, void (*destroy)(const void*));

template <class Function>
std::shared_ptr<const void> keep_callable(Function&& function) {
    using Kept = std::decay_t<Function>;
    return kept_callable(new Kept(std::forward<Function>(function)),
                         [](const void* kept) { delete static_cast<const Kept*>(kept); });
}

/// A view may stand inside of another, as in `login_required<view>`: that one has it as `inner_view`, and is known to
/// `url_for` and by its endpoint as the inner one.
template <auto view>
concept WrapsView = requires { std::decay_t<decltype(view)>::inner_view; };

template <auto view>
constexpr const void* view_identity() {
    if constexpr (WrapsView<view>) {
        return view_identity<std::decay_t<decltype(view)>::inner_view>();
    } else {
        return &view_constant<view>;
    }
}

template <auto view>
constexpr std::string_view plain_function_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    auto from = text.find("view = ") + 7;
    text = text.substr(from, text.find_first_of(";]", from) - from);
    // g++ writes `views::{anonymous}::show<int>`, clang `&views::(anonymous namespace)::show`.
    text = text.substr(0, text.find('<'));
    auto colons = text.rfind("::");
    if (colons != std::string_view::npos) {
        text.remove_prefix(colons + 2);
    } else if (text.starts_with('&')) {
        text.remove_prefix(1);
    }
    // `delete_` and `register_` are called so because C++ keeps the words themselves.
    return text.size() > 1 && text.ends_with('_') ? text.substr(0, text.size() - 1) : text;
}

template <auto view>
constexpr std::string_view function_name() {
    if constexpr (WrapsView<view>) {
        return function_name<std::decay_t<decltype(view)>::inner_view>();
    } else {
        return plain_function_name<view>();
    }
}

/// A view without its type.
class View {
  public:
    template <auto view>
    static View of() {
        View made(&view_constant<view>, nullptr, &view_constant<view>,
                  std::type_identity<std::decay_t<decltype(view)>>{});
        made.url_identity_ = view_identity<view>();
        made.needs_login_ = requires { std::decay_t<decltype(view)>::needs_login; };
        return made;
    }
    template <class Function>
    static View of(Function function) {
        // Two lambdas without captures are one view when they are of one type.
        if constexpr (Stateless<Function>) {
            return View(&stateless<Function>, nullptr, &view_type<Function>, std::type_identity<Function>{});
        } else {
            auto owned = keep_callable(std::move(function));
            const void* callable = owned.get();
            const void* identity = std::is_empty_v<Function> ? &view_type<Function> : callable;
            return View(callable, std::move(owned), identity, std::type_identity<Function>{});
        }
    }

    Response operator()(Request& request, std::vector<RouteArgument>& values) const {
        return call_(callable_, request, values);
    }
    /// How many values of the rule it takes.
    std::size_t parameters() const { return parameters_; }
    /// How many it needs.
    std::size_t required() const { return required_; }
    const ParameterShape& parameter(std::size_t at) const { return values_[at]; }
    /// Puts what it reads from the request to the description of an operation.
    void describe(json& operation) const {
        if (describe_ != nullptr) describe_(operation);
    }
    const AnswerShape& answer() const { return *answer_; }
    /// Whether it is known to want a login: `login_required<view>`.
    bool needs_login() const { return needs_login_; }
    /// What tells it from other views.
    const void* identity() const { return identity_; }
    /// What `url_for<view>` knows it by.
    const void* url_identity() const { return url_identity_; }

  private:
    template <class Function>
    View(const void* callable, std::shared_ptr<const void> owner, const void* identity, std::type_identity<Function>)
        : callable_(callable), owner_(std::move(owner)), identity_(identity), url_identity_(identity) {
        using Shape = SignatureFor<Function>;
        constexpr bool is_view = requires { typename Shape::All; };
        static_assert(
            is_view,
            "a view is a function or a lambda whose parameters have types: [](int id), and no [](auto id), no "
            "member function, no std::bind");
        if constexpr (is_view) take<Function, Shape>();
    }
    template <class Function, class Shape>
    void take() {
        static_assert(!any_answers_itself<typename Shape::All> || std::is_void_v<typename Shape::Result>,
                      "a view that takes a WebSocket& returns nothing: what it has to say it sends");
        static_assert(any_answers_itself<typename Shape::All> || is_view_result<typename Shape::Result>(),
                      "a view returns text, json, Json<T> or a Response, alone or with a status and headers; "
                      "for anything else return jsonify(value)");
        static_assert(ConstCallable<Function>::value,
                      "a view must be callable as const: threads share it, so a lambda must not be mutable");
        parameters_ = list_size<typename Shape::FromRule>;
        required_ = list_required<typename Shape::FromRule>;
        values_ = list_values<typename Shape::FromRule>;
        describe_ = describe_inputs(typename Shape::All{});
        answer_ = &answer_of<typename Shape::Result>;
        call_ = [](const void* view, Request& request, std::vector<RouteArgument>& values) {
            return call_view<Function>(view, request, values, typename Shape::All{});
        };
    }
    template <class Function>
    struct ConstCallable : std::true_type {};
    template <class Function>
        requires requires { &Function::operator(); }
    struct ConstCallable<Function> {
        template <class R, class C, class... P>
        static std::true_type test(R (C::*)(P...) const);
        template <class R, class C, class... P>
        static std::true_type test(R (C::*)(P...) const noexcept);
        static std::false_type test(...);
        static constexpr bool value = decltype(test(&Function::operator()))::value;
    };

    Response (*call_)(const void*, Request&, std::vector<RouteArgument>&) = nullptr;
    const void* callable_;
    std::shared_ptr<const void> owner_;
    const void* identity_;
    const void* url_identity_;
    std::size_t parameters_ = 0;
    std::size_t required_ = 0;
    const ParameterShape* values_ = nullptr;
    DescribeInputs describe_ = nullptr;
    const AnswerShape* answer_ = nullptr;
    bool needs_login_ = false;
};

}  // namespace detail
}  // namespace retort
