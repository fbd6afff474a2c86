// Rendering templates in views: render_template and its kin, and what an app's templates see.
#pragma once

#include <any>
#include <concepts>
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

class CurrentJson;
class MultiDict;
class Request;
class Response;
class SessionEntry;
template <const MultiDict& (Request::*part)()>
class RequestDict;

namespace templates {
class Environment;

/// A variable that is kept: what a context processor gives.
struct NamedValue {
    template <class T>
    NamedValue(std::string_view name, T&& value) : name(name), value(std::forward<T>(value)) {}
    NamedValue(std::string_view name, std::initializer_list<Value> items);
    NamedValue(const NamedValue& other);
    NamedValue(NamedValue&& other) noexcept;
    ~NamedValue();

    std::string name;
    Value value;
};
/// `return templates::Values{{"now", utc_now()}};`, or the members of a document.
class Values : public std::vector<NamedValue> {
  public:
    using vector::vector;
    /// Throws JsonTypeError("json-type") for what is no object.
    template <std::same_as<json> Document>
    Values(const Document& document) {
        add(document);
    }

  private:
    void add(const json& document);
};

template <>
struct ValueTraits<MultiDict> {
    static Value borrow(const MultiDict& dictionary);
};
template <const MultiDict& (Request::*part)()>
struct ValueTraits<RequestDict<part>> : ValueTraits<MultiDict> {};
template <>
struct ValueTraits<CurrentJson> {
    static Value borrow(const json& body);
};
template <>
struct ValueTraits<SessionEntry> {
    static Value borrow(const SessionEntry& entry);
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

template <class T>
concept KeptValues = std::same_as<T, templates::Values> || std::same_as<T, json>;

/// Kept values, or the members of a document, as they are given to a template.
class KeptArguments {
  public:
    explicit KeptArguments(const templates::Values& values);
    explicit KeptArguments(const json& document);
    ~KeptArguments();
    operator templates::TemplateArguments() const;

  private:
    std::vector<templates::Argument> arguments_;
};

}  // namespace detail

/// Gives variables: `templates::Values`, or a document whose members they are.
using ContextProcessor = std::function<templates::Values()>;

/// The text of a template with these variables: `return render_template("user/list.html", {{"users", users}});`
///
/// The app's folder `templates` is looked into first, then those of its blueprints in the order of their registration,
/// then what was embedded into the program. What is given is borrowed, never copied.
/// Throws TemplateNotFound, TemplateSyntaxError and what goes wrong while it is rendered.
std::string render_template(std::string_view name, const templates::TemplateArguments& arguments = {});
/// The same with values that were put together before, and are kept: `templates::Values values{{"title", title}}; if
/// (admin) values.emplace_back("secret", secret);`, or with the members of a document.
template <detail::KeptValues Kept>
std::string render_template(std::string_view name, const Kept& values) {
    return render_template(name, detail::KeptArguments(values));
}
/// The first of these templates that there is.
std::string render_first_template(std::initializer_list<std::string_view> names,
                                  const templates::TemplateArguments& arguments = {});
template <detail::KeptValues Kept>
std::string render_first_template(std::initializer_list<std::string_view> names, const Kept& values) {
    return render_first_template(names, detail::KeptArguments(values));
}
/// The same for a template that is given as text; what it prints is escaped.
std::string render_template_string(std::string_view source, const templates::TemplateArguments& arguments = {});
template <detail::KeptValues Kept>
std::string render_template_string(std::string_view source, const Kept& values) {
    return render_template_string(source, detail::KeptArguments(values));
}

/// The same, sent in pieces while it comes into being, with the contexts of the request in place until it is done:
/// `return stream_template("rows.html", {{"rows", std::move(rows)}});`
///
/// The view is over by then, so the values are its own: they are copied or moved, but for objects of a session, which
/// lives as long as the request. An error in the middle cuts the answer off.
Response stream_template(std::string_view name, templates::Values values = {});
Response stream_template_string(std::string_view source, templates::Values values = {});

}  // namespace retort
