// How events are written, line by line.
#include "retort/web/event_stream.hpp"

#include <utility>

#include "retort/web/request.hpp"

namespace retort {
namespace {

/// A field takes one line: whatever would begin another one is left out.
std::string one_line(std::string_view text) {
    std::string line;
    for (char c : text) {
        if (c != '\r' && c != '\n' && c != '\0') line += c;
    }
    return line;
}

/// A line ends with CR, LF, or both together.
void add_data(std::string& text, std::string_view data) {
    for (;;) {
        auto end = data.find_first_of("\r\n");
        text += "data: " + one_line(data.substr(0, end)) + "\n";
        if (end == std::string_view::npos) return;
        data.remove_prefix(end);
        data.remove_prefix(data.starts_with("\r\n") ? 2 : 1);
    }
}

}  // namespace

void EventStream::send(const ServerEvent& event) {
    std::string text;
    if (!event.event.empty()) text += "event: " + one_line(event.event) + "\n";
    if (!event.id.empty()) text += "id: " + one_line(event.id) + "\n";
    if (event.retry) text += "retry: " + std::to_string(event.retry->count()) + "\n";
    add_data(text, event.data);
    body_.write(text + "\n");
}

void EventStream::keep_alive() { body_.write(":\n\n"); }

Response event_stream(std::function<void(EventStream&)> write) {
    auto response = Response::stream(
        [write = std::move(write)](http::BodyWriter& body) {
            EventStream events{body};
            write(events);
        },
        "text/event-stream");
    response.headers().set("Cache-Control", "no-cache");
    response.headers().set("X-Accel-Buffering", "no");
    return response;
}

std::string_view last_event_id() { return detail::current_request().headers().get("Last-Event-ID", ""); }

}  // namespace retort
