// expect: a model is a plain struct
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active;
};

struct Thing : Model<Thing> {
    Thing() {}
    Column<int, primary_key> id;
};
auto query() { return select<Thing>(); }
