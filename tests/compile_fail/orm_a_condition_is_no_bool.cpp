// expect: bool
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active;
};

int condition() {
    if (User::c.age > 3) return 1;
    return 0;
}
