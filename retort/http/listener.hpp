// Listening sockets: one a thread on one port, and clear words when the system refuses.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "retort/fiber/descriptor.hpp"

namespace retort::http::detail {

using fibers::Descriptor;

/// `count` sockets that listen on one address. Throws OperatingSystemError.
std::vector<Descriptor> listen_on(const std::string& host, std::uint16_t port, unsigned count);

/// The port that a socket is bound to.
std::uint16_t bound_port(const Descriptor& socket);

}  // namespace retort::http::detail
