// The signs, numbers and quoted texts of expressions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "retort/template/lexer.hpp"

namespace retort::templates {

struct Sign {
    TokenKind kind = TokenKind::end;
    std::size_t size = 0;  ///< 0: there is none
};
/// The longest sign that begins there.
Sign sign_at(std::string_view source, std::size_t at);

struct Number {
    std::string digits;  ///< without `_`
    std::size_t end = 0;
    bool real = false;
};
/// The number that begins there, at a digit.
Number read_number(std::string_view source, std::size_t at);

/// Python's escapes in a quoted text. False with the problem.
bool unescape(std::string_view quoted, std::string_view newline, std::string& out, std::string& problem);

}  // namespace retort::templates
