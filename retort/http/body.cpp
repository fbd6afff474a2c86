// Reading request bodies and writing streamed ones, with the waits that belong to them.
#include "retort/http/body.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "retort/http/connection.hpp"
#include "retort/http/exchange.hpp"
#include "retort/http/worker.hpp"

namespace retort::http::detail {
namespace {

constexpr std::uint64_t worth_waiting_for = 64 * 1024;
constexpr std::size_t direct_read = 4096;

}  // namespace

void RequestBody::begin(const Request& request, bool expects_continue) {
    finished_ = !request.chunked && request.content_length.value_or(0) == 0;
    failed_ = false;
    if (finished_) return;
    left_ = request.content_length.value_or(0);
    received_ = 0;
    pace_.begin();
    floor_ = exchange_.input().position();
    expects_continue_ = expects_continue;
    decoder_.reset();
    if (request.chunked) decoder_.emplace(exchange_.worker().options().max_header_bytes);
}

std::size_t RequestBody::read(std::span<char> into) {
    if (finished_ || into.empty()) return 0;
    if (failed_) fail(400, "malformed-body"_code, "the request's body could not be read", "do not read it again");
    if (expects_continue_) send_continue();
    return decoder_ ? read_chunked(into) : read_counted(into);
}

std::span<const Header> RequestBody::trailers() const {
    if (!decoder_) return {};
    return decoder_->trailers();
}

void RequestBody::fail(int status, ErrorCode code, const char* problem, const char* mend) {
    failed_ = true;
    throw ProtocolError(status, code, problem, mend);
}

void RequestBody::send_continue() {
    expects_continue_ = false;
    if (!exchange_.input().empty()) return;
    exchange_.output().append("HTTP/1.1 100 Continue\r\n\r\n");
    if (exchange_.flush()) return;
    fail(0, "client-disconnected"_code, "the client closed the connection before it sent the body",
         "nothing is to be done; let the error pass");
}

std::size_t RequestBody::take_arrived(std::span<char> into) {
    const std::string_view arrived = exchange_.input().view();
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>({left_, arrived.size(), into.size()}));
    std::memcpy(into.data(), arrived.data(), size);
    exchange_.input().consume(size);
    return size;
}

std::size_t RequestBody::read_counted(std::span<char> into) {
    std::size_t size = 0;
    if (exchange_.input().empty() && into.size() >= direct_read) {
        size = receive(into.data(), static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_)));
    } else {
        if (exchange_.input().empty()) refill();
        size = take_arrived(into);
    }
    left_ -= size;
    finished_ = left_ == 0;
    return size;
}

std::size_t RequestBody::read_chunked(std::span<char> into) {
    InputBuffer& input = exchange_.input();
    for (;;) {
        if (input.empty()) refill();
        const auto piece = decoder_->next(input.view(), into.size());
        if (!piece.data.empty()) std::memcpy(into.data(), piece.data.data(), piece.data.size());
        input.consume(piece.consumed);
        if (decoder_->state() == ChunkDecoder::State::failed) {
            fail(400, "malformed-body"_code, "the request's chunked body is malformed",
                 "mend the client: each chunk is its size in hexadecimal, a line break, the bytes, a line break");
        }
        if (decoder_->state() == ChunkDecoder::State::done) finished_ = true;
        if (!piece.data.empty()) count(piece.data.size());
        if (finished_ || !piece.data.empty()) return piece.data.size();
    }
}

void RequestBody::count(std::size_t size) {
    received_ += size;
    if (received_ <= exchange_.worker().options().max_body_bytes) return;
    fail(413, "body-too-large"_code, "the request's body is larger than this server takes",
         "send less, or raise SERVER_MAX_BODY_BYTES");
}

std::size_t RequestBody::receive(char* to, std::size_t size) {
    using Status = fibers::Socket::Status;
    Connection& connection = exchange_.connection();
    for (;;) {
        const auto transfer = connection.try_receive(to, size);
        if (transfer.status == Status::done) {
            pace_.add(transfer.size);
            return transfer.size;
        }
        if (transfer.status == Status::ended) {
            fail(400, "body-cut-off"_code, "the client ended the connection in the middle of the request's body",
                 "send as many bytes as Content-Length says");
        }
        if (transfer.status == Status::failed) {
            fail(0, "client-disconnected"_code, "the client closed the connection in the middle of the request's body",
                 "nothing is to be done; let the error pass");
        }
        if (!pace_.await(exchange_.worker().options(), [&](auto time) { return connection.wait_readable(time); })) {
            fail(408, "body-too-slow"_code, "the rest of the request's body did not come in time",
                 "send it faster, or raise SERVER_BODY_TIMEOUT or lower SERVER_MIN_BODY_RATE");
        }
    }
}

void RequestBody::refill() {
    InputBuffer& input = exchange_.input();
    input.rewind(floor_);
    input.commit(receive(input.space(), input.space_size()));
}

void RequestBody::decode_arrived() {
    InputBuffer& input = exchange_.input();
    while (!input.empty() && decoder_->state() == ChunkDecoder::State::reading) {
        input.consume(decoder_->next(input.view()).consumed);
    }
    finished_ = decoder_->state() == ChunkDecoder::State::done;
    if (decoder_->state() == ChunkDecoder::State::failed) failed_ = true;
}

bool RequestBody::can_drain() {
    if (finished_) return true;
    if (failed_) return false;
    InputBuffer& input = exchange_.input();
    if (decoder_) {
        decode_arrived();
        return finished_;
    }
    const std::uint64_t arrived = std::min<std::uint64_t>(left_, input.view().size());
    input.consume(static_cast<std::size_t>(arrived));
    left_ -= arrived;
    finished_ = left_ == 0;
    return finished_ || (!expects_continue_ && left_ <= worth_waiting_for);
}

bool RequestBody::drain() {
    char scratch[direct_read];
    try {
        while (!finished_) read(scratch);
    } catch (const ProtocolError&) {
        return false;
    }
    return true;
}

void StreamWriter::write(std::string_view bytes) {
    if (bytes.empty()) return;
    if (left_) {
        if (bytes.size() > *left_) bytes = bytes.substr(0, static_cast<std::size_t>(*left_));
        *left_ -= bytes.size();
        if (bytes.empty()) return;
    }
    if (!chunked_) return send({}, bytes);
    char frame[24];
    char* end = std::to_chars(frame, frame + 18, bytes.size(), 16).ptr;
    std::memcpy(end, "\r\n", 2);
    send({frame, end + 2}, bytes);
}

void StreamWriter::write_file(int file, std::uint64_t position, std::uint64_t size) {
    if (chunked_ || !exchange_.is_plain()) return BodyWriter::write_file(file, position, size);
    if (left_) size = std::min(size, *left_);
    const auto sent = exchange_.flush_file(file, position, size);
    if (!sent) fail_disconnected();
    if (left_) *left_ -= *sent;
    // What the kernel cannot send from this file is copied; where it has ended, nothing is left.
    if (*sent < size) BodyWriter::write_file(file, position + *sent, size - *sent);
}

void StreamWriter::send(std::string_view frame, std::string_view bytes) {
    OutputBuffer& output = exchange_.output();
    output.append(frame);
    bool heard = false;
    if (bytes.size() < direct_read) {
        output.append(bytes);
        if (chunked_) output.append("\r\n");
        heard = exchange_.flush();
    } else {
        heard = exchange_.flush(bytes);
        if (chunked_) output.append("\r\n");
    }
    if (!heard) fail_disconnected();
}

void StreamWriter::fail_disconnected() {
    throw ProtocolError(0, "client-disconnected"_code, "the client no longer takes the response",
                        "nothing is to be done; let the error pass, and free what the stream holds");
}

void StreamWriter::trailer(std::string_view name, std::string_view value) {
    if (chunked_) trailers_.add(name, value);
}

bool StreamWriter::finish() {
    if (!chunked_) return !left_ || *left_ == 0;
    OutputBuffer& output = exchange_.output();
    output.append("0\r\n");
    for (const HeaderView& trailer : trailers_) {
        output.append(trailer.name);
        output.append(": ");
        output.append(trailer.value);
        output.append("\r\n");
    }
    output.append("\r\n");
    return true;
}

}  // namespace retort::http::detail
