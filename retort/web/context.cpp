// The stack of contexts, kept in the fiber's own slot, and what to do when there is none.
#include "retort/web/context.hpp"

#include <algorithm>
#include <typeinfo>

#include "retort/base/demangle.hpp"
#include "retort/fiber/fiber.hpp"
#include "retort/web/errors.hpp"

namespace retort {
namespace detail {
namespace {

void*& slot() noexcept { return fibers::local(fibers::Local::web_context); }

/// As it is written in a program.
std::string type_text(const std::type_info& type) {
    if (type == typeid(std::string)) return "std::string";
    const std::string name = demangled(type.name());
    std::string_view full = name;
    constexpr std::string_view long_text =
        "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >";
    std::string out;
    for (auto at = full.find(long_text); at != full.npos; at = full.find(long_text)) {
        out.append(full.substr(0, at)).append("std::string");
        full.remove_prefix(at + long_text.size());
    }
    return out.append(full);
}

}  // namespace

Globals::Entry* Globals::entry(std::string_view name) noexcept {
    auto found = std::find_if(entries_.begin(), entries_.end(), [&](auto& entry) { return entry.name == name; });
    return found == entries_.end() ? nullptr : &*found;
}

std::any& Globals::slot(std::string_view name, ShowGlobal show) {
    auto* held = entry(name);
    if (held == nullptr) held = &entries_.emplace_back(Entry{std::string{name}, {}});
    if (show != nullptr) held->show = show;
    return held->value;
}

std::any* Globals::find(std::string_view name) noexcept {
    auto* held = entry(name);
    return held == nullptr ? nullptr : &held->value;
}

bool Globals::remove(std::string_view name) {
    return std::erase_if(entries_, [&](auto& entry) { return entry.name == name; }) != 0;
}

Context::Context(Application& owner, Request* for_request)
    : app(owner), request(for_request), slot_(slot()), outer_(static_cast<Context*>(slot_)), globals_(&own_globals_) {
    // As in Flask, a request pushed inside an app context of the same app shares its g.
    if (request != nullptr && outer_ != nullptr && &outer_->app == &app) globals_ = outer_->globals_;
    slot_ = this;
}

Context::Context(Application& owner, Request* for_request, Globals globals) : Context(owner, for_request) {
    own_globals_ = std::move(globals);
}

Context::~Context() {
    if (slot_ == this) {
        slot_ = outer_;
    } else {
        unlink();
    }
}

// A context that a test client keeps may outlive one that was pushed before it, whose g it then takes over.
[[gnu::noinline]] void Context::unlink() {
    auto* next = static_cast<Context*>(slot_);
    while (next != nullptr && next->outer_ != this) next = next->outer_;
    if (next == nullptr) return;  // its fiber has gone on to another request
    next->outer_ = outer_;
    if (!owns_globals()) return;
    next->own_globals_ = std::move(own_globals_);
    for (auto* inner = static_cast<Context*>(slot_); inner != outer_; inner = inner->outer_) {
        if (inner->globals_ == globals_) inner->globals_ = &next->own_globals_;
    }
}

Context* current_context() noexcept { return static_cast<Context*>(slot()); }

Context& app_context() {
    if (auto* context = current_context()) return *context;
    throw OutsideContextError("outside-app-context"_code,
                              "this needs the current app, and the code runs outside of any app context",
                              "push one around it: auto context = app.app_context();");
}

Request& current_request() {
    auto* context = current_context();
    if (context != nullptr && context->request != nullptr) return *context->request;
    throw OutsideContextError("outside-request-context"_code,
                              "this needs an HTTP request, and the code runs outside of any request context",
                              "call it from a view or a hook; in a test, push one around it: "
                              "auto context = app.test_request_context(\"/\");");
}

void throw_no_global(std::string_view name) {
    throw InvalidRequestError("no-such-global"_code, "g has no \"" + std::string{name} + "\"",
                              "set it before, in a before_request hook for example, or ask with g.find<T>(name)");
}

void throw_wrong_global(std::string_view name, const std::any& held) {
    throw InvalidRequestError("global-of-another-type"_code,
                              "g's \"" + std::string{name} + "\" is of another type: " + type_text(held.type()),
                              "ask for exactly the type that was set: 3 is int, text is std::string");
}

}  // namespace detail

void GlobalsOfContext::keep_pointer(std::string_view name, const char* text) {
    auto& place = detail::app_context().globals().slot(name);
    if (text != nullptr) {
        place.emplace<std::string>(text);
    } else {
        place.emplace<std::nullptr_t>();
    }
}

bool has_request_context() noexcept {
    auto* context = detail::current_context();
    return context != nullptr && context->request != nullptr;
}

bool has_app_context() noexcept { return detail::current_context() != nullptr; }

}  // namespace retort
