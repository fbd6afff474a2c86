// The stack of a fiber: reserved address space with a guard below, of which only touched pages cost memory.
#pragma once

#include <cstddef>

namespace retort::fibers::detail {

/// What a fiber may take, and the part of the address space below that ends the program when it is touched.
inline constexpr std::size_t stack_bytes = 1024 * 1024;
inline constexpr std::size_t guard_bytes = 64 * 1024;

class Stack {
  public:
    /// Throws std::bad_alloc when the system has no more mappings.
    static Stack reserve();
    /// Gives the address space back; nothing may run on it.
    void release() noexcept;

    /// The lowest usable address, just above the guard.
    char* bottom() const noexcept { return bottom_; }
    char* top() const noexcept { return bottom_ + size_; }
    std::size_t size() const noexcept { return size_; }

  private:
    Stack(char* bottom, std::size_t size) : bottom_(bottom), size_(size) {}

    char* bottom_;
    std::size_t size_;
};

}  // namespace retort::fibers::detail
