// The raw HTTP client: sockets, and the framing of answers.
#include "client.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>
#include <stdexcept>

namespace notes {

namespace {

bool same_name(std::string_view left, std::string_view right) {
    return left.size() == right.size() && strncasecmp(left.data(), right.data(), left.size()) == 0;
}

std::optional<std::size_t> number(std::string_view text, int base) {
    std::size_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Fills status line and headers from `head`, which ends after the last header's line break.
bool read_head(std::string_view head, Answer& answer) {
    for (bool first = true; !head.empty(); first = false) {
        auto end = head.find("\r\n");
        if (end == std::string_view::npos) return false;
        auto line = head.substr(0, end);
        head.remove_prefix(end + 2);
        auto colon = line.find(':');
        if (first) {
            answer.status_line = line;
        } else if (colon == std::string_view::npos || colon == 0) {
            return false;
        } else {
            auto value = line.substr(colon + 1);
            value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
            answer.headers.emplace_back(line.substr(0, colon), value);
        }
    }
    auto status = answer.status_line.size() > 12 ? number(answer.status_line.substr(9, 3), 10) : std::nullopt;
    if (!status || !answer.status_line.starts_with("HTTP/1.")) return false;
    answer.status = static_cast<int>(*status);
    return true;
}

/// Takes the chunks at `at`; moves `at` behind the last one.
Framing read_chunks(std::string_view bytes, std::size_t& at, std::string& body) {
    for (;;) {
        auto end = bytes.find("\r\n", at);
        if (end == std::string_view::npos) return Framing::incomplete;
        auto size = number(bytes.substr(at, end - at), 16);
        if (!size) return Framing::malformed;
        auto data = end + 2;
        if (bytes.size() < data + *size + 2) return Framing::incomplete;
        if (bytes.substr(data + *size, 2) != "\r\n") return Framing::malformed;
        body += bytes.substr(data, *size);
        at = data + *size + 2;
        if (*size == 0) return Framing::complete;
    }
}

Framing read_sized(std::string_view bytes, std::size_t& at, std::string_view length, std::string& body) {
    auto size = number(length, 10);
    if (!size) return Framing::malformed;
    if (bytes.size() - at < *size) return Framing::incomplete;
    body = bytes.substr(at, *size);
    at += *size;
    return Framing::complete;
}

bool has_no_body(int status, bool head) { return head || status / 100 == 1 || status == 204 || status == 304; }

Framing read_body(std::string_view bytes, std::size_t& at, Answer& answer, bool ended) {
    if (answer.header("Transfer-Encoding")) return read_chunks(bytes, at, answer.body);
    if (auto length = answer.header("Content-Length")) return read_sized(bytes, at, *length, answer.body);
    if (!ended) return Framing::incomplete;
    answer.body = bytes.substr(at);
    at = bytes.size();
    return Framing::complete;
}

}  // namespace

std::optional<std::string_view> Answer::header(std::string_view name) const {
    for (auto& [key, value] : headers)
        if (same_name(key, name)) return value;
    return std::nullopt;
}

bool Answer::closes() const {
    auto connection = header("Connection");
    return connection && same_name(*connection, "close");
}

Parsed parse_answer(std::string_view bytes, bool head, bool ended) {
    Parsed parsed;
    auto unfinished = ended && !bytes.empty() ? Framing::malformed : Framing::incomplete;
    auto blank = bytes.find("\r\n\r\n");
    if (blank == std::string_view::npos) {
        parsed.framing = unfinished;
        return parsed;
    }
    parsed.size = blank + 4;
    if (!read_head(bytes.substr(0, blank + 2), parsed.answer)) {
        parsed.framing = Framing::malformed;
        return parsed;
    }
    parsed.framing = has_no_body(parsed.answer.status, head) ? Framing::complete
                                                             : read_body(bytes, parsed.size, parsed.answer, ended);
    if (parsed.framing == Framing::incomplete) parsed.framing = unfinished;
    return parsed;
}

int connect_to(std::uint16_t port) {
    int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket);
        return -1;
    }
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

Client::Client(std::uint16_t port, std::chrono::seconds patience) : socket_(connect_to(port)) {
    if (socket_ < 0) throw std::runtime_error("nobody listens on 127.0.0.1:" + std::to_string(port));
    timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

Client::~Client() {
    if (socket_ >= 0) ::close(socket_);
}

void Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void Client::finish_sending() { shutdown(socket_, SHUT_WR); }

bool Client::fill() {
    char block[16 * 1024];
    auto got = recv(socket_, block, sizeof block, 0);
    if (got > 0) buffer_.append(block, static_cast<std::size_t>(got));
    if (got == 0 || (got < 0 && errno == ECONNRESET)) ended_ = true;
    return got > 0;
}

std::optional<Answer> Client::read(bool head) {
    for (;;) {
        auto parsed = parse_answer(buffer_, head, ended_);
        if (parsed.framing == Framing::complete) {
            buffer_.erase(0, parsed.size);
            return std::move(parsed.answer);
        }
        if (parsed.framing == Framing::malformed || ended_) return std::nullopt;
        if (!fill() && !ended_) return std::nullopt;
    }
}

bool Client::ends() {
    while (buffer_.empty() && !ended_)
        if (!fill()) break;
    return ended_ && buffer_.empty();
}

void Client::reset() {
    linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(socket_, -1));
}

std::string request_text(std::string_view line, std::string_view body, std::string_view headers) {
    std::string text{line};
    text += "\r\nHost: localhost\r\n";
    text += headers;
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text.append("\r\n").append(body);
}

}  // namespace notes
