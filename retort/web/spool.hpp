// The content of an uploaded file: in memory, and in a nameless file on disk once the form's memory is used up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace retort::detail {

/// The file on disk of all contents of one form, so that many small ones take no more than one descriptor.
class SpoolFile {
  public:
    SpoolFile() = default;
    ~SpoolFile();
    SpoolFile(const SpoolFile&) = delete;
    SpoolFile& operator=(const SpoolFile&) = delete;

    std::uint64_t end() const { return end_; }
    void append(std::string_view bytes);
    std::size_t read_at(std::uint64_t position, std::span<char> into) const;

  private:
    int file_ = -1;
    std::uint64_t end_ = 0;
};

class Spool {
  public:
    /// The contents of a form are written one after the other.
    explicit Spool(std::shared_ptr<SpoolFile> file);
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
    bool on_disk() const { return on_disk_; }

  private:
    void move_to_disk(std::size_t& memory_left);

    std::string memory_;
    std::shared_ptr<SpoolFile> file_;
    bool on_disk_ = false;
    std::uint64_t begin_ = 0;  ///< where it stands in the file
    std::uint64_t size_ = 0;
    std::uint64_t position_ = 0;
};

}  // namespace retort::detail
