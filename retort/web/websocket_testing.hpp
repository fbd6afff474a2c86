// The test client's WebSocket: the view runs on a thread of its own, without a socket. Not part of retort.hpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/web/testing.hpp"
#include "retort/web/websocket.hpp"

namespace retort {

/// The client's side: `auto ws = client.websocket("/echo"); ws.send("x"); CHECK(ws.receive().data == "x");`.
///
/// Its end closes the connection and waits for the view. What the view throws reaches the caller of `close`, or of a
/// `receive` that finds the connection closed by it.
class TestWebSocket {
  public:
    TestWebSocket(std::shared_ptr<detail::Application> app, std::shared_ptr<void> built, http::Request& message);
    TestWebSocket(TestWebSocket&& other) noexcept;
    ~TestWebSocket();

    /// The answer to the handshake; 101 when it is open.
    const TestResponse& response() const;
    int status_code() const { return response().status_code(); }
    const std::string& subprotocol() const;

    /// Throws ConnectionClosed when it is closed, or when nothing came within ten seconds.
    WebSocketMessage receive();
    std::optional<WebSocketMessage> receive(std::chrono::milliseconds timeout);
    void send(std::string_view text);
    void send(const char* text) { send(std::string_view{text}); }
    void send(const std::string& text) { send(std::string_view{text}); }
    void send(const json& document);
    void send_binary(std::string_view bytes);
    void close(int code = 1000, std::string_view reason = {});
    /// What the server closed it with; empty as long as it is open.
    std::optional<int> close_code();

  private:
    struct State;
    WebSocket& socket();
    std::unique_ptr<State> state_;
};

}  // namespace retort
