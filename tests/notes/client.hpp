// A raw HTTP client for the tests: sends any bytes, however wrong they are, and reads whole answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace notes {

struct Answer {
    std::string status_line;  ///< "HTTP/1.1 200 OK"
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;  ///< without chunk framing

    /// The first header of that name.
    std::optional<std::string_view> header(std::string_view name) const;
    /// Whether the server said that it closes the connection.
    bool closes() const;
};

enum class Framing { incomplete, complete, malformed };

struct Parsed {
    Framing framing = Framing::incomplete;
    std::size_t size = 0;  ///< bytes that the answer took
    Answer answer;
};

/// Reads the answer at the front of `bytes`. `head`: it answers a HEAD request; `ended`: no more bytes will come.
Parsed parse_answer(std::string_view bytes, bool head, bool ended);

/// One blocking connection to 127.0.0.1. No call lasts longer than its patience.
class Client {
  public:
    /// Throws std::runtime_error when nobody listens there.
    explicit Client(std::uint16_t port, std::chrono::seconds patience = std::chrono::seconds{20});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// A peer that has gone away is no error here: what it said before can still be read.
    void send(std::string_view bytes);
    /// Says that nothing more is coming, and keeps on reading.
    void finish_sending();
    /// The next answer; none when the peer closed, cut it off, or sent something that is no HTTP.
    std::optional<Answer> read(bool head = false);
    /// Whether the peer closes now, with nothing further to say.
    bool ends();
    /// Closes with a reset instead of a proper end.
    void reset();

  private:
    bool fill();

    int socket_ = -1;
    bool ended_ = false;
    std::string buffer_;
};

/// Connects a socket to 127.0.0.1, or returns -1.
int connect_to(std::uint16_t port);

/// "GET /hola HTTP/1.1" with a Host, the header lines given, and a Content-Length if there is a body.
std::string request_text(std::string_view line, std::string_view body = {}, std::string_view headers = {});

}  // namespace notes
