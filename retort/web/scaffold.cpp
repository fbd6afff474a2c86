// What App and Blueprint do with a route before they keep it.
#include "retort/web/scaffold.hpp"

#include "retort/base/text.hpp"

namespace retort {

detail::ScaffoldCore::ScaffoldCore() : commands("", "") {}
detail::ScaffoldCore::~ScaffoldCore() = default;

Scaffold::Scaffold(std::shared_ptr<detail::ScaffoldCore> core) : cli(core->commands), core_(std::move(core)) {}
Scaffold::Scaffold(const Scaffold& other) = default;
Scaffold::Scaffold(Scaffold&& other) noexcept = default;
Scaffold::~Scaffold() = default;

detail::Hooks& Scaffold::hooks(std::string_view what) {
    core_->check_open(what);
    return core_->hooks;
}

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
