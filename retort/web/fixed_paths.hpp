// The paths without variables, in a hash table that a request asks first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace retort::detail {

struct RouteState;

/// Filled at setup, then only read. The keys are the program's own, so that a plain hash does: nobody outside can
/// choose paths that collide.
class FixedPaths {
  public:
    void put(std::string path, const RouteState* state);
    /// Null when there is none.
    const RouteState* find(std::string_view path) const noexcept;

  private:
    struct Slot {
        std::string path;
        const RouteState* state = nullptr;
    };

    Slot& place(std::string_view path) noexcept;
    void grow();

    std::vector<Slot> slots_;  ///< a power of two, at most half full
    std::size_t used_ = 0;
};

}  // namespace retort::detail
