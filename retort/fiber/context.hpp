// A suspended or running fiber: its stack, its saved registers, its exception state, its local slots.
#pragma once

#include <array>
#include <cstddef>

#include "retort/fiber/fiber.hpp"
#include "retort/fiber/sanitizer.hpp"
#include "retort/fiber/stack.hpp"

namespace retort::fibers {
class Loop;
}

namespace retort::fibers::detail {

/// What the C++ runtime keeps per thread about exceptions in flight (the ABI's __cxa_eh_globals).
struct ExceptionGlobals {
    void* caught = nullptr;
    unsigned uncaught = 0;
};

/// A fiber; the object stands at the top of its own stack. When its work is done it may be given new work.
class Fiber {
  public:
    using Entry = void (*)(void* argument);

    static Fiber* create();
    /// Only a fiber that finished, or never started, may be destroyed.
    static void destroy(Fiber* fiber) noexcept;

    void assign(Entry entry, void* argument) noexcept;
    /// As new, for other work of the same fiber.
    void forget_work() noexcept {
        locals.fill(nullptr);
        before_suspend = nullptr;
    }
    /// Runs the fiber on the calling thread until it suspends or finishes. Not from within a fiber.
    void resume() noexcept;
    /// Goes back to who resumed this fiber, which must be the running one.
    void suspend() noexcept;
    bool finished() const noexcept { return finished_; }
    const Stack& stack() const noexcept { return stack_; }

    Fiber* next = nullptr;  ///< the loop's queue of ready fibers
    std::array<void*, local_slots> locals{};
    /// Called before each suspension, so that what is buffered can be sent.
    Entry before_suspend = nullptr;
    void* before_suspend_argument = nullptr;

  private:
    explicit Fiber(Stack stack) noexcept : stack_(stack) {}
    ~Fiber() = default;

    struct Trampoline;
    void leave(void** saved) noexcept;

    Stack stack_;
    void* inside_ = nullptr;   // where the fiber stands while it is suspended
    void* outside_ = nullptr;  // where its resumer stands while it runs
    Entry entry_ = nullptr;
    void* argument_ = nullptr;
    ExceptionGlobals exceptions_;
    const void* outside_bottom_ = nullptr;
    std::size_t outside_size_ = 0;
    void* fake_stack_ = nullptr;
    bool finished_ = true;
    [[no_unique_address]] ThreadSanitizerFiber tsan_;
};

/// What runs on this thread.
struct ThreadState {
    Fiber* fiber = nullptr;
    Loop* loop = nullptr;
    std::array<void*, local_slots> locals{};
};
extern constinit thread_local ThreadState thread_state;

}  // namespace retort::fibers::detail
