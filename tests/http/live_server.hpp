// A server on a free port of this machine, and a client that sends raw bytes.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "retort/fiber/fiber.hpp"
#include "retort/http/http.hpp"

namespace retort::http::testing {

inline ServerOptions quick_options() {
    ServerOptions options;
    options.port = 0;
    options.threads = 1;
    return options;
}

class LiveServer {
  public:
    explicit LiveServer(Handler handler, ServerOptions options = quick_options())
        : server_(std::move(options), std::move(handler)) {
        server_.on_handler_error([](std::exception_ptr, const Request*) {});
    }
    ~LiveServer() { stop(); }

    Server& server() { return server_; }
    LiveServer& start() {
        thread_ = std::thread([this] { server_.run(); });
        return *this;
    }
    std::uint16_t port() const { return server_.port(); }
    void stop() {
        server_.stop();
        join();
    }
    void join() {
        if (thread_.joinable()) thread_.join();
    }

  private:
    Server server_;
    std::thread thread_;
};

/// Text in which no part is at its place by chance.
inline std::string pattern(std::size_t size) {
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
    return text;
}

/// Where handlers wait until they are let go, and how many do.
struct Gate {
    std::atomic<int> waiting{0};
    std::atomic<bool> open{false};

    void pass() {
        ++waiting;
        while (!open) fibers::sleep_for(std::chrono::milliseconds{1});
    }
    void await(int count) const {
        while (waiting < count) std::this_thread::yield();
    }
};

struct Answer {
    int status = 0;
    std::string head;
    std::string body;

    /// The value of a header, or "".
    std::string header(std::string_view name) const {
        std::size_t line = head.find("\r\n");
        while (line != std::string::npos && line + 2 < head.size()) {
            const std::size_t start = line + 2;
            line = head.find("\r\n", start);
            const std::string_view text = std::string_view{head}.substr(start, line - start);
            const std::size_t colon = text.find(':');
            if (colon != text.npos && same_header_name(text.substr(0, colon), name)) {
                return std::string(text.substr(colon + 2));
            }
        }
        return {};
    }
};

/// Gives up after twenty seconds of silence, so that a hanging server fails a test instead of stopping it.
class Client {
  public:
    explicit Client(std::uint16_t port, int receive_buffer = 0) {
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (receive_buffer != 0) ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        timeval patience{20, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    virtual ~Client() { close(); }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void close() {
        if (socket_ >= 0) ::close(std::exchange(socket_, -1));
    }
    void end_sending() { ::shutdown(socket_, SHUT_WR); }

    /// False when the server did not take all of it.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count = send_some(bytes);
            if (count <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    /// The next answer; `head_only`: it answers HEAD. Status 0: the connection ended instead.
    Answer receive(bool head_only = false) {
        Answer answer;
        while (bytes_.find("\r\n\r\n") == std::string::npos) {
            if (!fill()) return answer;
        }
        answer.head = take(bytes_.find("\r\n\r\n") + 4);
        answer.status = std::stoi(answer.head.substr(9, 3));
        if (head_only || answer.status == 204 || answer.status == 304 || answer.status < 200) return answer;
        if (answer.header("Transfer-Encoding") == "chunked") {
            receive_chunks(answer);
        } else if (const std::string length = answer.header("Content-Length"); !length.empty()) {
            while (bytes_.size() < std::stoull(length) && fill()) {
            }
            answer.body = take(std::stoull(length));
        } else {
            answer.body = receive_all();
        }
        return answer;
    }

    Answer ask(std::string_view request) {
        send(request);
        return receive(request.substr(0, 5) == "HEAD ");
    }

    /// All bytes until the server ends the connection.
    std::string receive_all() {
        while (fill()) {
        }
        return std::exchange(bytes_, {});
    }

    /// Whether the server has ended the connection and sent no more.
    bool ended() { return bytes_.empty() && !fill(); }

    /// Bytes as they come; 0 or less at the end.
    virtual ssize_t receive_some(char* to, std::size_t size) { return ::recv(socket_, to, size, 0); }
    virtual ssize_t send_some(std::string_view bytes) {
        return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    bool connected = false;
    std::string trailers;  ///< what stood behind the last chunked body

  private:
    bool fill() {
        char buffer[16384];
        const ssize_t count = receive_some(buffer, sizeof buffer);
        if (count <= 0) return false;
        bytes_.append(buffer, static_cast<std::size_t>(count));
        return true;
    }
    std::string take(std::size_t size) {
        std::string text = bytes_.substr(0, size);
        bytes_.erase(0, text.size());
        return text;
    }
    std::string take_line() {
        while (bytes_.find("\r\n") == std::string::npos) {
            if (!fill()) return {};
        }
        std::string line = take(bytes_.find("\r\n") + 2);
        line.resize(line.size() - 2);
        return line;
    }
    void receive_chunks(Answer& answer) {
        for (;;) {
            const std::string size = take_line();
            if (size.empty()) {
                answer.status = 0;
                return;
            }
            const std::size_t count = std::stoull(size, nullptr, 16);
            if (count == 0) break;
            while (bytes_.size() < count && fill()) {
            }
            answer.body += take(count);
            take_line();
        }
        for (std::string line = take_line(); !line.empty(); line = take_line()) trailers += line + "\n";
    }

    int socket_ = -1;
    std::string bytes_;

  protected:
    int socket() const { return socket_; }
};

inline std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n\r\n";
}

inline std::string post(std::string_view target, std::string_view body) {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}

inline std::string read_body(Request& request) {
    std::string all;
    char buffer[10'000];
    while (request.body != nullptr) {
        const std::size_t size = request.body->read(buffer);
        if (size == 0) break;
        all.append(buffer, size);
    }
    return all;
}

}  // namespace retort::http::testing
