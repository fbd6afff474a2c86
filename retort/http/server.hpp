// An HTTP/1.1 server: threads with one event loop each, limits, and a shutdown that finishes what is under way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "retort/base/duration.hpp"
#include "retort/http/message.hpp"

namespace retort::http {

/// A certificate and its private key, PEM files: with them a server speaks TLS, and nothing else on its port.
struct TlsOptions {
    std::string
        certificate;  ///< the chain, the own one first; "adhoc": a self-signed one, made in memory; empty: no TLS
    std::string key;  ///< empty: it stands in the certificate's file
};

struct ServerOptions {
    std::string host = "127.0.0.1";                        ///< an address or a name; "::" and "0.0.0.0" for all
    std::uint16_t port = 5000;                             ///< 0: the system chooses, `Server::port()` tells
    unsigned threads = 0;                                  ///< loops; 0: one a core
    std::size_t max_header_bytes = 32 * 1024;              ///< request line and headers; beyond: 431 (414 for the line)
    std::size_t max_headers = 100;                         ///< beyond: 431
    std::uint64_t max_body_bytes = 1024ull * 1024 * 1024;  ///< beyond: 413
    std::size_t max_connections = 10000;                   ///< a thread; beyond, accepting pauses until one closes
    std::chrono::milliseconds header_timeout{
        10'000};  ///< from the first byte of a request to its blank line; beyond: 408
    std::chrono::milliseconds body_timeout{30'000};      ///< between two reads of a body; beyond: 408
    std::size_t min_body_rate = 240;                     ///< bytes a second beyond one body_timeout; else 408; 0: any
    std::chrono::milliseconds write_timeout{30'000};     ///< a client that takes no bytes for so long is cut off
    std::chrono::milliseconds idle_timeout{75'000};      ///< keep-alive without a request
    std::chrono::milliseconds shutdown_timeout{30'000};  ///< what is under way may take so long after stop()
    std::string server_name = "Retort";                  ///< the Server header; empty: none
    TlsOptions tls;                                      ///< off by default
    bool http2 = false;             ///< over TLS who asks for it by ALPN, else who begins with its preface (h2c)
    std::size_t max_streams = 100;  ///< HTTP/2: requests under way on a connection; beyond: refused
};

/// Listens from the moment it is made. Throws OperatingSystemError("address-in-use", "address-not-available",
/// "permission-denied-port", "unknown-host") or TlsError with the mend when it cannot.
class Server {
  public:
    Server(ServerOptions options, Handler handler);
    ~Server();

    /// Serves until `stop`, then finishes the requests under way and returns. Blocks the calling thread.
    void run();
    /// Ends `run`. Safe from any thread and from a signal handler.
    void stop() noexcept;
    std::uint16_t port() const;

    /// Called on each loop's own thread when it begins and before it ends: per-thread resources go here.
    void on_thread_start(std::function<void()> hook);
    void on_thread_stop(std::function<void()> hook);

    /// Hears what a handler threw, whose client has a bare 500, or a stream, whose answer was cut off; with the
    /// request, or null when there was none yet. Without a hook it is printed on stderr.
    void on_handler_error(std::function<void(std::exception_ptr, const Request*)> hook);
    /// Hears of requests that the server has answered itself, because they were no good HTTP, too large or too slow:
    /// the status, a sentence, the client's address.
    void on_refusal(std::function<void(int status, std::string_view problem, std::string_view remote_address)> hook);

    class State;

  private:
    std::shared_ptr<State> state_;
};

}  // namespace retort::http
