// expect: this column cannot be NULL; only a std::optional can
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
};

#ifdef GOOD
auto good() { return update<User>().values(User::c.name = ""); }
#else
auto bad() { return update<User>().values(User::c.name = nullptr); }
#endif
