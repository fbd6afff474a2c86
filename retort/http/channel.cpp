// What a handler does with its connection while it runs: it answers at once, or takes it over for another protocol.
#include <algorithm>
#include <cstring>
#include <utility>

#include "retort/http/connection.hpp"
#include "retort/http/exchange.hpp"
#include "retort/http/worker.hpp"

namespace retort::http::detail {

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
    const auto transfer = connection_->try_receive(into.data(), into.size());
    if (transfer.status == Status::done) return {false, transfer.size};
    return {broken_ || transfer.status != Status::would_block, 0};
}

void Exchange::wait(fibers::Parker& parker, std::chrono::milliseconds time) {
    connection_->wait_readable_or(parker, time);
}

bool Exchange::send(std::string_view bytes) { return flush(bytes); }

bool Exchange::stopping() const { return worker_.stopping(); }

}  // namespace retort::http::detail
