// expect: a column is compared with a column of another type
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active;
};

auto condition() { return User::c.age == User::c.name; }
