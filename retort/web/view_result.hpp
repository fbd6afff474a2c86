// What a view returns, and how it becomes a response.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "retort/web/response.hpp"

namespace retort {

class Markup;

/// A view's answer of a type for which this is specialised is JSON: `static json write(const T&)`, and
/// `static json schema()` says what it is like.
template <class T>
struct ViewOutput;

namespace detail {

template <class T>
concept TypedOutput = requires(const T& value) {
    { ViewOutput<std::remove_cvref_t<T>>::write(value) } -> std::same_as<json>;
};

/// Markup, which is a page as it is.
template <class T>
concept HtmlOutput = std::same_as<std::remove_cvref_t<T>, Markup>;

template <class T>
inline constexpr bool is_tuple = false;
template <class... Types>
inline constexpr bool is_tuple<std::tuple<Types...>> = true;
template <class First, class Second>
inline constexpr bool is_tuple<std::pair<First, Second>> = true;

/// A part of an answer as a Response takes it.
template <class Part>
decltype(auto) answer_part(Part&& part) {
    if constexpr (TypedOutput<Part>) {
        return ViewOutput<std::remove_cvref_t<Part>>::write(part);
    } else if constexpr (HtmlOutput<Part>) {
        return std::string(part.html());
    } else {
        return std::forward<Part>(part);
    }
}

/// Calls a view and makes a response of what it returns; a Response is made in place, unmoved.
template <class Function, class... Arguments>
Response respond_by(const Function& function, Arguments&&... arguments) {
    using Result = std::invoke_result_t<const Function&, Arguments...>;
    if constexpr (std::same_as<Result, Response>) {
        return function(std::forward<Arguments>(arguments)...);
    } else if constexpr (is_tuple<std::remove_cvref_t<Result>>) {
        return std::apply([](auto&&... parts) { return make_response(answer_part(std::move(parts))...); },
                          function(std::forward<Arguments>(arguments)...));
    } else {
        return Response(answer_part(function(std::forward<Arguments>(arguments)...)));
    }
}

template <class Result>
constexpr bool is_view_result() {
    return ResponseBody<Result> || TypedOutput<Result> || HtmlOutput<Result> || is_tuple<std::remove_cvref_t<Result>>;
}

/// What a view answers with, for descriptions of the API.
struct AnswerShape {
    enum class Kind : std::uint8_t { response, text, document, nothing };
    Kind kind = Kind::response;
    bool has_status = false;     ///< says its status while it runs
    json (*schema)() = nullptr;  ///< of a typed answer
};

template <class Result>
struct AnswerOf {
    static constexpr AnswerShape shape() {
        if constexpr (TypedOutput<Result>) {
            return {AnswerShape::Kind::document, false, &ViewOutput<Result>::schema};
        } else if constexpr (ResponseJson<Result>) {
            return {AnswerShape::Kind::document};
        } else if constexpr (ResponseText<Result> || HtmlOutput<Result>) {
            return {AnswerShape::Kind::text};
        } else if constexpr (std::is_void_v<Result>) {
            return {AnswerShape::Kind::nothing};
        } else {
            return {};
        }
    }
};
template <class First, class... More>
struct AnswerOf<std::tuple<First, More...>> {
    static constexpr AnswerShape shape() {
        auto of = AnswerOf<First>::shape();
        of.has_status = true;
        return of;
    }
};
template <class First, class Second>
struct AnswerOf<std::pair<First, Second>> : AnswerOf<std::tuple<First, Second>> {};

template <class Result>
inline constexpr AnswerShape answer_of = AnswerOf<std::remove_cvref_t<Result>>::shape();

}  // namespace detail
}  // namespace retort
