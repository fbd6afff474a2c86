// expect: a column is compared with a value of another type than its own
#include "retort/orm/orm.hpp"

using namespace retort;

struct Device : Model<Device> {
    Column<Uuid, primary_key> id;
};

auto condition() { return Device::c.id == "00112233445566778899aabbccddeeff"; }
