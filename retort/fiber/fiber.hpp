// What code that runs in fibers may ask of them: local slots, parking, sleeping, blocking work.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "retort/base/duration.hpp"

namespace retort::fibers {

/// Slots of storage that belong to the running fiber; outside fibers they belong to the thread.
/// A new fiber starts with all of them null.
enum class Local : std::uint8_t { web_context, session, statements, spare };
inline constexpr std::size_t local_slots = 4;

/// The running fiber's (or thread's) slot. The reference must not be kept across a wait.
void*& local(Local slot) noexcept;

/// Whether the caller runs in a fiber, so that waiting suspends it and not its thread.
bool in_fiber() noexcept;

/// Waits; in a fiber only the fiber does.
void sleep_for(std::chrono::microseconds time);

/// Lets the other ready fibers of this loop run; does nothing outside fibers.
void yield();

namespace detail {
class Fiber;
struct Mailbox;

/// Something handed to a loop from any thread: a link of its mailbox and what to do on arrival.
struct Message {
    Message* next = nullptr;
    void (*deliver)(Message& message) = nullptr;
};
}  // namespace detail

/// A place for one fiber or thread to wait until somebody, on any thread, says go on.
///
/// `unpark` before `park` is remembered once. A Parker serves one waiter, the one that made it.
/// It allocates nothing. A loop that sleeps is woken by a write to its eventfd; several waiters go on by one
/// `Unparker`.
class Parker : private detail::Message {
  public:
    Parker() noexcept;
    ~Parker() = default;
    Parker(const Parker&) = delete;
    Parker& operator=(const Parker&) = delete;

    /// Waits for `unpark`. In a fiber, other fibers run meanwhile; the fiber goes on on its own thread.
    void park();
    /// As `park`, for `time` at most; false when the time ran out.
    bool park_for(std::chrono::microseconds time);
    /// Lets the waiter go on. Any thread may call it; the Parker may be gone when it returns.
    void unpark();

  private:
    friend class Unparker;
    enum State : std::uint32_t { idle, notified, fiber_waits, thread_waits };
    struct Deadline;

    /// The mailbox whose loop is to be rung for it, or null.
    detail::Mailbox* deliver_notice();
    bool take_notice() noexcept;
    bool announce(State waiting) noexcept;
    bool park_thread(std::optional<std::chrono::microseconds> time);
    static void arrive(detail::Message& message);

    std::atomic<std::uint32_t> state_{idle};
    detail::Fiber* fiber_ = nullptr;
    detail::Mailbox* mailbox_ = nullptr;
};

/// Lets several waiters go on at once: a thread that sleeps is woken at the end of this, for all of its fibers.
///
/// A thread that is woken for the first of many runs at once where they share a processor, and sleeps again for each.
class Unparker {
  public:
    Unparker() = default;
    ~Unparker();
    Unparker(const Unparker&) = delete;
    Unparker& operator=(const Unparker&) = delete;

    /// As `parker.unpark()`.
    void unpark(Parker& parker);

  private:
    std::array<detail::Mailbox*, 8> to_ring_{};
    std::size_t count_ = 0;
};

/// A mutual exclusion for which fibers wait without stopping their thread. Fair: first come, first served.
class Mutex {
  public:
    Mutex() = default;
    ~Mutex() = default;
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

    void lock();
    bool try_lock();
    /// False when the time ran out.
    bool try_lock_for(std::chrono::microseconds time);
    void unlock();

  private:
    struct Waiter;

    bool lock_or_enqueue(Waiter& waiter);
    bool leave_queue(Waiter& waiter);

    std::mutex guard_;
    Waiter* first_ = nullptr;
    Waiter* last_ = nullptr;
    bool locked_ = false;
};

namespace detail {
void run_blocking(std::function<void()> work);
}

/// Runs `work` on the pool for blocking work and returns its result; rethrows what it throws.
/// The calling fiber is suspended meanwhile. Outside a fiber, runs it in place.
template <class Work>
auto run_blocking(Work&& work) -> std::invoke_result_t<Work&> {
    using Result = std::invoke_result_t<Work&>;
    if constexpr (std::is_void_v<Result>) {
        detail::run_blocking([&work] { work(); });
    } else {
        std::optional<Result> result;
        detail::run_blocking([&] { result.emplace(work()); });
        return std::move(*result);
    }
}

}  // namespace retort::fibers
