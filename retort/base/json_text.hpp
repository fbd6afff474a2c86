// The pieces that both writers of JSON put together: text in quotes, numbers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace retort::detail {

/// Whether text needs no escape in ASCII output.
bool all_plain(const char* at, std::size_t size);
/// Appends it in quotes, with the escapes that it needs.
void append_quoted(std::string& out, std::string_view text, bool ascii);

/// The most bytes that `put_real` writes.
inline constexpr std::size_t most_real_bytes = 48;
/// Writes a double as Python's repr does; returns where it ends.
char* put_real(char* to, double number);
/// Throws JsonTypeError("json-not-finite").
void require_finite(double number);

}  // namespace retort::detail
