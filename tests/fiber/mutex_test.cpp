// The mutex: exclusion across fibers and threads, first come first served, times that run out.

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "retort/fiber/loop.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using std::chrono::milliseconds;

TEST_CASE("the mutex serves in the order in which it was asked") {
    std::string order;
    fibers::Mutex mutex;
    fibers::run([&] {
        std::lock_guard first{mutex};
        for (char name : {'a', 'b', 'c', 'd'}) {
            fibers::Loop::current()->spawn([&, name] {
                std::lock_guard lock{mutex};
                order += name;
                fibers::yield();
            });
        }
        fibers::sleep_for(milliseconds{2});
        CHECK(order.empty());
    });
    CHECK(order == "abcd");
}

TEST_CASE("who unlocks cannot overtake who waits") {
    fibers::Mutex mutex;
    std::string order;
    fibers::run([&] {
        mutex.lock();
        fibers::Loop::current()->spawn([&] {
            std::lock_guard lock{mutex};
            order += "waiter ";
        });
        fibers::yield();
        fibers::yield();
        mutex.unlock();
        CHECK_FALSE(mutex.try_lock());
        std::lock_guard again{mutex};
        order += "owner";
    });
    CHECK(order == "waiter owner");
}

TEST_CASE("try_lock_for gives up, and leaves no trace in the queue") {
    fibers::Mutex mutex;
    fibers::run([&] {
        mutex.lock();
        bool got = true, over = false;
        fibers::Loop::current()->spawn([&] {
            got = mutex.try_lock_for(milliseconds{2});
            over = true;
        });
        while (!over) fibers::sleep_for(milliseconds{1});
        CHECK_FALSE(got);
        mutex.unlock();
        CHECK(mutex.try_lock());
        mutex.unlock();
        CHECK(mutex.try_lock_for(milliseconds{1}));
        mutex.unlock();
    });
}

TEST_CASE("threads and fibers exclude each other") {
    fibers::Mutex mutex;
    long plain = 0;
    auto work = [&] {
        for (int i = 0; i < 300; ++i) {
            if (i % 3 == 0) {
                mutex.lock();
            } else {
                while (!mutex.try_lock_for(milliseconds{5})) {
                }
            }
            ++plain;
            mutex.unlock();
        }
    };
    std::vector<std::thread> threads;
    threads.emplace_back(work);
    for (int t = 0; t < 2; ++t) {
        threads.emplace_back([&] {
            fibers::run([&] {
                for (int f = 0; f < 5; ++f) fibers::Loop::current()->spawn(work);
            });
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(plain == 300 * 11);
}
