// Two ends of a pipe in memory, with the app behind one of them and the test before the other.
#include "retort/web/websocket_testing.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>

#include "retort/web/application.hpp"
#include "retort/web/websocket_core.hpp"

namespace retort {
namespace {

using namespace std::chrono_literals;

/// What one side has to read.
struct Lane {
    std::mutex mutex;
    std::string bytes;
    bool ended = false;
    fibers::Parker* reader = nullptr;

    void put(std::string_view more, bool last) {
        std::lock_guard lock(mutex);
        bytes += more;
        ended = ended || last;
        if (reader != nullptr) reader->unpark();
    }
};

class PipeEnd final : public http::Upgraded {
  public:
    PipeEnd(Lane& in, Lane& out) : in_(in), out_(out) {}

    Received receive(std::span<char> into) override {
        std::lock_guard lock(in_.mutex);
        auto size = std::min(into.size(), in_.bytes.size());
        std::memcpy(into.data(), in_.bytes.data(), size);
        in_.bytes.erase(0, size);
        return {size == 0 && in_.ended, size};
    }
    void wait(fibers::Parker& parker, std::chrono::milliseconds time) override {
        {
            std::lock_guard lock(in_.mutex);
            if (!in_.bytes.empty() || in_.ended) return;
            in_.reader = &parker;
        }
        parker.park_for(time);
        std::lock_guard lock(in_.mutex);
        in_.reader = nullptr;
    }
    bool send(std::string_view bytes) override {
        {
            std::lock_guard lock(in_.mutex);
            if (in_.ended) return false;
        }
        out_.put(bytes, false);
        return true;
    }
    bool stopping() const override { return false; }
    void end() { out_.put({}, true); }

  private:
    Lane& in_;
    Lane& out_;
};

}  // namespace

struct TestWebSocket::State final : http::Channel {
    State(std::shared_ptr<detail::Application> of, std::shared_ptr<void> keep, http::Request& message)
        : app(std::move(of)), built(std::move(keep)) {
        message.channel = this;
        thread = std::thread([this, &message] { serve(message); });
        std::unique_lock lock(mutex);
        answered.wait(lock, [&] { return upgraded || over; });
    }
    ~State() override { join(); }

    void serve(http::Request& message) {
        http::Response answer;
        try {
            app->handle(message, answer, detail::Failures::propagate);
        } catch (...) {
            thrown = std::current_exception();
        }
        server.end();
        std::lock_guard lock(mutex);
        over = true;
        if (!upgraded && !sent) head = std::move(answer);
        answered.notify_all();
    }
    void send(http::Response& response) override {
        std::lock_guard lock(mutex);
        head = std::move(response);
        sent = true;
    }
    http::Upgraded* upgrade(const http::Headers& headers) override {
        std::lock_guard lock(mutex);
        head.status = 101;
        head.headers = headers;
        upgraded = true;
        answered.notify_all();
        return &server;
    }
    void join() {
        client.end();
        if (thread.joinable()) thread.join();
    }

    std::shared_ptr<detail::Application> app;
    std::shared_ptr<void> built;
    Lane to_server, to_client;
    PipeEnd server{to_server, to_client}, client{to_client, to_server};
    std::mutex mutex;
    std::condition_variable answered;
    bool upgraded = false, over = false, sent = false;
    http::Response head;
    std::exception_ptr thrown;
    std::optional<TestResponse> response;
    std::optional<WebSocket> socket;
    std::optional<int> close_code;
    std::thread thread;
};

TestWebSocket::TestWebSocket(std::shared_ptr<detail::Application> app, std::shared_ptr<void> built,
                             http::Request& message)
    : state_(std::make_unique<State>(std::move(app), std::move(built), message)) {
    auto& state = *state_;
    if (!state.upgraded) {
        state.join();
        if (state.thrown) std::rethrow_exception(state.thrown);
        state.response.emplace(std::move(state.head));
        return;
    }
    state.response.emplace(state.head);
    detail::WebSocketOptions options;
    options.client = true;
    options.ping_interval = 0ms;
    options.max_message = std::size_t{1} << 30;
    options.subprotocol = state.response->header("Sec-WebSocket-Protocol");
    options.deflate = !state.response->header("Sec-WebSocket-Extensions").empty();
    state.socket.emplace(std::make_shared<detail::WebSocketCore>(state.client, std::move(options)));
}

TestWebSocket::TestWebSocket(TestWebSocket&& other) noexcept = default;

TestWebSocket::~TestWebSocket() {
    if (!state_ || !state_->socket) return;
    try {
        state_->socket->close();
    } catch (const Error&) {
        // It is closed already.
    }
}

const TestResponse& TestWebSocket::response() const { return *state_->response; }

WebSocket& TestWebSocket::socket() {
    if (!state_->socket) throw ConnectionClosed(1006, "the handshake was refused");
    return *state_->socket;
}

const std::string& TestWebSocket::subprotocol() const {
    return const_cast<TestWebSocket*>(this)->socket().subprotocol();
}

WebSocketMessage TestWebSocket::receive() {
    if (auto message = receive(10s)) return std::move(*message);
    throw ConnectionClosed(1006, "nothing came within ten seconds");
}

std::optional<WebSocketMessage> TestWebSocket::receive(std::chrono::milliseconds timeout) {
    try {
        return socket().receive(timeout);
    } catch (const ConnectionClosed& closed) {
        state_->close_code = closed.close_code();
    }
    state_->join();
    if (auto thrown = std::exchange(state_->thrown, nullptr)) std::rethrow_exception(thrown);
    throw ConnectionClosed(*state_->close_code, "");
}

void TestWebSocket::send(std::string_view text) { socket().send(text); }
void TestWebSocket::send(const json& document) { socket().send(document); }
void TestWebSocket::send_binary(std::string_view bytes) { socket().send_binary(bytes); }

void TestWebSocket::close(int code, std::string_view reason) {
    socket().close(code, reason);
    state_->join();
    if (auto thrown = std::exchange(state_->thrown, nullptr)) std::rethrow_exception(thrown);
}

std::optional<int> TestWebSocket::close_code() {
    if (!state_->close_code) {
        try {
            static_cast<void>(socket().receive(10s));
        } catch (const ConnectionClosed& closed) {
            state_->close_code = closed.close_code();
        }
    }
    return state_->close_code;
}

}  // namespace retort
