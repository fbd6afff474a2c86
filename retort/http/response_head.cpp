// The heads of responses.
#include "retort/http/response_head.hpp"

#include <charconv>

#include "retort/base/json_text.hpp"
#include "retort/http/scan.hpp"

namespace retort::http::detail {
namespace {

constexpr std::string_view ok_line = "HTTP/1.1 200 OK\r\n";
constexpr std::string_view length_name = "Content-Length: ";
constexpr std::string_view chunked_line = "Transfer-Encoding: chunked\r\n";
constexpr std::string_view close_line = "Connection: close\r\n";
constexpr std::string_view keep_alive_line = "Connection: keep-alive\r\n";
constexpr std::string_view upgrade_line = "Connection: Upgrade\r\n";

char* put(char* to, std::string_view text) noexcept {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
}

/// The server writes these itself.
bool is_own(std::string_view name) noexcept {
    switch (name.size()) {
        case 4: return is_word(name, "date");
        case 10: return is_word(name, "connection");
        case 14: return is_word(name, "content-length");
        case 17: return is_word(name, "transfer-encoding");
        default: return false;
    }
}

bool is_reason(std::string_view text) noexcept {
    const char* end = text.data() + text.size();
    return !text.empty() && find_value_end(text.data(), end) == end;
}

std::size_t most_bytes(const Response& response) noexcept {
    std::size_t size = 64 + response.reason.size() + length_name.size() + retort::detail::most_integer_bytes +
                       chunked_line.size() + keep_alive_line.size() + 4;
    return size + response.headers.lines().size();
}

char* put_header(char* to, const HeaderView& header) noexcept {
    to = put(to, header.name);
    *to++ = ':';
    *to++ = ' ';
    to = put(to, header.value);
    *to++ = '\r';
    *to++ = '\n';
    return to;
}

char* put_headers(char* to, const Headers& headers) noexcept {
    if (!headers.has_own_of_server()) return put(to, headers.lines());
    for (const HeaderView& header : headers) {
        if (!is_own(header.name)) to = put_header(to, header);
    }
    return to;
}

char* put_framing(char* to, const ResponseFraming& framing) noexcept {
    if (framing.content_length) {
        to = put(to, length_name);
        to = retort::detail::put_natural(to, *framing.content_length);
        to = put(to, "\r\n");
    }
    if (framing.chunked) to = put(to, chunked_line);
    if (framing.connection == ConnectionHeader::close) to = put(to, close_line);
    if (framing.connection == ConnectionHeader::keep_alive) to = put(to, keep_alive_line);
    if (framing.connection == ConnectionHeader::upgrade) to = put(to, upgrade_line);
    return put(to, "\r\n");
}

}  // namespace

HeadWriter::HeadWriter(std::string_view server_name)
    : server_line_(server_name.empty() ? std::string{} : "Server: " + std::string(server_name) + "\r\n"),
      date_at_(ok_line.size() + server_line_.size()) {}

void HeadWriter::write(OutputBuffer& output, const Response& response, const ResponseFraming& framing,
                       std::chrono::steady_clock::time_point now) {
    if (now >= next_second_) refresh(now);
    char* start = output.reserve(common_.size() + most_bytes(response));
    char* to = write_start(start, response);
    to = put_headers(to, response.headers);
    to = put_framing(to, framing);
    output.commit(static_cast<std::size_t>(to - start));
}

char* HeadWriter::write_start(char* to, const Response& response) const {
    const bool own_server = !response.headers.has_own_of_server() || !response.headers.contains("Server");
    if (response.status == 200 && response.reason.empty() && own_server) return put(to, common_);
    const int status = response.status >= 100 && response.status <= 999 ? response.status : 500;
    to = put(to, ok_line.substr(0, 9));
    to = std::to_chars(to, to + 3, status).ptr;
    *to++ = ' ';
    to = put(to, is_reason(response.reason) ? std::string_view{response.reason} : reason_phrase(status));
    to = put(to, "\r\n");
    return put(to, std::string_view{common_}.substr(own_server ? ok_line.size() : date_at_));
}

std::string_view HeadWriter::own_lines(std::chrono::steady_clock::time_point now) {
    if (now >= next_second_) refresh(now);
    return std::string_view{common_}.substr(ok_line.size());
}

void HeadWriter::refresh(std::chrono::steady_clock::time_point now) {
    using namespace std::chrono;
    const auto wall = system_clock::now();
    const auto second = floor<seconds>(wall);
    common_ = std::string(ok_line) + server_line_ + "Date: " + format_date(system_clock::to_time_t(second)) + "\r\n";
    next_second_ = now + duration_cast<steady_clock::duration>(second + seconds{1} - wall);
}

std::string format_date(std::time_t time) {
    constexpr const char* days = "SunMonTueWedThuFriSat";
    constexpr const char* months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char text[64];
    // Not through %a and %b, which follow the program's locale.
    const std::size_t size = std::strftime(text, sizeof text, "___, %d ___ %Y %H:%M:%S GMT", &parts);
    std::memcpy(text, days + 3 * parts.tm_wday, 3);
    std::memcpy(text + 8, months + 3 * parts.tm_mon, 3);
    return {text, size};
}

std::optional<std::uint64_t> announced_length(const Headers& headers) {
    const auto text = headers.get("Content-Length");
    if (!text || text->empty() || text->size() > 18) return std::nullopt;
    std::uint64_t length = 0;
    for (char c : *text) {
        if (!is_digit(c)) return std::nullopt;
        length = length * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return length;
}

std::string error_page(int status, std::string_view sentence) {
    const std::string phrase{reason_phrase(status)};
    return "<!doctype html>\n<html lang=en>\n<title>" + std::to_string(status) + " " + phrase + "</title>\n<h1>" +
           phrase + "</h1>\n<p>" + std::string(sentence) + "</p>\n";
}

}  // namespace retort::http::detail
