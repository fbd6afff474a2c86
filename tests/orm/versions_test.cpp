// version_id: who writes a row second finds out, and loses nothing.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

std::string next_tag() {
    static int count = 0;
    return "tag" + std::to_string(++count);
}

struct VersionedBox;
struct Versioned : Model<Versioned> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int, version_id> version;
    Column<std::optional<int>, foreign_key<VersionedBox>> box_id;
};
struct VersionedBox : Model<VersionedBox> {
    Column<int, primary_key> id;
    Many<Versioned> items;
};
struct Tagged : Model<Tagged> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::string, version_id_by<next_tag>> tag;
};

struct Fixture : TestDatabase {
    Fixture() { create<Versioned, VersionedBox, Tagged>(); }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "versions: they count the writes of a row") {
    auto object = session.add(Versioned{.name = "a"});
    session.commit();
    CHECK(work() == Lines{"INSERT INTO versioned (name, version) VALUES (?, ?) | 'a' | 1"});
    (void)object->name.value();
    object->name = "b";
    (void)work();
    session.flush();
    CHECK(work() == Lines{"UPDATE versioned SET name=?, version=? WHERE versioned.id = ? AND versioned.version = ? | "
                          "'b' | 2 | 1 | 1"});
    CHECK(object->version == 2);
    session.flush();
    CHECK(work() == Lines{});
    session.rollback();
    CHECK(object->version == 1);
    session.delete_(object);
    (void)work();
    session.commit();
    CHECK(work().back() == "DELETE FROM versioned WHERE versioned.id = ? AND versioned.version = ? | 1 | 1");
}

TEST_CASE_FIXTURE(Fixture, "versions: the second of two writers is refused, and may begin again") {
    session.add(Versioned{.name = "a"});
    session.commit();
    Session other{engine};
    auto mine = session.get<Versioned>(1);
    auto theirs = other.get<Versioned>(1);
    (void)mine->name.value();
    theirs->name = "theirs";
    other.commit();
    mine->name = "mine";
    CHECK_THROWS_WITH_AS(session.commit(),
                         doctest::Contains("an UPDATE of <Versioned 1> met no row: somebody else has written"),
                         StaleDataError);
    session.rollback();
    CHECK(mine->name == "theirs");
    mine->name = "mine";
    session.commit();
    CHECK(mine->version == 3);
}

TEST_CASE_FIXTURE(Fixture, "versions: a delete is refused like an update") {
    session.add(Versioned{.name = "a"});
    session.commit();
    auto mine = session.get<Versioned>(1);
    (void)mine->name.value();
    run("UPDATE versioned SET version = 7");
    session.delete_(mine);
    CHECK_THROWS_AS(session.commit(), StaleDataError);
    session.rollback();
    CHECK(session.contains(mine));
    CHECK(mine->version == 7);
}

TEST_CASE_FIXTURE(Fixture,
                  "versions: a key that follows its parent counts too, also when nothing of the child was read") {
    auto box = session.add(VersionedBox{});
    session.add(Versioned{.name = "a"});
    session.commit();
    box->items.append(session.get<Versioned>(1));
    session.commit();
    CHECK(session.get<Versioned>(1)->version == 2);
    CHECK(box->items.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "versions: a generator of one's own, and a version that the program sets") {
    auto object = session.add(Tagged{.name = "a"});
    session.commit();
    auto first = object->tag.value();
    object->name = "b";
    session.commit();
    CHECK(object->tag != first);
    auto counted = session.add(Versioned{.name = "a", .version = 5});
    session.commit();
    counted->name = "b";
    counted->version = 50;
    session.commit();
    CHECK(counted->version == 50);
}

TEST_CASE_FIXTURE(Fixture, "versions: many rows at once raise theirs, and those that were given are checked") {
    session.add_all({Versioned{.id = 1, .name = "a"}, Versioned{.id = 2, .name = "b"}, Tagged{.id = 1, .name = "t"}});
    session.commit();
    (void)work();
    session.execute(update<Versioned>(), {{.id = 1, .name = "x"}, {.id = 2, .name = "y"}});
    CHECK(work()[0] == "UPDATE versioned SET name=?, version=(versioned.version + 1) WHERE versioned.id = ? | 'x' | 1");
    CHECK(session.get<Versioned>(2)->version == 2);
    (void)work();
    session.execute(update<Versioned>(), {{.id = 1, .name = "z", .version = 2}});
    CHECK(work()[0] ==
          "UPDATE versioned SET name=?, version=? WHERE versioned.id = ? AND versioned.version = ? | 'z' | "
          "3 | 1 | 2");
    CHECK_THROWS_AS(session.execute(update<Versioned>(), {{.id = 1, .name = "q", .version = 2}}), StaleDataError);
    session.rollback();
    auto before = session.get<Tagged>(1)->tag.value();
    session.execute(update<Tagged>(), {{.id = 1, .name = "u"}});
    CHECK(session.get<Tagged>(1)->tag != before);
}
