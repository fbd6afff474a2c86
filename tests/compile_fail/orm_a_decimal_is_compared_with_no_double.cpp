// expect: write Decimal("1.5") for 1.5
#include "retort/orm/orm.hpp"

using namespace retort;

struct Order : Model<Order> {
    Column<int, primary_key> id;
    Column<Numeric<10, 2>> total;
};

auto condition() { return Order::c.total > 9.99; }
