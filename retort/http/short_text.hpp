// Text that lives inside of its owner while it is short: most responses then need no memory for their headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace retort::http::detail {

class ShortText {
  public:
    ShortText() noexcept = default;
    ShortText(const ShortText& other) { append(other.view()); }
    ShortText(ShortText&& other) noexcept { take(other); }
    ShortText& operator=(const ShortText& other) {
        if (this == &other) return *this;
        clear();
        append(other.view());
        return *this;
    }
    ShortText& operator=(ShortText&& other) noexcept {
        if (this != &other) take(other);
        return *this;
    }
    ~ShortText() = default;

    std::string_view view() const noexcept { return {data(), size_}; }
    bool empty() const noexcept { return size_ == 0; }
    void clear() noexcept { size_ = 0; }

    /// Makes room for `size` more bytes. Gives back the memory that it left: what is to be appended may lie in it.
    std::unique_ptr<char[]> reserve(std::size_t size) {
        if (capacity_ - size_ >= size) return nullptr;
        const std::size_t doubled = std::size_t{2} * capacity_, needed = size_ + size;
        const std::size_t capacity = doubled < needed ? needed : doubled;
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        std::memcpy(larger.get(), data(), size_);
        capacity_ = capacity;
        heap_.swap(larger);
        return larger;
    }
    /// Where the next bytes go, after `reserve`; `commit` says how many they were.
    char* space() noexcept { return data() + size_; }
    void commit(std::size_t size) noexcept { size_ += size; }

    void append(std::string_view text) {
        const auto left = reserve(text.size());
        std::memcpy(space(), text.data(), text.size());
        size_ += text.size();
    }

  private:
    static constexpr std::size_t inside = 112;

    char* data() noexcept { return heap_ ? heap_.get() : inside_; }
    const char* data() const noexcept { return heap_ ? heap_.get() : inside_; }

    void take(ShortText& other) noexcept {
        heap_ = std::move(other.heap_);
        size_ = std::exchange(other.size_, 0);
        capacity_ = std::exchange(other.capacity_, inside);
        if (!heap_) std::memcpy(inside_, other.inside_, size_);
    }

    // The size stands alone: read together with its neighbour, right after it was written, it would have to wait.
    std::unique_ptr<char[]> heap_;
    std::size_t size_ = 0;
    char inside_[inside];
    std::size_t capacity_ = inside;
};

}  // namespace retort::http::detail
