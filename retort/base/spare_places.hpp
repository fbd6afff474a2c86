// Memory for small things that come and go all the time.
#pragma once

#include <cstddef>

namespace retort::detail {

/// As `::operator new`, from what the thread has kept of places of about this size. Throws std::bad_alloc.
void* take_place(std::size_t size);
/// Gives back what `take_place(size)` gave, to this thread's places, whichever thread took it. Never null.
void give_place(void* place, std::size_t size) noexcept;

}  // namespace retort::detail
