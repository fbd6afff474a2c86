// The buffers of a connection that is being served; neither ever fills memory with zeros.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace retort::http::detail {

/// What came from the client and is not yet done with. Fixed in size, so that views into it stay valid.
class InputBuffer {
  public:
    explicit InputBuffer(std::size_t capacity)
        : bytes_(std::make_unique_for_overwrite<char[]>(capacity)), capacity_(capacity) {}

    std::string_view view() const noexcept { return {bytes_.get() + begin_, end_ - begin_}; }
    bool empty() const noexcept { return begin_ == end_; }
    char* space() noexcept { return bytes_.get() + end_; }
    std::size_t space_size() const noexcept { return capacity_ - end_; }
    void commit(std::size_t size) noexcept { end_ += size; }
    void consume(std::size_t size) noexcept { begin_ += size; }
    void clear() noexcept { begin_ = end_ = 0; }

    /// Moves what is left to the beginning; views into it end.
    void compact() noexcept {
        std::memmove(bytes_.get(), bytes_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }

    void append(std::string_view bytes) noexcept {
        if (bytes.empty()) return;
        std::memcpy(space(), bytes.data(), bytes.size());
        end_ += bytes.size();
    }

    /// Where the next bytes are taken from; with `rewind`, lets a body reuse the room behind its head.
    std::size_t position() const noexcept { return begin_; }
    void rewind(std::size_t position) noexcept { begin_ = end_ = position; }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

/// What is to be sent.
class OutputBuffer {
  public:
    std::string_view view() const noexcept { return {bytes_.get() + begin_, end_ - begin_}; }
    bool empty() const noexcept { return begin_ == end_; }
    std::size_t size() const noexcept { return end_ - begin_; }

    /// Room for `size` bytes; write them and `commit` how many they were.
    char* reserve(std::size_t size) {
        if (capacity_ - end_ < size) grow(size);
        return bytes_.get() + end_;
    }
    void commit(std::size_t size) noexcept { end_ += size; }

    void append(std::string_view bytes) {
        if (bytes.empty()) return;
        std::memcpy(reserve(bytes.size()), bytes.data(), bytes.size());
        end_ += bytes.size();
    }

    void consume(std::size_t size) noexcept {
        begin_ += size;
        if (begin_ == end_) begin_ = end_ = 0;
    }

    /// Forgets the content, and memory that only a large response needed.
    void reset() noexcept {
        begin_ = end_ = 0;
        if (capacity_ <= kept_bytes) return;
        bytes_.reset();
        capacity_ = 0;
    }

  private:
    static constexpr std::size_t kept_bytes = 128 * 1024;

    void grow(std::size_t size) {
        const std::size_t content = end_ - begin_;
        if (begin_ != 0 && content + size <= capacity_ / 2) {
            std::memmove(bytes_.get(), bytes_.get() + begin_, content);
            begin_ = 0;
            end_ = content;
            return;
        }
        const std::size_t capacity = std::max<std::size_t>({2 * capacity_, content + size, 16 * 1024});
        auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
        if (content != 0) std::memcpy(bytes.get(), bytes_.get() + begin_, content);
        bytes_ = std::move(bytes);
        capacity_ = capacity;
        begin_ = 0;
        end_ = content;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace retort::http::detail
