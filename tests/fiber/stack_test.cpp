// Stacks: what is reserved can be written, and is given back.
#include "retort/fiber/stack.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "retort/base/sanitizers.hpp"
#include "retort/fiber/loop.hpp"
#include "tests/doctest.hpp"

using namespace retort::fibers::detail;

TEST_CASE("a reserved stack is usable from bottom to top") {
    for (int i = 0; i < 3; ++i) {
        Stack stack = Stack::reserve();
        CHECK(stack.top() - stack.bottom() == static_cast<std::ptrdiff_t>(stack.size()));
        CHECK(stack.size() >= 256 * 1024 - 65536);
        stack.bottom()[0] = 1;
        stack.top()[-1] = 2;
        CHECK(stack.bottom()[0] + stack.top()[-1] == 3);
        stack.release();
    }
}

#if !defined(RETORT_ADDRESS_SANITIZER) && !defined(RETORT_THREAD_SANITIZER)
namespace {

// The compiler must make no loop of it.
__attribute__((noinline)) int recurse(volatile int* depth) {
    if (*depth < 0) return 0;
    volatile char frame[512];
    frame[0] = static_cast<char>(*depth);
    *depth = *depth + 1;
    return recurse(depth) + frame[0];
}

/// What this program, started anew for a case that is skipped otherwise, writes to standard error, and the signal that
/// ends it.
std::pair<std::string, int> ending(const char* which) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const rlimit none{0, 0};
        ::setrlimit(RLIMIT_CORE, &none);
        ::dup2(ends[1], STDERR_FILENO);
        ::close(STDOUT_FILENO);
        ::execl("/proc/self/exe", "fiber_test", "--no-skip", which, static_cast<char*>(nullptr));
        ::_exit(1);
    }
    ::close(ends[1]);
    std::string told;
    char buffer[512];
    for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
        told.append(buffer, static_cast<std::size_t>(got));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    return {told, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
}

}  // namespace

TEST_CASE("child that recurses" * doctest::skip()) {
    retort::fibers::run([] {
        volatile int depth = 0;
        recurse(&depth);
    });
}

TEST_CASE("child that follows a bad pointer" * doctest::skip()) {
    retort::fibers::run([] { *reinterpret_cast<volatile int*>(64) = 1; });
}

TEST_CASE("a fiber that runs out of its stack says so; other faults are not its affair") {
    auto [told, signal] = ending("-tc=child that recurses");
    CHECK(signal == SIGSEGV);
    CHECK(told.find("ran out of its stack of 1 MiB") != told.npos);
    CHECK(told.find("docs/errors.md#stack-overflow") != told.npos);
    auto [other, other_signal] = ending("-tc=child that follows a bad pointer");
    CHECK(other_signal == SIGSEGV);
    CHECK(other.find("stack") == other.npos);
}
#endif
