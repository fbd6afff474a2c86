// Blocking work leaves the loop free, and brings its result or its exception back.

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

#include "retort/fiber/loop.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using std::chrono::milliseconds;

TEST_CASE("blocking work runs on another thread while fibers go on") {
    bool other_ran = false;
    fibers::run([&] {
        const auto home = std::this_thread::get_id();
        fibers::Loop::current()->spawn([&] { other_ran = true; });
        std::thread::id place;
        const std::string text = fibers::run_blocking([&] {
            place = std::this_thread::get_id();
            std::this_thread::sleep_for(milliseconds{5});
            return std::string("result");
        });
        CHECK(text == "result");
        CHECK(other_ran);
        CHECK(place != home);
        CHECK(std::this_thread::get_id() == home);
    });
}

TEST_CASE("what blocking work throws reaches the fiber") {
    fibers::run([] {
        CHECK_THROWS_WITH(fibers::run_blocking([] { throw std::runtime_error("from the pool"); }), "from the pool");
    });
}

TEST_CASE("outside fibers blocking work runs in place") {
    CHECK(fibers::run_blocking([] { return std::this_thread::get_id(); }) == std::this_thread::get_id());
}

TEST_CASE("blocking work sees no context of the web, be it in a pool or in place") {
    auto seen_while = [] {
        int context = 0;
        fibers::local(fibers::Local::web_context) = &context;
        void* seen = fibers::run_blocking([] { return fibers::local(fibers::Local::web_context); });
        CHECK(fibers::local(fibers::Local::web_context) == &context);
        CHECK_THROWS(fibers::run_blocking([] { throw std::runtime_error("from the work"); }));
        CHECK(fibers::local(fibers::Local::web_context) == &context);
        fibers::local(fibers::Local::web_context) = nullptr;
        return seen;
    };
    CHECK(seen_while() == nullptr);
    fibers::run([&] { CHECK(seen_while() == nullptr); });
}

TEST_CASE("much more blocking work than threads is all done") {
    std::atomic<int> done{0};
    fibers::run([&] {
        for (int i = 0; i < 300; ++i) {
            fibers::Loop::current()->spawn([&] {
                fibers::run_blocking([&] {
                    std::this_thread::sleep_for(milliseconds{1});
                    ++done;
                });
            });
        }
    });
    CHECK(done == 300);
}
