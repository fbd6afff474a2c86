// Local slots, sleeping and yielding, of fibers and of plain threads.
#include "retort/fiber/fiber.hpp"

#include <thread>

#include "retort/fiber/context.hpp"
#include "retort/fiber/loop.hpp"

namespace retort::fibers {

using detail::thread_state;

void*& local(Local slot) noexcept {
    auto* fiber = thread_state.fiber;
    auto& slots = fiber != nullptr ? fiber->locals : thread_state.locals;
    return slots[static_cast<std::size_t>(slot)];
}

bool in_fiber() noexcept { return thread_state.fiber != nullptr; }

namespace {

struct Alarm final : Timer {
    void on_due() override { parker.unpark(); }
    Parker parker;
};

}  // namespace

void sleep_for(std::chrono::microseconds time) {
    if (!in_fiber()) return std::this_thread::sleep_for(time);
    Alarm alarm;
    thread_state.loop->arm(alarm, Clock::now() + time);
    alarm.parker.park();
}

void yield() {
    if (!in_fiber()) return;
    thread_state.loop->make_ready(*thread_state.fiber);
    thread_state.loop->suspend();
}

}  // namespace retort::fibers
