// Switching between a loop and its fibers.
#include "retort/fiber/context.hpp"

#include <cxxabi.h>

#include <boost/context/detail/fcontext.hpp>
#include <new>

namespace retort::fibers::detail {

namespace fcontext = boost::context::detail;

constinit thread_local ThreadState thread_state;

namespace {

// Without this a fiber that waits inside a catch block would, later, rethrow its neighbour's exception.
ExceptionGlobals& exception_globals() noexcept {
    return *reinterpret_cast<ExceptionGlobals*>(abi::__cxa_get_globals());
}

}  // namespace

struct Fiber::Trampoline {
    static void run(fcontext::transfer_t transfer) noexcept {
        auto& fiber = *static_cast<Fiber*>(transfer.data);
        finish_switch(nullptr, &fiber.outside_bottom_, &fiber.outside_size_);
        fiber.outside_ = transfer.fctx;
        while (fiber.entry_ != nullptr) {
            fiber.entry_(fiber.argument_);
            fiber.finished_ = true;
            fiber.leave(&fiber.fake_stack_);
        }
        fiber.leave(nullptr);
    }
};

Fiber* Fiber::create() {
    Stack stack = Stack::reserve();
    constexpr std::size_t room = (sizeof(Fiber) + 63) / 64 * 64;
    char* top = stack.top() - room;
    auto* fiber = new (top) Fiber(stack);
    fiber->inside_ = fcontext::make_fcontext(top, static_cast<std::size_t>(top - stack.bottom()), &Trampoline::run);
    return fiber;
}

void Fiber::destroy(Fiber* fiber) noexcept {
    fiber->entry_ = nullptr;
    fiber->resume();
    Stack stack = fiber->stack_;
    fiber->~Fiber();
    stack.release();
}

void Fiber::assign(Entry entry, void* argument) noexcept {
    entry_ = entry;
    argument_ = argument;
    forget_work();
    exceptions_ = {};
    finished_ = false;
}

void Fiber::resume() noexcept {
    ThreadState& thread = thread_state;
    thread.fiber = this;
    ExceptionGlobals& globals = exception_globals();
    const ExceptionGlobals outer = globals;
    globals = exceptions_;
    [[maybe_unused]] void* fake_stack = nullptr;
    start_switch(&fake_stack, stack_.bottom(), stack_.size());
    tsan_.enter();
    inside_ = fcontext::jump_fcontext(inside_, this).fctx;
    finish_switch(fake_stack, nullptr, nullptr);
    exceptions_ = globals;
    globals = outer;
    thread.fiber = nullptr;
}

void Fiber::suspend() noexcept {
    if (before_suspend != nullptr) before_suspend(before_suspend_argument);
    leave(&fake_stack_);
}

void Fiber::leave(void** saved) noexcept {
    start_switch(saved, outside_bottom_, outside_size_);
    tsan_.leave();
    outside_ = fcontext::jump_fcontext(outside_, nullptr).fctx;
    finish_switch(fake_stack_, &outside_bottom_, &outside_size_);
}

}  // namespace retort::fibers::detail
