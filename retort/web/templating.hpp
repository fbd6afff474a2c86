// Rendering templates in views: render_template and its kin, and what an app's templates see.
#pragma once

#include <any>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "retort/template/arguments.hpp"
#include "retort/template/decimals.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/markup.hpp"
#include "retort/template/moments.hpp"
#include "retort/web/context.hpp"

namespace retort {

class MultiDict;
class Response;

namespace templates {
class Environment;

/// A variable that is kept: what a context processor gives.
struct NamedValue {
    template <class T>
    NamedValue(std::string_view name, T&& value) : name(name), value(std::forward<T>(value)) {}
    NamedValue(const NamedValue& other);
    NamedValue(NamedValue&& other) noexcept;
    ~NamedValue();

    std::string name;
    Value value;
};
/// `return templates::Values{{"now", utc_now()}};`
using Values = std::vector<NamedValue>;

template <>
struct ValueTraits<MultiDict> {
    static Value borrow(const MultiDict& dictionary);
};
}  // namespace templates

namespace detail {

template <class T>
ShowGlobal show_of_global() {
    if constexpr (templates::detail::HasTraits<T>) {
        return [](const std::any& held, templates::Value& out) {
            auto* value = std::any_cast<T>(&held);
            if (value != nullptr) out = templates::borrow(*value);
            return value != nullptr;
        };
    } else {
        return nullptr;
    }
}

}  // namespace detail

namespace detail {
std::string render_kept(std::string_view name, const templates::Values& values);
}

using ContextProcessor = std::function<templates::Values()>;

/// The text of a template with these variables: `return render_template("user/list.html", {{"users", users}});`
///
/// The app's folder `templates` is looked into first, then those of its blueprints in the order of their registration,
/// then what was embedded into the program. What is given is borrowed, never copied.
/// Throws TemplateNotFound, TemplateSyntaxError and what goes wrong while it is rendered.
std::string render_template(std::string_view name, const templates::TemplateArguments& arguments = {});
/// The same with values that were put together before, and are kept: `templates::Values values{{"title", title}}; if
/// (admin) values.emplace_back("secret", secret);`.
template <std::same_as<templates::Values> Kept>
std::string render_template(std::string_view name, const Kept& values) {
    return detail::render_kept(name, values);
}
/// The first of these templates that there is.
std::string render_first_template(std::initializer_list<std::string_view> names,
                                  const templates::TemplateArguments& arguments = {});
/// The same for a template that is given as text; what it prints is escaped.
std::string render_template_string(std::string_view source, const templates::TemplateArguments& arguments = {});

/// The same, sent in pieces while it comes into being, with the contexts of the request in place until it is done:
/// `return stream_template("rows.html", {{"rows", std::move(rows)}});`
///
/// The view is over by then, so the values are its own: they are copied or moved, but for objects of a session, which
/// lives as long as the request. An error in the middle cuts the answer off.
Response stream_template(std::string_view name, templates::Values values = {});
Response stream_template_string(std::string_view source, templates::Values values = {});

}  // namespace retort
