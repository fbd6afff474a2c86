// Packing bytes as Content-Encoding names it: gzip, br, zstd; whole or as they come.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace retort::detail {

/// Packs one answer.
class Packer {
  public:
    virtual ~Packer() = default;
    /// Appends what the bytes become to `out`, all of it: who reads has every byte of them then. `last`: none follow.
    virtual void pack(std::string_view bytes, bool last, std::string& out) = 0;
};

/// By its name; null for what is not known. `level`: 1 is fast, 9 is small.
std::unique_ptr<Packer> make_packer(std::string_view encoding, int level);

}  // namespace retort::detail
