// The heap of timers, against a sorted list.
#include "retort/fiber/timer.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "tests/doctest.hpp"

using namespace retort::fibers;

namespace {

struct Plain final : Timer {
    void on_due() override {}
};

}  // namespace

TEST_CASE("timers come out in the order in which they are due, whatever was moved or disarmed") {
    std::mt19937 random{7};
    TimerHeap heap;
    std::vector<Plain> timers(300);
    const Clock::time_point start{};
    for (int round = 0; round < 2000; ++round) {
        Plain& timer = timers[random() % timers.size()];
        if (random() % 4 == 0) {
            heap.disarm(timer);
            CHECK_FALSE(timer.armed());
        } else {
            heap.arm(timer, start + std::chrono::milliseconds{random() % 1000});
        }
    }
    const auto armed = std::count_if(timers.begin(), timers.end(), [](const Plain& t) { return t.armed(); });
    std::vector<Clock::time_point> out;
    while (Timer* timer = heap.take_due(start + std::chrono::seconds{1})) out.push_back(timer->due());
    CHECK(static_cast<std::ptrdiff_t>(out.size()) == armed);
    CHECK(std::is_sorted(out.begin(), out.end()));
    CHECK(heap.empty());
}

TEST_CASE("a timer is not taken before it is due") {
    TimerHeap heap;
    Plain timer;
    const Clock::time_point start{};
    heap.arm(timer, start + std::chrono::seconds{2});
    CHECK(heap.take_due(start + std::chrono::seconds{1}) == nullptr);
    CHECK(heap.take_due(start + std::chrono::seconds{2}) == &timer);
    CHECK_FALSE(timer.armed());
}
