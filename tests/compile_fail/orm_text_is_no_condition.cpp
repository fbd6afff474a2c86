// expect: text is no condition: write where(text(
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
};

#ifdef GOOD
auto good() { return select<User>().where(text("age > 3")); }
#else
auto bad() { return select<User>().where("age > 3"); }
#endif
