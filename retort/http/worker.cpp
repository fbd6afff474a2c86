// A server's thread: accepting, pooling what serving needs, and stopping without cutting anybody short.
#include "retort/http/worker.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace retort::http::detail {
namespace {

constexpr std::size_t exchanges_kept = 64;
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::chrono::seconds last_grace{1};

}  // namespace

class Worker::Acceptor final : public fibers::Watcher, public fibers::Timer {
  public:
    explicit Acceptor(Worker& worker) : worker_(worker) {}
    void on_ready(std::uint32_t) override { worker_.accept_all(); }
    void on_due() override { worker_.accept_all(); }

  private:
    Worker& worker_;
};

class Worker::StopWatcher final : public fibers::Watcher {
  public:
    explicit StopWatcher(Worker& worker) : worker_(worker) {}
    void on_ready(std::uint32_t events) override {
        if ((events & 1u) != 0) worker_.stop();
    }

  private:
    Worker& worker_;
};

class Worker::Patience final : public fibers::Timer {
  public:
    explicit Patience(Worker& worker) : worker_(worker) {}
    void on_due() override { worker_.lose_patience(); }

  private:
    Worker& worker_;
};

Worker::Worker(const Shared& shared, Descriptor listener, int stop_event)
    : shared_(shared),
      listener_(std::move(listener)),
      stop_event_(stop_event),
      head_writer_(shared.options.server_name),
      acceptor_(std::make_unique<Acceptor>(*this)),
      stop_watcher_(std::make_unique<StopWatcher>(*this)),
      patience_(std::make_unique<Patience>(*this)) {}

Worker::~Worker() = default;

void Worker::run() {
    loop_.spawn([this] {
        try {
            if (shared_.on_thread_start) shared_.on_thread_start();
            begin();
        } catch (...) {
            loop_.stop();
            throw;
        }
    });
    loop_.run();
}

void Worker::begin() {
    loop_.watch(listener_.get(), *acceptor_);
    loop_.watch(stop_event_, *stop_watcher_);
}

void Worker::report(const std::exception_ptr& error, const Request* request) const noexcept {
    try {
        if (shared_.on_handler_error) return shared_.on_handler_error(error, request);
        std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        std::fprintf(stderr, "retort: a handler failed: %s\n", exception.what());
    } catch (...) {
        std::fprintf(stderr, "retort: a handler failed with something that is no std::exception\n");
    }
}

void Worker::tell_refusal(int status, std::string_view problem, std::string_view remote_address) const noexcept {
    try {
        if (shared_.on_refusal) shared_.on_refusal(status, problem, remote_address);
    } catch (...) {
        report(std::current_exception(), nullptr);
    }
}

std::unique_ptr<Exchange> Worker::take_exchange() {
    if (exchanges_.empty()) return std::make_unique<Exchange>(*this);
    auto exchange = std::move(exchanges_.back());
    exchanges_.pop_back();
    return exchange;
}

void Worker::give_back(std::unique_ptr<Exchange> exchange) {
    if (exchanges_.size() >= exchanges_kept) return;
    exchange->reset();
    exchanges_.push_back(std::move(exchange));
}

void Worker::remove(Connection& connection) {
    (connection.previous != nullptr ? connection.previous->next : first_) = connection.next;
    if (connection.next != nullptr) connection.next->previous = connection.previous;
    loop_.disarm(connection);
    delete &connection;
    if (connections_-- == options().max_connections && !stopping_) loop_.arm(*acceptor_, loop_.now());
    end_if_empty();
}

void Worker::accept_all() {
    while (listener_.get() >= 0 && connections_ < options().max_connections && accept_one()) {
    }
}

bool Worker::accept_one() {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    Descriptor descriptor{
        ::accept4(listener_.get(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC)};
    if (descriptor.get() < 0) {
        if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) return true;
        if (errno != EAGAIN && errno != EWOULDBLOCK) accept_later();
        return false;
    }
    try {
        auto* connection = new Connection(*this, std::move(descriptor), peer);
        connection->next = first_;
        if (first_ != nullptr) first_->previous = connection;
        first_ = connection;
        ++connections_;
    } catch (...) {
        accept_later();
        return false;
    }
    return true;
}

// Out of descriptors or memory: those that wait to be accepted keep, and some connection will end.
void Worker::accept_later() {
    if (!stopping_) loop_.arm(*acceptor_, loop_.now() + accept_pause);
}

void Worker::stop() {
    if (std::exchange(stopping_, true)) return;
    accept_all();
    loop_.disarm(*acceptor_);
    loop_.unwatch(listener_.get(), *acceptor_);
    listener_.close();
    loop_.arm(*patience_, loop_.now() + options().shutdown_timeout);
    for (Connection* connection = first_; connection != nullptr;) {
        Connection* next = connection->next;
        connection->finish();
        connection = next;
    }
    end_if_empty();
}

void Worker::end_if_empty() {
    if (!stopping_ || connections_ != 0 || std::exchange(ending_, true)) return;
    if (shared_.on_thread_stop) loop_.spawn(shared_.on_thread_stop);
    loop_.stop();
}

void Worker::lose_patience() {
    if (std::exchange(cut_, true)) return loop_.abandon();
    for (Connection* connection = first_; connection != nullptr; connection = connection->next) connection->cut();
    loop_.arm(*patience_, loop_.now() + last_grace);
}

}  // namespace retort::http::detail
