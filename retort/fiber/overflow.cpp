// A signal handler for the guards below the stacks of fibers.
#include "retort/fiber/overflow.hpp"

#include <signal.h>
#include <unistd.h>

#include <cstddef>
#include <new>
#include <string_view>

#include "retort/base/sanitizers.hpp"
#include "retort/fiber/context.hpp"

namespace retort::fibers::detail {

#if !defined(RETORT_ADDRESS_SANITIZER) && !defined(RETORT_THREAD_SANITIZER)
namespace {

constexpr std::size_t signal_stack_bytes = 64 * 1024;
struct sigaction before;

bool hits_guard(const void* address) noexcept {
    const Fiber* fiber = thread_state.fiber;
    if (fiber == nullptr) return false;
    const auto* at = static_cast<const char*>(address);
    return at < fiber->stack().bottom() && at >= fiber->stack().bottom() - guard_bytes;
}

// The fault comes again when this returns, and is then dealt with as it was before.
void on_fault(int signal, siginfo_t* fault, void*) {
    constexpr std::string_view told =
        "ERROR: a view or a fiber ran out of its stack of 1 MiB.\n"
        "  mend: end the recursion, keep large arrays in a std::vector, or run the work by fibers::run_blocking\n"
        "  read: docs/errors.md#stack-overflow\n";
    if (hits_guard(fault->si_addr)) {
        [[maybe_unused]] auto written = ::write(STDERR_FILENO, told.data(), told.size());
    }
    ::sigaction(signal, &before, nullptr);
}

void watch_faults() noexcept {
    static const bool watched = [] {
        struct sigaction action{};
        action.sa_sigaction = on_fault;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        return ::sigaction(SIGSEGV, &action, &before) == 0;
    }();
    (void)watched;
}

}  // namespace

OverflowWatch::OverflowWatch() noexcept {
    watch_faults();
    stack_t present{};
    if (::sigaltstack(nullptr, &present) != 0 || (present.ss_flags & SS_DISABLE) == 0) return;
    signal_stack_.reset(new (std::nothrow) char[signal_stack_bytes]);
    stack_t own{};
    own.ss_sp = signal_stack_.get();
    own.ss_size = signal_stack_bytes;
    if (signal_stack_ != nullptr) ::sigaltstack(&own, nullptr);
}

OverflowWatch::~OverflowWatch() {
    if (signal_stack_ == nullptr) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    ::sigaltstack(&none, nullptr);
}
#else
OverflowWatch::OverflowWatch() noexcept = default;
OverflowWatch::~OverflowWatch() = default;
#endif

}  // namespace retort::fibers::detail
