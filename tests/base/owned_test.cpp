#include "retort/base/owned.hpp"

#include <doctest/doctest.h>

#include <type_traits>

namespace {

using retort::detail::Owned;

struct Counted {
    explicit Counted(int& alive) : alive(alive) { ++alive; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    virtual ~Counted() { --alive; }
    int& alive;
};
struct Derived : Counted {
    using Counted::Counted;
};

static_assert(!std::is_copy_constructible_v<Owned<int>>);
static_assert(sizeof(Owned<int>) == sizeof(int*));

TEST_CASE("an owned object goes with its owner, or when another takes its place") {
    int alive = 0;
    {
        Owned<Counted> one = std::make_unique<Derived>(alive);
        Owned<Counted> two{new Counted{alive}};
        CHECK(alive == 2);
        two = std::move(one);
        CHECK(alive == 1);
        CHECK(one == nullptr);
        CHECK(two != nullptr);
        auto& same = two;
        two = std::move(same);  // keeps what it has
        CHECK(alive == 1);
        REQUIRE(two);
        CHECK(&two->alive == &alive);
        one.swap(two);
        CHECK(!two);
        one.reset();
        CHECK(alive == 0);
        two = std::make_unique<Counted>(alive);
    }
    CHECK(alive == 0);
}

}  // namespace
