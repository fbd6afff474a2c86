// The event loop: one round delivers messages, runs ready fibers, waits for events, and fires timers.
#include "retort/fiber/loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "retort/fiber/context.hpp"
#include "retort/fiber/mailbox.hpp"
#include "retort/fiber/overflow.hpp"

namespace retort::fibers {

using detail::Fiber;
using detail::Mailbox;
using detail::Message;
using detail::thread_state;

namespace {

constexpr std::size_t stacks_always_kept = 16;
constexpr std::size_t stacks_kept_at_most = 1024;
constexpr std::chrono::seconds trim_period{2};

[[noreturn]] void fail(const char* call) { throw std::system_error(errno, std::generic_category(), call); }

}  // namespace

struct Loop::Batch {
    std::array<epoll_event, 256> events;
    int next = 0;
    int count = 0;
};

/// Hears the mailbox's eventfd; being woken is all there is to do.
class Loop::Doorbell final : public Watcher {
  public:
    void on_ready(std::uint32_t) override {}
};

struct Loop::Spawned final : Message {
    Spawned(Loop& owner, std::function<void()> todo) : loop(owner), work(std::move(todo)) { deliver = &begin; }

    static void begin(Message& message) {
        auto& self = static_cast<Spawned&>(message);
        self.loop.start(&execute, &self);
    }

    static void execute(void* argument) {
        std::unique_ptr<Spawned> self{static_cast<Spawned*>(argument)};
        try {
            self->work();
        } catch (...) {
            if (!self->loop.failure_) self->loop.failure_ = std::current_exception();
        }
    }

    Loop& loop;
    std::function<void()> work;
};

Loop::Loop() : doorbell_(std::make_unique<Doorbell>()), now_(Clock::now()), batch_(std::make_unique<Batch>()) {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) fail("epoll_create1");
    mailbox_ = Mailbox::acquire();
    watch(mailbox_->event_fd, *doorbell_);
}

Loop::~Loop() {
    for (Fiber* fiber : idle_) Fiber::destroy(fiber);
    ::close(epoll_);
    for (Message* message = mailbox_->take_all(); message != nullptr;) {
        Message* next = message->next;
        if (message->deliver == &Spawned::begin) delete static_cast<Spawned*>(message);
        message = next;
    }
    // Somebody may still sign to a fiber that was abandoned; nobody else may get that message.
    if (live_ == 0) Mailbox::release(mailbox_);
}

Loop* Loop::current() noexcept { return thread_state.loop; }

void Loop::run() {
    Loop* outer = std::exchange(thread_state.loop, this);
    const detail::OverflowWatch watch;
    while (!ended()) turn();
    thread_state.loop = outer;
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

bool Loop::ended() const noexcept {
    if (abandoned_.load(std::memory_order_relaxed)) return true;
    return stopping_.load(std::memory_order_relaxed) && live_ == 0 && mailbox_->empty();
}

void Loop::stop() noexcept {
    stopping_.store(true);
    mailbox_->ring();
}

void Loop::abandon() noexcept {
    abandoned_.store(true);
    mailbox_->ring();
}

void Loop::spawn(std::function<void()> work) {
    mailbox_->push(*new Spawned(*this, std::move(work)));
    mailbox_->ring();
}

void Loop::start(void (*entry)(void* argument), void* argument) { run_in(*take_fiber(), entry, argument); }

void Loop::run_in(Fiber& fiber, void (*entry)(void* argument), void* argument) {
    fiber.assign(entry, argument);
    ++live_;
    resume(fiber);
}

void Loop::start_last(void (*entry)(void* argument), void* argument) {
    Fiber* fiber = leader_dispatches_ ? nullptr : take_fiber();
    next_entry_ = entry;
    next_argument_ = argument;
    if (fiber != nullptr) run_in(*fiber, &lead, this);
}

// Two switches of stacks an event, and the returns that the processor foresees wrongly after each, are saved where
// several events come together: the fiber takes the next one itself. Once it has waited, somebody else does that.
void Loop::lead(void* argument) {
    Loop& loop = *static_cast<Loop*>(argument);
    Fiber& self = *thread_state.fiber;
    loop.leader_ = &self;
    do {
        std::exchange(loop.next_entry_, nullptr)(loop.next_argument_);
        if (loop.leader_ != &self) return;
        self.forget_work();
        thread_state.fiber = nullptr;
        loop.dispatch_until_started();
        thread_state.fiber = &self;
    } while (loop.next_entry_ != nullptr);
    loop.leader_ = nullptr;
}

// An exception of a watcher ends the loop, wherever the watcher is called from.
void Loop::dispatch_until_started() noexcept {
    leader_dispatches_ = true;
    try {
        while (batch_->next < batch_->count && next_entry_ == nullptr) dispatch_one();
    } catch (...) {
        if (!failure_) failure_ = std::current_exception();
        abandoned_.store(true);
        batch_->next = batch_->count;
    }
    leader_dispatches_ = false;
}

Fiber* Loop::take_fiber() {
    if (idle_.empty()) {
        fewest_idle_ = 0;
        return Fiber::create();
    }
    Fiber* fiber = idle_.back();
    idle_.pop_back();
    fewest_idle_ = std::min(fewest_idle_, idle_.size());
    return fiber;
}

void Loop::resume(Fiber& fiber) {
    fiber.resume();
    if (!fiber.finished()) return;
    --live_;
    if (idle_.size() < stacks_kept_at_most) {
        idle_.push_back(&fiber);
    } else {
        Fiber::destroy(&fiber);
    }
}

void Loop::make_ready(Fiber& fiber) noexcept {
    fiber.next = nullptr;
    (last_ready_ != nullptr ? last_ready_->next : first_ready_) = &fiber;
    last_ready_ = &fiber;
}

void Loop::suspend() noexcept {
    if (leader_ == thread_state.fiber) leader_ = nullptr;
    thread_state.fiber->suspend();
}

void Loop::before_suspend(void (*call)(void* argument), void* argument) noexcept {
    thread_state.fiber->before_suspend = call;
    thread_state.fiber->before_suspend_argument = argument;
}

void Loop::watch(int descriptor, Watcher& watcher) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &watcher;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

void Loop::unwatch(int descriptor, Watcher& watcher) noexcept {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
    for (int i = batch_->next; i < batch_->count; ++i) {
        epoll_event& event = batch_->events[static_cast<std::size_t>(i)];
        if (event.data.ptr == &watcher) event.data.ptr = nullptr;
    }
}

void Loop::turn() {
    if (!mailbox_->empty()) deliver_messages();
    if (first_ready_ != nullptr) run_ready();
    if (!ended()) wait_for_events();
    if (!timers_.empty()) run_timers();
    if (idle_.size() > stacks_always_kept) trim_stacks();
}

void Loop::deliver_messages() {
    for (Message* message = mailbox_->take_all(); message != nullptr;) {
        Message* next = message->next;
        message->deliver(*message);
        message = next;
    }
}

// Fibers that become ready meanwhile wait for the next round, so that events are not starved.
void Loop::run_ready() {
    Fiber* fiber = std::exchange(first_ready_, nullptr);
    last_ready_ = nullptr;
    while (fiber != nullptr) {
        Fiber* next = fiber->next;
        resume(*fiber);
        fiber = next;
    }
}

void Loop::wait_for_events() {
    int timeout = milliseconds_to_wait();
    if (timeout != 0) {
        mailbox_->sleeping.store(true, std::memory_order_seq_cst);
        if (!mailbox_->empty() || ended()) timeout = 0;
    }
    int count = ::epoll_wait(epoll_, batch_->events.data(), static_cast<int>(batch_->events.size()), timeout);
    mailbox_->sleeping.store(false, std::memory_order_relaxed);
    now_ = Clock::now();
    if (count > 0) dispatch(count);
}

void Loop::dispatch(int count) {
    batch_->count = count;
    batch_->next = 0;
    while (batch_->next < batch_->count) dispatch_one();
}

void Loop::dispatch_one() {
    const epoll_event event = batch_->events[static_cast<std::size_t>(batch_->next++)];
    if (event.data.ptr != nullptr) static_cast<Watcher*>(event.data.ptr)->on_ready(event.events);
}

void Loop::run_timers() {
    while (Timer* timer = timers_.take_due(now_)) timer->on_due();
}

int Loop::milliseconds_to_wait() const {
    if (first_ready_ != nullptr) return 0;
    auto due = timers_.empty() ? Clock::time_point::max() : timers_.next_due();
    if (idle_.size() > stacks_always_kept) due = std::min(due, std::max(next_trim_, now_ + trim_period));
    if (due == Clock::time_point::max()) return -1;
    const auto now = Clock::now();
    if (due <= now) return 0;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(due - now).count();
    return static_cast<int>(std::min<std::int64_t>(wait, 3'600'000));
}

// A stack that nobody needed for a while gives its touched pages back; half of them at a time.
void Loop::trim_stacks() {
    if (now_ < next_trim_) return;
    next_trim_ = now_ + trim_period;
    std::size_t surplus = fewest_idle_ > stacks_always_kept ? (fewest_idle_ - stacks_always_kept + 1) / 2 : 0;
    for (; surplus > 0; --surplus) {
        Fiber::destroy(idle_.front());
        idle_.erase(idle_.begin());
    }
    fewest_idle_ = idle_.size();
}

void run(std::function<void()> work) {
    Loop loop;
    loop.spawn(std::move(work));
    loop.stop();
    loop.run();
}

}  // namespace retort::fibers
