// expect: session.add takes an object that nobody else has
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active;
};

void add(Session& session) {
    User user{.name = "ada"};
    session.add(user);
}
