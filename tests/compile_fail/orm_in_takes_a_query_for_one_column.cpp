// expect: in_ takes a query that selects one column
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
};

#ifdef GOOD
auto good() { return User::c.id.in_(select(User::c.id)); }
#else
auto bad() { return User::c.id.in_(select(User::c.id, User::c.age)); }
#endif
