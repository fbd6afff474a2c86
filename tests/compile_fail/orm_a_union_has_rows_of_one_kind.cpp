// expect: the queries of a union select as many columns each, of the same types
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
};

#ifdef GOOD
auto good() { return union_(select(User::c.id), select(User::c.age)); }
#else
auto bad() { return union_(select(User::c.id), select(User::c.name)); }
#endif
