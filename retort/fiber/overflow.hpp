// Tells of a fiber that runs out of its stack, before the system ends the program.
#pragma once

#include <memory>

namespace retort::fibers::detail {

/// Stands on a thread as long as its loop runs. Faults elsewhere, and handlers that were there before, are left as they
/// are; where a sanitizer watches, it tells by itself.
class OverflowWatch {
  public:
    OverflowWatch() noexcept;
    ~OverflowWatch();
    OverflowWatch(const OverflowWatch&) = delete;
    OverflowWatch& operator=(const OverflowWatch&) = delete;

  private:
    std::unique_ptr<char[]> signal_stack_;  ///< the handler needs one of its own; null where the thread has one
};

}  // namespace retort::fibers::detail
