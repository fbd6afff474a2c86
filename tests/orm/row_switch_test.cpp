// A new object takes the key of one that goes in the same flush.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Seat;
struct Guest : Model<Guest> {
    Column<int, primary_key> id;
    Column<std::string, unique_key> name;
    Column<std::optional<int>> age;
    Many<Seat, cascade<"all, delete-orphan">> seats;
};
struct Seat : Model<Seat> {
    Column<int, primary_key, foreign_key<Guest>> guest_id;
    Column<int, primary_key> place;
    Column<std::optional<std::string>> note;
    One<Guest> guest;
};

struct Guests : TestDatabase {
    Guests() {
        create<Guest, Seat>();
        ada = session.add(Guest{.id = 1, .name = "ada", .age = 36});
        ada->seats.append(Seat{.place = 7, .note = "window"});
        session.commit();
        (void)ada->seats.size();
        work();
    }
    Session session{engine};
    Ptr<Guest> ada;
};

}  // namespace

TEST_CASE_FIXTURE(Guests, "row switch: a row makes room for a new one with its key") {
    session.delete_(ada);
    auto bob = session.add(Guest{.id = 1, .name = "ada"});
    session.commit();
    CHECK(work() == Lines{"DELETE FROM seat WHERE seat.guest_id = ? AND seat.place = ? | 1 | 7",
                          "DELETE FROM guest WHERE guest.id = ? | 1",
                          "INSERT INTO guest (id, name) VALUES (?, ?) | 1 | 'ada'"});
    CHECK(session.get<Guest>(1) == bob);
    CHECK_FALSE(bob->age.value().has_value());
    CHECK(bob->seats.empty());
}

TEST_CASE_FIXTURE(Guests, "row switch: an association object is replaced by one of the same key") {
    ada->seats.remove(ada->seats[0]);
    auto seat = ada->seats.append(Seat{.place = 7, .note = "aisle"});
    session.commit();
    CHECK(work() == Lines{"DELETE FROM seat WHERE seat.guest_id = ? AND seat.place = ? | 1 | 7",
                          "INSERT INTO seat (guest_id, place, note) VALUES (?, ?, ?) | 1 | 7 | 'aisle'"});
    CHECK(session.get<Seat>(1, 7) == seat);
    CHECK(ada->seats.size() == 1);
    CHECK(seat->note == "aisle");
    session.expunge_all();
    CHECK(session.get<Seat>(1, 7)->note == "aisle");
}

TEST_CASE_FIXTURE(Guests, "row switch: a rollback gives the old one its place back") {
    auto old = ada->seats[0];
    auto change = [&] {
        ada->seats.remove(old);
        ada->seats.append(Seat{.place = 7});
        session.delete_(ada);
        session.add(Guest{.id = 1, .name = "eve"});
    };
    SUBCASE("after the flush") {
        change();
        session.flush();
    }
    SUBCASE("within a failing flush") {
        change();
        session.add(Guest{.id = 2, .name = "eve"});
        CHECK_THROWS_AS(session.flush(), IntegrityError);
    }
    SUBCASE("before it") { change(); }
    session.rollback();
    CHECK(session.get<Guest>(1) == ada);
    CHECK(ada->name == "ada");
    CHECK(session.get<Seat>(1, 7) == old);
    CHECK(old->note == "window");
    CHECK(session.contains(old));
}
