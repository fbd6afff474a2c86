// Looking at text eight bytes at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace retort::detail {

template <class Word>
std::uint64_t load_word(const char* at) noexcept {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

/// Whether `test` is true of some word of the text. The words cover it all and hold nothing else: the last one overlaps
/// the one before, and a short text stands in its word twice.
template <class Test>
bool any_word(const char* at, std::size_t size, Test test) {
    if (size >= 8) {
        const char* last = at + size - 8;
        for (; at < last; at += 8) {
            if (test(load_word<std::uint64_t>(at))) return true;
        }
        return test(load_word<std::uint64_t>(last));
    }
    if (size >= 4) return test(load_word<std::uint32_t>(at) << 32 | load_word<std::uint32_t>(at + size - 4));
    if (size == 0) return false;
    auto byte = [&](std::size_t place) -> std::uint64_t { return static_cast<unsigned char>(at[place]); };
    return test(byte(0) * 0x0101010101010000u | byte(size / 2) << 8 | byte(size - 1));
}

inline constexpr std::uint64_t word_ones = 0x0101010101010101u;
inline constexpr std::uint64_t word_tops = 0x8080808080808080u;

// Each sets a top bit when some byte is such; which one it is cannot be told. `& word_tops` at the end.
constexpr std::uint64_t word_holds(std::uint64_t word, unsigned char byte) noexcept {
    const std::uint64_t zeroed = word ^ word_ones * byte;
    return (zeroed - word_ones) & ~zeroed;
}
/// A byte below `limit`, which is at most 128.
constexpr std::uint64_t word_below(std::uint64_t word, unsigned char limit) noexcept {
    return (word - word_ones * limit) & ~word;
}

}  // namespace retort::detail
