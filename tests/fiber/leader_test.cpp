// Events that come together are served by one fiber after the other, without going back to the loop between them.
#include <unistd.h>

#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "retort/fiber/descriptor.hpp"
#include "retort/fiber/loop.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using std::chrono::milliseconds;

namespace {

/// A loop whose first round has an event for each piece of work; it ends when all have been served.
class Batch {
  public:
    using Work = std::function<void()>;

    /// Served in a fiber.
    void serve(Work work) {
        add([this, work = std::move(work)](Event& event) {
            event.work = work;
            loop.start_last(&run_event, &event);
        });
    }
    /// Called by the loop itself.
    void hear(Work work) {
        add([work = std::move(work)](Event&) { work(); });
    }
    void run() {
        loop.stop();
        loop.run();
    }

    fibers::Loop loop;

  private:
    struct Event final : fibers::Watcher {
        void on_ready(std::uint32_t) override {
            CHECK_FALSE(fibers::in_fiber());
            heard(*this);
        }
        std::function<void(Event&)> heard;
        Work work;
        fibers::Descriptor reading, writing;
    };

    static void run_event(void* event) {
        CHECK(fibers::in_fiber());
        static_cast<Event*>(event)->work();
    }

    void add(std::function<void(Event&)> heard) {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        auto& event = events_.emplace_back();
        event.reading = fibers::Descriptor{ends[0]};
        event.writing = fibers::Descriptor{ends[1]};
        event.heard = std::move(heard);
        loop.watch(ends[0], event);
        REQUIRE(::write(ends[1], "x", 1) == 1);
        // One round at least, though the loop was told to stop.
        if (events_.size() == 1) loop.spawn([] { fibers::sleep_for(milliseconds{5}); });
    }

    std::deque<Event> events_;
};

void* fiber_of_caller() { return &fibers::local(fibers::Local::spare); }

}  // namespace

TEST_CASE("events that come together are served by one fiber") {
    Batch batch;
    std::vector<void*> fibers_seen;
    std::string order;
    int hooked = 0;
    for (char name : {'a', 'b', 'c', 'd'}) {
        batch.serve([&, name] {
            order += name;
            fibers_seen.push_back(fiber_of_caller());
            // What the one before left behind is not this one's.
            CHECK(fibers::local(fibers::Local::spare) == nullptr);
            fibers::local(fibers::Local::spare) = &order;
            if (name == 'a') fibers::Loop::before_suspend([](void* count) { ++*static_cast<int*>(count); }, &hooked);
            if (name == 'd') fibers::yield();
        });
    }
    batch.run();
    CHECK(order == "abcd");
    CHECK(fibers_seen == std::vector<void*>(4, fibers_seen.at(0)));
    CHECK(hooked == 0);
    CHECK(batch.loop.live_fibers() == 0);
}

TEST_CASE("while one of them waits, the others are served") {
    Batch batch;
    std::string order;
    for (char name : {'a', 'b', 'c', 'd', 'e'}) {
        batch.serve([&, name] {
            order += name;
            if (name == 'b') fibers::sleep_for(milliseconds{2});
            if (name == 'd') fibers::yield();
            order += static_cast<char>(name - 'a' + 'A');
        });
    }
    batch.run();
    CHECK(order == "aAbcCdeEDB");
    CHECK(batch.loop.live_fibers() == 0);
    CHECK(batch.loop.pooled_fibers() >= 3);
}

TEST_CASE("what the loop hears meanwhile stays its own: it may start fibers that wait") {
    Batch batch;
    std::string order;
    static std::string* heard = nullptr;
    heard = &order;
    batch.serve([&] { order += 'a'; });
    batch.hear([&] {
        batch.loop.start(
            [](void*) {
                *heard += 'b';
                fibers::yield();
                *heard += 'B';
            },
            nullptr);
        order += 'c';
    });
    batch.serve([&] { order += 'd'; });
    batch.run();
    CHECK(order == "abcdB");
    CHECK(batch.loop.live_fibers() == 0);
}

TEST_CASE("an exception in flight belongs to the fiber that waits in its catch block") {
    Batch batch;
    std::string order;
    batch.serve([&] {
        try {
            throw 1;
        } catch (...) {
            fibers::yield();
            try {
                throw;
            } catch (int) {
                order += "int ";
            }
        }
    });
    batch.serve([&] {
        CHECK(std::current_exception() == nullptr);
        try {
            throw std::runtime_error("x");
        } catch (...) {
            fibers::yield();
            try {
                throw;
            } catch (const std::runtime_error&) {
                order += "error ";
            }
        }
    });
    batch.run();
    CHECK(order == "int error ");
}

TEST_CASE("what a watcher throws comes out of run, whoever called it") {
    Batch batch;
    bool served = false;
    batch.serve([&] { served = true; });
    batch.hear([] { throw std::runtime_error("by a watcher"); });
    CHECK_THROWS_WITH_AS(batch.run(), "by a watcher", std::runtime_error);
    CHECK(served);
}
