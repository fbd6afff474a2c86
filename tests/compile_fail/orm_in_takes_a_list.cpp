// expect: in_ takes a list of values or a query
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
};

#ifdef GOOD
auto good() { return User::c.id.in_({3}) || User::c.id.not_in(std::vector{1, 2}); }
#else
auto bad() { return User::c.id.in_(3); }
#endif
