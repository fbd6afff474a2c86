// expect: is the column in a query, not a value
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active;
};

void copy() {
    auto age = User::c.age;
    (void)age;
}
