// expect: a comparison is a condition, it cannot be compared again
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active;
};

auto condition() { return 1 < User::c.age < 3; }
