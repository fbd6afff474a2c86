// How numbers and text are laid out by `format` and `%`: sign, width, digits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "retort/template/value.hpp"

namespace retort::templates {

/// Python's format specification: `[[fill]align][sign][z][#][0][width][,][.precision][type]`.
struct FormatSpec {
    std::string fill = " ";
    char align = 0, sign = 0, grouping = 0, type = 0;
    bool alternate = false;
    bool zeros = false;          ///< numbers are filled between their sign and their digits
    bool positive_zero = false;  ///< what is rounded to zero has no sign
    std::int64_t width = 0, precision = -1;
};

/// Throws ValueError for what is none.
FormatSpec read_spec(std::string_view text);
/// A number's sign and digits in their groups, brought to the width.
std::string laid_out(const FormatSpec& spec, const std::string& sign, std::string digits);

/// The digits of a number, without sign: `type` is one of `d b o x X`.
std::string integer_digits(std::int64_t number, char type, bool alternate);
/// `type` is one of `e E f F g G`, or 0 for Python's str.
std::string real_digits(double number, char type, std::int64_t precision, bool alternate);
std::string sign_of(bool is_negative, char sign);
/// Throws OverflowError for what is no character.
std::string character_of(std::int64_t number);

}  // namespace retort::templates
