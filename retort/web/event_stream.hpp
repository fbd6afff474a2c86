// Server-sent events: an answer that goes on, message by message. Not part of retort.hpp.
#pragma once

#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "retort/base/duration.hpp"
#include "retort/http/message.hpp"
#include "retort/web/response.hpp"

namespace retort {

/// One message to the browser's EventSource.
struct ServerEvent {
    std::string data;   ///< may have several lines
    std::string event;  ///< empty: "message"
    std::string id;     ///< the browser sends the last one when it comes back: Last-Event-ID
    std::optional<std::chrono::milliseconds> retry;  ///< how long it waits before it comes back
};

/// Where events are written; a call may wait until the client takes the bytes.
class EventStream {
  public:
    explicit EventStream(http::BodyWriter& body) : body_(body) {}
    /// Throws ProtocolError("client-disconnected") when nobody listens any more; let it pass.
    void send(const ServerEvent& event);
    /// A message of that text alone.
    template <std::convertible_to<std::string_view> Text>
    void send(const Text& data) {
        send(ServerEvent{.data = std::string(static_cast<std::string_view>(data))});
    }
    /// A line that browsers pass over; keeps proxies from ending a silent connection.
    void keep_alive();

  private:
    http::BodyWriter& body_;
};

/// `app.get("/clock", [] { return event_stream([](EventStream& events) { for (;;) { events.send(now());
/// fibers::sleep_for(1s); } }); });`
Response event_stream(std::function<void(EventStream&)> write);

/// What the browser has seen last; empty when it comes for the first time.
std::string_view last_event_id();

}  // namespace retort
