// UTF-8, percent codes, query strings and HTML.
#include "retort/base/text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "retort/base/words.hpp"

namespace retort {
namespace {

using CharSet = std::array<bool, 256>;

constexpr CharSet char_set(std::string_view extra) {
    CharSet set{};
    for (int c = '0'; c <= '9'; ++c) set[static_cast<std::size_t>(c)] = true;
    for (int c = 'a'; c <= 'z'; ++c) set[static_cast<std::size_t>(c)] = set[static_cast<std::size_t>(c - 32)] = true;
    for (char c : extra) set[static_cast<unsigned char>(c)] = true;
    return set;
}

constexpr CharSet value_set = char_set("-._~$!'()*+,;/:");
constexpr CharSet path_set = char_set("-._~$!'()*+,;/:|");
constexpr CharSet query_set = char_set("-._~$!'()*,; ");

const CharSet& safe_set(UrlPart part) {
    return part == UrlPart::value ? value_set : part == UrlPart::path ? path_set : query_set;
}

int hex_digit(char c) {
    if (is_ascii_digit(c)) return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void append_decoded(std::string& out, std::string_view text, bool plus_is_space) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%' && i + 2 < text.size()) {
            int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
            if (high >= 0 && low >= 0) {
                out += static_cast<char>(high * 16 + low);
                i += 2;
                continue;
            }
        }
        out += plus_is_space && c == '+' ? ' ' : c;
    }
}

std::string valid_utf8(std::string&& bytes) { return is_utf8(bytes) ? std::move(bytes) : replace_invalid_utf8(bytes); }

std::string decode_form(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_decoded(out, text, true);
    return valid_utf8(std::move(out));
}

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f'; }

/// The bytes a leading byte announces and the range that its second byte must lie in; 0 when it leads nothing.
struct Lead {
    std::uint32_t size;
    unsigned char low, high;
};
Lead lead_of(unsigned char c) {
    if (c >= 0xC2 && c <= 0xDF) return {2, 0x80, 0xBF};
    if (c == 0xE0) return {3, 0xA0, 0xBF};
    if (c == 0xED) return {3, 0x80, 0x9F};
    if (c >= 0xE1 && c <= 0xEF) return {3, 0x80, 0xBF};
    if (c == 0xF0) return {4, 0x90, 0xBF};
    if (c >= 0xF1 && c <= 0xF3) return {4, 0x80, 0xBF};
    if (c == 0xF4) return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

const char* skip_ascii(const char* at, const char* end) {
    while (end - at >= 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        if (word & 0x8080808080808080u) break;
        at += 8;
    }
    while (at < end && static_cast<unsigned char>(*at) < 0x80) ++at;
    return at;
}

}  // namespace

Utf8Step read_utf8(std::string_view bytes) {
    if (bytes.empty()) return {};
    auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    unsigned char first = at(0);
    if (first < 0x80) return {first, 1, true};
    Lead lead = lead_of(first);
    if (lead.size == 0) return {0xFFFD, 1, false};
    char32_t point = first & (0xFFu >> (lead.size + 1));
    for (std::uint32_t i = 1; i < lead.size; ++i) {
        unsigned char low = i == 1 ? lead.low : 0x80, high = i == 1 ? lead.high : 0xBF;
        if (i >= bytes.size() || at(i) < low || at(i) > high) return {0xFFFD, i, false};
        point = (point << 6) | (at(i) & 0x3Fu);
    }
    return {point, lead.size, true};
}

bool is_utf8(std::string_view bytes) {
    const char* end = bytes.data() + bytes.size();
    for (const char* at = skip_ascii(bytes.data(), end); at < end; at = skip_ascii(at, end)) {
        Utf8Step step = read_utf8({at, static_cast<std::size_t>(end - at)});
        if (!step.valid) return false;
        at += step.size;
    }
    return true;
}

std::string replace_invalid_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + 8);
    while (!bytes.empty()) {
        Utf8Step step = read_utf8(bytes);
        if (step.valid) {
            out.append(bytes.substr(0, step.size));
        } else {
            out.append("\xEF\xBF\xBD");
        }
        bytes.remove_prefix(step.size);
    }
    return out;
}

void append_utf8(std::string& out, char32_t point) {
    if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) point = 0xFFFD;
    auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | (point >> 6));
        put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        put(0xE0 | (point >> 12));
        put(0x80 | ((point >> 6) & 0x3F));
        put(0x80 | (point & 0x3F));
    } else {
        put(0xF0 | (point >> 18));
        put(0x80 | ((point >> 12) & 0x3F));
        put(0x80 | ((point >> 6) & 0x3F));
        put(0x80 | (point & 0x3F));
    }
}

std::size_t utf8_length(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(read_utf8(text).size);
    return count;
}

void append_percent_encoded(std::string& out, std::string_view text, UrlPart part) {
    static constexpr char digits[] = "0123456789ABCDEF";
    const CharSet& safe = safe_set(part);
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (safe[byte]) {
            out += c == ' ' ? '+' : c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
}

std::string percent_encode(std::string_view text, UrlPart part) {
    std::string out;
    out.reserve(text.size() + 8);
    append_percent_encoded(out, text, part);
    return out;
}

std::string percent_decode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_decoded(out, text, false);
    return out;
}

std::string decode_path(std::string_view path) { return valid_utf8(percent_decode(path)); }

QueryPairs parse_query(std::string_view text) {
    QueryPairs pairs;
    while (!text.empty()) {
        auto piece = text.substr(0, text.find('&'));
        text.remove_prefix(piece.size() < text.size() ? piece.size() + 1 : piece.size());
        if (piece.empty()) continue;
        auto equal = piece.find('=');
        auto value = equal == std::string_view::npos ? std::string_view{} : piece.substr(equal + 1);
        pairs.emplace_back(decode_form(piece.substr(0, equal)), decode_form(value));
    }
    return pairs;
}

namespace {

std::string_view html_code(char c) {
    switch (c) {
        case '&': return "&amp;";
        case '<': return "&lt;";
        case '>': return "&gt;";
        case '"': return "&#34;";
        case '\'': return "&#39;";
        default: return {};
    }
}

/// Where among sixteen bytes the first of the five stands; 16 when none does. `&` and `'` differ by one bit, and so do
/// `<` and `>`.
int place_of_special(const char* at) {
    using Bytes [[gnu::vector_size(16)]] = unsigned char;
    Bytes bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    auto found = ((bytes | 1) == '\'') | ((bytes | 2) == '>') | (bytes == '"');
    std::array<std::uint64_t, 2> halves;
    std::memcpy(&halves, &found, sizeof halves);
    if (halves[0] != 0) return std::countr_zero(halves[0]) / 8;
    return 8 + std::countr_zero(halves[1]) / 8;
}

/// The next character to be escaped, or the end.
const char* find_special(const char* at, const char* end) {
    if constexpr (std::endian::native != std::endian::little) {
        return std::find_if(at, end, [](char c) { return !html_code(c).empty(); });
    }
    for (; end - at >= 16; at += 16) {
        int place = place_of_special(at);
        if (place < 16) return at + place;
    }
    char rest[16] = {};
    if (at != end) std::memcpy(rest, at, static_cast<std::size_t>(end - at));
    int place = place_of_special(rest);
    return place < 16 ? at + place : end;
}

}  // namespace

void append_html_escaped(std::string& out, std::string_view text) {
    const char *from = text.data(), *end = from + text.size();
    for (;;) {
        const char* special = find_special(from, end);
        out.append(from, static_cast<std::size_t>(special - from));
        if (special == end) return;
        out.append(html_code(*special));
        from = special + 1;
    }
}

std::string html_escape(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 8);
    append_html_escaped(out, text);
    return out;
}

std::string ascii_lower(std::string_view text) {
    std::string out{text};
    for (char& c : out) c = ascii_lower(c);
    return out;
}

std::string ascii_upper(std::string_view text) {
    std::string out{text};
    for (char& c : out) c = ascii_upper(c);
    return out;
}

bool iequals(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (ascii_lower(left[i]) != ascii_lower(right[i])) return false;
    }
    return true;
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> pieces;
    for (;;) {
        auto at = text.find(separator);
        pieces.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return pieces;
        text.remove_prefix(at + 1);
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const auto& part : parts) {
        if (&part != parts.data()) out.append(separator);
        out.append(part);
    }
    return out;
}

}  // namespace retort
