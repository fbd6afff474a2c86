// One thread of a server: its loop, its listening socket, its connections.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include "retort/fiber/loop.hpp"
#include "retort/http/connection.hpp"
#include "retort/http/exchange.hpp"
#include "retort/http/listener.hpp"
#include "retort/http/response_head.hpp"
#include "retort/http/server.hpp"
#include "retort/http/tls.hpp"

namespace retort::http::detail {

/// What the threads of a server share; constant while it runs.
struct Shared {
    ServerOptions options;
    Handler handler;
    std::function<void()> on_thread_start;
    std::function<void()> on_thread_stop;
    std::function<void(std::exception_ptr, const Request*)> on_handler_error;
    std::function<void(int, std::string_view, std::string_view)> on_refusal;
    std::shared_ptr<const TlsContext> tls;  // null: none
};

class Worker {
  public:
    Worker(const Shared& shared, Descriptor listener, int stop_event);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Serves until the stop event, then finishes what is under way.
    void run();

    const ServerOptions& options() const noexcept { return shared_.options; }
    const Handler& handler() const noexcept { return shared_.handler; }
    const TlsContext* tls() const noexcept { return shared_.tls.get(); }
    HeadWriter& head_writer() noexcept { return head_writer_; }
    fibers::Loop& loop() noexcept { return loop_; }
    bool stopping() const noexcept { return stopping_; }
    /// The request, where it was known by then.
    void report(const std::exception_ptr& error, const Request* request) const noexcept;

    /// Of a request that no handler has seen.
    void tell_refusal(int status, std::string_view problem, std::string_view remote_address) const noexcept;

    std::unique_ptr<Exchange> take_exchange();
    void give_back(std::unique_ptr<Exchange> exchange);
    /// Closes and deletes it.
    void remove(Connection& connection);

  private:
    class Acceptor;
    class StopWatcher;
    class Patience;

    void begin();
    void accept_all();
    bool accept_one();
    void accept_later();
    void stop();
    void end_if_empty();
    void lose_patience();

    const Shared& shared_;
    fibers::Loop loop_;
    Descriptor listener_;
    int stop_event_;
    HeadWriter head_writer_;
    std::unique_ptr<Acceptor> acceptor_;
    std::unique_ptr<StopWatcher> stop_watcher_;
    std::unique_ptr<Patience> patience_;
    std::vector<std::unique_ptr<Exchange>> exchanges_;
    Connection* first_ = nullptr;
    std::size_t connections_ = 0;
    bool stopping_ = false;
    bool ending_ = false;
    bool cut_ = false;
};

}  // namespace retort::http::detail
