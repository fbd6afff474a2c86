// expect: onupdate<…> or version_id_by<…> gives a value of another type than its column's
#include "retort/orm/orm.hpp"

using namespace retort;

struct Order : Model<Order> {
    Column<int, primary_key> id;
    Column<int, onupdate<utc_now>> number;
};

auto query() { return select<Order>(); }
