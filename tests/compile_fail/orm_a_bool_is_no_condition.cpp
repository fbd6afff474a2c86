// expect: a bool is no condition: write true_() or false_()
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
};

#ifdef GOOD
auto good() { return select<User>().where(true_()); }
#else
auto bad() { return select<User>().where(true); }
#endif
