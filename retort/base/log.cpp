// One write(2) a line, so that lines of several threads never mix.
#include "retort/base/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string>

namespace retort {
namespace {

std::string_view label_of(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return "DEBUG: ";
        case LogLevel::warning: return "WARNING: ";
        case LogLevel::error: return "ERROR: ";
        case LogLevel::info:
        case LogLevel::off: return "";
    }
    return "";
}

/// A log that cannot be written is no reason to stop.
void write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        auto written = ::write(STDERR_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

LogLine& LogLine::operator<<(std::int64_t number) noexcept {
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return *this << std::string_view(digits, static_cast<std::size_t>(end - digits));
}

LogLine& LogLine::untrusted(std::string_view text) noexcept {
    static constexpr char hex[] = "0123456789abcdef";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7F) {
            *this << c;
        } else {
            *this << "\\x" << hex[byte >> 4] << hex[byte & 15];
        }
    }
    return *this;
}

LogLine& LogLine::cut(std::string_view text) noexcept {
    if (size_ > capacity) return *this;
    std::memcpy(text_ + size_, text.data(), std::min(text.size(), capacity - size_));
    std::memcpy(text_ + capacity, "...", 3);
    size_ = capacity + 3;
    return *this;
}

void Logger::set_sink(LogSink sink) { sink_ = std::move(sink); }

void Logger::write(LogLevel level, std::string_view message) {
    if (shows(level)) emit(level, label_of(level), message);
}

void Logger::write_raw(std::string_view line) {
    if (shows(LogLevel::info)) emit(LogLevel::info, "", line);
}

void Logger::emit(LogLevel level, std::string_view label, std::string_view message) {
    char line[2100];
    std::size_t size = label.size() + message.size();
    if (size >= sizeof line || sink_) {
        std::string whole = std::string{label}.append(message);
        return sink_ ? sink_(level, whole) : write_all(whole += '\n');
    }
    std::memcpy(line, label.data(), label.size());
    std::memcpy(line + label.size(), message.data(), message.size());
    line[size] = '\n';
    write_all({line, size + 1});
}

Logger& logger() {
    static Logger only;
    return only;
}

}  // namespace retort
