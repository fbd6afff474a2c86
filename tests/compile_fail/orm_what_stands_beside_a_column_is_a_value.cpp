// expect: a query is one value by its .scalar_subquery()
// expect: take its key, as in User::c.id == user->id
// expect: compare its key: where(User::c.id == user->id)
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
};

auto newest() { return select(func::max(User::c.id)); }
#ifdef GOOD
auto good(const Ptr<User>& user) { return User::c.id == newest().scalar_subquery() && User::c.id == user->id; }
#else
auto query() { return User::c.id == newest(); }
auto object(const Ptr<User>& user) { return User::c.id == user; }
auto model(const Ptr<User>& user) { return User::c == user; }
#endif
