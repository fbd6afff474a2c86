// What sanitizers are told of fiber switches; nothing without one.
#pragma once

#include <cstddef>

#include "retort/base/sanitizers.hpp"

#ifdef RETORT_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif
#ifdef RETORT_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

namespace retort::fibers::detail {

/// Before a switch to the stack `[bottom, bottom + size)`; `saved` null means that the present stack dies.
inline void start_switch([[maybe_unused]] void** saved, [[maybe_unused]] const void* bottom,
                         [[maybe_unused]] std::size_t size) noexcept {
#ifdef RETORT_ADDRESS_SANITIZER
    __sanitizer_start_switch_fiber(saved, bottom, size);
#endif
}

/// After a switch, on the new stack; tells the bounds of the stack left.
inline void finish_switch([[maybe_unused]] void* saved, [[maybe_unused]] const void** bottom,
                          [[maybe_unused]] std::size_t* size) noexcept {
#ifdef RETORT_ADDRESS_SANITIZER
    __sanitizer_finish_switch_fiber(saved, bottom, size);
#endif
}

/// What only a suspended fiber points at is no leak.
inline void remember_stack([[maybe_unused]] void* bottom, [[maybe_unused]] std::size_t size) noexcept {
#ifdef RETORT_ADDRESS_SANITIZER
    __lsan_register_root_region(bottom, size);
#endif
}

inline void forget_stack([[maybe_unused]] void* bottom, [[maybe_unused]] std::size_t size) noexcept {
#ifdef RETORT_ADDRESS_SANITIZER
    __lsan_unregister_root_region(bottom, size);
    __asan_unpoison_memory_region(bottom, size);
#endif
}

/// The thread sanitizer's own notion of a fiber.
class ThreadSanitizerFiber {
  public:
#ifdef RETORT_THREAD_SANITIZER
    ThreadSanitizerFiber() : fiber_(__tsan_create_fiber(0)) {}
    ~ThreadSanitizerFiber() { __tsan_destroy_fiber(fiber_); }
    [[gnu::always_inline]] void enter() noexcept {
        outside_ = __tsan_get_current_fiber();
        __tsan_switch_to_fiber(fiber_, 0);
    }
    [[gnu::always_inline]] void leave() noexcept { __tsan_switch_to_fiber(outside_, 0); }

  private:
    void* fiber_;
    void* outside_ = nullptr;
#else
    void enter() noexcept {}
    void leave() noexcept {}
#endif
};

}  // namespace retort::fibers::detail
