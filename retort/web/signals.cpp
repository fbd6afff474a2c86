// Who listens to a signal: lists that are never changed, only replaced, so that sending waits for nobody.
#include "retort/web/signals.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace retort {

/// A list of receivers as it was at one time. The lists before it stay, for somebody may be sending to them; programs
/// connect a handful of times.
struct Signal::Receivers {
    std::vector<std::pair<std::size_t, std::shared_ptr<const Receiver>>> all;
    std::size_t next_number;
    std::unique_ptr<Receivers> before;
};

namespace {

std::mutex& changing() {
    static std::mutex mutex;
    return mutex;
}

}  // namespace

std::size_t Signal::connect(Receiver receiver) {
    std::lock_guard lock{changing()};
    auto* known = first_.load(std::memory_order_relaxed);
    auto made = std::make_unique<Receivers>();
    if (known != nullptr) made->all = known->all;
    auto number = known == nullptr ? std::size_t{1} : known->next_number;
    made->next_number = number + 1;
    made->all.emplace_back(number, std::make_shared<const Receiver>(std::move(receiver)));
    made->before.reset(known);
    first_.store(made.release(), std::memory_order_release);
    return number;
}

void Signal::disconnect(std::size_t number) {
    std::lock_guard lock{changing()};
    auto* known = first_.load(std::memory_order_relaxed);
    if (known == nullptr) return;
    auto made = std::make_unique<Receivers>();
    for (auto& receiver : known->all) {
        if (receiver.first != number) made->all.push_back(receiver);
    }
    made->next_number = known->next_number;
    made->before.reset(known);
    first_.store(made.release(), std::memory_order_release);
}

void Signal::send_to_all(const SignalEvent& event) const {
    for (auto& [number, receiver] : first_.load(std::memory_order_acquire)->all) (*receiver)(event);
}

namespace signals {

constinit Signal request_started;
constinit Signal request_finished;
constinit Signal got_request_exception;
constinit Signal request_tearing_down;
constinit Signal appcontext_tearing_down;
constinit Signal before_render_template;
constinit Signal template_rendered;
constinit Signal message_flashed;
constinit Signal user_logged_in;
constinit Signal user_logged_out;

}  // namespace signals
}  // namespace retort
