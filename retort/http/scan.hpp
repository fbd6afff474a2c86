// Fast looks at bytes: which belong to a token, where a value ends, whether two names are the same.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace retort::http::detail {

inline constexpr std::array<bool, 256> token_bytes = [] {
    std::array<bool, 256> table{};
    for (char c : std::string_view{"!#$%&'*+-.^_`|~0123456789"}) table[static_cast<unsigned char>(c)] = true;
    for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

inline bool is_token(char c) noexcept { return token_bytes[static_cast<unsigned char>(c)]; }
inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
inline bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }
inline char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// Whether `text` is `word`, which is written in lower case and as long.
inline bool is_word(std::string_view text, std::string_view word) noexcept {
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (lower(text[i]) != word[i]) return false;
    }
    return true;
}

inline bool same_word(std::string_view text, std::string_view word) noexcept {
    return text.size() == word.size() && is_word(text, word);
}

inline std::string_view trim_blanks(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// The first byte that ends a header's value: a control character, which tab is not.
inline const char* find_value_end(const char* from, const char* end) noexcept {
#if defined(__SSE2__)
    const __m128i last_control = _mm_set1_epi8(0x1f), tab = _mm_set1_epi8('\t'), del = _mm_set1_epi8(0x7f);
    for (; end - from >= 16; from += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        const __m128i stop =
            _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), control), _mm_cmpeq_epi8(bytes, del));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(stop));
        if (mask != 0) return from + std::countr_zero(mask);
    }
#endif
    for (; from != end; ++from) {
        const auto byte = static_cast<unsigned char>(*from);
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) break;
    }
    return from;
}

/// The first byte that cannot stand in a request target: a control character, a space, or '#'.
inline const char* find_target_end(const char* from, const char* end) noexcept {
#if defined(__SSE2__)
    const __m128i space = _mm_set1_epi8(0x20), hash = _mm_set1_epi8('#'), del = _mm_set1_epi8(0x7f);
    for (; end - from >= 16; from += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        const __m128i low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, space), bytes);
        const __m128i stop = _mm_or_si128(low, _mm_or_si128(_mm_cmpeq_epi8(bytes, hash), _mm_cmpeq_epi8(bytes, del)));
        const auto mask = static_cast<unsigned>(_mm_movemask_epi8(stop));
        if (mask != 0) return from + std::countr_zero(mask);
    }
#endif
    for (; from != end; ++from) {
        const auto byte = static_cast<unsigned char>(*from);
        if (byte <= 0x20 || byte == '#' || byte == 0x7f) break;
    }
    return from;
}

}  // namespace retort::http::detail
