// Stacks: what is reserved can be written, and is given back.
#include "retort/fiber/stack.hpp"

#include <cstring>

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
