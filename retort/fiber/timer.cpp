// The heap of timers.
#include "retort/fiber/timer.hpp"

#include <algorithm>

namespace retort::fibers {

void TimerHeap::arm(Timer& timer, Clock::time_point due) {
    timer.due_ = due;
    if (!timer.armed()) {
        timers_.push_back(&timer);
        timer.place_ = timers_.size() - 1;
    }
    sift(timer.place_);
}

void TimerHeap::disarm(Timer& timer) noexcept {
    if (!timer.armed()) return;
    const std::size_t place = timer.place_;
    Timer* last = timers_.back();
    timers_.pop_back();
    timer.place_ = Timer::unarmed;
    if (last == &timer) return;
    put(place, last);
    sift(place);
}

Timer* TimerHeap::take_due(Clock::time_point now) noexcept {
    if (timers_.empty() || timers_.front()->due_ > now) return nullptr;
    Timer* timer = timers_.front();
    disarm(*timer);
    return timer;
}

void TimerHeap::put(std::size_t place, Timer* timer) noexcept {
    timers_[place] = timer;
    timer->place_ = place;
}

void TimerHeap::sift(std::size_t place) noexcept {
    sift_up(place);
    sift_down(place);
}

void TimerHeap::sift_up(std::size_t place) noexcept {
    Timer* timer = timers_[place];
    while (place > 0) {
        const std::size_t parent = (place - 1) / 4;
        if (timers_[parent]->due_ <= timer->due_) break;
        put(place, timers_[parent]);
        place = parent;
    }
    put(place, timer);
}

void TimerHeap::sift_down(std::size_t place) noexcept {
    Timer* timer = timers_[place];
    for (std::size_t child = 4 * place + 1; child < timers_.size(); child = 4 * place + 1) {
        const std::size_t end = std::min(child + 4, timers_.size());
        for (std::size_t other = child + 1; other < end; ++other) {
            if (timers_[other]->due_ < timers_[child]->due_) child = other;
        }
        if (timer->due_ <= timers_[child]->due_) break;
        put(place, timers_[child]);
        place = child;
    }
    put(place, timer);
}

}  // namespace retort::fibers
