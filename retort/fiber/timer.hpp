// Timers of a loop, in a heap ordered by when they are due.
#pragma once

#include <cstddef>
#include <vector>

#include "retort/base/duration.hpp"

namespace retort::fibers {

using Clock = std::chrono::steady_clock;

/// Something to be called once at a time; belongs to one loop while it is armed. Disarm it before it dies.
class Timer {
  public:
    virtual void on_due() = 0;
    bool armed() const noexcept { return place_ != unarmed; }
    Clock::time_point due() const noexcept { return due_; }

  protected:
    ~Timer() = default;

  private:
    friend class TimerHeap;
    static constexpr std::size_t unarmed = static_cast<std::size_t>(-1);

    Clock::time_point due_{};
    std::size_t place_ = unarmed;
};

/// A four-way heap that knows each timer's place, so that disarming is as cheap as arming.
class TimerHeap {
  public:
    bool empty() const noexcept { return timers_.empty(); }
    Clock::time_point next_due() const noexcept { return timers_.front()->due_; }
    /// Arms, or moves an armed timer.
    void arm(Timer& timer, Clock::time_point due);
    void disarm(Timer& timer) noexcept;
    /// The earliest timer, disarmed, when it is due by `now`; else null.
    Timer* take_due(Clock::time_point now) noexcept;

  private:
    void put(std::size_t place, Timer* timer) noexcept;
    void sift(std::size_t place) noexcept;
    void sift_up(std::size_t place) noexcept;
    void sift_down(std::size_t place) noexcept;

    std::vector<Timer*> timers_;
};

}  // namespace retort::fibers
