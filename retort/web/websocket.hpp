// WebSocket (RFC 6455): a view that takes one talks with its client in messages. Not part of retort.hpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/base/error.hpp"
#include "retort/base/json.hpp"
#include "retort/web/view.hpp"

namespace retort {

namespace detail {
class WebSocketCore;
}

/// One message.
struct WebSocketMessage {
    std::string data;
    bool is_binary = false;
    /// Throws JsonParseError when it is none.
    retort::json json() const { return retort::json::parse(data); }
};

/// The other side has closed, or is gone. A view lets it pass: its end is the connection's.
class ConnectionClosed : public Error {
  public:
    ConnectionClosed(int close_code, std::string reason);
    /// 1000: it is done; 1001: it leaves (the server stops); 1006: it is gone without a word; 3000–4999: the
    /// application's own.
    int close_code() const noexcept { return close_code_; }
    const std::string& reason() const noexcept { return reason_; }

  private:
    int close_code_;
    std::string reason_;
};

/// A connection to talk over. A view that takes one answers the handshake:
///
///     app.get("/echo", [](WebSocket& ws) {
///         for (;;) ws.send(ws.receive());
///     });
///
/// `request`, `session`, `g` and the session of the database are there while the view runs; hooks run before it, and
/// teardown functions behind it. Copies are the same connection. One fiber at a time may receive, the view's own; any
/// fiber or thread may send and close, and throws ConnectionClosed once it is closed.
class WebSocket {
  public:
    explicit WebSocket(std::shared_ptr<detail::WebSocketCore> core);
    WebSocket(const WebSocket& other);
    WebSocket(WebSocket&& other) noexcept;
    WebSocket& operator=(const WebSocket& other);
    WebSocket& operator=(WebSocket&& other) noexcept;
    ~WebSocket();

    /// Waits for the next message. Throws ConnectionClosed("websocket-closed").
    WebSocketMessage receive();
    /// Empty when none came in time.
    std::optional<WebSocketMessage> receive(std::chrono::milliseconds timeout);

    /// Text must be UTF-8: throws ArgumentError("websocket-text"). Waits while the client takes no bytes.
    void send(std::string_view text);
    void send(const char* text) { send(std::string_view{text}); }
    void send(const std::string& text) { send(std::string_view{text}); }
    void send(const WebSocketMessage& message);
    void send(const json& document);
    void send_binary(std::string_view bytes);

    /// Says goodbye; further use throws. Throws ArgumentError("websocket-code") for a code that may not be sent.
    void close(int code = 1000, std::string_view reason = {});
    bool connected() const;
    /// What both sides agreed on; empty for none.
    const std::string& subprotocol() const;

    friend bool operator==(const WebSocket& left, const WebSocket& right) { return left.core_ == right.core_; }

  private:
    std::shared_ptr<detail::WebSocketCore> core_;
};

template <>
struct ViewInput<WebSocket> {
    static constexpr bool answers_itself = true;
    /// Answers the handshake. Throws BadRequest, Forbidden (a page of another site), or 426 for who does not ask for
    /// one.
    static WebSocket read(Request& request);
};

}  // namespace retort
