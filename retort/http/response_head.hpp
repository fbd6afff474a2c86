// Writes the head of a response: one sized copy, with a date that is made once a second.
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/http/buffer.hpp"
#include "retort/http/message.hpp"

namespace retort::http::detail {

enum class ConnectionHeader { none, close, keep_alive, upgrade };

/// How the body of a response is told from what follows it.
struct ResponseFraming {
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    ConnectionHeader connection = ConnectionHeader::none;
};

class HeadWriter {
  public:
    explicit HeadWriter(std::string_view server_name);

    /// `now` says, cheaply, when the date must be made anew.
    void write(OutputBuffer& output, const Response& response, const ResponseFraming& framing,
               std::chrono::steady_clock::time_point now);

    /// The lines that every response gets, "Server: …\r\nDate: …\r\n"; a view until the next call.
    std::string_view own_lines(std::chrono::steady_clock::time_point now);

  private:
    void refresh(std::chrono::steady_clock::time_point now);
    char* write_start(char* to, const Response& response) const;

    std::string server_line_;
    std::string common_;  // the status line of a 200, Server and Date
    std::size_t date_at_;
    std::chrono::steady_clock::time_point next_second_{};
};

/// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string format_date(std::time_t time);

/// A small page for what the server itself answers: an error and a sentence on it.
std::string error_page(int status, std::string_view sentence);

/// What a Content-Length header says, where it is a number.
std::optional<std::uint64_t> announced_length(const Headers& headers);

/// Whether a response of that status has no body by definition.
inline bool has_no_body(int status) noexcept { return status < 200 || status == 204 || status == 304; }

}  // namespace retort::http::detail
