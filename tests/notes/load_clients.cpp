// The epoll loop of the load.
#include "load_clients.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace notes {

namespace {

using Clock = std::chrono::steady_clock;

/// No answer may take longer; a shutdown included.
constexpr std::chrono::milliseconds patience{60'000};

std::string described(const std::string& request, const Answer& answer, const std::string& wrong) {
    return request.substr(0, request.find("\r\n")) + request.substr(request.find("\r\n\r\n") + 3) + " -> " +
           answer.status_line + " " + answer.body.substr(0, 400) + " " + wrong;
}

}  // namespace

void Totals::note(long& counter, const std::string& what) {
    ++counter;
    if (++told_ <= 20) std::fprintf(stderr, "notes_load: %s\n", what.c_str());
}

Clients::Clients(int count, std::uint64_t seed, Totals& totals)
    : totals_(totals), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    for (int number = 0; number <= count; ++number)
        owners_.push_back(std::make_unique<Owner>(number, ids_, counts_, seed));
    connections_.resize(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < connections_.size(); ++i) connections_[i].owner = owners_[i].get();
}

Clients::~Clients() {
    for (auto& connection : connections_) close(connection);
    ::close(epoll_);
}

void Clients::open(Connection& connection) {
    connection.buffer.clear();
    connection.socket = connect_to(port_);
    if (connection.socket < 0) return totals_.note(totals_.refused, "a connection was refused");
    epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event);
}

void Clients::close(Connection& connection) {
    if (connection.socket >= 0) ::close(connection.socket);
    connection.socket = -1;
}

void Clients::ask(Connection& connection) {
    auto& text = connection.owner->next();
    send(connection.socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Clients::receive(Connection& connection) {
    char block[16 * 1024];
    auto got = recv(connection.socket, block, sizeof block, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got > 0) connection.buffer.append(block, static_cast<std::size_t>(got));
    auto& owner = *connection.owner;
    if (got > 0 && !owner.is_waiting())
        return totals_.note(totals_.wrong, "an answer to nothing: " + connection.buffer);
    auto parsed = parse_answer(connection.buffer, false, got <= 0);
    if (owner.is_waiting() && parsed.framing == Framing::complete) {
        connection.buffer.erase(0, parsed.size);
        judge(connection, parsed.answer);
    } else if (got <= 0 || parsed.framing == Framing::malformed) {
        ended(connection);
    }
}

void Clients::judge(Connection& connection, const Answer& answer) {
    auto& owner = *connection.owner;
    auto request = owner.pending().text;
    bool write = owner.wrote();
    auto wrong = owner.take(answer);
    ++totals_.answers;
    totals_.writes += write && wrong.empty();
    if (!wrong.empty()) {
        auto& counter = answer.status >= 500 ? totals_.server_errors : totals_.wrong;
        totals_.note(counter, described(request, answer, wrong));
    }
    bool stays = !answer.closes();
    if (!stays) close(connection);
    if (!stays && mode_ == Mode::running) open(connection);
    if (connection.socket >= 0 && mode_ != Mode::finishing) ask(connection);
}

void Clients::ended(Connection& connection) {
    auto& owner = *connection.owner;
    close(connection);
    if (mode_ == Mode::running_out) {
        totals_.unanswered += owner.is_waiting();
        if (owner.is_waiting() && !owner.wrote()) owner.forget();
        return;
    }
    if (owner.is_waiting()) totals_.note(totals_.dropped, "dropped without an answer: " + owner.pending().text);
    if (mode_ == Mode::finishing) return;
    open(connection);
    if (connection.socket >= 0 && !owner.is_waiting()) ask(connection);
}

void Clients::turn(std::chrono::milliseconds wait) {
    epoll_event events[256];
    int count = epoll_wait(epoll_, events, 256, static_cast<int>(wait.count()));
    for (int i = 0; i < count; ++i) {
        auto& connection = *static_cast<Connection*>(events[i].data.ptr);
        if (connection.socket >= 0) receive(connection);
    }
}

template <class Condition>
void Clients::turn_until(std::chrono::milliseconds limit, Condition done) {
    for (auto end = Clock::now() + limit; !done() && Clock::now() < end;) turn(std::chrono::milliseconds{10});
}

void Clients::run(std::uint16_t port, std::chrono::milliseconds time) {
    mode_ = Mode::running;
    port_ = port;
    for (auto& connection : connections_) {
        if (connection.socket >= 0) continue;
        open(connection);
        if (connection.socket >= 0) ask(connection);
    }
    turn_until(time, [] { return false; });
}

void Clients::finish() {
    mode_ = Mode::finishing;
    turn_until(patience, [this] {
        return std::ranges::none_of(connections_, [](auto& c) { return c.socket >= 0 && c.owner->is_waiting(); });
    });
    for (auto& connection : connections_) {
        if (connection.socket >= 0 && connection.owner->is_waiting())
            totals_.note(totals_.dropped, "no answer in a minute: " + connection.owner->pending().text);
        close(connection);
    }
}

void Clients::run_out() {
    mode_ = Mode::running_out;
    turn_until(patience, [this] { return std::ranges::none_of(connections_, [](auto& c) { return c.socket >= 0; }); });
    for (auto& connection : connections_) {
        if (connection.socket < 0) continue;
        totals_.note(totals_.faults, "a connection stayed open for a minute after the signal");
        ended(connection);
    }
}

}  // namespace notes
