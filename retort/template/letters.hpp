// Upper and lower case, words and white space, as Python sees them in Unicode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace retort::templates {

std::string to_upper(std::string_view text);
std::string to_lower(std::string_view text);
/// The first letter large, all others small.
std::string capitalize(std::string_view text);
/// Python's str.title: the first letter of each run of letters large.
std::string title(std::string_view text);
std::string swap_case(std::string_view text);
/// For comparing without regard to case: Python's str.casefold.
std::string fold_case(std::string_view text);
/// Whether there are letters with a case, and all are so.
bool is_upper(std::string_view text);
bool is_lower(std::string_view text);

/// A letter whose capital is several letters: `ß` is `SS`, and `Ss` at the beginning of a word.
struct SeveralLetters {
    char32_t letter;
    const char *upper, *title;
};
/// Null for those with one capital.
const SeveralLetters* several_letters(char32_t point) noexcept;
/// What stands at the beginning of a word where that is not the capital, as for `ǆ` and in Georgian; else 0.
char32_t title_digraph(char32_t point) noexcept;

bool is_letter(char32_t point);
bool is_digit(char32_t point);
bool is_white(char32_t point);
/// What Python's repr shows as it is: no control or format character, and no white space but a space.
bool is_printable(char32_t point);
/// A letter, a digit or `_`: `\w`.
bool is_word_point(char32_t point);

std::string_view strip_left(std::string_view text);
std::string_view strip_right(std::string_view text);
std::string_view strip(std::string_view text);
/// Without these characters at the ends.
std::string_view strip(std::string_view text, std::string_view characters, bool left, bool right);
/// The pieces between white space: the first `most` of them.
std::vector<std::string_view> words(std::string_view text, std::size_t most = SIZE_MAX);
/// The lines, without their ends unless `keep_ends`.
std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends = false);
std::string replaced(std::string_view text, std::string_view old, std::string_view with, std::int64_t most = -1);
/// The first `count` characters, or all but these.
std::string_view first_characters(std::string_view text, std::size_t count);
/// Padded to that many characters; `align` is one of `< > ^`, or c for str.center.
std::string padded(std::string_view text, std::int64_t width, std::string_view fill, char align);

}  // namespace retort::templates
