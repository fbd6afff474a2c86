// The event loop of a thread: readiness from epoll, timers, wake-ups from other threads, and the fibers they resume.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

#include "retort/fiber/fiber.hpp"
#include "retort/fiber/timer.hpp"

namespace retort::fibers {

/// Hears when a file descriptor became readable or writable (EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR).
///
/// Edge-triggered: it is told once for each change, so read and write until EAGAIN or a short count.
class Watcher {
  public:
    virtual void on_ready(std::uint32_t events) = 0;

  protected:
    ~Watcher() = default;
};

/// One loop serves one thread. Except for `spawn` and `stop`, only that thread may call it.
class Loop {
  public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// The loop that runs on this thread; null when there is none.
    static Loop* current() noexcept;

    /// Serves until `stop`, then until every fiber has ended. Rethrows what a spawned fiber first threw.
    void run();
    /// Lets `run` return when the fibers have ended. From any thread, and from a signal handler.
    void stop() noexcept;
    /// Lets `run` return at once. Fibers that wait are never resumed and their stacks are not unwound: a last resort.
    void abandon() noexcept;

    /// Starts a fiber soon. From any thread, also before `run`.
    void spawn(std::function<void()> work);
    /// Starts a fiber at once: runs it until it first waits. Not from within a fiber; `entry` must not throw.
    void start(void (*entry)(void* argument), void* argument);
    /// As `start`, for a Watcher that has nothing more to do: may run it after `on_ready` has returned, on a fiber that
    /// has just done with the event before and so needs no switch of stacks.
    void start_last(void (*entry)(void* argument), void* argument);

    /// Has `call` run each time the running fiber is about to wait, so that what it buffered can be sent.
    /// `call` itself must not wait.
    static void before_suspend(void (*call)(void* argument), void* argument) noexcept;

    /// Watches `descriptor`, edge-triggered, for reading and writing. Throws std::system_error.
    void watch(int descriptor, Watcher& watcher);
    /// Also forgets events that were already fetched. Call it before closing the descriptor.
    void unwatch(int descriptor, Watcher& watcher) noexcept;

    void arm(Timer& timer, Clock::time_point due) { timers_.arm(timer, due); }
    void disarm(Timer& timer) noexcept { timers_.disarm(timer); }
    /// When this round of the loop began.
    Clock::time_point now() const noexcept { return now_; }

    /// Fibers that are running or waiting.
    std::size_t live_fibers() const noexcept { return live_; }
    /// Stacks kept for the next fibers.
    std::size_t pooled_fibers() const noexcept { return idle_.size(); }

  private:
    friend class Parker;
    friend void yield();
    struct Spawned;
    class Doorbell;

    static void lead(void* loop);
    void dispatch_until_started() noexcept;
    detail::Fiber* take_fiber();
    void run_in(detail::Fiber& fiber, void (*entry)(void* argument), void* argument);
    void resume(detail::Fiber& fiber);
    void make_ready(detail::Fiber& fiber) noexcept;
    /// Suspends the running fiber until somebody makes it ready.
    void suspend() noexcept;
    void turn();
    void deliver_messages();
    void run_ready();
    void wait_for_events();
    void dispatch(int count);
    void dispatch_one();
    void run_timers();
    void trim_stacks();
    int milliseconds_to_wait() const;
    bool ended() const noexcept;

    int epoll_ = -1;
    detail::Mailbox* mailbox_ = nullptr;
    std::unique_ptr<Doorbell> doorbell_;
    detail::Fiber* first_ready_ = nullptr;
    detail::Fiber* last_ready_ = nullptr;
    std::vector<detail::Fiber*> idle_;
    std::size_t fewest_idle_ = 0;
    Clock::time_point next_trim_{};
    std::size_t live_ = 0;
    TimerHeap timers_;
    Clock::time_point now_;
    struct Batch;
    std::unique_ptr<Batch> batch_;
    // The fiber that serves event after event, on its own stack, as long as none of them makes it wait.
    detail::Fiber* leader_ = nullptr;
    bool leader_dispatches_ = false;
    void (*next_entry_)(void* argument) = nullptr;
    void* next_argument_ = nullptr;
    std::exception_ptr failure_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> abandoned_{false};
};

/// Runs `work` in a fiber of a loop made for it, and returns when it and all fibers it spawned have ended.
/// Rethrows what it throws. For tests and short programs.
void run(std::function<void()> work);

}  // namespace retort::fibers
