// Classes that are no plain structs, described by a Mapping: constructors, private fields, virtual functions, no Model.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

class Clerk;
struct Desk;

/// A class of somebody else's, which knows nothing of models.
class Clerk {
  public:
    Clerk() { ++made; }
    explicit Clerk(std::string name) : Clerk() { name_ = std::move(name); }
    Clerk(Clerk&&) = default;
    virtual ~Clerk() = default;
    virtual std::string greeting() const { return "I am " + name_.value() + note_; }
    void rename(std::string name) { name_ = std::move(name); }
    int id() const { return id_; }
    static int made;

  private:
    friend struct retort::Mapping<Clerk>;
    std::string note_ = ", at your service, whatever the day and the hour";
    Column<int, primary_key, column_name<"id">> id_;
    Column<std::string, column_name<"name">> name_;
    Column<std::optional<int>, column_name<"desk_id">, foreign_key<Desk>> desk_id_;
};
int Clerk::made = 0;

struct Desk : Model<Desk> {
    Desk() = default;
    explicit Desk(int room) : room(room) {}
    Column<int, primary_key> id;
    Column<int> room = 7;
    Many<Clerk> clerks;
};

}  // namespace

template <>
struct retort::Mapping<Clerk> : retort::Described<Clerk> {
    static constexpr std::string_view table_name = "staff";
    static constexpr auto fields() { return Fields<&Clerk::id_, &Clerk::name_, &Clerk::desk_id_>(); }
    static TableArgs table_args() { return {.constraints = {schemas::Unique{"", {"name"}}}}; }
};
template <>
struct retort::Mapping<Desk> : retort::Described<Desk> {
    static constexpr auto fields() { return Fields<&Desk::id, &Desk::room, &Desk::clerks>(); }
};

namespace {

struct Staff : TestDatabase {
    Staff() { create<Desk, Clerk>(); }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Staff, "mapping: a class that derives from no Model") {
    auto added = session.add(Clerk("ada"));
    session.commit();
    CHECK(work() == Lines{"INSERT INTO staff (name) VALUES (?) | 'ada'"});
    CHECK(added->greeting() == "I am ada, at your service, whatever the day and the hour");
    added->rename("bob");
    session.commit();
    CHECK(work().back() == "UPDATE staff SET name=? WHERE staff.id = ? | 'bob' | 1");
    session.expunge_all();
    int before = Clerk::made;
    auto read = session.get<Clerk>(1);
    CHECK(Clerk::made == before + 1);
    CHECK(read->greeting() == "I am bob, at your service, whatever the day and the hour");
    CHECK(session.dirty_count() == 0);
    CHECK(session.query<Clerk>().count() == 1);
    session.delete_(read);
    session.commit();
    CHECK(session.scalars(select<Clerk>()).all().empty());
}

TEST_CASE_FIXTURE(Staff, "mapping: a model with constructors, and relationships between the two") {
    auto desk = session.add(Desk(3));
    desk->clerks.append(Clerk("ada"));
    session.add(Desk());
    session.commit();
    session.expunge_all();
    auto desks = session.scalars(select<Desk>().order_by(Desk::c.id).options(selectinload(Desk::c.clerks))).all();
    CHECK(desks[0]->room == 3);
    CHECK(desks[1]->room == 7);
    CHECK(desks[0]->clerks[0]->id() == 1);
    CHECK(desks[1]->clerks.empty());
    CHECK(session.scalars(select<Desk>().where(Desk::c.clerks.any())).all().size() == 1);
    CHECK(session.merge(Desk(9))->room == 9);
    desks[0]->clerks.clear();
    session.commit();
    CHECK(session.get<Desk>(1)->clerks.empty());
}
