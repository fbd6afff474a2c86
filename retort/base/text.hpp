// Text as the web writes it: UTF-8, percent codes, query strings, HTML, and ASCII without locale.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace retort {

/// Whether all of it is UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);
/// Every broken sequence becomes one U+FFFD, cut as Unicode and Python cut them.
std::string replace_invalid_utf8(std::string_view bytes);
/// Appends a code point. Surrogates and what lies above U+10FFFF become U+FFFD.
void append_utf8(std::string& out, char32_t point);
/// The number of code points; broken sequences count as what they are replaced by.
std::size_t utf8_length(std::string_view text);

/// One step through UTF-8 text.
struct Utf8Step {
    char32_t point = 0xFFFD;  ///< U+FFFD when the sequence is broken
    std::uint32_t size = 0;   ///< bytes it took; 0 at the end of the text
    bool valid = false;
};
/// Reads the sequence that starts at `bytes[0]`.
Utf8Step read_utf8(std::string_view bytes);

/// Which characters stay as they are.
enum class UrlPart : std::uint8_t {
    value,  ///< a value in a path, or an anchor: letters, digits, `-._~$!'()*+,;/:`
    path,   ///< a whole path: those and `|`
    query,  ///< a key or value of a query string: those of `value` without `+ / :`; a space becomes `+`
};
/// Percent codes as Werkzeug writes them.
std::string percent_encode(std::string_view text, UrlPart part);
void append_percent_encoded(std::string& out, std::string_view text, UrlPart part);
/// The bytes behind the percent codes; what is no code ("%zz", a last "%") stays.
std::string percent_decode(std::string_view text);
/// A path as views see it: percent codes decoded, broken UTF-8 replaced.
std::string decode_path(std::string_view path);

/// Key and value of a query string or of an urlencoded form, in their order.
using QueryPairs = std::vector<std::pair<std::string, std::string>>;
/// Reads `a=1&a=2&b`: `+` is a space, broken UTF-8 is replaced, an empty piece is left out, a key alone has "".
QueryPairs parse_query(std::string_view text);

/// `& < > " '` as `&amp; &lt; &gt; &#34; &#39;`, as MarkupSafe writes them.
std::string html_escape(std::string_view text);
void append_html_escaped(std::string& out, std::string_view text);

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr char ascii_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_ascii_letter(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }
constexpr bool is_ascii_alphanumeric(char c) { return is_ascii_letter(c) || is_ascii_digit(c); }
std::string ascii_lower(std::string_view text);
std::string ascii_upper(std::string_view text);
/// Equal without case, ASCII.
bool iequals(std::string_view left, std::string_view right);
/// Without spaces, tabs and line ends at both ends.
std::string_view trim(std::string_view text);
/// The pieces between separators; an empty text is one empty piece.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace retort
