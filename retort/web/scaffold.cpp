// What App and Blueprint do with a route before they keep it.
#include "retort/web/scaffold.hpp"

#include "retort/base/text.hpp"

namespace retort {

void Scaffold::add(detail::RouteOf route) { core_->add_route(std::move(route)); }

std::string Scaffold::endpoint_of(Method method, std::string_view rule) {
    auto name = ascii_lower(method.text());
    bool word = false;
    for (char c : rule) {
        bool letter = is_ascii_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
        if (letter && !word) name += '_';
        if (letter) name += c;
        word = letter;
    }
    return name;
}

}  // namespace retort
