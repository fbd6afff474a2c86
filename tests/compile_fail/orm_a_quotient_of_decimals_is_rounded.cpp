// expect: say to how many digits, price.divided_by(3, 2)
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

#ifdef GOOD
auto good(const Decimal& price) { return price.divided_by(3, 2); }
#else
auto bad(const Decimal& price) { return price / 3; }
#endif
