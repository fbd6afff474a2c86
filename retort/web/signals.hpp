// Signals: what happens in an app, told to whoever listens, as Flask's signals. Not part of retort.hpp.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace retort {

class App;
class Response;
namespace templates {
class TemplateArguments;
}

/// What a receiver is told; what does not belong to the signal is empty.
struct SignalEvent {
    App& app;
    Response* response = nullptr;  ///< request_finished
    std::exception_ptr error;      ///< got_request_exception, request_tearing_down, appcontext_tearing_down
    std::string_view message;      ///< message_flashed
    std::string_view category;     ///< message_flashed
    std::string_view user_id;      ///< user_logged_in, user_logged_out
    /// before_render_template, template_rendered; empty for a template that was given as text.
    std::string_view template_name = {};
    /// The same: what the template was given, with what context processors gave. Borrowed: it ends with the signal.
    const templates::TemplateArguments* context = nullptr;
};

/// Tells its receivers, in the order in which they came. Receivers watch; they change nothing that others rely on.
class Signal {
  public:
    using Receiver = std::function<void(const SignalEvent&)>;

    constexpr Signal() = default;
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    /// The number is for `disconnect`. Safe from any thread; requests under way may not hear the newest.
    std::size_t connect(Receiver receiver);
    void disconnect(std::size_t number);
    bool has_receivers() const { return first_.load(std::memory_order_acquire) != nullptr; }
    /// Asks one flag when nobody listens.
    void send(const SignalEvent& event) const {
        if (has_receivers()) send_to_all(event);
    }

  private:
    struct Receivers;
    void send_to_all(const SignalEvent& event) const;

    std::atomic<Receivers*> first_{nullptr};
};

/// Listens as long as it lives: `Listening heard{signals::message_flashed, [&](const SignalEvent& event) { … }};`.
class Listening {
  public:
    Listening(Signal& signal, Signal::Receiver receiver)
        : signal_(signal), number_(signal.connect(std::move(receiver))) {}
    ~Listening() { signal_.disconnect(number_); }
    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

  private:
    Signal& signal_;
    std::size_t number_;
};

namespace signals {

extern Signal request_started;          ///< before the first hook
extern Signal request_finished;         ///< with the response, before it is sent
extern Signal got_request_exception;    ///< an exception that no handler took
extern Signal request_tearing_down;     ///< after the answer, whatever happened
extern Signal appcontext_tearing_down;  ///< the same of each app context
extern Signal before_render_template;   ///< of one that exists, with what it will see
extern Signal template_rendered;        ///< the same when it is done; a streamed one when its last piece is written
extern Signal message_flashed;
extern Signal user_logged_in;
extern Signal user_logged_out;

}  // namespace signals
}  // namespace retort
