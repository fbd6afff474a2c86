// The limit of the machine: an epoll server that answers every blank line with one constant. limit PORT BYTES
//
// It sends as many bytes as the server it is compared with, so that what is left between them is not the kernel's work.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

constexpr std::size_t most_answers = 256;

/// An answer of exactly `size` bytes; the length is written in five digits, so that it fits whatever it is.
std::string make_answer(std::size_t size) {
    std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ";
    const std::size_t head_size = head.size() + 5 + 4;
    if (size < head_size) size = head_size;
    std::string digits = std::to_string(size - head_size);
    head += std::string(5 - digits.size(), '0') + digits + "\r\n\r\n";
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

void watch(int epoll, int socket) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

void accept_all(int epoll, int listener) {
    const int on = 1;
    for (int client; (client = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(epoll, client);
    }
}

/// Requests of one batch arrive together on the loopback device, so a blank line is never cut in two.
void answer(int client, const std::string& answers, std::size_t size) {
    static char buffer[65536];
    const ssize_t received = recv(client, buffer, sizeof buffer, 0);
    if (received <= 0) {
        if (received == 0 || errno != EAGAIN) close(client);
        return;
    }
    std::size_t count = 0;
    const char* end = buffer + received;
    for (const char* at = buffer;
         count < most_answers &&
         (at = static_cast<const char*>(memmem(at, static_cast<std::size_t>(end - at), "\r\n\r\n", 4)));) {
        ++count;
        at += 4;
    }
    if (count > 0 && send(client, answers.data(), size * count, MSG_NOSIGNAL) < 0) close(client);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::fputs("usage: limit PORT BYTES\n", stderr), 2;
    const std::string one = make_answer(std::strtoul(argv[2], nullptr, 10));
    std::string answers;
    for (std::size_t i = 0; i < most_answers; ++i) answers += one;
    const int listener = listen_on(std::atoi(argv[1]));
    const int epoll = epoll_create1(0);
    watch(epoll, listener);
    for (;;) {
        epoll_event events[256];
        const int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; ++i) {
            if (events[i].data.fd == listener)
                accept_all(epoll, listener);
            else
                answer(events[i].data.fd, answers, one.size());
        }
    }
}
