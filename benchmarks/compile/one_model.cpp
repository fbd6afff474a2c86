// One model and one query, compiled by benchmarks/run compile beside the same in raw sqlite3; never linked.
#include <retort/retort.hpp>

using namespace retort;

struct User : Model<User> {
    Column<int, primary_key> id;
    Column<std::string, unique_key> username;
    Column<std::optional<std::string>> email;
    Column<int> age;
};

std::vector<Ptr<User>> adults(Session& session, int from) {
    return session.scalars(select<User>().where(User::c.age >= from).order_by(User::c.username)).all();
}
