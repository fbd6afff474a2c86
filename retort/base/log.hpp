// Logging: leveled lines on standard error, each written at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

namespace retort {

enum class LogLevel : std::uint8_t { debug, info, warning, error, off };

/// A line that is put together on the stack; what does not fit is cut, and the cut is marked with "...".
class LogLine {
  public:
    LogLine& operator<<(std::string_view text) noexcept {
        if (size_ + text.size() > capacity) return cut(text);
        std::memcpy(text_ + size_, text.data(), text.size());
        size_ += text.size();
        return *this;
    }
    LogLine& operator<<(char letter) noexcept { return *this << std::string_view(&letter, 1); }
    LogLine& operator<<(std::int64_t number) noexcept;
    LogLine& operator<<(int number) noexcept { return *this << std::int64_t{number}; }
    LogLine& operator<<(std::size_t number) noexcept { return *this << static_cast<std::int64_t>(number); }
    /// Text from outside: control characters as \xNN, so that nobody forges a line.
    LogLine& untrusted(std::string_view text) noexcept;

    std::string_view text() const noexcept { return {text_, size_}; }

  private:
    static constexpr std::size_t capacity = 2000;
    LogLine& cut(std::string_view text) noexcept;

    char text_[capacity + 8];
    std::size_t size_ = 0;
};

/// Where a finished line goes, without its line end.
using LogSink = std::function<void(LogLevel level, std::string_view line)>;

/// The process's log. Any thread may write; set level and sink before threads start.
class Logger {
  public:
    void debug(std::string_view message) { write(LogLevel::debug, message); }
    void info(std::string_view message) { write(LogLevel::info, message); }
    void warning(std::string_view message) { write(LogLevel::warning, message); }
    void error(std::string_view message) { write(LogLevel::error, message); }

    /// `WARNING: message`; `info` lines stand alone. Lines of one message stay together.
    void write(LogLevel level, std::string_view message);
    /// The line as it is, if `info` is shown: for access logs.
    void write_raw(std::string_view line);

    bool shows(LogLevel level) const noexcept { return level >= level_ && level != LogLevel::off; }
    LogLevel level() const noexcept { return level_; }
    void set_level(LogLevel level) noexcept { level_ = level; }
    /// Puts another sink in the place of standard error, for tests; an empty one brings standard error back.
    void set_sink(LogSink sink);

  private:
    void emit(LogLevel level, std::string_view label, std::string_view message);

    LogLevel level_ = LogLevel::info;
    LogSink sink_;
};

/// The one log of this process.
Logger& logger();

}  // namespace retort
