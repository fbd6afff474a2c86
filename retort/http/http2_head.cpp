// Translating heads between HTTP/2 and HTTP/1.1.
#include "retort/http/http2_head.hpp"

#include "retort/http/scan.hpp"

namespace retort::http::detail {
namespace {

void append_field(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
}

/// What belongs to the connection has no place in HTTP/2 (RFC 9113, 8.2.2), and Content-Length is set by the server.
bool stays_behind(std::string_view name) {
    for (std::string_view own :
         {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "content-length", "date"}) {
        if (same_word(name, own)) return true;
    }
    return false;
}

}  // namespace

void Http2Head::add(std::string_view name, std::string_view value) {
    const char* end = value.data() + value.size();
    if (name.empty() || find_value_end(value.data(), end) != end) malformed_ = true;
    if (malformed_ || size_ > limit_) return;
    size_ += name.size() + value.size() + 4;
    if (name.front() == ':') return add_pseudo(name, value);
    if (name == "cookie") return add_cookie(value);
    if (name == "host") {
        malformed_ = !host_.empty();
        host_ = value;
        return;
    }
    append_field(fields_, name, value);
}

void Http2Head::add_pseudo(std::string_view name, std::string_view value) {
    if (name == ":method") method_ = value;
    if (name == ":path") path_ = value;
    if (name == ":authority") authority_ = value;
    if (name == ":scheme" && !same_word(value, "http") && !same_word(value, "https")) malformed_ = true;
}

// Clients may send each cookie as a field of its own, which compresses better (RFC 9113, 8.2.3).
void Http2Head::add_cookie(std::string_view value) {
    if (!cookies_.empty()) cookies_ += "; ";
    cookies_ += value;
}

std::optional<std::string> Http2Head::text() const {
    const bool targets = path_.starts_with('/') || path_ == "*";
    const bool disagree = !authority_.empty() && !host_.empty() && !same_header_name(authority_, host_);
    if (malformed_ || method_.empty() || !targets || disagree) return std::nullopt;
    std::string text;
    text.reserve(size_ + 32);
    text.append(method_).append(" ").append(path_).append(" HTTP/1.1\r\n");
    const std::string& host = authority_.empty() ? host_ : authority_;
    if (!host.empty()) append_field(text, "Host", host);
    text += fields_;
    if (!cookies_.empty()) append_field(text, "cookie", cookies_);
    text += "\r\n";
    return text;
}

std::vector<HeaderView> http2_fields(const Response& response, std::string_view own_lines, std::string& status) {
    status = std::to_string(response.status >= 200 && response.status <= 999 ? response.status : 500);
    std::vector<HeaderView> fields{{":status", status}};
    const bool own_server = response.headers.contains("Server");
    for (Headers::Iterator line{own_lines}; line != Headers::Iterator{{}}; ++line) {
        if (!own_server || !same_word(line->name, "server")) fields.push_back(*line);
    }
    for (const HeaderView& header : response.headers) {
        if (!stays_behind(header.name)) fields.push_back({header.name, trim_blanks(header.value)});
    }
    return fields;
}

}  // namespace retort::http::detail
