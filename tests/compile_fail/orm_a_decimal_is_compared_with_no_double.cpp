// expect: a column is compared with a value of another type than its own
#include "retort/orm/orm.hpp"

using namespace retort;

struct Order : Model<Order> {
    Column<int, primary_key> id;
    Column<Numeric<10, 2>> total;
};

auto condition() { return Order::c.total > 9.99; }
