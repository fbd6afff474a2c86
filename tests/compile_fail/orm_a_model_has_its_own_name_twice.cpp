// expect: a model is struct User : Model<User>, with its own name twice
// control: RETORT_CONTROL
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
};
#ifdef RETORT_CONTROL
struct Post : Model<Post> {
#else
struct Post : Model<User> {
#endif
    Column<int, primary_key> id;
    Column<std::string> title;
};

auto posts(Session& session) { return session.scalars(select<Post>()).all(); }
