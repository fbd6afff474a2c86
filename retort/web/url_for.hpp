// url_for: the URL of a view, checked when compiled, or of an endpoint by its name.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/web/url_values.hpp"
#include "retort/web/view.hpp"

namespace retort {

/// How a URL is to be written; in templates and late binding the same stand among the values: `_anchor`, `_external`, …
struct UrlOptions {
    UrlValues query;               ///< further values, appended as `?page=2`
    std::string anchor;            ///< `#anchor`
    std::string method;            ///< of the endpoint's rules, one that takes this method
    std::string scheme;            ///< "https"; makes the URL external
    std::optional<bool> external;  ///< with scheme and host; the default outside of requests
};

/// The URL of an endpoint: `url_for("user_detail", {{"id", 3}})`; values that the rule does not have become the query.
/// Dates and times are written as ISO 8601, which `request.args.get<Date>` reads.
/// An endpoint that begins with a dot belongs to the blueprint of the request.
/// Throws BuildError; outside of requests it needs the config's SERVER_NAME.
std::string url_for(std::string_view endpoint, const UrlValues& values = {}, UrlOptions options = {});

namespace detail {

std::string url_for_view(const void* view, std::string_view name, std::vector<json> values, UrlOptions options);

template <class Parameter, class Value>
json url_value(Value&& value) {
    static_assert(std::is_convertible_v<Value, Parameter>,
                  "url_for<view>: an argument is not of the type of the view's parameter");
    return url_json(static_cast<Parameter>(std::forward<Value>(value)));
}

/// The parameters that have no value are optional.
template <class... Parameters>
void add_url_values(std::vector<json>&) {}
template <class Parameter, class... Parameters, class Value, class... Values>
void add_url_values(std::vector<json>& list, Value&& value, Values&&... values) {
    list.push_back(url_value<Parameter>(std::forward<Value>(value)));
    add_url_values<Parameters...>(list, std::forward<Values>(values)...);
}

template <auto view, class... Parameters, class... Values>
std::string url_for_list(TypeList<Parameters...>, UrlOptions options, Values&&... values) {
    constexpr bool fits = sizeof...(Values) <= sizeof...(Parameters) &&
                          sizeof...(Values) >= required_parameters<std::remove_cvref_t<Parameters>...>();
    static_assert(fits,
                  "url_for<view>: give one argument for each variable of the view's rule, in its order; "
                  "put query values into UrlOptions{.query = …}");
    if constexpr (fits) {
        std::vector<json> list;
        if constexpr (sizeof...(Parameters) == sizeof...(Values)) {
            (list.push_back(url_value<Parameters>(std::forward<Values>(values))), ...);
        } else {
            add_url_values<Parameters...>(list, std::forward<Values>(values)...);
        }
        return url_for_view(view_identity<view>(), function_name<view>(), std::move(list), std::move(options));
    } else {
        return {};
    }
}

}  // namespace detail

/// The URL of a view: `url_for<user_detail>(user->id)`. Its arguments are checked when compiled.
template <auto view, class... Values>
std::string url_for(Values&&... values) {
    return detail::url_for_list<view>(typename detail::SignatureFor<decltype(view)>::FromRule{}, UrlOptions{},
                                      std::forward<Values>(values)...);
}
/// The same with options first: `url_for<user_detail>(UrlOptions{.anchor = "bio"}, user->id)`.
template <auto view, class... Values>
std::string url_for(UrlOptions options, Values&&... values) {
    return detail::url_for_list<view>(typename detail::SignatureFor<decltype(view)>::FromRule{}, std::move(options),
                                      std::forward<Values>(values)...);
}

}  // namespace retort
