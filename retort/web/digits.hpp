// Decimal digits of every script, which Python's `\d` and so Werkzeug's int and float take.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace retort::detail {

/// How many bytes at the start of UTF-8 text are decimal digits.
std::size_t leading_digits(std::string_view text);
/// Every digit as one of 0 to 9; the rest as it is.
std::string ascii_digits(std::string_view text);

}  // namespace retort::detail
