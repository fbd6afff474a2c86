// Names that differ by case only, and revisions that are named by steps.
#include <sstream>

#include "program.hpp"

using namespace migrate_test;

TEST_CASE("what differs from its old name by case only was renamed, also where the database sees one name") {
    Program program;
    user_model(program, false);
    CHECK(program.code("init") == 0);
    CHECK(program.code("migrate --rev-id aaaa1") == 0);
    program.build();
    CHECK(program.code("upgrade") == 0);
    program.database.run("INSERT INTO user (username) VALUES ('ada')");
    program.no_models();
    program.model("User", {Column{"id", Integer(), primary_key()}, Column{"UserName", String(80)},
                           Column{"email", String(120), nullable()}, Unique{"", {"UserName"}}});
    CHECK(program.code("migrate --rev-id aaaa2") == 0);
    CHECK(program.questions.empty());
    std::vector<std::string> steps;
    for (const auto& one : program.written.back().upgrade) steps.push_back(describe(one));
    REQUIRE(steps.size() >= 2);
    CHECK(steps[0] == "rename table user to User");
    CHECK(steps[1] == "rename column User.username to UserName");
    for (const auto& step : steps) CHECK_FALSE(step.starts_with("drop table"));
    program.build();
    CHECK(program.output("upgrade --sql aaaa1:aaaa2").find("RENAME TO \"_retort_renamed_User\"") != std::string::npos);
    CHECK(program.code("upgrade") == 0);
    CHECK(program.database.text("SELECT group_concat(name) FROM pragma_table_info('User')") == "id,UserName,email");
    CHECK(program.database.text("SELECT name FROM sqlite_master WHERE name = 'User'") == "User");
    CHECK(program.database.text("SELECT UserName FROM User") == "ada");
    CHECK(program.code("check") == 0);
    CHECK(program.code("downgrade") == 0);
    CHECK(program.database.text("SELECT name FROM sqlite_master WHERE name LIKE 'user'") == "user");
    CHECK(program.database.text("SELECT username FROM user") == "ada");
}

TEST_CASE("steps in the names that history and show are given") {
    Program program;
    auto add = [&](std::string id, std::vector<std::string> down) {
        program.built.push_back({.id = std::move(id), .down_revisions = std::move(down), .message = "m"});
        program.built.back().upgrade = [](Operations&) {};
    };
    add("aaaa1", {});
    add("aaaa2", {"aaaa1"});
    add("aaaa3", {"aaaa2"});
    CHECK(program.output("history -r -1:aaaa3") == "aaaa2 -> aaaa3 (head), m\n");
    CHECK(program.output("history -r -2:aaaa2") == "aaaa1 -> aaaa2, m\n<base> -> aaaa1, m\n");
    CHECK(program.output("history -r -1:") == "aaaa2 -> aaaa3 (head), m\naaaa1 -> aaaa2, m\n");
    CHECK(program.output("history -r -1:head") == program.output("history -r -1:"));
    add("bbbb3", {"aaaa2"});
    add("cccc1", {});
    auto shown = [&](const std::string& name) {
        std::string ids;
        std::istringstream lines(program.output("show -- " + name));
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("Rev: ")) ids += line.substr(5, 5) + ' ';
        }
        return ids;
    };
    CHECK(shown("-1") == "aaaa2 ");
    CHECK(shown("-2") == "aaaa1 ");
    CHECK(program.errors("show -- -9").find("didn't produce 9 migrations") != std::string::npos);
}
