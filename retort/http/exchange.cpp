// Serving the requests of a connection: parse, call the handler, answer, once more while there are requests.
#include "retort/http/exchange.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "retort/http/connection.hpp"
#include "retort/http/http2_session.hpp"
#include "retort/http/scan.hpp"
#include "retort/http/worker.hpp"

namespace retort::http::detail {
namespace {

constexpr std::size_t room_for_body = 16 * 1024;
constexpr std::size_t least_room = 8 * 1024;
constexpr std::size_t copied_body = 16 * 1024;
constexpr std::size_t flush_at = 64 * 1024;
constexpr std::size_t kept_body = 64 * 1024;
constexpr unsigned rounds_in_a_row = 8;

bool asks_to_close(const Headers& headers) {
    if (!headers.has_own_of_server()) return false;
    for (const HeaderView& header : headers) {
        if (header.name.size() == 10 && is_word(header.name, "connection") && same_word(header.value, "close"))
            return true;
    }
    return false;
}

}  // namespace

Exchange::Exchange(Worker& worker)
    : worker_(worker),
      input_(worker.options().max_header_bytes + room_for_body),
      parser_({worker.options().max_header_bytes, worker.options().max_headers}),
      body_(*this) {}

void Exchange::reset() {
    input_.clear();
    output_.reset();
    clear_response();
    if (response_.body.capacity() > kept_body) response_.body = std::string{};
    connection_ = nullptr;
    broken_ = false;
}

Ending Exchange::serve(Connection& connection, bool timed_out) {
    connection_ = &connection;
    input_.append(connection.pending());
    request_.remote_address = connection.remote_address();
    request_.remote_port = connection.remote_port();
    fibers::Loop::before_suspend(&send_early, this);
    Ending ending = timed_out ? refuse(408, "The request did not come in time.") : run();
    if (!flush()) ending = Ending::close;
    return ending;
}

// Answers that are ready do not wait for a request that does.
void Exchange::send_early(void* exchange) {
    auto& self = *static_cast<Exchange*>(exchange);
    if (self.flushing_ || self.broken_ || self.output_.empty()) return;
    self.output_.consume(self.connection_->try_send(self.output_.view()).size);
}

bool Exchange::flush(std::string_view more) {
    using Status = fibers::Socket::Status;
    flushing_ = true;
    while (!broken_ && !(output_.empty() && more.empty())) {
        const auto transfer = connection_->try_send(output_.view(), more);
        const std::size_t buffered = std::min(transfer.size, output_.size());
        output_.consume(buffered);
        more.remove_prefix(transfer.size - buffered);
        broken_ = transfer.status == Status::failed || (transfer.status == Status::would_block &&
                                                        !connection_->wait_writable(worker_.options().write_timeout));
    }
    flushing_ = false;
    return !broken_;
}

std::optional<std::uint64_t> Exchange::flush_file(int file, std::uint64_t position, std::uint64_t size) {
    using Status = fibers::Socket::Status;
    std::uint64_t sent = 0;
    flushing_ = true;
    while (!broken_ && sent < size) {
        const auto transfer = connection_->try_send_file(output_.view(), file, position + sent, size - sent);
        const std::size_t buffered = std::min(transfer.size, output_.size());
        output_.consume(buffered);
        sent += transfer.size - buffered;
        if (transfer.status == Status::ended) break;
        broken_ = transfer.status == Status::failed || (transfer.status == Status::would_block &&
                                                        !connection_->wait_writable(worker_.options().write_timeout));
    }
    flushing_ = false;
    return broken_ ? std::nullopt : std::optional{sent};
}

Ending Exchange::run() {
    for (unsigned round = 1;; ++round) {
        const Fill filled = fill();
        if (filled == Fill::nothing) return Ending::keep;
        if (filled == Fill::ended) {
            return input_.empty() ? Ending::close : refuse(400, "The connection ended within the request.");
        }
        const Ending ending = serve_arrived();
        if (ending != Ending::keep) return ending;
        if (!flush()) return Ending::close;
        if (round % rounds_in_a_row == 0) fibers::yield();
    }
}

Exchange::Fill Exchange::fill() {
    using Status = fibers::Socket::Status;
    if (input_.empty()) {
        input_.clear();
    } else if (input_.space_size() < least_room) {
        input_.compact();
    }
    const auto transfer = connection_->try_receive(input_.space(), input_.space_size());
    if (transfer.status == Status::would_block) return Fill::nothing;
    if (transfer.status != Status::done) return Fill::ended;
    input_.commit(transfer.size);
    return Fill::arrived;
}

Ending Exchange::serve_arrived() {
    while (!input_.empty()) {
        const ParseResult head = parser_.parse(input_.view(), request_);
        if (head.outcome == ParseResult::Outcome::incomplete) break;
        if (head.outcome == ParseResult::Outcome::failed) {
            return begins_http2() ? Ending::http2 : refuse(head.status, head.problem);
        }
        const Ending ending = answer(head.size);
        if (ending != Ending::keep) return ending;
        if (output_.size() > flush_at && !flush()) return Ending::close;
    }
    return Ending::keep;
}

Ending Exchange::answer(std::size_t head_size) {
    const bool has_body = has_body_ = request_.chunked || request_.content_length.value_or(0) > 0;
    if (has_body) {
        if (request_.content_length.value_or(0) > worker_.options().max_body_bytes) {
            return refuse(413, "The body is larger than this server takes.");
        }
        make_room_for_body(head_size);
    }
    input_.consume(head_size);
    connection_->count_request();
    body_.begin(request_, parser_.expects_continue());
    request_.body = has_body ? &body_ : nullptr;
    request_.remote_address = connection_->remote_address();  // what believes proxies changes both
    request_.secure = connection_->secure();
    plain_ = !request_.secure;
    request_.channel = this;
    clear_response();
    sent_.reset();
    call_handler();
    return sent_ ? *sent_ : respond(has_body);
}

// Its first line is an unknown version to the parser. With TLS the handshake has said what is spoken.
bool Exchange::begins_http2() const {
    if (!worker_.options().http2 || connection_->secure() || connection_->asked()) return false;
    return input_.view().substr(0, http2_preface.size()).starts_with(http2_preface.substr(0, 16)) &&
           http2_preface.starts_with(input_.view().substr(0, http2_preface.size()));
}

void Exchange::send(Response& response) {
    if (sent_) return;
    if (&response != &response_) response_ = std::move(response);
    sent_ = respond(has_body_);
}

// A body before the handshake would be taken for frames.
Upgraded* Exchange::upgrade(const Headers& headers) {
    if (sent_ || has_body_ || request_.version_minor == 0) return nullptr;
    sent_ = Ending::close;
    Response head;
    head.status = 101;
    head.headers = headers;
    worker_.head_writer().write(output_, head, {.connection = ConnectionHeader::upgrade}, worker_.loop().now());
    connection_->hand_over();
    if (!flush()) broken_ = true;
    return this;
}

Upgraded::Received Exchange::receive(std::span<char> into) {
    using Status = fibers::Socket::Status;
    if (!input_.empty()) {
        const std::size_t size = std::min(into.size(), input_.view().size());
        std::memcpy(into.data(), input_.view().data(), size);
        input_.consume(size);
        return {false, size};
    }
    // Who sends without pause leaves room for the other connections of the thread.
    if (++received_in_a_row_ % rounds_in_a_row == 0) fibers::yield();
    const auto transfer = connection_->try_receive(into.data(), into.size());
    if (transfer.status == Status::done) return {false, transfer.size};
    return {broken_ || transfer.status != Status::would_block, 0};
}

void Exchange::wait(fibers::Parker& parker, std::chrono::milliseconds time) {
    connection_->wait_readable_or(parker, time);
}

bool Exchange::send(std::string_view bytes) { return flush(bytes); }

bool Exchange::stopping() const { return worker_.stopping(); }

// The head must not move while the handler looks at it, so what its body needs is made sure of before.
void Exchange::make_room_for_body(std::size_t& head_size) {
    if (input_.space_size() >= least_room) return;
    input_.compact();
    head_size = parser_.parse(input_.view(), request_).size;
}

void Exchange::clear_response() {
    response_.status = 200;
    response_.reason.clear();
    response_.headers.clear();
    response_.body.clear();
    if (response_.stream) response_.stream = nullptr;
    response_.close = false;
}

void Exchange::call_handler() {
    int status = 0;
    try {
        worker_.handler()(request_, response_);
        return;
    } catch (const ProtocolError& error) {
        status = body_.failed() ? error.status() : 500;
        if (!body_.failed()) worker_.report(std::current_exception(), &request_);
        if (status == 0) broken_ = true;
    } catch (...) {
        status = 500;
        worker_.report(std::current_exception(), &request_);
    }
    note_failure(status);
}

void Exchange::note_failure(int status) {
    clear_response();
    response_.status = status;
    response_.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    response_.body = error_page(status, status == 500 ? "The server met an error it did not expect."
                                                      : "The body of the request could not be read.");
    response_.close = true;
}

bool Exchange::wants_to_stay() const {
    return parser_.keep_alive() && !response_.close && !worker_.stopping() && !asks_to_close(response_.headers);
}

Ending Exchange::respond(bool has_body) {
    // An interim answer is none: the client would wait for the one behind it.
    if (response_.status < 200) response_.status = 500;
    bool stay = wants_to_stay() && (!has_body || body_.can_drain());
    const bool sent = response_.stream ? send_stream(stay) : send_whole(stay);
    if (!sent || broken_) return Ending::close;
    if (!has_body) {
        if (stay) return Ending::keep;
        return input_.empty() && !connection_->readable() ? Ending::close : Ending::drain;
    }
    if (stay && !body_.finished()) stay = flush() && body_.drain();
    if (stay) return Ending::keep;
    return body_.finished() && input_.empty() && !connection_->readable() ? Ending::close : Ending::drain;
}

void Exchange::write_head(ResponseFraming& framing, bool stay) {
    if (!stay) {
        framing.connection = ConnectionHeader::close;
    } else if (request_.version_minor == 0) {
        framing.connection = ConnectionHeader::keep_alive;
    }
    worker_.head_writer().write(output_, response_, framing, worker_.loop().now());
}

bool Exchange::send_whole(bool stay) {
    ResponseFraming framing;
    const bool head_only = request_.method == "HEAD";
    const bool bodiless = has_no_body(response_.status);
    if (!bodiless) framing.content_length = response_.body.size();
    if (head_only && !bodiless && response_.body.empty()) {
        if (auto length = announced_length(response_.headers)) framing.content_length = length;
    }
    write_head(framing, stay);
    if (head_only || bodiless) return true;
    if (response_.body.size() > copied_body) return flush(response_.body);
    output_.append(response_.body);
    return true;
}

bool Exchange::send_stream(bool& stay) {
    ResponseFraming framing;
    const bool bodiless = has_no_body(response_.status);
    framing.content_length = announced_length(response_.headers);
    framing.chunked = !framing.content_length && request_.version_minor == 1;
    if (bodiless) framing = {};
    if (!bodiless && !framing.chunked && !framing.content_length) stay = false;
    write_head(framing, stay);
    if (bodiless || request_.method == "HEAD") return true;
    StreamWriter writer{*this, framing.chunked, framing.content_length};
    try {
        response_.stream(writer);
        return writer.finish();
    } catch (const ProtocolError& error) {
        if (error.status() != 0) worker_.report(std::current_exception(), &request_);
    } catch (...) {
        worker_.report(std::current_exception(), &request_);
    }
    return false;
}

Ending Exchange::refuse(int status, std::string_view problem) {
    worker_.tell_refusal(status, problem, connection_->remote_address());
    request_.method = {};
    request_.version_minor = 1;
    clear_response();
    response_.status = status;
    response_.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    response_.body = error_page(status, problem);
    send_whole(false);
    input_.clear();
    return Ending::drain;
}

}  // namespace retort::http::detail
