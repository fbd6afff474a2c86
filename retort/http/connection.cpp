// The life of a connection between its fibers: idle, waiting for the rest of a head, being drained.
#include "retort/http/connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

#include "retort/http/exchange.hpp"
#include "retort/http/worker.hpp"

namespace retort::http::detail {
namespace {

constexpr std::chrono::seconds draining_time{2};

}  // namespace

Connection::Connection(Worker& worker, int descriptor, const sockaddr_storage& peer)
    : Socket(descriptor), worker_(worker) {
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
    set_deadline(worker_.loop().now() + worker_.options().idle_timeout);
}

void Connection::on_unattended() {
    // Either may delete this connection.
    if (phase_ == Phase::draining) return drain();
    if (phase_ == Phase::waiting && readable()) start_serving();
}

void Connection::start_serving() {
    phase_ = Phase::serving;
    worker_.loop().start(&serve, this);
}

void Connection::serve(void* connection) {
    auto& self = *static_cast<Connection*>(connection);
    Ending ending = Ending::close;
    try {
        auto exchange = self.worker_.take_exchange();
        ending = exchange->serve(self, self.timed_out_);
        if (ending == Ending::keep) self.keep(exchange->rest());
        self.worker_.give_back(std::move(exchange));
    } catch (...) {
        self.worker_.report(std::current_exception());
        ending = Ending::close;
    }
    self.leave(ending);
}

void Connection::leave(Ending ending) {
    if (ending == Ending::drain) return begin_draining();
    if (ending == Ending::close || (worker_.stopping() && pending_size_ == 0)) return close();
    phase_ = Phase::waiting;
    const auto now = worker_.loop().now();
    if (pending_size_ == 0) {
        set_deadline(now + worker_.options().idle_timeout);
    } else {
        set_deadline(new_request_ ? now + worker_.options().header_timeout : deadline_);
        new_request_ = false;
    }
}

void Connection::keep(std::string_view rest) {
    if (rest.size() != pending_size_) pending_.reset();
    pending_size_ = static_cast<std::uint32_t>(rest.size());
    if (rest.empty()) return;
    if (!pending_) pending_ = std::make_unique_for_overwrite<char[]>(rest.size());
    std::memcpy(pending_.get(), rest.data(), rest.size());
}

void Connection::finish() {
    if (handed_over_) wake();
    if (phase_ != Phase::waiting || pending_size_ != 0) return;
    // A request that the system has accepted already is served still.
    assume_readable();
    start_serving();
}

void Connection::begin_draining() {
    phase_ = Phase::draining;
    end_sending();
    set_deadline(worker_.loop().now() + draining_time);
    drain();
}

void Connection::drain() {
    char scratch[16 * 1024];
    for (int round = 0; round < 16; ++round) {
        const auto transfer = try_receive(scratch, sizeof scratch);
        if (transfer.status == Status::would_block) return;
        if (transfer.status != Status::done) return close();
    }
    worker_.loop().arm(*this, worker_.loop().now());
}

// While a deadline only moves on, the timer stays where it is and is set anew when it fires.
void Connection::set_deadline(fibers::Clock::time_point deadline) {
    deadline_ = deadline;
    if (!armed() || deadline < due()) worker_.loop().arm(*this, deadline);
}

void Connection::on_due() {
    if (phase_ == Phase::serving) return;
    const bool over = worker_.loop().now() >= deadline_;
    if (!over) worker_.loop().arm(*this, deadline_);
    if (phase_ == Phase::draining) return over ? close() : drain();
    if (!over) return;
    if (pending_size_ == 0) return close();
    timed_out_ = true;
    start_serving();
}

void Connection::close() { worker_.remove(*this); }

}  // namespace retort::http::detail
