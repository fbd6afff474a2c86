// A connection: small while it is idle, for buffers and stack belong to the fiber that serves it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "retort/fiber/socket.hpp"
#include "retort/fiber/timer.hpp"

struct sockaddr_storage;

namespace retort::http::detail {

enum class Ending : int;
class Worker;

class Connection final : public fibers::Socket, public fibers::Timer {
  public:
    Connection(Worker& worker, int descriptor, const sockaddr_storage& peer);

    /// Nothing more is to be begun: closes it if it is idle.
    void finish();
    std::string_view remote_address() const noexcept { return {address_.data(), address_size_}; }
    std::uint16_t remote_port() const noexcept { return port_; }
    /// The beginning of a request that came before, kept while no fiber serves the connection.
    std::string_view pending() const noexcept { return {pending_.get(), pending_size_}; }

    /// It speaks another protocol from now on: the fiber that serves it is waked when the server stops.
    void hand_over() noexcept { handed_over_ = true; }

    /// A request's head is complete; the time of the next begins anew.
    void count_request() noexcept { new_request_ = true; }

    void on_due() override;

    Connection* previous = nullptr;
    Connection* next = nullptr;

  private:
    enum class Phase : std::uint8_t { waiting, serving, draining };

    void on_unattended() override;
    void start_serving();
    static void serve(void* connection);
    void leave(Ending ending);
    void keep(std::string_view rest);
    void begin_draining();
    void drain();
    void set_deadline(fibers::Clock::time_point deadline);
    void close();

    Worker& worker_;
    std::unique_ptr<char[]> pending_;
    fibers::Clock::time_point deadline_{};
    std::uint32_t pending_size_ = 0;
    std::uint16_t port_ = 0;
    std::uint8_t address_size_ = 0;
    Phase phase_ = Phase::waiting;
    bool timed_out_ = false;
    bool handed_over_ = false;
    bool new_request_ = true;
    std::array<char, 46> address_;
};

}  // namespace retort::http::detail
