// The pieces that both writers of JSON put together: text in quotes, numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "retort/base/words.hpp"

namespace retort::detail {

/// Whether text needs no escape in ASCII output.
inline bool all_plain(const char* at, std::size_t size) {
    return !any_word(at, size, [](std::uint64_t word) {
        return ((word | word_below(word, 0x20) | word_holds(word, '"') | word_holds(word, '\\') |
                 word_holds(word, 0x7F)) &
                word_tops) != 0;
    });
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
