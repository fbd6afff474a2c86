// Waiting for a sign from somebody else, in a fiber or on a plain thread.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "retort/fiber/context.hpp"
#include "retort/fiber/loop.hpp"
#include "retort/fiber/mailbox.hpp"

namespace retort::fibers {

using detail::Mailbox;
using detail::thread_state;

namespace {

timespec to_timespec(std::chrono::nanoseconds time) {
    constexpr std::int64_t billion = 1'000'000'000;
    return {static_cast<time_t>(time.count() / billion), static_cast<long>(time.count() % billion)};
}

void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t value, const timespec* timeout) {
    ::syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), FUTEX_WAIT_PRIVATE, value, timeout, nullptr, 0);
}

void futex_wake(std::uint32_t* word) { ::syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0); }

}  // namespace

/// The end of a `park_for`. Whoever takes the state out of "waits", this or `unpark`, lets the fiber go on.
struct Parker::Deadline final : Timer {
    explicit Deadline(Parker& owner, Loop& where) : parker(owner), loop(where) {}

    void on_due() override {
        std::uint32_t expected = fiber_waits;
        if (!parker.state_.compare_exchange_strong(expected, idle)) return;
        expired = true;
        loop.make_ready(*parker.fiber_);
    }

    Parker& parker;
    Loop& loop;
    bool expired = false;
};

Parker::Parker() noexcept { deliver = &arrive; }

bool Parker::take_notice() noexcept {
    if (state_.load(std::memory_order_acquire) != notified) return false;
    state_.store(idle, std::memory_order_relaxed);
    return true;
}

bool Parker::announce(State waiting) noexcept {
    std::uint32_t expected = idle;
    if (state_.compare_exchange_strong(expected, waiting, std::memory_order_acq_rel)) return true;
    state_.store(idle, std::memory_order_relaxed);
    return false;
}

void Parker::park() {
    if (take_notice()) return;
    if (thread_state.fiber == nullptr) {
        park_thread(std::nullopt);
        return;
    }
    fiber_ = thread_state.fiber;
    mailbox_ = thread_state.loop->mailbox_;
    if (!announce(fiber_waits)) return;
    thread_state.loop->suspend();
    state_.store(idle, std::memory_order_relaxed);
}

bool Parker::park_for(std::chrono::microseconds time) {
    if (take_notice()) return true;
    if (thread_state.fiber == nullptr) return park_thread(time);
    Loop& loop = *thread_state.loop;
    fiber_ = thread_state.fiber;
    mailbox_ = loop.mailbox_;
    Deadline deadline{*this, loop};
    loop.arm(deadline, Clock::now() + time);
    if (!announce(fiber_waits)) {
        loop.disarm(deadline);
        return true;
    }
    loop.suspend();
    loop.disarm(deadline);
    if (deadline.expired) return take_notice();
    state_.store(idle, std::memory_order_relaxed);
    return true;
}

bool Parker::park_thread(std::optional<std::chrono::microseconds> time) {
    const auto end = time ? Clock::now() + *time : Clock::time_point::max();
    if (!announce(thread_waits)) return true;
    while (state_.load(std::memory_order_acquire) != notified) {
        timespec rest{};
        if (time) {
            const auto left = end - Clock::now();
            std::uint32_t expected = thread_waits;
            if (left.count() <= 0 && state_.compare_exchange_strong(expected, idle)) return false;
            rest = to_timespec(std::max(left, Clock::duration::zero()));
        }
        futex_wait(state_, thread_waits, time ? &rest : nullptr);
    }
    state_.store(idle, std::memory_order_relaxed);
    return true;
}

void Parker::unpark() {
    if (Mailbox* mailbox = deliver_notice()) mailbox->ring();
}

Mailbox* Parker::deliver_notice() {
    auto* word = reinterpret_cast<std::uint32_t*>(&state_);
    const std::uint32_t before = state_.exchange(notified, std::memory_order_acq_rel);
    if (before == thread_waits) {
        futex_wake(word);
    } else if (before == fiber_waits) {
        // The fiber cannot go on, nor this Parker end, before the message is delivered.
        Loop* here = thread_state.loop;
        Mailbox* mailbox = mailbox_;
        if (here == nullptr || here->mailbox_ != mailbox) {
            mailbox->push(*this);
            return mailbox;
        }
        here->make_ready(*fiber_);
    }
    return nullptr;
}

void Parker::arrive(detail::Message& message) { thread_state.loop->make_ready(*static_cast<Parker&>(message).fiber_); }

void Unparker::unpark(Parker& parker) {
    Mailbox* mailbox = parker.deliver_notice();
    auto end = to_ring_.begin() + static_cast<std::ptrdiff_t>(count_);
    if (mailbox == nullptr || std::find(to_ring_.begin(), end, mailbox) != end) return;
    if (count_ == to_ring_.size()) {
        mailbox->ring();
    } else {
        to_ring_[count_++] = mailbox;
    }
}

Unparker::~Unparker() {
    for (std::size_t i = 0; i < count_; ++i) to_ring_[i]->ring();
}

}  // namespace retort::fibers
