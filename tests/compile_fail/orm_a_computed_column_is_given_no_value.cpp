// expect: the database computes this column: it cannot be given a value
#include "retort/orm/orm.hpp"

using namespace retort;

struct Order : Model<Order> {
    Column<int, primary_key> id;
    Column<int> price;
    Column<int, computed<"price * 2">> twice;
};

void change(Order& order) { order.twice = 4; }
