// The table of paths without variables.
#include "retort/web/fixed_paths.hpp"

#include <string>
#include <vector>

#include "retort/web/route_state.hpp"
#include "tests/doctest.hpp"

using namespace retort::detail;

TEST_CASE("paths are found among many alike, and others are not") {
    FixedPaths paths;
    CHECK(paths.find("/") == nullptr);
    std::vector<RouteState> states(500);
    auto path_of = [](std::size_t i) { return "/" + std::string(i % 20, 'a') + std::to_string(i); };
    for (std::size_t i = 0; i < states.size(); ++i) paths.put(path_of(i), &states[i]);
    for (std::size_t i = 0; i < states.size(); ++i) {
        CHECK(paths.find(path_of(i)) == &states[i]);
        CHECK(paths.find(path_of(i) + "x") == nullptr);
    }
    paths.put("", &states[0]);
    CHECK(paths.find("") == &states[0]);
    paths.put("/0", &states[1]);
    CHECK(paths.find("/0") == &states[1]);
}
