// What goes wrong below a handler: requests that break the protocol, and a system that refuses to listen.
#pragma once

#include <string>
#include <utility>

#include "retort/base/error.hpp"

namespace retort::http {

/// The other side broke the protocol, was too slow, or went away.
class ProtocolError : public Error {
  public:
    ProtocolError(int status, ErrorCode code, std::string message, std::string hint = {},
                  std::source_location where = std::source_location::current())
        : Error(code, std::move(message), std::move(hint), where), status_(status) {}

    /// What to answer: 400, 408, 413 …; 0 when nobody listens any more.
    int status() const noexcept { return status_; }

  private:
    int status_;
};

/// The operating system refused something, such as to listen on a port.
class OperatingSystemError : public Error {
  public:
    OperatingSystemError(int number, ErrorCode code, std::string message, std::string hint = {},
                         std::source_location where = std::source_location::current())
        : Error(code, std::move(message), std::move(hint), where), number_(number) {}

    /// The system's own number (errno), or 0.
    int number() const noexcept { return number_; }

  private:
    int number_;
};

/// A certificate or a key cannot be used; thrown when a server is made.
class TlsError : public Error {
  public:
    using Error::Error;
};

}  // namespace retort::http
