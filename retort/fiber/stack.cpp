// Reserving and releasing the stacks of fibers.
#include "retort/fiber/stack.hpp"

#include <sys/mman.h>

#include <new>

#include "retort/fiber/sanitizer.hpp"

namespace retort::fibers::detail {
Stack Stack::reserve() {
    void* memory = ::mmap(nullptr, guard_bytes + stack_bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc{};
    if (::mprotect(memory, guard_bytes, PROT_NONE) != 0) {
        ::munmap(memory, guard_bytes + stack_bytes);
        throw std::bad_alloc{};
    }
    Stack stack{static_cast<char*>(memory) + guard_bytes, stack_bytes};
    remember_stack(stack.bottom(), stack.size());
    return stack;
}

void Stack::release() noexcept {
    forget_stack(bottom_, size_);
    ::munmap(bottom_ - guard_bytes, guard_bytes + stack_bytes);
}

}  // namespace retort::fibers::detail
