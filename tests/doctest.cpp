// What every assertion of the tests calls: one place tells doctest.
#include "tests/doctest.hpp"

#include <utility>

namespace assertions {
namespace {

thread_local doctest::String sides;

}  // namespace

void report(bool holds, doctest::assertType::Enum kind, const char* file, int line, const char* text) {
    auto shown = std::exchange(sides, {});
    if (shown.size() == 0) shown = kind & doctest::assertType::is_false ? "true" : "false";
    doctest::detail::decomp_assert(kind, file, line, text, {holds, shown});
}

void keep_sides(const doctest::String& left, const char* sign, const doctest::String& right) {
    sides = *sign ? left + " " + sign + " " + right : left;
}

}  // namespace assertions
