// Parking: fibers and threads, signs from this and from other threads, times that run out.

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "retort/fiber/loop.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using std::chrono::milliseconds;

TEST_CASE("a sign before the wait is remembered once") {
    fibers::Parker parker;
    parker.unpark();
    parker.unpark();
    parker.park();
    CHECK_FALSE(parker.park_for(milliseconds{1}));
    fibers::run([] {
        fibers::Parker inside;
        inside.unpark();
        inside.park();
        CHECK_FALSE(inside.park_for(milliseconds{1}));
        inside.unpark();
        CHECK(inside.park_for(milliseconds{1}));
    });
}

TEST_CASE("one thread wakes another") {
    fibers::Parker ping, pong;
    std::thread other([&] {
        for (int i = 0; i < 1000; ++i) {
            ping.park();
            pong.unpark();
        }
    });
    for (int i = 0; i < 1000; ++i) {
        ping.unpark();
        CHECK(pong.park_for(std::chrono::seconds{30}));
    }
    other.join();
}

TEST_CASE("a thread wakes many fibers of one loop again and again") {
    constexpr int waiters = 64, rounds = 200;
    std::vector<fibers::Parker> parkers(waiters);
    std::atomic<int> waiting{0}, woken{0};
    std::thread writer([&] {
        for (int round = 0; round < rounds; ++round) {
            while (waiting.load() < waiters * (round + 1)) std::this_thread::yield();
            for (auto& parker : parkers) parker.unpark();
        }
    });
    fibers::run([&] {
        for (int i = 0; i < waiters; ++i) {
            fibers::Loop::current()->spawn([&, i] {
                for (int round = 0; round < rounds; ++round) {
                    ++waiting;
                    parkers[static_cast<std::size_t>(i)].park();
                    ++woken;
                }
            });
        }
    });
    writer.join();
    CHECK(woken == waiters * rounds);
}

namespace {

/// Whether the kernel has the thread asleep.
bool sleeps(pid_t thread) {
    std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
    std::string stat((std::istreambuf_iterator<char>(file)), {});
    auto name_end = stat.rfind(") ");
    return name_end != std::string::npos && stat[name_end + 2] == 'S';
}

}  // namespace

TEST_CASE("an Unparker wakes a thread once, at its end, for all of its fibers") {
    constexpr int waiters = 8;
    std::vector<fibers::Parker> parkers(waiters);
    std::atomic<int> waiting{0}, woken{0};
    std::atomic<pid_t> loop_thread{0};
    int before_the_end = -1;
    std::thread waker([&] {
        while (waiting.load() < waiters || !sleeps(loop_thread)) std::this_thread::yield();
        fibers::Unparker all;
        for (auto& parker : parkers) {
            all.unpark(parker);
            std::this_thread::sleep_for(milliseconds{2});
        }
        before_the_end = woken;
    });
    fibers::run([&] {
        loop_thread = ::gettid();
        for (auto& parker : parkers) {
            fibers::Loop::current()->spawn([&] {
                ++waiting;
                parker.park();
                ++woken;
            });
        }
    });
    waker.join();
    CHECK(before_the_end == 0);
    CHECK(woken == waiters);
}

TEST_CASE("an Unparker serves fibers of many threads, plain threads, its own fibers and who has not parked yet") {
    constexpr int threads = 12;  // more than it keeps in mind
    std::vector<fibers::Parker> parkers(threads);
    fibers::Parker plain, own, early;
    std::atomic<int> waiting{0}, woken{0};
    std::vector<std::thread> loops;
    for (auto& parker : parkers) {
        loops.emplace_back([&] {
            fibers::run([&] {
                ++waiting;
                parker.park();
                ++woken;
            });
        });
    }
    std::thread other([&] {
        ++waiting;
        plain.park();
        ++woken;
    });
    fibers::run([&] {
        fibers::Loop::current()->spawn([&] {
            ++waiting;
            own.park();
            ++woken;
        });
        while (waiting < threads + 2) fibers::yield();
        {
            fibers::Unparker all;
            for (auto& parker : parkers) all.unpark(parker);
            for (auto* parker : {&plain, &own, &early}) all.unpark(*parker);
        }
        CHECK(early.park_for(milliseconds{0}));
    });
    for (auto& loop : loops) loop.join();
    other.join();
    CHECK(woken == threads + 2);
}

TEST_CASE("a Parker may end as soon as its waiter goes on") {
    std::atomic<fibers::Parker*> current{nullptr};
    std::atomic<bool> over{false};
    std::thread waker([&] {
        while (!over) {
            if (auto* parker = current.exchange(nullptr)) parker->unpark();
        }
    });
    fibers::run([&] {
        for (int i = 0; i < 3000; ++i) {
            auto parker = std::make_unique<fibers::Parker>();
            current = parker.get();
            parker->park();
        }
    });
    over = true;
    waker.join();
}

TEST_CASE("signs and times that run out may meet") {
    std::atomic<fibers::Parker*> current{nullptr};
    std::atomic<bool> over{false};
    std::thread waker([&] {
        while (!over) {
            if (auto* parker = current.exchange(nullptr)) parker->unpark();
            std::this_thread::sleep_for(std::chrono::microseconds{700});
        }
    });
    int in_time = 0;
    fibers::run([&] {
        for (int i = 0; i < 300; ++i) {
            fibers::Parker parker;
            current = &parker;
            const bool signed_for = parker.park_for(std::chrono::microseconds{900});
            in_time += signed_for;
            // Taken, but not yet signed: the sign must come before the Parker goes.
            if (current.exchange(nullptr) == nullptr && !signed_for) parker.park();
        }
    });
    over = true;
    waker.join();
    CHECK(in_time >= 0);
}

TEST_CASE("a fiber wakes a thread") {
    fibers::Parker parker;
    std::thread loop([&] {
        fibers::run([&] {
            fibers::sleep_for(milliseconds{2});
            parker.unpark();
        });
    });
    parker.park();
    loop.join();
    CHECK_FALSE(parker.park_for(milliseconds{1}));
}
