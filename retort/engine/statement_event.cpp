// Whose statements run on a thread, and hooks put together.
#include "retort/engine/statement_event.hpp"

#include <utility>

namespace retort::engines {

void*& statement_context() noexcept {
    static thread_local void* context = nullptr;
    return context;
}

void add_hook(StatementHook& hook, StatementHook more) {
    if (!hook) {
        hook = std::move(more);
        return;
    }
    hook = [first = std::move(hook), second = std::move(more)](const StatementEvent& event) {
        first(event);
        second(event);
    };
}

}  // namespace retort::engines
