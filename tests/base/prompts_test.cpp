// Questions of commands, with answers of every kind.
#include "retort/base/prompts.hpp"

#include "retort/base/command_line.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace retort::commands;

TEST_CASE("a question is asked until it has an answer") {
    TypedAnswers typed{"\n\nAna\n\nBob"};
    CHECK(prompt("Name") == "Ana");
    CHECK(typed.asked() == "Name: Name: Name: ");
    CHECK(prompt("Sure?", "bob") == "bob");
    CHECK(prompt_pass("Word", "") == "Bob");
    CHECK(typed.asked() == "Name: Name: Name: Sure? [bob] Word: ");
    CHECK_THROWS_AS(prompt("Name"), CommandError);
}

TEST_CASE("yes and no in many words") {
    TypedAnswers typed{"maybe\nY\n\n\nOff\n"};
    CHECK(prompt_bool("Drop"));
    CHECK(typed.asked() == "Drop [n]: Drop [n]: ");
    CHECK_FALSE(prompt_bool("Drop"));
    CHECK(prompt_bool("Keep", true));
    CHECK_FALSE(prompt_bool("Keep", true));
}

TEST_CASE("one of several choices, or none") {
    TypedAnswers typed{"blue\nG\n\nnone\n"};
    CHECK(prompt_choices("Pick", {"red", {"g", "green"}}, "red") == "g");
    CHECK(typed.asked() == "Pick - (red, green [g]) [red]: Pick - (red, green [g]) [red]: ");
    CHECK(prompt_choices("Pick", {"red", {"g", "green"}}, "red") == "red");
    CHECK_FALSE(prompt_choices("Pick", {"red"}, "red").has_value());
}
