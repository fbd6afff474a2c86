// expect: in_ takes a query for a column of the same type
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
};

#ifdef GOOD
auto good() { return User::c.id.in_(select(User::c.age)); }
#else
auto bad() { return User::c.id.in_(select(User::c.name)); }
#endif
