// What owns a file descriptor.
#pragma once

#include <utility>

namespace retort::fibers {

/// Owns a file descriptor, and closes it.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor() { close(); }

    /// -1: none.
    int get() const noexcept { return number_; }
    /// Leaves errno as it is.
    void close() noexcept;

  private:
    int number_ = -1;
};

}  // namespace retort::fibers
