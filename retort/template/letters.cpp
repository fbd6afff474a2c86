// Upper and lower case by the Unicode tables of the system's C.UTF-8 locale.
#include "retort/template/letters.hpp"

#include <locale.h>
#include <wctype.h>

#include <algorithm>

#include "retort/base/text.hpp"

namespace retort::templates {

namespace {

locale_t unicode() {
    static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    static const locale_t plain = newlocale(LC_CTYPE_MASK, "C", nullptr);
    return locale == nullptr ? plain : locale;
}

wint_t wide(char32_t point) { return static_cast<wint_t>(point); }
char32_t upper(char32_t point) {
    return point < 0x80 ? static_cast<char32_t>(static_cast<unsigned char>(ascii_upper(static_cast<char>(point))))
                        : static_cast<char32_t>(towupper_l(wide(point), unicode()));
}
char32_t lower(char32_t point) {
    return point < 0x80 ? static_cast<char32_t>(static_cast<unsigned char>(ascii_lower(static_cast<char>(point))))
                        : static_cast<char32_t>(towlower_l(wide(point), unicode()));
}

void append_upper(std::string& out, char32_t point) {
    auto* several = point < 0x80 ? nullptr : several_letters(point);
    several != nullptr ? (void)(out += several->upper) : append_utf8(out, upper(point));
}
/// The same at the beginning of a word.
void append_title(std::string& out, char32_t point) {
    auto* several = point < 0x80 ? nullptr : several_letters(point);
    if (several != nullptr) {
        out += several->title;
    } else {
        auto digraph = title_digraph(point);
        append_utf8(out, digraph != 0 ? digraph : upper(point));
    }
}

/// Calls it with each character and what follows it; broken bytes stay as they are.
template <class F>
void each_point(std::string_view text, std::string* out, F visit) {
    while (!text.empty()) {
        auto step = read_utf8(text);
        auto size = std::max<std::uint32_t>(step.size, 1);
        auto rest = text.substr(size);
        if (step.valid) {
            visit(step.point, rest);
        } else if (out != nullptr) {
            out->append(text.substr(0, size));
        }
        text = rest;
    }
}

bool has_case(char32_t point) {
    return upper(point) != point || lower(point) != point || (point >= 0x80 && several_letters(point) != nullptr);
}

constexpr char32_t capital_sigma = 0x3A3, final_sigma = 0x3C2, dotted_i = 0x130, dotless_i = 0x131, dot_above = 0x307;

/// What stands within a word without being a letter: apostrophes, points, accents.
bool is_passed_over(char32_t point) {
    return point == '\'' || point == '.' || point == ':' || point == 0xAD || point == 0x2019 ||
           (point >= 0x300 && point < 0x370);
}
bool letter_follows(std::string_view text) {
    while (!text.empty()) {
        auto step = read_utf8(text);
        if (!step.valid) return false;
        if (!is_passed_over(step.point)) return has_case(step.point);
        text.remove_prefix(step.size);
    }
    return false;
}

/// The character that ends the text.
std::string_view last_character(std::string_view text) {
    std::size_t size = 1;
    while (size < text.size() && size < 4 && (text[text.size() - size] & 0xC0) == 0x80) ++size;
    return text.substr(text.size() - size);
}
bool letter_precedes(std::string_view text) {
    while (!text.empty()) {
        auto last = last_character(text);
        auto point = read_utf8(last).point;
        if (!is_passed_over(point)) return has_case(point);
        text.remove_suffix(last.size());
    }
    return false;
}

/// A small letter of a text that ends with `rest`; a sigma that ends a word has a form of its own.
void append_lower(std::string& out, char32_t point, std::string_view text, std::string_view rest) {
    if (point == capital_sigma) {
        auto before = text.substr(0, text.size() - rest.size() - 2);
        append_utf8(out, letter_precedes(before) && !letter_follows(rest) ? final_sigma : lower(point));
    } else if (point == dotted_i) {
        append_utf8(out += 'i', dot_above);
    } else {
        append_utf8(out, lower(point));
    }
}

}  // namespace

std::string to_upper(std::string_view text) {
    std::string out;
    each_point(text, &out, [&](char32_t point, auto) { append_upper(out, point); });
    return out;
}
std::string to_lower(std::string_view text) {
    std::string out;
    each_point(text, &out, [&](char32_t point, auto rest) { append_lower(out, point, text, rest); });
    return out;
}
std::string capitalize(std::string_view text) {
    std::string out;
    bool first = true;
    each_point(text, &out, [&](char32_t point, auto rest) {
        first ? append_title(out, point) : append_lower(out, point, text, rest);
        first = false;
    });
    return out;
}
std::string title(std::string_view text) {
    std::string out;
    bool inside = false;
    each_point(text, &out, [&](char32_t point, auto rest) {
        inside ? append_lower(out, point, text, rest) : append_title(out, point);
        inside = has_case(point);
    });
    return out;
}
std::string swap_case(std::string_view text) {
    std::string out;
    each_point(text, &out, [&](char32_t point, auto rest) {
        lower(point) == point ? append_upper(out, point) : append_lower(out, point, text, rest);
    });
    return out;
}
std::string fold_case(std::string_view text) {
    std::string out;
    each_point(text, &out, [&](char32_t point, auto) {
        bool as_it_is = point < 0x80 || point == dotless_i || point == dotted_i;
        if (as_it_is) return append_lower(out, point, {}, {});
        std::string capital;
        append_upper(capital, point);
        each_point(capital, &out, [&](char32_t one, auto) { append_utf8(out, lower(one)); });
    });
    return out;
}

bool is_upper(std::string_view text) {
    bool any = false, all = true;
    each_point(text, nullptr, [&](char32_t point, auto) {
        if (!has_case(point)) return;
        any = true;
        all = all && upper(point) == point && several_letters(point) == nullptr;
    });
    return any && all;
}
bool is_lower(std::string_view text) {
    bool any = false, all = true;
    each_point(text, nullptr, [&](char32_t point, auto) {
        if (!has_case(point)) return;
        any = true;
        all = all && lower(point) == point;
    });
    return any && all;
}

bool is_letter(char32_t point) { return iswalpha_l(wide(point), unicode()) != 0 && !is_digit(point); }
bool is_digit(char32_t point) { return point >= '0' && point <= '9'; }
bool is_white(char32_t point) {
    if (point < 0x80) return point == ' ' || (point >= '\t' && point <= '\r') || (point >= 0x1C && point <= 0x1F);
    return point == 0x85 || point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) ||
           point == 0x2028 || point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}
bool is_printable(char32_t point) {
    if (point < 0x7F) return point >= ' ';
    if (point < 0xA1 || point == 0xAD || is_white(point)) return false;
    constexpr std::pair<char32_t, char32_t> formats[] = {
        {0x600, 0x605},     {0x61C, 0x61C},     {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},
        {0x8E2, 0x8E2},     {0x180E, 0x180E},   {0x200B, 0x200F},   {0x202A, 0x202E},   {0x2060, 0x206F},
        {0xD800, 0xF8FF},   {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD},
        {0x13430, 0x13438}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE00FF}, {0xF0000, 0x10FFFF},
    };
    for (auto& [first, last] : formats) {
        if (point >= first && point <= last) return false;
    }
    return iswprint_l(wide(point), unicode()) != 0;
}
bool is_word_point(char32_t point) { return point == '_' || iswalnum_l(wide(point), unicode()) != 0; }

namespace {

std::string_view first_character(std::string_view text) {
    return text.substr(0, std::max<std::uint32_t>(read_utf8(text).size, 1));
}
template <class Is>
std::string_view stripped(std::string_view text, bool left, bool right, Is is) {
    while (left && !text.empty() && is(first_character(text))) text.remove_prefix(first_character(text).size());
    while (right && !text.empty() && is(last_character(text))) text.remove_suffix(last_character(text).size());
    return text;
}
bool white_character(std::string_view character) { return is_white(read_utf8(character).point); }

}  // namespace

std::string_view strip_left(std::string_view text) { return stripped(text, true, false, white_character); }
std::string_view strip_right(std::string_view text) { return stripped(text, false, true, white_character); }
std::string_view strip(std::string_view text) { return stripped(text, true, true, white_character); }
std::string_view strip(std::string_view text, std::string_view characters, bool left, bool right) {
    return stripped(text, left, right,
                    [&](std::string_view character) { return characters.find(character) != characters.npos; });
}

std::vector<std::string_view> words(std::string_view text, std::size_t most) {
    std::vector<std::string_view> out;
    for (text = strip_left(text); out.size() < most && !text.empty(); text = strip_left(text)) {
        std::size_t end = 0;
        while (end < text.size() && !white_character(text.substr(end))) end += first_character(text.substr(end)).size();
        out.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return out;
}

namespace {
/// The bytes of the line end that begins there; 0 when there is none.
std::size_t line_end(std::string_view text) {
    if (text.substr(0, 2) == "\r\n") return 2;
    char c = text[0];
    if ((c >= '\n' && c <= '\r') || (c >= 0x1C && c <= 0x1E)) return 1;
    if (text.substr(0, 2) == "\xC2\x85") return 2;
    return text.substr(0, 3) == "\xE2\x80\xA8" || text.substr(0, 3) == "\xE2\x80\xA9" ? 3 : 0;
}
}  // namespace

std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        std::size_t at = 0, end = 0;
        while (at < text.size() && (end = line_end(text.substr(at))) == 0) ++at;
        out.push_back(text.substr(0, keep_ends ? at + end : at));
        text.remove_prefix(std::min(at + end, text.size()));
    }
    return out;
}

std::string replaced(std::string_view text, std::string_view old, std::string_view with, std::int64_t most) {
    std::string out;
    std::size_t at = 0;
    for (; most != 0; --most) {
        if (old.empty()) {
            out += with;
            if (at >= text.size()) break;
            auto character = first_character(text.substr(at));
            out += character;
            at += character.size();
            continue;
        }
        auto found = text.find(old, at);
        if (found == text.npos) break;
        out.append(text.substr(at, found - at)).append(with);
        at = found + old.size();
    }
    return out.append(text.substr(std::min(at, text.size())));
}

std::string_view first_characters(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    for (; count > 0 && at < text.size(); --count) at += first_character(text.substr(at)).size();
    return text.substr(0, at);
}

std::string padded(std::string_view text, std::int64_t width, std::string_view fill, char align) {
    auto missing = width - static_cast<std::int64_t>(utf8_length(text));
    if (missing <= 0) return std::string{text};
    auto left = align == '<' ? 0 : align == '>' ? missing : missing / 2;
    if (align == 'c') left += missing & width & 1;  // as str.center, which differs from format's ^
    std::string out;
    for (std::int64_t at = 0; at < left; ++at) out += fill;
    out += text;
    for (std::int64_t at = left; at < missing; ++at) out += fill;
    return out;
}

}  // namespace retort::templates
