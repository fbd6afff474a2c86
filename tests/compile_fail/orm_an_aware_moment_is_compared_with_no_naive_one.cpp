// expect: a column is compared with a value of another type than its own
#include "retort/orm/orm.hpp"

using namespace retort;

struct Event : Model<Event> {
    Column<int, primary_key> id;
    Column<DateTimeTz> at;
};

auto condition() { return Event::c.at < DateTime(2024, 1, 1); }
