// The life of a connection between its fibers: idle, waiting for the rest of a head, being drained.
#include "retort/http/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <new>

#include "retort/http/exchange.hpp"
#include "retort/http/http2_session.hpp"
#include "retort/http/worker.hpp"

namespace retort::http::detail {
namespace {

constexpr std::chrono::seconds draining_time{2};

}  // namespace

Connection::Connection(Worker& worker, fibers::Descriptor descriptor, const sockaddr_storage& peer)
    : Socket(std::move(descriptor)), worker_(worker) {
    address_[0] = '\0';
    if (peer.ss_family == AF_INET) {
        const auto& address = reinterpret_cast<const sockaddr_in&>(peer);
        ::inet_ntop(AF_INET, &address.sin_addr, address_.data(), static_cast<socklen_t>(address_.size()));
        port_ = ntohs(address.sin_port);
    } else if (peer.ss_family == AF_INET6) {
        const auto& address = reinterpret_cast<const sockaddr_in6&>(peer);
        const bool mapped = IN6_IS_ADDR_V4MAPPED(&address.sin6_addr);
        const auto* bytes = address.sin6_addr.s6_addr;
        ::inet_ntop(mapped ? AF_INET : AF_INET6, mapped ? bytes + 12 : bytes, address_.data(),
                    static_cast<socklen_t>(address_.size()));
        port_ = ntohs(address.sin6_port);
    }
    address_size_ = static_cast<std::uint8_t>(std::strlen(address_.data()));
    if (worker_.tls() != nullptr) {
        tls_ = std::make_unique<TlsStream>(*worker_.tls(), *this);
        phase_ = Phase::shaking_hands;
    }
    const auto& options = worker_.options();
    set_deadline(worker_.loop().now() + (tls_ ? options.header_timeout : options.idle_timeout));
}

Connection::~Connection() = default;

void Connection::on_unattended() {
    // Each may delete this connection.
    if (phase_ == Phase::waiting && readable()) return start_serving(true);
    if (phase_ == Phase::draining) return drain();
    if (phase_ == Phase::http2) return http2_->go_on();
    if (phase_ == Phase::shaking_hands) return shake_hands();
}

// Needs no fiber: OpenSSL keeps what it waits for.
void Connection::shake_hands() {
    switch (tls_->shake_hands()) {
        case TlsStream::Handshake::unfinished: return;
        case TlsStream::Handshake::failed: return close();
        case TlsStream::Handshake::plain_http: return send_away();
        case TlsStream::Handshake::done: break;
    }
    if (tls_->chose_http2()) {
        begin_http2();
        return http2_->go_on();
    }
    phase_ = Phase::waiting;
    set_deadline(worker_.loop().now() + worker_.options().idle_timeout);
    if (readable()) start_serving(true);
}

void Connection::send_away() {
    Response response;
    response.status = 400;
    response.headers = {{"Content-Type", "text/html; charset=utf-8"}};
    response.body = error_page(400, "This port speaks HTTPS: ask it for https:// instead of http://.");
    OutputBuffer output;
    const ResponseFraming framing{response.body.size(), false, ConnectionHeader::close};
    worker_.head_writer().write(output, response, framing, worker_.loop().now());
    output.append(response.body);
    Socket::try_send(output.view());
    begin_draining();
}

void Connection::start_serving(bool is_last) {
    phase_ = Phase::serving;
    try {
        is_last ? worker_.loop().start_last(&serve, this) : worker_.loop().start(&serve, this);
    } catch (const std::bad_alloc&) {
        close();  // the system has no stack left; who waits for one less is served
    }
}

void Connection::serve(void* connection) {
    auto& self = *static_cast<Connection*>(connection);
    Ending ending = Ending::close;
    try {
        auto exchange = self.worker_.take_exchange();
        ending = exchange->serve(self, self.timed_out_);
        if (ending == Ending::keep || ending == Ending::http2) self.keep(exchange->rest());
        self.worker_.give_back(std::move(exchange));
    } catch (...) {
        self.worker_.report(std::current_exception(), nullptr);
        ending = Ending::close;
    }
    self.leave(ending);
}

void Connection::leave(Ending ending) {
    if (ending == Ending::drain) return begin_draining();
    if (ending == Ending::http2) return begin_http2();
    if (ending == Ending::close || (worker_.stopping() && pending_size_ == 0)) return close();
    phase_ = Phase::waiting;
    const auto now = worker_.loop().now();
    // A record of TLS that is not whole is the beginning of a request too.
    if (pending_size_ == 0 && !(tls_ && tls_->holds_bytes())) {
        set_deadline(now + worker_.options().idle_timeout);
    } else {
        set_deadline(new_request_ ? now + worker_.options().header_timeout : deadline_);
        new_request_ = false;
    }
}

// The session's streams get fibers of their own, which cannot be started here, where one may run: it goes on when due.
void Connection::begin_http2() {
    http2_ = std::make_unique<Http2Session>(*this, worker_, pending());
    phase_ = Phase::http2;
    keep({});
    wake_soon();
}

void Connection::end_http2(Ending ending) { ending == Ending::drain ? begin_draining() : close(); }

void Connection::keep(std::string_view rest) {
    if (rest.size() != pending_size_) pending_.reset();
    pending_size_ = static_cast<std::uint32_t>(rest.size());
    if (rest.empty()) return;
    if (!pending_) pending_ = std::make_unique_for_overwrite<char[]>(rest.size());
    std::memcpy(pending_.get(), rest.data(), rest.size());
}

void Connection::finish() {
    if (phase_ == Phase::shaking_hands) return close();
    if (phase_ == Phase::http2) return http2_->shut_down();
    if (handed_over_) wake();
    if (phase_ != Phase::waiting || pending_size_ != 0) return;
    // A request that the system has accepted already is served still.
    assume_readable();
    start_serving();
}

void Connection::begin_draining() {
    phase_ = Phase::draining;
    if (tls_) tls_->say_goodbye();
    end_sending();
    set_deadline(worker_.loop().now() + draining_time);
    drain();
}

void Connection::drain() {
    char scratch[16 * 1024];
    for (int round = 0; round < 16; ++round) {
        const auto transfer = Socket::try_receive(scratch, sizeof scratch);
        if (transfer.status == Status::would_block) return;
        if (transfer.status != Status::done) return close();
    }
    wake_soon();
}

// While a deadline only moves on, the timer stays where it is and is set anew when it fires.
void Connection::set_deadline(fibers::Clock::time_point deadline) {
    deadline_ = deadline;
    wake_at(deadline);
}

void Connection::wake_at(fibers::Clock::time_point time) {
    if (!armed() || time < due()) worker_.loop().arm(*this, time);
}

// Due a moment later: timers that are due already are served until there are none.
void Connection::wake_soon() { worker_.loop().arm(*this, worker_.loop().now() + std::chrono::nanoseconds{1}); }

void Connection::on_due() {
    if (phase_ == Phase::serving) return;
    if (phase_ == Phase::http2) return http2_->on_due();
    const bool over = worker_.loop().now() >= deadline_;
    if (!over) worker_.loop().arm(*this, deadline_);
    if (phase_ == Phase::draining) return over ? close() : drain();
    if (!over) return;
    if (pending_size_ == 0 || phase_ == Phase::shaking_hands) return close();
    timed_out_ = true;
    start_serving();
}

void Connection::close() {
    if (tls_) tls_->say_goodbye();
    worker_.remove(*this);
}

}  // namespace retort::http::detail
