// A stream socket on a loop: tries never block, waits suspend the fiber.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/fiber/descriptor.hpp"
#include "retort/fiber/loop.hpp"

namespace retort::fibers {

/// Owns a non-blocking descriptor. At most one fiber waits on it at a time.
class Socket : public Watcher {
  public:
    enum class Status { done, would_block, ended, failed };
    struct Transfer {
        Status status = Status::done;
        std::size_t size = 0;
    };

    /// Watches it on the loop of this thread.
    explicit Socket(Descriptor descriptor);
    virtual ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    Transfer try_receive(char* to, std::size_t size) noexcept;
    /// Sends the first and then the second, as far as the system takes them at once.
    Transfer try_send(std::string_view first, std::string_view second = {}) noexcept;
    /// Sends `first` and then a part of a file, which the kernel takes from where it keeps the file. `ended`: there is
    /// nothing at `position`, or it is no file that the kernel can send.
    Transfer try_send_file(std::string_view first, int file, std::uint64_t position, std::uint64_t size) noexcept;

    /// False when the time ran out.
    bool wait_readable(std::chrono::milliseconds time);
    bool wait_writable(std::chrono::milliseconds time);

    /// Waits until there may be something to read, until somebody unparks `parker`, or until the time is over.
    void wait_readable_or(Parker& parker, std::chrono::milliseconds time);
    /// Ends such a wait.
    void wake();

    /// Whether there may be something to read; false after a short read, until the next event.
    bool readable() const noexcept { return readable_; }
    /// Makes the next read ask the system, whatever the events said.
    void assume_readable() noexcept { readable_ = true; }
    /// Says to the other side that nothing more comes.
    void end_sending() noexcept;
    /// Cuts the connection; a waiting fiber goes on.
    void cut() noexcept;

    void on_ready(std::uint32_t events) final;

  protected:
    /// Became ready while no fiber waits.
    virtual void on_unattended() {}

  private:
    bool wait(const bool& ready, std::chrono::milliseconds time);

    Parker* waiting_ = nullptr;
    Descriptor descriptor_;
    bool readable_ = false;
    bool writable_ = true;
    bool hung_up_ = false;
};

}  // namespace retort::fibers
