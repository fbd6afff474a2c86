// Fast looks at bytes: which belong to a token, where a value ends, whether two names are the same.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
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

/// Eight bytes with their capital letters made small.
inline std::uint64_t lower_word(const char* at) noexcept {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word | 0x2020202020202020u;
}

/// Whether `text` is `word`, which is as long: lower-case letters, digits and hyphens. `text` holds no control
/// character, so that the bit which tells capitals from small letters tells nothing else from those.
inline bool is_word(std::string_view text, std::string_view word) noexcept {
    std::size_t at = 0;
    for (; word.size() - at >= 8; at += 8) {
        if (lower_word(text.data() + at) != lower_word(word.data() + at)) return false;
    }
    if (at == word.size()) return true;
    if (word.size() >= 8) return lower_word(text.data() + word.size() - 8) == lower_word(word.data() + word.size() - 8);
    for (; at < word.size(); ++at) {
        if ((text[at] | 0x20) != word[at]) return false;
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

/// The first byte that is no token's: of a header's name, the colon.
inline const char* find_token_end(const char* from, const char* end) noexcept {
#if defined(__SSE2__)
    // Letters and hyphens, which nearly all names are made of, sixteen at a time.
    const __m128i before_a = _mm_set1_epi8('a' - 1), after_z = _mm_set1_epi8('z' + 1), hyphen = _mm_set1_epi8('-');
    for (; end - from >= 16; from += 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        const __m128i small = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
        const __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(small, before_a), _mm_cmpgt_epi8(after_z, small));
        const auto usual =
            static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(letter, _mm_cmpeq_epi8(bytes, hyphen))));
        if (usual == 0xffff) continue;
        from += std::countr_one(usual);
        break;
    }
#endif
    while (from != end && is_token(*from)) ++from;
    return from;
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
