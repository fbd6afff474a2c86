// doctest with assertions of our own, which say what doctest's say and take a tenth to a fifth off what a test file
// costs to compile. An exception in an assertion ends the test case instead of the assertion.
#pragma once

#include <doctest/doctest.h>

#undef CHECK
#undef CHECK_FALSE
#undef REQUIRE
#undef REQUIRE_FALSE
#define CHECK(...) RETORT_ASSERTION(DT_CHECK, #__VA_ARGS__, ::assertions::Sides() << __VA_ARGS__)
#define REQUIRE(...) RETORT_ASSERTION(DT_REQUIRE, #__VA_ARGS__, ::assertions::Sides() << __VA_ARGS__)
#define CHECK_FALSE(...) RETORT_ASSERTION(DT_CHECK_FALSE, #__VA_ARGS__, !static_cast<bool>(__VA_ARGS__))
#define REQUIRE_FALSE(...) RETORT_ASSERTION(DT_REQUIRE_FALSE, #__VA_ARGS__, !static_cast<bool>(__VA_ARGS__))
#define RETORT_ASSERTION(kind, text, ...) \
    ::assertions::report(static_cast<bool>(__VA_ARGS__), ::doctest::assertType::kind, __FILE__, __LINE__, text)

namespace assertions {

/// Counts an assertion; one that does not hold is printed, with the sides that were kept, and ends the test case if it
/// is required.
void report(bool holds, doctest::assertType::Enum kind, const char* file, int line, const char* text);

/// What the sides of a comparison were, for the report that comes next.
void keep_sides(const doctest::String& left, const char* sign, const doctest::String& right);

/// The left side of a comparison, or all there is.
template <class L>
struct Left {
    const L& side;

    explicit operator bool() const {
        bool holds = static_cast<bool>(side);
        if (!holds) keep_sides(doctest::toString(side), "", "");
        return holds;
    }
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare"
// The second, because every literal has a type of its own, by its length.
#define RETORT_COMPARISON(sign)                                                    \
    template <class L, class R>                                                    \
    bool operator sign(Left<L>&& left, const R& right) {                           \
        if (left.side sign right) return true;                                     \
        keep_sides(doctest::toString(left.side), #sign, doctest::toString(right)); \
        return false;                                                              \
    }                                                                              \
    template <class L>                                                             \
    bool operator sign(Left<L>&& left, const char* right) {                        \
        if (left.side sign right) return true;                                     \
        keep_sides(doctest::toString(left.side), #sign, right);                    \
        return false;                                                              \
    }
RETORT_COMPARISON(==)
RETORT_COMPARISON(!=)
RETORT_COMPARISON(<)
RETORT_COMPARISON(>)
RETORT_COMPARISON(<=)
RETORT_COMPARISON(>=)
#undef RETORT_COMPARISON
#pragma GCC diagnostic pop

struct Sides {
    template <class L>
    Left<L> operator<<(const L& left) const {
        return {left};
    }
};

}  // namespace assertions
