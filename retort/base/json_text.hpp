// The pieces that both writers of JSON put together: text in quotes, numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "retort/base/words.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace retort::detail {

/// Whether text needs no escape in ASCII output.
inline bool all_plain(const char* at, std::size_t size) {
    return !any_word(at, size, [](std::uint64_t word) {
        return ((word | word_below(word, 0x20) | word_holds(word, '"') | word_holds(word, '\\') |
                 word_holds(word, 0x7F)) &
                word_tops) != 0;
    });
}
/// The bytes beyond the text that `copy_if_plain` may write.
inline constexpr std::size_t text_padding = 16;

#if defined(__SSE2__)
/// A bit for each byte that needs an escape in ASCII output.
inline unsigned escaped_bytes(__m128i bytes) {
    const __m128i space = _mm_set1_epi8(' '), quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  del = _mm_set1_epi8(0x7F);
    // Signed: what is beyond ASCII is below the space too.
    const __m128i below = _mm_cmpgt_epi8(space, bytes);
    const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash));
    return static_cast<unsigned>(
        _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(below, marks), _mm_cmpeq_epi8(bytes, del))));
}
#endif

/// Copies text that needs no escape in ASCII output; of other text it copies anything, and returns false. The bytes are
/// looked at on their way: looking at them where they were just written would wait for the writing.
inline bool copy_if_plain(char* to, const std::string& text) {
#if defined(__SSE2__)
    const auto move = [&](std::size_t at) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + at), bytes);
        return escaped_bytes(bytes);
    };
    static_assert(sizeof(std::string) >= 24);  // it has room for sixteen bytes, however short it is
    const std::size_t size = text.size();
    if (size < 16) return (move(0) & ((1u << size) - 1)) == 0;
    for (std::size_t at = 0; at < size - 16; at += 16) {
        if (move(at) != 0) return false;
    }
    return move(size - 16) == 0;
#else
    std::memcpy(to, text.data(), text.size());
    return all_plain(text.data(), text.size());
#endif
}

/// Appends it in quotes, with the escapes that it needs.
void append_quoted(std::string& out, std::string_view text, bool ascii);

/// The most bytes that `put_integer` and `put_natural` write.
inline constexpr std::size_t most_integer_bytes = 20;
/// Write the decimal digits, the least there are; return where they end. Quicker than std::to_chars of g++ 12.
char* put_integer(char* to, std::int64_t number) noexcept;
char* put_natural(char* to, std::uint64_t number) noexcept;
/// The most bytes that `put_real` writes.
inline constexpr std::size_t most_real_bytes = 48;
/// Writes a double as Python's repr does; returns where it ends.
char* put_real(char* to, double number);
/// Throws JsonTypeError("json-not-finite").
void require_finite(double number);

}  // namespace retort::detail
