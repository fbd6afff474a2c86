// expect: this column does not hold values of this type
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
};

#ifdef GOOD
auto good() { return update<User>().values(User::c.age = 3); }
#else
auto bad() { return update<User>().values(User::c.age = "old"); }
#endif
