// Text that is HTML already, as templates see it.
#include "retort/template/markup.hpp"

#include "retort/base/text.hpp"

namespace retort {

Markup::Markup(std::string html) : html_(std::move(html)) {}
Markup Markup::escape(std::string_view text) { return Markup(html_escape(text)); }

templates::Value templates::ValueTraits<Markup>::borrow(const Markup& markup) {
    return Value::view(markup.html(), true);
}

}  // namespace retort
