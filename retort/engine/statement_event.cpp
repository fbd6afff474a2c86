// Whose statements run on a thread.
#include "retort/engine/statement_event.hpp"

namespace retort::engines {

void*& statement_context() noexcept {
    static thread_local void* context = nullptr;
    return context;
}

}  // namespace retort::engines
