// expect: a query is one value only when it selects one column
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
};

#ifdef GOOD
auto good() { return select(User::c.id).scalar_subquery(); }
#else
auto bad() { return select(User::c.id, User::c.age).scalar_subquery(); }
#endif
