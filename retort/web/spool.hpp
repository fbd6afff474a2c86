// The content of an uploaded file: in memory, and in a nameless file on disk once the form's memory is used up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace retort::detail {

class Spool {
  public:
    Spool() = default;
    ~Spool();
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;

    /// Appends. What does not fit into `memory_left`, which all files of a form share, goes to disk with what was there
    /// before. Throws FileError("upload-not-kept") when the disk takes no more.
    void write(std::string_view bytes, std::size_t& memory_left);
    std::size_t read(std::span<char> into);
    std::size_t read_at(std::uint64_t position, std::span<char> into) const;
    void seek(std::uint64_t position) { position_ = position; }
    std::uint64_t size() const { return size_; }
    bool on_disk() const { return file_ >= 0; }

  private:
    void move_to_disk(std::size_t& memory_left);

    std::string memory_;
    int file_ = -1;
    std::uint64_t size_ = 0;
    std::uint64_t position_ = 0;
};

}  // namespace retort::detail
