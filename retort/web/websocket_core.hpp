// What stands behind a WebSocket: its frames, what waits to be sent, and how it ends. For servers and for clients.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/fiber/fiber.hpp"
#include "retort/http/message.hpp"
#include "retort/web/websocket.hpp"
#include "retort/web/websocket_frames.hpp"

namespace retort::detail {

struct WebSocketOptions {
    std::size_t max_message = std::size_t{1} << 20;
    std::size_t max_queued = std::size_t{1} << 20;    ///< of what other fibers have sent and nobody took yet
    std::chrono::milliseconds ping_interval{25'000};  ///< 0: none
    bool client = false;
    bool deflate = false;
    std::string subprotocol;
};

class WebSocketCore {
  public:
    using Clock = std::chrono::steady_clock;

    /// Belongs to the fiber or thread that makes it.
    WebSocketCore(http::Upgraded& stream, WebSocketOptions options);

    std::optional<WebSocketMessage> receive(std::optional<Clock::time_point> until);
    void send(Opcode opcode, std::string_view payload);
    void close(int code, std::string_view reason);
    bool connected() const;
    const WebSocketOptions& options() const { return options_; }

    /// The end of its owner: says goodbye if nobody has, and waits a little for the answer.
    void finish(int code) noexcept;

  private:
    bool is_owner() const noexcept;
    std::string frame(Opcode opcode, std::string_view payload);
    void leave(std::string_view bytes);
    void write(std::string_view bytes);
    void flush();
    void pump();
    void take(FrameReader::Event event);
    void wait(Clock::time_point until);
    void keep_alive(Clock::time_point now);
    void say_close(int code, std::string_view reason);
    void end(int code, std::string reason);
    void throw_if_closed() const;
    bool is_closed() const;

    http::Upgraded* stream_;
    const WebSocketOptions options_;
    const void* const owner_;
    FrameReader reader_;
    std::deque<WebSocketMessage> arrived_;
    std::size_t arrived_bytes_ = 0;
    std::string pending_;  ///< arrived, but not read
    Clock::time_point next_ping_;
    bool awaits_pong_ = false;
    bool said_close_ = false, heard_close_ = false;
    std::atomic<std::uint32_t> next_mask_{0x37FA213D};

    mutable std::mutex mutex_;  // what follows is everybody's
    std::string queued_;
    fibers::Parker* waiting_ = nullptr;
    std::optional<std::pair<int, std::string>> asked_to_close_;
    bool too_slow_ = false;  ///< that is why it is to be closed
    bool closed_ = false;
    int close_code_ = 1006;
    std::string close_reason_;
};

/// What SOCK_SERVER_OPTIONS says.
WebSocketOptions websocket_options(Request& request);
/// "permessage-deflate; …" when one of the offers can be met; empty when none can.
std::string agreed_deflate(std::string_view offers);
/// What Sec-WebSocket-Accept answers to a key.
std::string accept_of_key(std::string_view key);

}  // namespace retort::detail
