// expect: is compared with a value of another type
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
};

#ifdef GOOD
auto good() { return func::max(User::c.age) > 3; }
#else
auto bad() { return func::max(User::c.age) > "x"; }
#endif
