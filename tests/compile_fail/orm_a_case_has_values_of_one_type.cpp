// expect: the values of a CASE are of one type
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
};

#ifdef GOOD
auto good() { return case_(User::c.age < 18, 1).else_(2); }
#else
auto bad() { return case_(User::c.age < 18, 1).else_("grown up"); }
#endif
