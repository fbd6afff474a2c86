// Closing a file descriptor.
#include "retort/fiber/descriptor.hpp"

#include <unistd.h>

#include <cerrno>

namespace retort::fibers {

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        close();
        number_ = std::exchange(other.number_, -1);
    }
    return *this;
}

void Descriptor::close() noexcept {
    if (number_ < 0) return;
    const int saved = errno;
    ::close(std::exchange(number_, -1));
    errno = saved;
}

}  // namespace retort::fibers
