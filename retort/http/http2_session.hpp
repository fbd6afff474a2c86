// HTTP/2 on a connection, by nghttp2: frames in and out on the loop, a fiber for each stream, and limits to all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "retort/fiber/timer.hpp"
#include "retort/http/buffer.hpp"
#include "retort/http/http2_stream.hpp"

struct nghttp2_session;

namespace retort::http::detail {

class Connection;
class Worker;

/// What every client of HTTP/2 says first.
inline constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

class Http2Session {
  public:
    /// `arrived`: bytes that were read from the connection before.
    Http2Session(Connection& connection, Worker& worker, std::string_view arrived);
    ~Http2Session();
    Http2Session(const Http2Session&) = delete;
    Http2Session& operator=(const Http2Session&) = delete;

    // From the loop, never from a fiber; each may end the connection, and with it this session.

    /// The socket is ready again.
    void go_on();
    /// Time has passed.
    void on_due();
    /// Takes no new requests, finishes those under way.
    void shut_down();

    // From the fibers of streams.

    Worker& worker() noexcept { return worker_; }
    Connection& connection() noexcept { return connection_; }
    /// Sends what nghttp2 has to send, as far as the client takes it.
    void send();
    void answer(Http2Stream& stream, const Response& response, std::optional<std::uint64_t> length, bool has_body);
    void send_continue(Http2Stream& stream);
    /// The stream's fiber is about to wait until the client takes what it wrote: for a while, or never.
    void await_room(Http2Stream& stream);
    /// There is more to send of an answer that had nothing more before.
    void resume(Http2Stream& stream);
    /// The handler has read so many bytes of the body; the client may send as many more.
    void consume(Http2Stream& stream, std::size_t size);
    /// Breaks the stream off.
    void reset(Http2Stream& stream);
    /// The fiber of the stream is about to end; the session may be gone afterwards.
    void fiber_ended(Http2Stream& stream);

    // What nghttp2 tells.

    void begin_head(std::int32_t number) noexcept;
    void end_head() noexcept { in_head_ = false; }
    /// The stream ended: the rest of its head, if it was malformed, never counts as come.
    void give_up_head(std::int32_t number) noexcept { in_head_ = in_head_ && head_of_ != number; }
    /// Null when there are too many.
    Http2Stream* begin_request(std::int32_t number);
    /// Its head is complete; the body may follow.
    void request_came(Http2Stream& stream) { ready_.push_back(&stream); }
    void body_arrived(Http2Stream* stream, std::int32_t number, std::string_view bytes);
    void answer_sent(const Http2Stream& stream);
    void stream_closed(Http2Stream& stream);
    void say_last_goaway();
    void note_useful(std::size_t size) noexcept { useful_ += size; }

  private:
    enum class End { none, drain, close };

    bool receive();
    void feed(std::string_view bytes);
    void start_ready();
    void start(Http2Stream& stream);
    void refuse(std::int32_t number);
    void break_off() noexcept;
    void give_up(std::uint32_t error) noexcept;
    bool is_over() const;
    void reset_hopeless();
    void settle();
    fibers::Clock::time_point next_due() const;

    Connection& connection_;
    Worker& worker_;
    std::shared_ptr<nghttp2_session> session_;
    std::vector<std::unique_ptr<Http2Stream>> streams_;
    std::vector<Http2Stream*> ready_;  // their requests are complete, their fibers not started
    std::string early_;                // arrived before the session was made
    OutputBuffer output_;
    std::size_t running_ = 0;
    std::uint64_t received_ = 0;  // bytes of all frames
    std::uint64_t useful_ = 0;    // of requests and answers among them
    fibers::Clock::time_point idle_since_;
    fibers::Clock::time_point sent_at_;     // when the client last took bytes
    fibers::Clock::time_point head_since_;  // a head began that is not complete
    fibers::Clock::time_point goaway_due_{};
    End end_ = End::none;
    std::int32_t head_of_ = 0;
    bool in_head_ = true;  // of a request; the preface counts as one
    bool busy_ = false;    // within nghttp2, or starting fibers: `send` comes at the end
    bool input_ended_ = false;
    bool shutting_down_ = false;
    bool last_goaway_ = false;
};

}  // namespace retort::http::detail
