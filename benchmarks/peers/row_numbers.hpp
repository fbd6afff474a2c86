// Which rows /queries asks for.
#pragma once

#include <cstdint>

/// The ids of /queries: the same sequence in every server. Four digits each, so that all answers have one length.
class RowNumbers {
  public:
    int next() {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return 1000 + static_cast<int>((state_ >> 33) % 9000);
    }

  private:
    std::uint64_t state_ = 42;
};
