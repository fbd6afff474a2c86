// Text that is HTML already, as templates see it.
#include "retort/template/markup.hpp"

#include "retort/base/text.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"

namespace retort {

Markup::Markup(std::string html) : html_(std::move(html)) {}
std::string Markup::html() && { return std::move(html_); }
Markup Markup::escape(std::string_view text) { return Markup(html_escape(text)); }

templates::Value templates::ValueTraits<Markup>::borrow(const Markup& markup) {
    return Value::view(markup.html(), true);
}
Markup templates::ValueTraits<Markup>::from(const Value& value) {
    if (!value.is_text()) throw_type_error("this takes a text, and was given " + type_description(value));
    return value.is_markup() ? Markup(std::string(value.text())) : Markup::escape(value.text());
}

}  // namespace retort
