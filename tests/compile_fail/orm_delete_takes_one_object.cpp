// expect: delete_ takes one object: for (const auto& user : users) session.delete_(user)
// control: GOOD
#include "retort/orm/orm.hpp"

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
};

#ifdef GOOD
void good(const Session& session, const std::vector<Ptr<User>>& users) {
    for (const auto& user : users) session.delete_(user);
}
#else
void bad(const Session& session, const std::vector<Ptr<User>>& users) { session.delete_(users); }
#endif
