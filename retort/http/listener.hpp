// Listening sockets: one a thread on one port, and clear words when the system refuses.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace retort::http::detail {

/// Owns a file descriptor.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    int get() const noexcept { return number_; }
    void close() noexcept;

  private:
    int number_ = -1;
};

/// `count` sockets that listen on one address. Throws OperatingSystemError.
std::vector<Descriptor> listen_on(const std::string& host, std::uint16_t port, unsigned count);

/// The port that a socket is bound to.
std::uint16_t bound_port(const Descriptor& socket);

}  // namespace retort::http::detail
