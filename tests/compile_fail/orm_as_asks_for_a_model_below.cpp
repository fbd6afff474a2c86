// expect: as<…>() asks for a model that inherits from the handle's
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
};
struct Thing : Model<Thing> {
    Column<int, primary_key> id;
};
auto query(const Ptr<User>& user) { return user.as<Thing>(); }
