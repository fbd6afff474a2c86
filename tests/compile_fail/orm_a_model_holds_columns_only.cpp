// expect: a model holds Columns and relationships only
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active;
};

struct Thing : Model<Thing> {
    Column<int, primary_key> id;
    int count;
};
auto query() { return select<Thing>(); }
