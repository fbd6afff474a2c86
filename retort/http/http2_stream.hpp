// A stream of HTTP/2: one request, its answer, and the fiber between them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "retort/base/error.hpp"
#include "retort/fiber/fiber.hpp"
#include "retort/fiber/timer.hpp"
#include "retort/http/body_pace.hpp"
#include "retort/http/buffer.hpp"
#include "retort/http/http2_head.hpp"
#include "retort/http/message.hpp"
#include "retort/http/parser.hpp"

namespace retort::http::detail {

class Http2Session;

/// What goes to and fro is kept here until the other side, or the fiber, takes it.
class Http2Stream final : public BodyReader, private Channel {
  public:
    Http2Stream(Http2Session& session, std::int32_t number);

    /// Serves the request; the entry of its fiber.
    static void serve(void* stream);

    std::int32_t number() const noexcept { return number_; }
    Http2Head& head() noexcept { return head_; }
    /// Whether its fiber is there; the session says so.
    bool running = false;
    bool closed() const noexcept { return closed_; }

    // What the session tells.
    bool takes_body() const noexcept { return !closed_ && !handled_; }
    void body_arrived(std::string_view bytes);
    void body_ended();
    bool body_complete() const noexcept { return body_ended_; }
    /// Bytes of the body that nobody has read yet.
    std::size_t unread() const noexcept { return arrived_.size(); }
    /// Nothing more comes or goes: the client, or the connection, has left.
    void close();

    /// The next bytes of the answer, as far as there are some; `ended`: they are the last.
    std::size_t take_output(std::span<char> into, bool& ended);
    /// Since when bytes wait for a client that does not take them; the distant future when none do.
    fibers::Clock::time_point stalled_since() const noexcept;
    const Headers& answer_trailers() const noexcept { return response_trailers_; }

    // The body, for the handler.
    std::size_t read(std::span<char> into) override;

    // The answer, for the writer of streamed ones.
    void write(std::string_view bytes);
    void add_trailer(std::string_view name, std::string_view value) { response_trailers_.add(name, value); }

  private:
    void run();
    void send(Response& response) override;
    Upgraded* upgrade(const Headers&) override { return nullptr; }
    bool parse();
    void fill_request();
    void drop_body();
    /// Of a request that no handler sees; false.
    bool turn_away(int status, std::string_view problem);
    void refuse(int status, std::string_view problem);
    void call_handler();
    void respond();
    void send_stream(std::optional<std::uint64_t> length);
    [[noreturn]] void fail(int status, ErrorCode code, const char* problem, const char* mend);
    void await_body();
    bool wait(std::chrono::milliseconds time);
    void wake();

    Http2Session& session_;
    std::int32_t number_;
    bool closed_ = false;
    bool body_ended_ = false;
    bool body_failed_ = false;
    bool sent_ = false;          // the handler's response
    bool handled_ = false;       // nobody reads the body any more
    bool answered_ = false;      // the answer's head went to the session, and a body follows
    bool output_ended_ = false;  // nothing will be put behind what waits
    Http2Head head_;
    std::string head_text_;
    RequestParser parser_;
    Request request_;
    Response response_;  // the handler's
    Response answer_;    // the same once it is sent, which the handler changes no more
    Headers response_trailers_;
    OutputBuffer arrived_;
    OutputBuffer output_;        // of a streamed answer
    std::size_t body_sent_ = 0;  // of `answer_.body`
    std::uint64_t received_ = 0;
    BodyPace pace_;
    bool expects_continue_ = false;
    fibers::Clock::time_point progress_{};
    fibers::Parker* waiting_ = nullptr;
};

}  // namespace retort::http::detail
