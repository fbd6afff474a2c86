// expect: this is an object's value, and C++ has no such operator for it
// control: RETORT_CONTROL
#include "retort/orm/orm.hpp"

using namespace retort;

struct Employee : Model<Employee> {
    Column<int, primary_key> id;
    Column<std::optional<int>> bonus;
    Column<Numeric<10, 2>> salary;
};

auto more(const Ptr<Employee>& employee) {
#ifdef RETORT_CONTROL
    return *employee->bonus + 1 + (employee->salary - employee->salary).scale();
#else
    return employee->bonus + 1;
#endif
}
