// Which of several error handlers is the nearest to what was thrown.
#include "retort/web/hooks.hpp"

namespace retort::detail {
namespace {

template <class Function>
void append_all(std::vector<Function>& to, const std::vector<Function>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

bool Hooks::empty() const {
    return before.empty() && after.empty() && teardown.empty() && handlers.empty() && url_processors.empty();
}

void Hooks::append(const Hooks& other) {
    append_all(before, other.before);
    append_all(after, other.after);
    append_all(teardown, other.teardown);
    append_all(handlers, other.handlers);
    append_all(url_processors, other.url_processors);
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
