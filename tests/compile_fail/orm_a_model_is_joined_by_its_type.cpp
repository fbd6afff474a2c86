// expect: a model is named as join<User>(condition) and select_from<User>(), not as User::c
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
};
struct Note : Model<Note> {
    Column<int, primary_key> id;
    Column<int> user_id;
};

#ifdef GOOD
auto good() { return select<Note>().join<User>(User::c.id == Note::c.user_id); }
#else
auto bad() { return select<Note>().join(User::c, User::c.id == Note::c.user_id); }
#endif
