// TLS for the connections of a server, by OpenSSL: the certificate, and what it makes of a connection's bytes.
#pragma once

#include <memory>
#include <string_view>

#include "retort/fiber/socket.hpp"

struct ssl_st;
struct ssl_ctx_st;
struct bio_st;

namespace retort::http {
struct TlsOptions;
}

namespace retort::http::detail {

/// The certificate, its key, and the rules of handshakes; the threads of a server share it.
class TlsContext {
  public:
    /// Throws TlsError when a file cannot be used. `http2`: offers it before HTTP/1.1.
    TlsContext(const TlsOptions& options, bool http2);

    ssl_ctx_st* get() const noexcept { return context_.get(); }

  private:
    void set_rules(bool http2);

    std::shared_ptr<ssl_ctx_st> context_;
};

/// One connection's TLS, on a socket that it does not own. Tries never block, as those of the socket.
class TlsStream {
  public:
    enum class Handshake {
        done,
        unfinished,  ///< go on when the socket is ready again
        failed,
        plain_http,  ///< the client speaks HTTP without TLS
    };

    TlsStream(const TlsContext& context, fibers::Socket& socket);
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    Handshake shake_hands() noexcept;
    /// Whether the client chose HTTP/2 in the handshake.
    bool chose_http2() const noexcept;

    fibers::Socket::Transfer try_receive(char* to, std::size_t size) noexcept;
    /// What was offered once must be offered again, with more behind it or not, until it is taken.
    fibers::Socket::Transfer try_send(std::string_view first, std::string_view second) noexcept;
    /// Bytes wait here that the socket no longer tells of.
    bool holds_bytes() const noexcept;
    /// Reading can only go on when the socket takes bytes (new keys are being agreed upon).
    bool reading_waits_for_room() const noexcept { return reading_waits_for_room_; }
    /// Says that nothing more comes (close_notify), as far as that can be said at once.
    void say_goodbye() noexcept;

  private:
    struct Transport;
    fibers::Socket::Status status_of(int result) noexcept;

    fibers::Socket& socket_;
    std::shared_ptr<ssl_st> ssl_;
    char first_byte_ = '\0';
    bool broken_ = false;
    bool reading_waits_for_room_ = false;
};

}  // namespace retort::http::detail
