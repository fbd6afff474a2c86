// Serving a request of HTTP/2 in a fiber: the head, the handler, its body, its answer.
#include "retort/http/http2_stream.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "retort/http/connection.hpp"
#include "retort/http/error.hpp"
#include "retort/http/http2_session.hpp"
#include "retort/http/response_head.hpp"
#include "retort/http/worker.hpp"

namespace retort::http::detail {
namespace {

/// A writer waits while so much of its answer has not been taken.
constexpr std::size_t most_waiting = 64 * 1024;

const char* sentence_on(int status) {
    switch (status) {
        case 413: return "The body is larger than this server takes.";
        case 414: return "The request target is too long.";
        case 431: return "The headers are larger than this server takes.";
        case 501: return "This server is no proxy.";
        default: return "The head of the request is malformed.";
    }
}

/// Writes a streamed answer into its stream.
class Http2Writer final : public BodyWriter {
  public:
    Http2Writer(Http2Stream& stream, std::optional<std::uint64_t> length) : stream_(stream), left_(length) {}

    void write(std::string_view bytes) override {
        if (left_ && bytes.size() > *left_) bytes = bytes.substr(0, static_cast<std::size_t>(*left_));
        if (left_) *left_ -= bytes.size();
        stream_.write(bytes);
    }
    void trailer(std::string_view name, std::string_view value) override {
        if (!left_) stream_.add_trailer(name, value);
    }
    /// False when fewer bytes came than were announced.
    bool complete() const { return left_.value_or(0) == 0; }

  private:
    Http2Stream& stream_;
    std::optional<std::uint64_t> left_;
};

}  // namespace

Http2Stream::Http2Stream(Http2Session& session, std::int32_t number)
    : session_(session),
      number_(number),
      head_(session.worker().options().max_header_bytes),
      parser_({session.worker().options().max_header_bytes, session.worker().options().max_headers}) {}

void Http2Stream::serve(void* stream) {
    auto& self = *static_cast<Http2Stream*>(stream);
    try {
        self.run();
    } catch (...) {
        self.session_.worker().report(std::current_exception(), &self.request_);
        self.session_.reset(self);
    }
    self.session_.fiber_ended(self);
}

void Http2Stream::run() {
    if (parse()) call_handler();
    handled_ = true;
    drop_body();
    send(response_);
}

void Http2Stream::send(Response& response) {
    if (std::exchange(sent_, true) || closed_) return;
    answer_ = std::move(response);
    respond();
}

bool Http2Stream::parse() {
    int status = head_.too_large();
    std::optional<std::string> text = status == 0 ? head_.text() : std::nullopt;
    if (!text) {
        if (status == 0) status = head_.method() == "CONNECT" ? 501 : 400;
        return turn_away(status, sentence_on(status));
    }
    head_text_ = std::move(*text);
    const ParseResult head = parser_.parse(head_text_, request_);
    if (head.outcome != ParseResult::Outcome::complete || head.size != head_text_.size()) {
        const bool known = head.outcome == ParseResult::Outcome::failed;
        return turn_away(known ? head.status : 400, known ? head.problem : sentence_on(400));
    }
    fill_request();
    if (request_.content_length.value_or(0) <= session_.worker().options().max_body_bytes) return true;
    return turn_away(413, sentence_on(413));
}

void Http2Stream::fill_request() {
    const Connection& connection = session_.connection();
    const bool has_body = !body_ended_ || unread() != 0;
    request_.version_major = 2;
    request_.version_minor = 0;
    request_.chunked = has_body && !request_.content_length;
    request_.body = has_body ? this : nullptr;
    request_.remote_address = connection.remote_address();
    request_.remote_port = connection.remote_port();
    request_.secure = connection.secure();
    request_.channel = this;
    expects_continue_ = parser_.expects_continue();
}

bool Http2Stream::turn_away(int status, std::string_view problem) {
    session_.worker().tell_refusal(status, problem, session_.connection().remote_address());
    refuse(status, problem);
    return false;
}

void Http2Stream::refuse(int status, std::string_view problem) {
    response_ = {};
    response_.status = status;
    response_.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    response_.body = error_page(status, problem);
}

void Http2Stream::call_handler() {
    int status = 500;
    try {
        return session_.worker().handler()(request_, response_);
    } catch (const ProtocolError& error) {
        if (body_failed_) status = error.status();
        if (!body_failed_) session_.worker().report(std::current_exception(), &request_);
    } catch (...) {
        session_.worker().report(std::current_exception(), &request_);
    }
    refuse(status,
           status == 500 ? "The server met an error it did not expect." : "The body of the request could not be read.");
}

void Http2Stream::drop_body() {
    session_.consume(*this, unread());
    arrived_.reset();
}

void Http2Stream::respond() {
    const bool bodiless = has_no_body(answer_.status);
    const bool head_only = head_.method() == "HEAD";
    const bool streamed = static_cast<bool>(answer_.stream);
    std::optional<std::uint64_t> length;
    if (!streamed && !bodiless) length = answer_.body.size();
    if (streamed ? !bodiless : head_only && !bodiless && answer_.body.empty()) {
        if (auto announced = announced_length(answer_.headers)) length = announced;
    }
    output_ended_ = !streamed;
    answered_ = !bodiless && !head_only && (streamed || !answer_.body.empty());
    progress_ = session_.worker().loop().now();
    session_.answer(*this, answer_, length, answered_);
    if (streamed && answered_) return send_stream(length);
    session_.send();
}

void Http2Stream::send_stream(std::optional<std::uint64_t> length) {
    Http2Writer writer{*this, length};
    bool complete = false;
    try {
        session_.send();
        answer_.stream(writer);
        complete = writer.complete();
    } catch (const ProtocolError& error) {
        if (error.status() != 0) session_.worker().report(std::current_exception(), &request_);
    } catch (...) {
        session_.worker().report(std::current_exception(), &request_);
    }
    output_ended_ = true;
    if (output_.empty()) progress_ = session_.worker().loop().now();
    if (complete) {
        session_.resume(*this);
    } else {
        session_.reset(*this);
    }
    session_.send();
}

void Http2Stream::body_arrived(std::string_view bytes) {
    arrived_.append(bytes);
    pace_.add(bytes.size());
    wake();
}

void Http2Stream::body_ended() {
    body_ended_ = true;
    wake();
}

void Http2Stream::close() {
    closed_ = true;
    wake();
}

std::size_t Http2Stream::read(std::span<char> into) {
    if (into.empty()) return 0;
    if (body_failed_) fail(400, "malformed-body"_code, "the request's body could not be read", "do not read it again");
    if (arrived_.empty() && !body_ended_) await_body();
    const std::size_t size = std::min(into.size(), arrived_.size());
    if (size == 0) return 0;
    std::memcpy(into.data(), arrived_.view().data(), size);
    arrived_.consume(size);
    received_ += size;
    session_.consume(*this, size);
    if (received_ <= session_.worker().options().max_body_bytes) return size;
    fail(413, "body-too-large"_code, "the request's body is larger than this server takes",
         "send less, or raise SERVER_MAX_BODY_BYTES");
}

void Http2Stream::await_body() {
    if (expects_continue_ && !closed_) session_.send_continue(*this);
    expects_continue_ = false;
    while (arrived_.empty() && !body_ended_) {
        if (closed_) {
            fail(0, "client-disconnected"_code, "the client gave the request up in the middle of its body",
                 "nothing is to be done; let the error pass");
        }
        const bool in_time = pace_.await(session_.worker().options(), [&](auto time) { return wait(time); });
        if (!in_time && arrived_.empty() && !body_ended_ && !closed_) {
            fail(408, "body-too-slow"_code, "the rest of the request's body did not come in time",
                 "send it faster, or raise SERVER_BODY_TIMEOUT or lower SERVER_MIN_BODY_RATE");
        }
    }
}

void Http2Stream::fail(int status, ErrorCode code, const char* problem, const char* mend) {
    body_failed_ = true;
    throw ProtocolError(status, code, problem, mend);
}

void Http2Stream::write(std::string_view bytes) {
    do {
        if (closed_) {
            throw ProtocolError(0, "client-disconnected"_code, "the client no longer takes the response",
                                "nothing is to be done; let the error pass, and free what the stream holds");
        }
        if (output_.size() >= most_waiting) {
            session_.await_room(*this);
            if (!closed_) wait(session_.worker().options().write_timeout);
            continue;
        }
        if (output_.empty()) progress_ = session_.worker().loop().now();
        const std::string_view piece = bytes.substr(0, most_waiting - output_.size());
        output_.append(piece);
        bytes.remove_prefix(piece.size());
        session_.resume(*this);
        session_.send();
    } while (!bytes.empty() || output_.size() >= most_waiting);
}

std::size_t Http2Stream::take_output(std::span<char> into, bool& ended) {
    const std::string_view whole = std::string_view{answer_.body}.substr(body_sent_);
    const std::string_view waiting = answer_.stream ? output_.view() : whole;
    const std::size_t size = std::min(into.size(), waiting.size());
    if (size != 0) {
        std::memcpy(into.data(), waiting.data(), size);
        progress_ = session_.worker().loop().now();
    }
    ended = output_ended_ && size == waiting.size();
    if (!answer_.stream) {
        body_sent_ += size;
        return size;
    }
    output_.consume(size);
    if (output_.size() < most_waiting / 2) wake();
    return size;
}

fibers::Clock::time_point Http2Stream::stalled_since() const noexcept {
    const bool waits = answer_.stream ? !output_.empty() || output_ended_ : body_sent_ < answer_.body.size();
    return answered_ && !closed_ && waits ? progress_ : fibers::Clock::time_point::max();
}

bool Http2Stream::wait(std::chrono::milliseconds time) {
    fibers::Parker parker;
    waiting_ = &parker;
    const bool told = parker.park_for(time);
    waiting_ = nullptr;
    return told;
}

void Http2Stream::wake() {
    if (waiting_ != nullptr) waiting_->unpark();
}

}  // namespace retort::http::detail
