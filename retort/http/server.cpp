// The server: its listening sockets, its threads, and the one way to stop them.
#include "retort/http/server.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "retort/http/error.hpp"
#include "retort/http/worker.hpp"

namespace retort::http {

using detail::Descriptor;
using detail::Worker;

namespace {

unsigned thread_count(const ServerOptions& options) {
    return options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
}

Descriptor make_event() {
    Descriptor event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (event.get() >= 0) return event;
    throw OperatingSystemError(errno, "listen-failed"_code, "the system gives no more file descriptors",
                               "raise the limit, for example with ulimit -n 65536");
}

}  // namespace

class Server::State {
  public:
    State(ServerOptions options, Handler handler) : shared{std::move(options), std::move(handler), {}, {}, {}, {}} {
        const unsigned threads = thread_count(shared.options);
        const TlsOptions& tls = shared.options.tls;
        if (!tls.certificate.empty()) shared.tls = std::make_shared<detail::TlsContext>(tls, shared.options.http2);
        listeners = detail::listen_on(shared.options.host, shared.options.port, threads);
        port = detail::bound_port(listeners.front());
        for (unsigned i = 0; i < threads; ++i) stop_events.push_back(make_event());
    }

    void run() {
        std::vector<std::thread> threads;
        for (std::size_t i = 1; i < listeners.size(); ++i) threads.emplace_back([this, i] { serve(i); });
        serve(0);
        for (std::thread& thread : threads) thread.join();
        if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
    }

    void stop() noexcept {
        const int saved = errno;
        const std::uint64_t one = 1;
        for (const Descriptor& event : stop_events) {
            [[maybe_unused]] auto written = ::write(event.get(), &one, sizeof one);
        }
        errno = saved;
    }

    detail::Shared shared;
    std::uint16_t port = 0;

  private:
    void serve(std::size_t number) noexcept {
        try {
            Worker worker{shared, std::move(listeners[number]), stop_events[number].get()};
            worker.run();
        } catch (...) {
            std::lock_guard lock{mutex};
            if (!failure) failure = std::current_exception();
            stop();
        }
    }

    std::vector<Descriptor> listeners;
    std::vector<Descriptor> stop_events;
    std::mutex mutex;
    std::exception_ptr failure;
};

Server::Server(ServerOptions options, Handler handler)
    : state_(std::make_shared<State>(std::move(options), std::move(handler))) {}

Server::~Server() = default;

void Server::run() { state_->run(); }

void Server::stop() noexcept { state_->stop(); }

std::uint16_t Server::port() const { return state_->port; }

void Server::on_thread_start(std::function<void()> hook) { state_->shared.on_thread_start = std::move(hook); }

void Server::on_thread_stop(std::function<void()> hook) { state_->shared.on_thread_stop = std::move(hook); }

void Server::on_refusal(std::function<void(int, std::string_view, std::string_view)> hook) {
    state_->shared.on_refusal = std::move(hook);
}

void Server::on_handler_error(std::function<void(std::exception_ptr, const Request*)> hook) {
    state_->shared.on_handler_error = std::move(hook);
}

}  // namespace retort::http
