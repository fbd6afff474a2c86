// expect: agee
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active;
};

auto query() { return select<User>().where(User::c.agee == 3); }
