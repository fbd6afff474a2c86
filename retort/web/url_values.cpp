// Braced lists of url_for's values as documents.
#include "retort/web/url_values.hpp"

namespace retort {

static_assert(sizeof(detail::UrlItem) == sizeof(detail::JsonItem));  // a list of the one is read as one of the other

detail::UrlItem::UrlItem(std::initializer_list<UrlItem> items) : JsonItem(items.begin(), items.size()) {}

UrlValues::UrlValues() = default;
UrlValues::UrlValues(std::initializer_list<detail::UrlItem> items) { detail::UrlItem(items).move_into(values_); }
UrlValues::UrlValues(const UrlValues& other) = default;
UrlValues::UrlValues(UrlValues&& other) noexcept = default;
UrlValues& UrlValues::operator=(UrlValues other) noexcept {
    values_ = std::move(other.values_);
    return *this;
}
UrlValues::~UrlValues() = default;

}  // namespace retort
