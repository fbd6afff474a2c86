// A connection: small while it is idle, for buffers and stack belong to the fiber that serves it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/fiber/socket.hpp"
#include "retort/fiber/timer.hpp"
#include "retort/http/tls.hpp"

struct sockaddr_storage;

namespace retort::http::detail {

enum class Ending : int;
class Http2Session;
class Worker;

class Connection final : public fibers::Socket, public fibers::Timer {
  public:
    Connection(Worker& worker, fibers::Descriptor descriptor, const sockaddr_storage& peer);
    ~Connection() override;

    /// Nothing more is to be begun: closes it if it is idle.
    void finish();
    bool secure() const noexcept { return tls_ != nullptr; }
    std::string_view remote_address() const noexcept { return {address_.data(), address_size_}; }
    std::uint16_t remote_port() const noexcept { return port_; }
    /// The beginning of a request that came before, kept while no fiber serves the connection.
    std::string_view pending() const noexcept { return {pending_.get(), pending_size_}; }

    /// It speaks another protocol from now on: the fiber that serves it is waked when the server stops.
    void hand_over() noexcept { handed_over_ = true; }

    /// A request's head is complete; the time of the next begins anew.
    void count_request() noexcept { new_request_ = asked_ = true; }
    /// Whether a request has come on it.
    bool asked() const noexcept { return asked_; }

    /// Has `on_due` called then at the latest.
    void wake_at(fibers::Clock::time_point time);
    /// The same in the next round of the loop, after what else is to be done.
    void wake_soon();
    /// The session of HTTP/2, which is deleted with the connection, has no more to do.
    void end_http2(Ending ending);

    // Those of the socket, or what TLS makes of them.
    Transfer try_receive(char* to, std::size_t size) noexcept {
        return tls_ ? tls_->try_receive(to, size) : Socket::try_receive(to, size);
    }
    Transfer try_send(std::string_view first, std::string_view second = {}) noexcept {
        return tls_ ? tls_->try_send(first, second) : Socket::try_send(first, second);
    }
    bool wait_readable(std::chrono::milliseconds time) {
        return tls_ && tls_->reading_waits_for_room() ? wait_writable(time) : Socket::wait_readable(time);
    }
    void wait_readable_or(fibers::Parker& parker, std::chrono::milliseconds time) {
        if (!tls_ || !tls_->may_hold_more()) Socket::wait_readable_or(parker, time);
    }
    bool readable() const noexcept { return Socket::readable() || (tls_ && tls_->holds_bytes()); }

    void on_due() override;

    Connection* previous = nullptr;
    Connection* next = nullptr;

  private:
    enum class Phase : std::uint8_t { waiting, serving, draining, shaking_hands, http2 };

    void on_unattended() override;
    void shake_hands();
    void send_away();
    void begin_http2();
    /// `is_last`: who calls is called by the loop for an event, and has nothing to do afterwards.
    void start_serving(bool is_last = false);
    static void serve(void* connection);
    void leave(Ending ending);
    void keep(std::string_view rest);
    void begin_draining();
    void drain();
    void set_deadline(fibers::Clock::time_point deadline);
    void close();

    Worker& worker_;
    std::unique_ptr<TlsStream> tls_;       // null: the connection is plain
    std::unique_ptr<Http2Session> http2_;  // null: HTTP/1
    std::unique_ptr<char[]> pending_;
    fibers::Clock::time_point deadline_{};
    std::uint32_t pending_size_ = 0;
    std::uint16_t port_ = 0;
    std::uint8_t address_size_ = 0;
    Phase phase_ = Phase::waiting;
    bool timed_out_ = false;
    bool handed_over_ = false;
    bool new_request_ = true;
    bool asked_ = false;
    std::array<char, 46> address_;
};

}  // namespace retort::http::detail
