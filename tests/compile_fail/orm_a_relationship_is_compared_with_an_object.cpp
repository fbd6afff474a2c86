// expect: a relationship is compared with an object, Bookmark::c.user == user
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
};
struct Bookmark : Model<Bookmark> {
    Column<int, primary_key> id;
    Column<int, foreign_key<User>> user_id;
    One<User> user;
};

#ifdef GOOD
auto good(const Ptr<User>& user) { return Bookmark::c.user == user || Bookmark::c.user == nullptr; }
#else
auto bad() { return Bookmark::c.user == 1; }
#endif
