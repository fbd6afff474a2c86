// How a cookie's value is quoted and taken apart again.
#include "retort/web/cookie.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "retort/base/error.hpp"
#include "retort/base/text.hpp"
#include "retort/base/time.hpp"
#include "retort/web/response.hpp"

namespace retort {
namespace {

bool legal_in_value(char c) {
    return is_ascii_alphanumeric(c) || std::string_view{"/=!#$%&'*+-.^_`|~:"}.find(c) != std::string_view::npos;
}

bool legal_in_name(char c) {
    return is_ascii_alphanumeric(c) || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool octal(char c) { return c >= '0' && c <= '7'; }

std::string quote(std::string_view value) {
    if (std::all_of(value.begin(), value.end(), legal_in_value)) return std::string{value};
    std::string text = "\"";
    for (char c : value) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            text += {'\\', c};
        } else if (byte >= 32 && byte < 127 && c != ',' && c != ';') {
            text += c;
        } else {
            for (char part : {'\\', char('0' + (byte >> 6)), char('0' + ((byte >> 3) & 7)), char('0' + (byte & 7))}) {
                text += part;
            }
        }
    }
    return text + '"';
}

bool octal_escape(std::string_view text) {
    return text.size() >= 4 && text[1] >= '0' && text[1] <= '3' && octal(text[2]) && octal(text[3]);
}

std::string unquote(std::string_view value) {
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string{value};
    value = value.substr(1, value.size() - 2);
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\\' || i + 1 == value.size()) {
            text += value[i];
        } else if (octal_escape(value.substr(i))) {
            text += static_cast<char>((value[i + 1] - '0') * 64 + (value[i + 2] - '0') * 8 + (value[i + 3] - '0'));
            i += 3;
        } else {
            text += value[++i];
        }
    }
    return text;
}

/// Where the cookie that begins the text ends: at a semicolon, but for those in a value that is quoted as a whole.
std::size_t cookie_end(std::string_view text) {
    auto equals = text.find_first_of("=;");
    if (equals == std::string_view::npos || text[equals] == ';') return std::min(equals, text.size());
    auto value = text.find_first_not_of(" \t", equals + 1);
    if (value != std::string_view::npos && text[value] == '"') {
        for (auto i = value + 1; i < text.size(); ++i) {
            if (text[i] == '\\') {
                ++i;
            } else if (text[i] == '"') {
                auto after = std::min(text.find_first_not_of(" \t", i + 1), text.size());
                if (after == text.size() || text[after] == ';') return after;
                break;
            }
        }
    }
    return std::min(text.find(';', equals), text.size());
}

[[noreturn]] void refuse(std::string message, std::string hint) {
    throw ArgumentError("invalid-cookie"_code, std::move(message), std::move(hint));
}

bool splits_header(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 32 || c == 127 || c == ';'; });
}

std::string checked(std::string_view option, std::string_view text) {
    if (splits_header(text)) {
        refuse("a cookie's " + std::string{option} + " holds a semicolon or a control character",
               "write it without them");
    }
    return std::string{option} + "=" + std::string{text};
}

std::string checked_same_site(std::string_view text) {
    for (std::string_view known : {"Lax", "Strict", "None"}) {
        if (iequals(text, known)) return "SameSite=" + std::string{known};
    }
    refuse("a cookie's samesite is \"" + std::string{text} + "\"", "use \"Lax\", \"Strict\" or \"None\"");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_cookies(std::string_view header) {
    std::vector<std::pair<std::string, std::string>> cookies;
    while (!header.empty()) {
        auto end = cookie_end(header);
        auto piece = header.substr(0, end);
        auto equals = piece.find('=');
        auto name = trim(piece.substr(0, equals));
        auto value = equals == std::string_view::npos ? std::string_view{} : trim(piece.substr(equals + 1));
        if (!name.empty()) cookies.emplace_back(replace_invalid_utf8(name), replace_invalid_utf8(unquote(value)));
        header = end == header.size() ? std::string_view{} : header.substr(end + 1);
    }
    return cookies;
}

std::string dump_cookie(std::string_view name, std::string_view value, const CookieOptions& options) {
    if (name.empty() || !std::all_of(name.begin(), name.end(), legal_in_name)) {
        refuse("\"" + std::string{name} + "\" cannot be the name of a cookie", "use letters, digits, - and _");
    }
    std::string text = std::string{name} + "=" + quote(value);
    auto add = [&](const std::string& part) { text += "; " + part; };
    // A cookie belongs to a host, whatever its ports.
    if (!options.domain.empty()) add(checked("Domain", options.domain.substr(0, options.domain.find(':'))));
    if (options.expires) {
        add("Expires=" + options.expires->to_http());
    } else if (options.max_age) {
        add("Expires=" + (utc_now() + *options.max_age).to_http());
    }
    if (options.max_age) add("Max-Age=" + std::to_string(options.max_age->count()));
    if (options.secure || options.partitioned) add("Secure");
    if (options.httponly) add("HttpOnly");
    if (options.path) add(checked("Path", percent_encode(*options.path, UrlPart::path)));
    if (!options.samesite.empty()) add(checked_same_site(options.samesite));
    if (options.partitioned) add("Partitioned");
    return text;
}

}  // namespace retort
