// expect: from_statement gives objects of one model
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
};

#ifdef GOOD
auto good() { return select<User>().from_statement(text("SELECT * FROM user")); }
#else
auto bad() { return select(User::c.id).from_statement(text("SELECT id FROM user")); }
#endif
