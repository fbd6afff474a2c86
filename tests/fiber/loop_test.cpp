// The loop: spawning, stopping, yielding, watching, abandoning.
#include "retort/fiber/loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/doctest.hpp"

using namespace retort;
using std::chrono::milliseconds;

TEST_CASE("run returns when it was stopped and the fibers have ended") {
    fibers::Loop loop;
    std::string order;
    loop.spawn([&] {
        order += "a";
        loop.stop();
        fibers::sleep_for(milliseconds{5});
        order += "b";
    });
    loop.run();
    CHECK(order == "ab");
    CHECK(fibers::Loop::current() == nullptr);
    CHECK_FALSE(fibers::in_fiber());
}

TEST_CASE("what a spawned fiber throws comes out of run") {
    CHECK_THROWS_WITH(fibers::run([] { throw std::runtime_error("mine"); }), "mine");
}

TEST_CASE("yield lets the others run in turn") {
    std::string order;
    fibers::run([&] {
        for (char name : {'a', 'b', 'c'}) {
            fibers::Loop::current()->spawn([&order, name] {
                for (int i = 0; i < 3; ++i) {
                    order += name;
                    fibers::yield();
                }
            });
        }
    });
    CHECK(order == "abcabcabc");
}

TEST_CASE("spawn works from any thread, and nothing is lost") {
    fibers::Loop loop;
    std::atomic<int> ran{0};
    std::thread::id home;
    std::atomic<int> strangers{0};
    std::thread runner([&] {
        home = std::this_thread::get_id();
        loop.run();
    });
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) {
                loop.spawn([&] {
                    fibers::yield();
                    if (std::this_thread::get_id() != home) ++strangers;
                    if (++ran == 2000) loop.stop();
                });
            }
        });
    }
    for (auto& thread : threads) thread.join();
    runner.join();
    CHECK(ran == 2000);
    CHECK(strangers == 0);
}

TEST_CASE("spawned work that never ran is released with the loop") {
    auto held = std::make_shared<int>(1);
    {
        fibers::Loop loop;
        loop.spawn([held] {});
        CHECK(held.use_count() == 2);
    }
    CHECK(held.use_count() == 1);
}

TEST_CASE("sleepers wake in the order of their times") {
    std::string order;
    fibers::run([&] {
        const auto start = fibers::Clock::now();
        for (int i : {3, 1, 2}) {
            fibers::Loop::current()->spawn([&order, start, i] {
                const auto left = start + milliseconds{100 + i} - fibers::Clock::now();
                fibers::sleep_for(std::chrono::duration_cast<std::chrono::microseconds>(left));
                order += static_cast<char>('0' + i);
            });
        }
    });
    CHECK(order == "123");
}

TEST_CASE("a watcher hears each change once") {
    struct Counter final : fibers::Watcher {
        void on_ready(std::uint32_t events) override { readable += (events & EPOLLIN) != 0; }
        int readable = 0;
    };
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    Counter counter;
    fibers::run([&] {
        auto& loop = *fibers::Loop::current();
        loop.watch(ends[0], counter);
        CHECK(::write(ends[1], "x", 1) == 1);
        fibers::sleep_for(milliseconds{2});
        CHECK(counter.readable == 1);
        fibers::sleep_for(milliseconds{2});
        CHECK(counter.readable == 1);
        CHECK(::write(ends[1], "y", 1) == 1);
        fibers::sleep_for(milliseconds{2});
        CHECK(counter.readable == 2);
        loop.unwatch(ends[0], counter);
        CHECK(::write(ends[1], "z", 1) == 1);
        fibers::sleep_for(milliseconds{2});
        CHECK(counter.readable == 2);
    });
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("before a fiber waits, its hook is called") {
    int calls = 0;
    fibers::run([&] {
        fibers::Loop::before_suspend([](void* count) { ++*static_cast<int*>(count); }, &calls);
        fibers::yield();
        fibers::sleep_for(milliseconds{1});
        CHECK(calls == 2);
    });
    CHECK(calls == 2);
}

TEST_CASE("stacks are pooled, and those that nobody needs are given back after a while") {
    fibers::run([] {
        auto& loop = *fibers::Loop::current();
        for (int i = 0; i < 40; ++i) loop.spawn([] { fibers::sleep_for(milliseconds{1}); });
        do {
            fibers::sleep_for(milliseconds{1});
        } while (loop.live_fibers() > 1);
        CHECK(loop.pooled_fibers() > 16);
        const auto most = loop.pooled_fibers();
        for (int i = 0; i < 1000 && loop.pooled_fibers() == most; ++i) fibers::sleep_for(milliseconds{20});
        CHECK(loop.pooled_fibers() < most);
    });
}

TEST_CASE("an abandoned loop returns although a fiber waits") {
    static fibers::Parker* never = new fibers::Parker;
    fibers::Loop loop;
    loop.spawn([&] {
        loop.abandon();
        never->park();
    });
    loop.run();
    CHECK(loop.live_fibers() == 1);
}
