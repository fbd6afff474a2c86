// The life of a WebSocket: one owner reads and writes, others leave what they send for it.
#include "retort/web/websocket_core.hpp"

#include <algorithm>

#include "retort/web/errors.hpp"

namespace retort::detail {
namespace {

using namespace std::chrono_literals;
using Event = FrameReader::Event;

constexpr std::size_t most_arrived = 64;
constexpr std::size_t smallest_packed = 128;
constexpr auto goodbye_time = 2s;

/// What tells the running fiber, or the thread outside of fibers, from the others.
const void* running() noexcept { return &fibers::local(fibers::Local::web_context); }

}  // namespace

WebSocketCore::WebSocketCore(http::Upgraded& stream, WebSocketOptions options)
    : stream_(&stream),
      options_(std::move(options)),
      owner_(running()),
      reader_({.masked = !options_.client, .deflate = options_.deflate, .max_message = options_.max_message}),
      next_ping_(Clock::now() + options_.ping_interval) {}

bool WebSocketCore::is_owner() const noexcept { return running() == owner_; }

std::optional<WebSocketMessage> WebSocketCore::receive(std::optional<Clock::time_point> until) {
    for (;;) {
        if (arrived_.empty()) pump();
        if (!arrived_.empty()) {
            auto message = std::move(arrived_.front());
            arrived_.pop_front();
            arrived_bytes_ -= message.data.size();
            return message;
        }
        throw_if_closed();
        flush();
        if (stream_->stopping()) close(1001, "the server stops");
        auto now = Clock::now();
        keep_alive(now);
        throw_if_closed();
        if (until && now >= *until) return std::nullopt;
        auto next = options_.ping_interval > 0ms ? next_ping_ : now + 1h;
        wait(until ? std::min(next, *until) : next);
    }
}

void WebSocketCore::send(Opcode opcode, std::string_view payload) {
    if (!is_owner()) return leave(frame(opcode, payload));
    throw_if_closed();
    pump();
    if (!is_closed() && stream_->stopping()) close(1001, "the server stops");
    if (!is_closed()) flush();
    throw_if_closed();
    write(frame(opcode, payload));
    throw_if_closed();
}

/// For the owner to send.
void WebSocketCore::leave(std::string_view bytes) {
    std::lock_guard lock(mutex_);
    if (closed_) throw ConnectionClosed(close_code_, close_reason_);
    if (asked_to_close_ && !too_slow_) throw ConnectionClosed(asked_to_close_->first, "");
    // Who takes nothing is let go, or everybody would wait for the slowest; that is no mistake of who sends.
    if (asked_to_close_) return;
    bool fits = queued_.size() + bytes.size() <= std::max(options_.max_queued, bytes.size());
    if (fits) {
        queued_ += bytes;
    } else {
        too_slow_ = true;
        asked_to_close_.emplace(1008, "too slow");
    }
    if (waiting_ != nullptr) waiting_->unpark();
}

void WebSocketCore::close(int code, std::string_view reason) {
    if (!is_close_code(code)) {
        throw ArgumentError(
            "websocket-code"_code, std::to_string(code) + " is no code that a WebSocket is closed with",
            "use 1000 for done, 1008 for refused, 1011 for failed, or one of your own from 4000 to 4999");
    }
    std::unique_lock lock(mutex_);
    if (closed_ || asked_to_close_) return;
    if (!is_owner()) {
        asked_to_close_.emplace(code, reason);
        if (waiting_ != nullptr) waiting_->unpark();
        return;
    }
    auto bytes = std::exchange(queued_, {});
    lock.unlock();
    write(bytes);
    say_close(code, reason);
    end(code, std::string{reason});
}

void WebSocketCore::finish(int code) noexcept {
    try {
        // Another thread may ask for the end meanwhile: then it is that one which happens.
        while (!is_closed()) {
            flush();
            if (!is_closed()) close(code, "");
        }
        {
            std::lock_guard lock(mutex_);
            queued_.clear();
            asked_to_close_.reset();
            if (close_code_ == 1006) return;
        }
        // What it still sends is passed over, or the system would throw away our goodbye with it.
        auto until = Clock::now() + goodbye_time;
        std::size_t passed = 0;
        while (!heard_close_ && passed < options_.max_message && Clock::now() < until) {
            char bytes[4096];
            auto received = stream_->receive(bytes);
            if (received.ended) return;
            if (received.size == 0) wait(until);
            passed += received.size;
            pending_.append(bytes, received.size);
            std::string_view rest{pending_};
            Event event;
            while ((event = reader_.read(rest)) != Event::nothing && !heard_close_) {
                heard_close_ = event == Event::close || event == Event::failed;
            }
            pending_.erase(0, pending_.size() - rest.size());
        }
    } catch (...) {
        end(1006, "");  // nobody may send to it any more
    }
}

std::string WebSocketCore::frame(Opcode opcode, std::string_view payload) {
    FrameOptions how;
    if (options_.client) how.mask = next_mask_.fetch_add(0x9E3779B9u, std::memory_order_relaxed);
    std::string packed;
    bool data = opcode == Opcode::text || opcode == Opcode::binary;
    if (options_.deflate && data && payload.size() >= smallest_packed) packed = deflate_message(payload);
    how.compressed = !packed.empty();
    std::string bytes;
    append_frame(bytes, opcode, packed.empty() ? payload : packed, how);
    return bytes;
}

void WebSocketCore::write(std::string_view bytes) {
    if (!bytes.empty() && !stream_->send(bytes)) end(1006, "");
}

void WebSocketCore::flush() {
    std::unique_lock lock(mutex_);
    if (queued_.empty() && !asked_to_close_) return;
    auto bytes = std::exchange(queued_, {});
    auto asked = std::exchange(asked_to_close_, std::nullopt);
    lock.unlock();
    write(bytes);
    if (asked) close(asked->first, asked->second);
}

/// Takes what has arrived, as far as there is room for it.
void WebSocketCore::pump() {
    while (!is_closed() && arrived_.size() < most_arrived && arrived_bytes_ < options_.max_message) {
        if (pending_.empty()) {
            char bytes[4096];
            auto received = stream_->receive(bytes);
            if (received.ended) return end(1006, "");
            if (received.size == 0) return;
            awaits_pong_ = false;
            pending_.assign(bytes, received.size);
        }
        std::string_view rest{pending_};
        auto event = reader_.read(rest);
        pending_.erase(0, pending_.size() - rest.size());
        take(event);
    }
}

void WebSocketCore::take(Event event) {
    switch (event) {
        case Event::nothing:
        case Event::pong: return;
        case Event::text:
        case Event::binary:
            arrived_.push_back({reader_.take_payload(), event == Event::binary});
            arrived_bytes_ += arrived_.back().data.size();
            return;
        case Event::ping: return write(frame(Opcode::pong, reader_.take_payload()));
        case Event::close: {
            // It ends with the peer's code, though our goodbye may not reach it any more.
            heard_close_ = true;
            end(reader_.close_code(), reader_.take_payload());
            return say_close(reader_.close_code(), "");
        }
        case Event::failed:
            heard_close_ = true;
            end(reader_.close_code(), std::string{reader_.problem()});
            return say_close(reader_.close_code(), reader_.problem());
    }
}

void WebSocketCore::wait(Clock::time_point until) {
    struct Waiting {
        explicit Waiting(WebSocketCore& of) : core(of) {
            std::lock_guard lock(core.mutex_);
            needed = core.queued_.empty() && !core.asked_to_close_;
            if (needed) core.waiting_ = &parker;
        }
        ~Waiting() {
            std::lock_guard lock(core.mutex_);
            core.waiting_ = nullptr;
        }
        WebSocketCore& core;
        fibers::Parker parker;
        bool needed;
    };
    Waiting waiting{*this};
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    if (waiting.needed && left > 0ms) stream_->wait(waiting.parker, left);
}

/// Asks who is silent whether it is there, and gives up who does not answer.
void WebSocketCore::keep_alive(Clock::time_point now) {
    if (options_.ping_interval <= 0ms || now < next_ping_ || is_closed()) return;
    if (awaits_pong_) return end(1006, "no answer to a ping");
    write(frame(Opcode::ping, ""));
    awaits_pong_ = true;
    next_ping_ = now + options_.ping_interval;
}

void WebSocketCore::say_close(int code, std::string_view reason) {
    if (!std::exchange(said_close_, true)) write(frame(Opcode::close, close_payload(code, reason)));
}

void WebSocketCore::end(int code, std::string reason) {
    std::lock_guard lock(mutex_);
    if (std::exchange(closed_, true)) return;
    close_code_ = code;
    close_reason_ = std::move(reason);
}

bool WebSocketCore::is_closed() const {
    std::lock_guard lock(mutex_);
    return closed_;
}

bool WebSocketCore::connected() const {
    std::lock_guard lock(mutex_);
    return !closed_ && !asked_to_close_;
}

void WebSocketCore::throw_if_closed() const {
    std::lock_guard lock(mutex_);
    if (closed_) throw ConnectionClosed(close_code_, close_reason_);
}

}  // namespace retort::detail
