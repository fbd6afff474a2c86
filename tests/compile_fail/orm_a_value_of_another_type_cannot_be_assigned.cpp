// expect: this value does not fit the column's type
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active;
};

void assign(User& user) { user.name = 3.5; }
