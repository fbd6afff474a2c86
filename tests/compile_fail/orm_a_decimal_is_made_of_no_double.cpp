// expect: this value does not fit the column's type
#include "retort/orm/orm.hpp"

using namespace retort;

struct Order : Model<Order> {
    Column<int, primary_key> id;
    Column<Numeric<10, 2>> total;
};

void change(Order& order) { order.total = 9.99; }
