// Which of several error handlers is the nearest to what was thrown.
#include "retort/web/hooks.hpp"

#include <algorithm>

namespace retort::detail {
namespace {

template <class Function>
void append_all(std::vector<Function>& to, const std::vector<Function>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

struct UrlProcessors::List {
    struct Entry {
        bool defaults;
        std::shared_ptr<const void> function;
        Call call;
    };
    std::vector<Entry> entries;
};

UrlProcessors::UrlProcessors() noexcept : list_(nullptr) {}
UrlProcessors::UrlProcessors(const UrlProcessors& other)
    : list_(other.list_ == nullptr ? nullptr : new List{*other.list_}) {}
UrlProcessors::~UrlProcessors() { delete list_; }

void UrlProcessors::add(bool defaults, std::shared_ptr<const void> function, Call call) {
    if (list_ == nullptr) list_ = new List;
    list_->entries.push_back({defaults, std::move(function), call});
}

void UrlProcessors::append(const UrlProcessors& other) {
    if (other.list_ == nullptr) return;
    for (auto& entry : other.list_->entries) add(entry.defaults, entry.function, entry.call);
}

bool UrlProcessors::has(bool defaults) const {
    if (list_ == nullptr) return false;
    return std::any_of(list_->entries.begin(), list_->entries.end(),
                       [&](auto& entry) { return entry.defaults == defaults; });
}

void UrlProcessors::run(bool defaults, std::string_view endpoint, json& values) const {
    if (list_ == nullptr) return;
    for (auto& entry : list_->entries) {
        if (entry.defaults == defaults) entry.call(entry.function.get(), endpoint, values);
    }
}

bool Hooks::empty() const {
    return before.empty() && after.empty() && teardown.empty() && handlers.empty() && url_processors.empty();
}

void Hooks::append(const Hooks& other) {
    append_all(before, other.before);
    append_all(after, other.after);
    append_all(teardown, other.teardown);
    append_all(handlers, other.handlers);
    url_processors.append(other.url_processors);
}

const ErrorHandler* find_handler(const std::vector<ErrorHandler>& handlers, int status,
                                 const std::exception_ptr& thrown) {
    const ErrorHandler* nearest = nullptr;
    for (auto& handler : handlers) {
        if (handler.status != status || !handler.matches(thrown)) continue;
        // Of two that fit, the one for the derived type is nearer; of two for one type, the later replaces the earlier.
        if (nearest == nullptr || nearest->catches_pointer(handler.throw_pointer)) nearest = &handler;
    }
    return nearest;
}

}  // namespace retort::detail
