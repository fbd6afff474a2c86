// Memory for small things that come and go all the time.
#pragma once

#include <cstddef>
#include <vector>

namespace retort::detail {

/// As `::operator new`, from what the thread has kept of places of about this size. Throws std::bad_alloc.
void* take_place(std::size_t size);
/// Gives back what `take_place(size)` gave, to this thread's places, whichever thread took it. Never null.
void give_place(void* place, std::size_t size) noexcept;

/// The base of what is made by `new` and comes and goes all the time.
struct SparePlaced {
    static void* operator new(std::size_t size) { return take_place(size); }
    static void operator delete(void* place, std::size_t size) noexcept { give_place(place, size); }
};

/// For containers that come and go all the time and are mostly small.
template <class T>
struct SpareAllocator {
    using value_type = T;
    static_assert(alignof(T) <= alignof(std::max_align_t));

    SpareAllocator() = default;
    template <class U>
    SpareAllocator(const SpareAllocator<U>&) noexcept {}  // NOLINT: as the standard asks for

    T* allocate(std::size_t count) { return static_cast<T*>(take_place(count * sizeof(T))); }
    void deallocate(T* place, std::size_t count) noexcept { give_place(place, count * sizeof(T)); }
    template <class U>
    bool operator==(const SpareAllocator<U>&) const noexcept {
        return true;
    }
};
template <class T>
using SpareVector = std::vector<T, SpareAllocator<T>>;

}  // namespace retort::detail
