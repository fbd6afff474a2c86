// Markup: text that is HTML already and needs no escaping.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "retort/template/convert.hpp"

namespace retort {

/// HTML that templates print as it is: `Markup("<b>bold</b>")`. What comes from outside goes through `Markup::escape`.
class Markup {
  public:
    explicit Markup(std::string html);
    static Markup escape(std::string_view text);
    const std::string& html() const& { return html_; }
    std::string html() &&;

  private:
    std::string html_;
};

template <>
struct templates::ValueTraits<Markup> {
    static Value borrow(const Markup& markup);
    /// The text itself where it is Markup, else escaped. Throws TypeError for what is no text.
    static Markup from(const Value& value);
};

}  // namespace retort
