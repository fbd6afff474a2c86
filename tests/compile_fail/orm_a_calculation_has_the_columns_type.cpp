// expect: a column is computed with a value of another type than its own
// expect: a column is computed with a column of another type
// expect: write Decimal("1.5") for 1.5
// expect: databases do not agree on how a duration is added
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct Post : Model<Post> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<Numeric<8, 2>> salary;
    Column<DateTime> at;
};

#ifdef GOOD
auto good() { return select(Post::c.salary + 1, Post::c.id * 2, Post::c.name + "!"); }
#else
auto text() { return Post::c.name * 2; }
auto columns() { return Post::c.name + Post::c.id; }
auto amount() { return Post::c.salary + 1.5; }
auto moment() { return Post::c.at + std::chrono::hours(1); }
#endif
