// Switching between fibers: exceptions, local slots, stacks that overflow.
#include "retort/fiber/context.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "retort/fiber/loop.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

// Waits inside its catch block, then asks for the exception again.
std::string rethrown_after_waiting(const std::string& text, std::chrono::milliseconds time) {
    try {
        throw std::runtime_error(text);
    } catch (...) {
        fibers::sleep_for(time);
        try {
            throw;
        } catch (const std::exception& again) {
            return again.what();
        }
    }
}

int recurse(int depth) {
    volatile char room[4096];
    room[0] = static_cast<char>(depth);
    room[4095] = room[0];
    return depth == 0 ? 0 : recurse(depth - 1) + room[4095];
}

}  // namespace

TEST_CASE("a fiber that waits in a catch block keeps its own exception") {
    std::string first, second;
    fibers::run([&] {
        fibers::Loop::current()->spawn([&] { first = rethrown_after_waiting("first", std::chrono::milliseconds{20}); });
        fibers::Loop::current()->spawn(
            [&] { second = rethrown_after_waiting("second", std::chrono::milliseconds{5}); });
    });
    CHECK(first == "first");
    CHECK(second == "second");
}

TEST_CASE("uncaught_exceptions counts only the fiber's own") {
    struct Unwinding {
        int& seen;
        ~Unwinding() {
            fibers::yield();
            seen = std::uncaught_exceptions();
        }
    };
    int unwinding = -1, other = -1;
    fibers::run([&] {
        fibers::Loop::current()->spawn([&] {
            fibers::yield();
            other = std::uncaught_exceptions();
        });
        try {
            Unwinding guard{unwinding};
            fibers::yield();
            throw 1;
        } catch (int) {
        }
    });
    CHECK(unwinding == 1);
    CHECK(other == 0);
}

TEST_CASE("a loop that runs inside a catch block gives its exception back") {
    try {
        throw std::runtime_error("outer");
    } catch (...) {
        fibers::run([] {
            CHECK(std::current_exception() == nullptr);
            CHECK_THROWS_AS(throw 1, int);
        });
        CHECK_THROWS_WITH(throw, "outer");
    }
}

TEST_CASE("local slots belong to the fiber, and start empty in a reused one") {
    int value = 0;
    fibers::local(fibers::Local::session) = &value;
    fibers::run([&] {
        CHECK(fibers::local(fibers::Local::session) == nullptr);
        int mine = 1, other = 2;
        fibers::local(fibers::Local::session) = &mine;
        fibers::Loop::current()->spawn([&] {
            CHECK(fibers::local(fibers::Local::session) == nullptr);
            fibers::local(fibers::Local::session) = &other;
        });
        fibers::sleep_for(std::chrono::milliseconds{1});
        CHECK(fibers::Loop::current()->pooled_fibers() == 1);
        fibers::Loop::current()->spawn([] { CHECK(fibers::local(fibers::Local::session) == nullptr); });
        fibers::sleep_for(std::chrono::milliseconds{1});
        CHECK(fibers::local(fibers::Local::session) == &mine);
    });
    CHECK(fibers::local(fibers::Local::session) == &value);
    fibers::local(fibers::Local::session) = nullptr;
}

TEST_CASE("a stack has room for deep calls, and is used again") {
    fibers::run([] {
        for (int i = 0; i < 3; ++i) {
            fibers::Loop::current()->spawn([] { CHECK(recurse(100) != -1); });
            fibers::yield();
            fibers::yield();
        }
        CHECK(fibers::Loop::current()->pooled_fibers() == 1);
    });
}

TEST_CASE("a stack that overflows meets its guard page") {
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGSEGV, SIG_DFL);
        ::close(1);
        ::close(2);
        fibers::run([] { recurse(100'000); });
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    const bool survived = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    CHECK_FALSE(survived);
}

TEST_CASE("many fibers wait at once, each on its own stack") {
    int sum = 0;
    fibers::run([&] {
        for (int i = 1; i <= 500; ++i) {
            fibers::Loop::current()->spawn([&sum, i] {
                fibers::sleep_for(std::chrono::milliseconds{1});
                sum += i;
            });
        }
    });
    CHECK(sum == 500 * 501 / 2);
}
