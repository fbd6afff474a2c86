// expect: an SQL expression is no value of an object: give the column the option insert_default<…>
#include "retort/orm/orm.hpp"

using namespace retort;

struct Order : Model<Order> {
    Column<int, primary_key> id;
    Column<DateTime> made = func::now();
};

auto make() { return Order{}; }
