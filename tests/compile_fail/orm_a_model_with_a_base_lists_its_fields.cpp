// expect: a model with fields from elsewhere must list its own
#include "retort/orm/orm.hpp"

using namespace retort;

struct Employee : Model<Employee> {
    Column<int, primary_key> id;
    Column<String<20>, polymorphic_on> type;
};

struct Manager : Model<Manager, single_table<Employee>> {
    Column<int> level;
    Column<int> grade;
    static constexpr auto fields() { return Fields<&Manager::level>(); }
};
auto query() { return select<Manager>(); }
