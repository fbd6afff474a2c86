// The line of the access log and its time, which is put together once a second.
#include "retort/web/access_log.hpp"

#include <unistd.h>

#include <cstdio>
#include <ctime>

#include "retort/base/json.hpp"

namespace retort::detail {
namespace {

/// What a client sent must not reach the terminal as control codes.
void append_harmless(std::string& line, std::string_view text) {
    static constexpr char digits[] = "0123456789abcdef";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (byte >= 32 && byte != 127 && c != '"' && c != '\\') {
            line += c;
        } else {
            line += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
    }
}

void begin_line(std::string& line, std::string_view remote_address) {
    append_harmless(line, remote_address);
    line += " - - [";
    line += log_time();
    line += "] ";
}

std::string utc_time() {
    char time[32];
    auto now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return time;
}

void write_out(std::string_view text) {
    [[maybe_unused]] auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

std::string_view protocol_of(const http::Request& request) {
    return request.version_major == 2 ? "HTTP/2.0" : request.version_minor == 0 ? "HTTP/1.0" : "HTTP/1.1";
}

}  // namespace

// It changes with the second, so each thread keeps the last one.
const std::string& log_time() {
    static thread_local std::time_t second = 0;
    static thread_local std::string text;
    auto now = std::time(nullptr);
    if (now != second || text.empty()) {
        static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        std::tm parts{};
        localtime_r(&now, &parts);
        char buffer[64];
        std::snprintf(buffer, sizeof buffer, "%02d/%s/%04d %02d:%02d:%02d", parts.tm_mday, months[parts.tm_mon],
                      parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
        text = buffer;
        second = now;
    }
    return text;
}

std::string access_line(const http::Request& request, int status) {
    std::string line;
    line.reserve(96 + request.target.size());
    begin_line(line, request.remote_address);
    line += '"';
    append_harmless(line, request.method);
    line += ' ';
    append_harmless(line, request.target);
    line += ' ';
    line += protocol_of(request);
    line += "\" ";
    line += std::to_string(status);
    line += " -\n";
    return line;
}

std::string access_json(const http::Request& request, int status) {
    json line{{"time", utc_time()},       {"remote", request.remote_address}, {"method", request.method},
              {"target", request.target}, {"protocol", protocol_of(request)}, {"status", status}};
    return line.dump() + "\n";
}

void log_access(const http::Request& request, int status, bool as_json) {
    write_out(as_json ? access_json(request, status) : access_line(request, status));
}

std::string refusal_lines(std::string_view remote_address, int status, std::string_view problem) {
    std::string lines;
    begin_line(lines, remote_address);
    lines += "code " + std::to_string(status) + ", message ";
    append_harmless(lines, problem);
    lines += '\n';
    begin_line(lines, remote_address);
    return lines + "\"-\" " + std::to_string(status) + " -\n";
}

std::string refusal_json(std::string_view remote_address, int status, std::string_view problem) {
    json line{{"time", utc_time()}, {"remote", remote_address}, {"status", status}, {"problem", problem}};
    return line.dump() + "\n";
}

void log_refusal(std::string_view remote_address, int status, std::string_view problem, bool as_json) {
    write_out(as_json ? refusal_json(remote_address, status, problem) : refusal_lines(remote_address, status, problem));
}

}  // namespace retort::detail
