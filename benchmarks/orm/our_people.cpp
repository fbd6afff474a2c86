// Users through sessions: the public interface as an application writes it.
#include <cstdlib>
#include <tuple>

#include "people.hpp"
#include "retort/dialects/create_engine.hpp"
#include "retort/engine/connection.hpp"
#include "retort/orm/orm.hpp"

using namespace retort;

namespace {

struct User : Model<User> {
    static constexpr auto table_name = "users";
    Column<int, primary_key> id;
    Column<std::string, unique_key> username;
    Column<std::optional<std::string>> email;
    Column<int> age;
};

using UserRow = std::tuple<int, std::string, std::optional<std::string>, int>;

Engine engine_at(const std::string& file) {
    return create_engine(file == ":memory:" ? "sqlite://" : "sqlite:///" + file);
}

}  // namespace

struct OurPeople::Parts {
    Engine engine;
    std::optional<Session> session{};
    std::vector<Ptr<User>> people{};
    std::vector<UserRow> rows{};
};

OurPeople::OurPeople(const std::string& file, int rows) : rows_(rows), parts_(new Parts{engine_at(file)}) {
    parts_->engine.connect()->run(people_schema);
}
OurPeople::~OurPeople() = default;

void OurPeople::forget() {
    parts_->people = std::vector<Ptr<User>>();
    parts_->rows = std::vector<UserRow>();
    parts_->session.reset();
}
void OurPeople::clear() { parts_->engine.connect()->run("DELETE FROM users"); }
void OurPeople::fill() { parts_->engine.connect()->run(fill_people(rows_)); }

void OurPeople::insert() {
    auto& session = parts_->session.emplace(parts_->engine);
    auto& people = parts_->people;
    people.reserve(static_cast<std::size_t>(rows_));
    for (int i = 1; i <= rows_; ++i) {
        people.push_back(session.add(User{.username = username_of(i), .email = email_of(i), .age = i % 90}));
    }
    session.commit();
}

void OurPeople::get() {
    auto& session = parts_->session.emplace(parts_->engine);
    parts_->people.reserve(static_cast<std::size_t>(rows_));
    for (int i = 1; i <= rows_; ++i) parts_->people.push_back(session.get<User>(i));
}

void OurPeople::select_one() {
    auto& session = parts_->session.emplace(parts_->engine);
    parts_->people.reserve(static_cast<std::size_t>(rows_));
    for (int i = 1; i <= rows_; ++i) {
        parts_->people.push_back(session.scalars(select<User>().where(User::c.id == i)).one());
    }
}

void OurPeople::all() {
    auto& session = parts_->session.emplace(parts_->engine);
    parts_->people = session.scalars(select<User>()).all();
}

void OurPeople::rows() {
    auto& session = parts_->session.emplace(parts_->engine);
    parts_->rows = session.execute(select(User::c.id, User::c.username, User::c.email, User::c.age)).all();
}

void OurPeople::update() {
    for (auto& person : parts_->people) person->age += 1;
    parts_->session->commit();
}

void OurPeople::flush() { parts_->session->flush(); }

void OurPeople::read_and_flush() {
    if (checksum() == 0) std::abort();
    parts_->session->flush();
}

void OurPeople::drop_handles() { parts_->people = std::vector<Ptr<User>>(); }

long OurPeople::checksum() const {
    long sum = 0;
    for (const auto& person : parts_->people) {
        sum += person->id + person->age;
        sum += static_cast<long>(person->username.value().size() + person->email.value()->size());
    }
    for (const auto& [id, username, email, age] : parts_->rows) {
        sum += id + age + static_cast<long>(username.size() + email->size());
    }
    return sum;
}
