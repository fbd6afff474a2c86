// The limit of the machine: an epoll server that answers every blank line with one constant. limit PORT BYTES
//
// It sends as many bytes as the server it is compared with, so that what is left between them is not the kernel's work.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

/// What answers a batch of requests at once; one large answer is a batch of its own.
constexpr std::size_t most_bytes = 1024 * 1024;

/// An answer of exactly `size` bytes; the length is written in eight digits, so that it fits whatever it is.
std::string make_answer(std::size_t size) {
    std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ";
    const std::size_t head_size = head.size() + 8 + 4;
    if (size < head_size) size = head_size;
    std::string digits = std::to_string(size - head_size);
    head += std::string(8 - digits.size(), '0') + digits + "\r\n\r\n";
    return head + std::string(size - head_size, 'x');
}

int listen_on(int port) {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener, 1024) != 0) {
        std::perror("limit");
        std::exit(1);
    }
    return listener;
}

const int epoll = epoll_create1(0);

void watch(int socket, std::uint32_t events = EPOLLIN, int how = EPOLL_CTL_ADD) {
    epoll_event event{};
    event.events = events;
    event.data.fd = socket;
    epoll_ctl(epoll, how, socket, &event);
}

void accept_all(int listener) {
    const int on = 1;
    for (int client; (client = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(client);
    }
}

/// What each descriptor is still owed.
std::vector<std::size_t> owed(1 << 16);

/// Sends what is owed as far as the client takes it; true when that is all.
bool send_owed(int client, const std::string& answers, std::size_t size) {
    std::size_t& left = owed[static_cast<std::size_t>(client)];
    while (left > 0) {
        // An answer that was begun goes on where it stopped.
        const std::size_t begun = (size - left % size) % size;
        const ssize_t sent = send(client, answers.data() + begun, std::min(left, answers.size() - begun), MSG_NOSIGNAL);
        if (sent < 0) return false;
        left -= static_cast<std::size_t>(sent);
    }
    return true;
}

/// Requests of one batch arrive together on the loopback device, so a blank line is never cut in two.
void answer(int client, const std::string& answers, std::size_t size) {
    static char buffer[65536];
    const ssize_t received = recv(client, buffer, sizeof buffer, 0);
    if (received <= 0) {
        if (received < 0 && errno == EAGAIN) return;
        owed[static_cast<std::size_t>(client)] = 0;
        close(client);
        return;
    }
    const char* end = buffer + received;
    for (const char* at = buffer;
         (at = static_cast<const char*>(memmem(at, static_cast<std::size_t>(end - at), "\r\n\r\n", 4))); at += 4) {
        owed[static_cast<std::size_t>(client)] += size;
    }
    if (!send_owed(client, answers, size)) watch(client, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::fputs("usage: limit PORT BYTES\n", stderr), 2;
    const std::string one = make_answer(std::strtoul(argv[2], nullptr, 10));
    std::string answers;
    for (std::size_t i = 0; i == 0 || (i < 256 && answers.size() < most_bytes); ++i) answers += one;
    const int listener = listen_on(std::atoi(argv[1]));
    watch(listener);
    for (;;) {
        epoll_event events[256];
        const int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; ++i) {
            const int socket = events[i].data.fd;
            if (socket == listener) {
                accept_all(listener);
            } else {
                if ((events[i].events & EPOLLOUT) != 0 && send_owed(socket, answers, one.size()))
                    watch(socket, EPOLLIN, EPOLL_CTL_MOD);
                if ((events[i].events & EPOLLIN) != 0) answer(socket, answers, one.size());
            }
        }
    }
}
