// HTTP/2 on a connection: reading, sending, time limits, and the end.
#include "retort/http/http2_session.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <new>
#include <utility>

#include "retort/http/connection.hpp"
#include "retort/http/http2_callbacks.hpp"
#include "retort/http/worker.hpp"

namespace retort::http::detail {
namespace {

using Status = fibers::Socket::Status;
using TimePoint = fibers::Clock::time_point;

constexpr std::size_t read_at_once = 16 * 1024;
constexpr unsigned turns_in_a_row = 16;
constexpr std::chrono::milliseconds shortest_wait{50};
constexpr std::size_t send_at_once = 64 * 1024;
constexpr std::chrono::seconds goaway_time{1};
/// Of the bytes that come, one in eight must belong to requests or make room for answers, but for a first megabyte:
/// floods of settings, pings, resets and empty frames are none of both.
constexpr std::uint64_t overhead = 8;
constexpr std::uint64_t overhead_for_free = 1024 * 1024;

}  // namespace

Http2Session::Http2Session(Connection& connection, Worker& worker, std::string_view arrived)
    : connection_(connection),
      worker_(worker),
      session_(make_http2_session(*this, worker.options())),
      early_(arrived),
      idle_since_(worker.loop().now()),
      sent_at_(idle_since_),
      head_since_(idle_since_) {}

Http2Session::~Http2Session() = default;

void Http2Session::go_on() {
    if (end_ != End::none) return settle();
    if (worker_.stopping() && !shutting_down_) return shut_down();
    if (!early_.empty()) feed(std::exchange(early_, {}));
    send();
    bool more = true;
    // A client that takes no answers is not listened to either, so that what waits here stays little.
    for (unsigned round = 0; more && end_ == End::none && output_.empty() && round < turns_in_a_row; ++round) {
        more = receive();
    }
    if (more && end_ == End::none && output_.empty()) connection_.wake_soon();
    settle();
}

bool Http2Session::receive() {
    char bytes[read_at_once];
    if (input_ended_ || ::nghttp2_session_want_read(session_.get()) == 0) return false;
    const auto transfer = connection_.try_receive(bytes, sizeof bytes);
    if (transfer.status == Status::would_block) return false;
    if (transfer.status == Status::failed) {
        break_off();
    } else if (transfer.status == Status::ended) {
        input_ended_ = true;
        for (auto& stream : streams_) {
            if (!stream->body_complete()) reset(*stream);
        }
    } else {
        feed({bytes, transfer.size});
    }
    send();
    return transfer.status == Status::done;
}

void Http2Session::feed(std::string_view bytes) {
    busy_ = true;
    const auto taken =
        ::nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    received_ += bytes.size();
    if (taken < 0) {
        give_up(taken == NGHTTP2_ERR_BAD_CLIENT_MAGIC ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_ENHANCE_YOUR_CALM);
    } else if (received_ / overhead > useful_ + overhead_for_free) {
        give_up(NGHTTP2_ENHANCE_YOUR_CALM);
    }
    start_ready();
    busy_ = false;
}

void Http2Session::start_ready() {
    for (std::size_t i = 0; i < ready_.size(); ++i) {
        Http2Stream& stream = *ready_[i];
        if (!stream.closed()) start(stream);
    }
    ready_.clear();
}

void Http2Session::start(Http2Stream& stream) {
    stream.running = true;
    ++running_;
    try {
        worker_.loop().start(&Http2Stream::serve, &stream);
    } catch (const std::bad_alloc&) {
        stream.running = false;
        --running_;
        refuse(stream.number());
    }
}

void Http2Session::refuse(std::int32_t number) {
    ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, number, NGHTTP2_REFUSED_STREAM);
}

void Http2Session::send() {
    if (busy_ || end_ != End::none) return;
    for (;;) {
        while (output_.size() < send_at_once) {
            const std::uint8_t* bytes = nullptr;
            const auto size = ::nghttp2_session_mem_send(session_.get(), &bytes);
            if (size < 0) return break_off();
            if (size == 0) break;
            if (output_.empty()) sent_at_ = worker_.loop().now();
            output_.append({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
        }
        if (output_.empty()) return;
        const auto transfer = connection_.try_send(output_.view());
        if (transfer.status == Status::failed) return break_off();
        if (transfer.status == Status::would_block)
            return connection_.wake_at(sent_at_ + worker_.options().write_timeout);
        output_.consume(transfer.size);
        sent_at_ = worker_.loop().now();
    }
}

void Http2Session::break_off() noexcept {
    end_ = End::close;
    for (auto& stream : streams_) stream->close();
    if (running_ != 0) connection_.cut();
}

void Http2Session::give_up(std::uint32_t error) noexcept { ::nghttp2_session_terminate_session(session_.get(), error); }

bool Http2Session::is_over() const {
    if (!output_.empty()) return false;
    if (input_ended_ && streams_.empty()) return true;
    return ::nghttp2_session_want_read(session_.get()) == 0 && ::nghttp2_session_want_write(session_.get()) == 0;
}

// A client that has ended its side can no longer make room for what waits.
void Http2Session::reset_hopeless() {
    if (!input_ended_ || busy_ || !output_.empty()) return;
    for (auto& stream : streams_) {
        if (stream->stalled_since() != TimePoint::max()) reset(*stream);
    }
}

// The last word of each entry: it may delete this session.
void Http2Session::settle() {
    reset_hopeless();
    const bool had_streams = !streams_.empty();
    std::erase_if(streams_, [](const auto& stream) { return stream->closed() && !stream->running; });
    if (had_streams && streams_.empty()) {
        idle_since_ = worker_.loop().now();
        if (output_.empty()) output_ = {};  // an idle connection is small
    }
    if (end_ == End::none && is_over()) {
        end_ = End::drain;
        for (auto& stream : streams_) stream->close();
    }
    // Never at once again: what is due may have to wait until the client takes what is written.
    if (end_ == End::none) return connection_.wake_at(std::max(next_due(), worker_.loop().now() + shortest_wait));
    if (running_ == 0) connection_.end_http2(end_ == End::drain ? Ending::drain : Ending::close);
}

void Http2Session::fiber_ended(Http2Stream& stream) {
    stream.running = false;
    --running_;
    if (busy_) return;
    send();
    settle();
}

void Http2Session::shut_down() {
    if (std::exchange(shutting_down_, true) || end_ != End::none) return;
    // Until the client knows, its requests are still served; what comes after its answer to the ping is not.
    goaway_due_ = worker_.loop().now() + goaway_time;
    ::nghttp2_submit_shutdown_notice(session_.get());
    ::nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
    go_on();
}

void Http2Session::say_last_goaway() {
    if (!shutting_down_ || std::exchange(last_goaway_, true)) return;
    ::nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                            ::nghttp2_session_get_last_proc_stream_id(session_.get()), NGHTTP2_NO_ERROR, nullptr, 0);
}

void Http2Session::on_due() {
    const TimePoint now = worker_.loop().now();
    const ServerOptions& options = worker_.options();
    if (!output_.empty() && now >= sent_at_ + options.write_timeout) break_off();
    if (end_ != End::none) return settle();
    for (auto& stream : streams_) {
        const TimePoint since = stream->stalled_since();
        if (since != TimePoint::max() && now >= since + options.write_timeout) reset(*stream);
    }
    if (in_head_ && now >= head_since_ + options.header_timeout) give_up(NGHTTP2_ENHANCE_YOUR_CALM);
    if (streams_.empty() && now >= idle_since_ + options.idle_timeout) give_up(NGHTTP2_NO_ERROR);
    if (shutting_down_ && now >= goaway_due_) say_last_goaway();
    go_on();
}

TimePoint Http2Session::next_due() const {
    const ServerOptions& options = worker_.options();
    TimePoint due = TimePoint::max();
    if (in_head_) due = head_since_ + options.header_timeout;
    if (!output_.empty()) due = std::min(due, sent_at_ + options.write_timeout);
    if (streams_.empty()) due = std::min(due, idle_since_ + options.idle_timeout);
    if (shutting_down_ && !last_goaway_) due = std::min(due, goaway_due_);
    for (const auto& stream : streams_) {
        const TimePoint since = stream->stalled_since();
        if (since != TimePoint::max()) due = std::min(due, since + options.write_timeout);
    }
    return due;
}

void Http2Session::begin_head(std::int32_t number) noexcept {
    in_head_ = true;
    head_of_ = number;
    head_since_ = worker_.loop().now();
}

// Those that a client gave up count while their handlers still run: to reset them must not buy it more of them. And all
// connections together get no more fibers than they would with HTTP/1, for stacks are what the system runs out of.
Http2Stream* Http2Session::begin_request(std::int32_t number) {
    const ServerOptions& options = worker_.options();
    if (streams_.size() >= options.max_streams || worker_.loop().live_fibers() >= options.max_connections) {
        refuse(number);
        return nullptr;
    }
    return streams_.emplace_back(std::make_unique<Http2Stream>(*this, number)).get();
}

void Http2Session::body_arrived(Http2Stream* stream, std::int32_t number, std::string_view bytes) {
    note_useful(bytes.size());
    if (stream != nullptr && stream->takes_body()) return stream->body_arrived(bytes);
    ::nghttp2_session_consume(session_.get(), number, bytes.size());
}

// An answer that is complete before its request is ends the request too (RFC 9113, 8.1).
void Http2Session::answer_sent(const Http2Stream& stream) {
    if (stream.body_complete()) return;
    ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.number(), NGHTTP2_NO_ERROR);
}

void Http2Session::stream_closed(Http2Stream& stream) {
    ::nghttp2_session_consume_connection(session_.get(), stream.unread());
    stream.close();
}

void Http2Session::await_room(Http2Stream& stream) {
    reset_hopeless();
    if (!stream.closed()) connection_.wake_at(stream.stalled_since() + worker_.options().write_timeout);
}

void Http2Session::resume(Http2Stream& stream) {
    if (!stream.closed()) ::nghttp2_session_resume_data(session_.get(), stream.number());
}

void Http2Session::consume(Http2Stream& stream, std::size_t size) {
    if (stream.closed() || size == 0) return;
    ::nghttp2_session_consume(session_.get(), stream.number(), size);
    send();
}

void Http2Session::reset(Http2Stream& stream) {
    if (stream.closed()) return;
    ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.number(), NGHTTP2_INTERNAL_ERROR);
    send();
}

void Http2Session::send_continue(Http2Stream& stream) {
    submit_http2_continue(session_.get(), stream.number());
    send();
}

void Http2Session::answer(Http2Stream& stream, const Response& response, std::optional<std::uint64_t> length,
                          bool has_body) {
    const std::string_view own_lines = worker_.head_writer().own_lines(worker_.loop().now());
    if (submit_http2_answer(session_.get(), stream, response, length, has_body, own_lines)) return;
    reset(stream);
}

}  // namespace retort::http::detail
