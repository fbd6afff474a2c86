// Taking a database URL apart, and writing it again.
#include "retort/engine/url.hpp"

#include <charconv>

#include "retort/base/error.hpp"

namespace retort::engines {

namespace {

[[noreturn]] void refuse(std::string_view text, const char* why) {
    // A URL that cannot be read may still hold a password, so no more than its start is shown.
    auto shown = std::string(text.substr(0, text.find("://")));
    if (shown.size() == text.size() && shown.find('@') != std::string::npos) shown = "…";
    throw ArgumentError("invalid-database-url"_code,
                        "the database URL '" + shown + (shown.size() < text.size() ? "://…" : "") + "' " + why + ".",
                        "write dialect://user:password@host:port/database, for SQLite sqlite:///file.db");
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string unescaped(std::string_view text, bool plus_is_blank = false) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
            i += 2;
        } else {
            out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string escaped(std::string_view text, std::string_view special) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (char c : text) {
        if (special.find(c) == std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
        }
    }
    return out;
}

/// What stands before the first `mark`; `text` keeps what stands behind it.
std::optional<std::string_view> take_until(std::string_view& text, char mark) {
    auto at = text.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    auto head = text.substr(0, at);
    text.remove_prefix(at + 1);
    return head;
}

void parse_query(Url& url, std::string_view text) {
    while (!text.empty()) {
        auto rest = text;
        auto pair = take_until(rest, '&');
        text = pair ? rest : std::string_view{};
        auto value = pair ? *pair : rest;
        auto name = take_until(value, '=');
        if (name && !value.empty()) url.query.emplace_back(unescaped(*name, true), unescaped(value, true));
    }
}

bool is_word(std::string_view text) {
    for (char c : text) {
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!word) return false;
    }
    return !text.empty();
}

void parse_scheme(Url& url, std::string_view scheme, std::string_view text) {
    auto plus = scheme.find('+');
    url.dialect = scheme.substr(0, plus);
    if (plus != std::string_view::npos) url.driver = scheme.substr(plus + 1);
    if (!is_word(url.dialect) || (!url.driver.empty() && !is_word(url.driver))) refuse(text, "names no dialect");
}

void parse_user(Url& url, std::string_view user) {
    auto name = user;
    if (auto colon = user.find(':'); colon != std::string_view::npos) {
        name = user.substr(0, colon);
        url.password = unescaped(user.substr(colon + 1));
    }
    url.username = unescaped(name);
}

void parse_port(Url& url, std::string_view port, std::string_view text) {
    if (port.empty()) return;
    int number = 0;
    auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc{} || end != port.data() + port.size() || number < 0 || number > 65535) {
        refuse(text, "has a port that is no number from 0 to 65535");
    }
    url.port = number;
}

void parse_address(Url& url, std::string_view address, std::string_view text) {
    if (auto at = address.rfind('@'); at != std::string_view::npos) {
        parse_user(url, address.substr(0, at));
        address.remove_prefix(at + 1);
    }
    auto colon = address.rfind(':');
    if (address.starts_with('[')) {
        auto end = address.find(']');
        if (end == std::string_view::npos) refuse(text, "has a [ without its ]");
        url.host = address.substr(1, end - 1);
        if (colon != std::string_view::npos && colon < end) colon = std::string_view::npos;
    } else {
        url.host = address.substr(0, colon);
    }
    if (colon != std::string_view::npos) parse_port(url, address.substr(colon + 1), text);
}

}  // namespace

Url Url::parse(std::string_view text) {
    if (auto end = text.find('\0'); end != std::string_view::npos) refuse(text.substr(0, end), "is cut by a NUL byte");
    auto start = text.find("://");
    if (start == std::string_view::npos) refuse(text, "is none: it has no ://");
    Url url;
    parse_scheme(url, text.substr(0, start), text);
    auto rest = text.substr(start + 3);
    // The password may hold a slash, so the address ends with the first one behind the @ — of those before a `?`.
    auto query = rest.find('?');
    auto before_query = rest.substr(0, query);
    auto at = before_query.find('/') == 0 ? std::string_view::npos : before_query.rfind('@');
    auto slash = before_query.find('/', at == std::string_view::npos ? 0 : at);
    parse_address(url, before_query.substr(0, slash), text);
    if (slash != std::string_view::npos) url.database = before_query.substr(slash + 1);
    if (query != std::string_view::npos) parse_query(url, rest.substr(query + 1));
    return url;
}

std::optional<std::string> Url::option(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return std::nullopt;
}

std::string Url::to_string(bool show_password) const {
    std::string out = dialect;
    if (!driver.empty()) out += "+" + driver;
    out += "://";
    if (username) {
        out += escaped(*username, ":@/%");
        if (password) out += ":" + (show_password ? escaped(*password, ":@/%") : "***");
        out += '@';
    }
    out += host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port) out += ":" + std::to_string(*port);
    if (database) out += "/" + *database;
    char mark = '?';
    for (const auto& [key, value] : query) {
        out += mark + escaped(key, " &=%+#") + "=" + escaped(value, " &=%+#");
        mark = '&';
    }
    return out;
}

}  // namespace retort::engines
