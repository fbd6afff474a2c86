// expect: this value does not fit the column's type
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active;
};

void give() { User user{.age = "eighteen"}; }
