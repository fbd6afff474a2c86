// How options, quoted strings and extended values of headers are read and written.
#include "retort/web/header_values.hpp"

#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/web/file_name.hpp"

namespace retort {
namespace {

bool word_character(char c) {
    auto lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || is_ascii_digit(c) ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

void skip_blanks(std::string_view& text) {
    while (!text.empty() && (text[0] == ' ' || text[0] == '\t')) text.remove_prefix(1);
}

/// Takes a quoted string off, whose first quote is gone already.
std::string take_quoted(std::string_view& text) {
    std::string value;
    while (!text.empty() && text[0] != '"') {
        // Only these are escapes: Internet Explorer sends paths with backslashes.
        if (text[0] == '\\' && text.size() > 1 && (text[1] == '"' || text[1] == '\\')) text.remove_prefix(1);
        value += text[0];
        text.remove_prefix(1);
    }
    if (!text.empty()) text.remove_prefix(1);
    return value;
}

std::string take_value(std::string_view& text) {
    if (text.starts_with('"')) {
        text.remove_prefix(1);
        return take_quoted(text);
    }
    auto end = std::min(text.find(';'), text.size());
    std::string value{trim(text.substr(0, end))};
    text.remove_prefix(end);
    return value;
}

std::string latin1_to_utf8(std::string_view text) {
    std::string out;
    for (unsigned char c : text) append_utf8(out, c);
    return out;
}

/// `UTF-8'en'%C3%A9`, as RFC 8187 has it.
std::string extended(std::string_view text) {
    auto charset = text.substr(0, text.find('\''));
    auto second = text.find('\'', charset.size() + 1);
    if (charset.size() == text.size() || second == std::string_view::npos) return std::string{text};
    auto bytes = percent_decode(text.substr(second + 1));
    return iequals(charset, "utf-8") ? replace_invalid_utf8(bytes) : latin1_to_utf8(bytes);
}

void put_option(HeaderOptions& header, std::string name, std::string value) {
    constexpr std::size_t most = 32;  // nobody sends more, and each is compared with those before
    // Of two of one name the last holds, as Werkzeug has it.
    std::erase_if(header.options, [&](auto& option) { return option.first == name; });
    if (header.options.size() >= most) return;
    header.options.emplace_back(std::move(name), std::move(value));
}

void read_option(HeaderOptions& header, std::string_view& text) {
    auto end = std::min(text.find_first_of("=;"), text.size());
    auto name = ascii_lower(trim(text.substr(0, end)));
    bool has_value = end < text.size() && text[end] == '=';
    text.remove_prefix(std::min(end + 1, text.size()));
    skip_blanks(text);
    std::string value = has_value ? take_value(text) : std::string{};
    if (has_value) text.remove_prefix(std::min(std::min(text.find(';'), text.size()) + 1, text.size()));
    if (name.empty()) return;
    if (!name.ends_with('*')) return put_option(header, std::move(name), std::move(value));
    name.pop_back();
    put_option(header, std::move(name), extended(value));
}

}  // namespace

const std::string* HeaderOptions::find(std::string_view name) const noexcept {
    for (auto& option : options) {
        if (option.first == name) return &option.second;
    }
    return nullptr;
}

HeaderOptions parse_options_header(std::string_view text) {
    HeaderOptions header;
    auto end = std::min(text.find(';'), text.size());
    header.value = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    while (!text.empty()) {
        skip_blanks(text);
        read_option(header, text);
    }
    return header;
}

std::string quote_header_value(std::string_view text) {
    if (!text.empty() && std::all_of(text.begin(), text.end(), word_character)) return std::string{text};
    std::string quoted = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

std::string content_disposition(std::string_view disposition, std::string_view file_name) {
    std::string clean;
    for (char c : file_name) clean += static_cast<unsigned char>(c) < 32 || c == 127 ? '_' : c;
    auto text = std::string{disposition} + "; filename=";
    bool ascii = std::all_of(clean.begin(), clean.end(), [](unsigned char c) { return c < 128; });
    if (ascii) return text + quote_header_value(clean);
    text += quote_header_value(ascii_folded(clean)) + "; filename*=UTF-8''";
    static constexpr std::string_view digits = "0123456789ABCDEF";
    for (char c : clean) {
        auto byte = static_cast<unsigned char>(c);
        bool plain = word_character(c) && c != '*' && c != '\'' && c != '%';
        if (plain) {
            text += c;
        } else {
            text += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return text;
}

}  // namespace retort
