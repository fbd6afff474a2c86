// Near names are found, far ones are not.
#include "retort/base/suggest.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "tests/doctest.hpp"

using retort::did_you_mean;
using retort::did_you_mean_hint;
using retort::edit_distance;

TEST_CASE("edit distance counts single slips") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("nmae", "name") == 1);
    CHECK(edit_distance("Name", "name") == 0);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("did_you_mean names the nearest and only a near one") {
    std::vector<std::string_view> known{"username", "email", "id", "user_id"};
    CHECK(did_you_mean("usrname", known) == "username");
    CHECK(did_you_mean("emial", known) == "email");
    CHECK(did_you_mean("EMAIL", known) == "email");
    CHECK(did_you_mean("password", known).empty());
    CHECK(did_you_mean("", known).empty());
    CHECK(did_you_mean("x", known).empty());
    CHECK(did_you_mean("userna", known) == "username");
    CHECK(did_you_mean(std::string(5000, 'a'), known).empty());
    CHECK(did_you_mean("usrname", std::vector<std::string_view>{}).empty());
}

TEST_CASE("did_you_mean takes owned names too") {
    std::vector<std::string> known{"run", "routes", "db"};
    CHECK(did_you_mean("rn", known) == "run");
    CHECK(did_you_mean("rotues", known) == "routes");
}

TEST_CASE("the hint is a question, or what was given instead") {
    std::vector<std::string_view> known{"age"};
    CHECK(did_you_mean_hint("agee", known) == "did you mean \"age\"?");
    CHECK(did_you_mean_hint("zzz", known, "see the list") == "see the list");
}
