// Resolving, binding and listening.
#include "retort/http/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "retort/http/error.hpp"

namespace retort::http::detail {
namespace {

constexpr int backlog = 4096;

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

std::string at(const std::string& host, std::uint16_t port) { return host + ":" + std::to_string(port); }

Addresses resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error =
        ::getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error == 0) return {found, &::freeaddrinfo};
    throw OperatingSystemError(0, "unknown-host"_code,
                               "the host \"" + host + "\" is not known here (" + ::gai_strerror(error) + ")",
                               "use --host 127.0.0.1 for this machine alone, or --host 0.0.0.0 for all its addresses");
}

/// IPv4 first, as "localhost" is most often meant.
const addrinfo* preferred(const addrinfo* first) noexcept {
    for (const addrinfo* one = first; one != nullptr; one = one->ai_next) {
        if (one->ai_family == AF_INET) return one;
    }
    return first;
}

[[noreturn]] void refuse(int number, const std::string& host, std::uint16_t port) {
    const int next = port < 65535 ? port + 1 : 5000;
    switch (number) {
        case EADDRINUSE:
            throw OperatingSystemError(
                number, "address-in-use"_code,
                "port " + std::to_string(port) + " of " + host + " is in use by another program",
                "stop that program (`ss -ltnp` names it), or choose another port: --port " + std::to_string(next));
        case EADDRNOTAVAIL:
            throw OperatingSystemError(
                number, "address-not-available"_code, host + " is no address of this machine",
                "use --host 127.0.0.1 for this machine alone, or --host 0.0.0.0 for all its addresses");
        case EACCES:
            throw OperatingSystemError(number, "permission-denied-port"_code,
                                       "this user may not listen on port " + std::to_string(port),
                                       "choose a port from 1024 on, such as --port 8000, and put a proxy before it");
        default:
            throw OperatingSystemError(number, "listen-failed"_code,
                                       "listening on " + at(host, port) + " failed: " + std::strerror(number));
    }
}

void set_option(const Descriptor& socket, int level, int name, int value) {
    ::setsockopt(socket.get(), level, name, &value, sizeof value);
}

Descriptor bind_one(const addrinfo& address, bool shares_port) {
    Descriptor socket{::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (socket.get() < 0) return socket;
    set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    if (shares_port) set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1);
    if (address.ai_family == AF_INET6) set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);  // accepted sockets inherit it
    if (::bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0) return {};
    return socket;
}

void set_port(addrinfo& address, std::uint16_t port) {
    if (address.ai_family == AF_INET6) {
        reinterpret_cast<sockaddr_in6*>(address.ai_addr)->sin6_port = htons(port);
    } else {
        reinterpret_cast<sockaddr_in*>(address.ai_addr)->sin_port = htons(port);
    }
}

}  // namespace

std::vector<Descriptor> listen_on(const std::string& host, std::uint16_t port, unsigned count) {
    const Addresses addresses = resolve(host, port);
    addrinfo address = *preferred(addresses.get());
    std::vector<Descriptor> sockets;
    // The first binds alone: two programs that both share a port would each get some of the other's clients.
    for (unsigned i = 0; i < std::max(count, 1u); ++i) {
        Descriptor socket = bind_one(address, i > 0);
        if (socket.get() < 0) refuse(errno, host, port);
        if (i == 0) {
            port = bound_port(socket);
            set_port(address, port);
            if (count > 1) set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1);
        }
        sockets.push_back(std::move(socket));
    }
    for (const Descriptor& socket : sockets) {
        if (::listen(socket.get(), backlog) != 0) refuse(errno, host, port);
    }
    return sockets;
}

std::uint16_t bound_port(const Descriptor& socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6&>(address).sin6_port);
    return ntohs(reinterpret_cast<sockaddr_in&>(address).sin_port);
}

}  // namespace retort::http::detail
