// Sessions: adding, getting, changing, committing and rolling back objects, with the SQL that this takes.
#include "retort/orm/session.hpp"

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct SessionUser : Model<SessionUser> {
    static constexpr auto table_name = "account";
    Column<int, primary_key> id;
    Column<std::string, unique_key> name;
    Column<std::optional<std::string>> email;
    Column<int> age = 7;
};

struct Fixture : TestDatabase {
    Fixture() { create<SessionUser>(); }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "session: an added object is inserted at commit and gets its key") {
    auto ada = session.add(SessionUser{.name = "ada"});
    CHECK(work() == Lines{});
    session.commit();
    CHECK(work() == Lines{"INSERT INTO account (name, age) VALUES (?, ?) | 'ada' | 7"});
    CHECK(ada->id == 1);
    CHECK(work() == Lines{});
    CHECK(ada->name == "ada");
    CHECK(work() ==
          Lines{"SELECT account.id, account.name, account.email, account.age FROM account WHERE account.id = ? | 1"});
    CHECK(ada->email == std::nullopt);
    CHECK(work() == Lines{});
}

TEST_CASE_FIXTURE(Fixture, "session: get reads once, then the identity map answers") {
    run("INSERT INTO account (id, name, age) VALUES (5, 'eve', 30)");
    auto eve = session.get<SessionUser>(5);
    REQUIRE(eve);
    CHECK(eve->name == "eve");
    CHECK(eve->age == 30);
    CHECK(work().size() == 1);
    CHECK(session.get<SessionUser>(5) == eve);
    CHECK(work() == Lines{});
    CHECK_FALSE(session.get<SessionUser>(6));
}

TEST_CASE_FIXTURE(Fixture, "session: a change updates that column only, a change back nothing") {
    auto ada = session.add(SessionUser{.name = "ada"});
    session.commit();
    work();
    ada->email = "a@b";
    ada->name = "other";
    ada->name = "ada";
    session.commit();
    CHECK(work() == Lines{"UPDATE account SET name=?, email=? WHERE account.id = ? | 'ada' | 'a@b' | 1"});
    CHECK(ada->email == "a@b");
    work();
    ada->name = "other";
    ada->name = "ada";
    ada->age += 0;
    session.commit();
    CHECK(work() == Lines{});
}

TEST_CASE_FIXTURE(Fixture, "session: rollback gives objects back what they had") {
    auto ada = session.add(SessionUser{.name = "ada"});
    session.commit();
    CHECK(ada->name == "ada");
    ada->name = "x";
    auto bob = session.add(SessionUser{.name = "bob"});
    session.flush();
    CHECK(bob->id == 2);
    session.delete_(ada);
    session.rollback();
    CHECK(ada->name == "ada");
    CHECK(session.contains(ada));
    CHECK_FALSE(session.contains(bob));
    CHECK_FALSE(bob->id.is_set());
    session.add(bob);
    session.commit();
    CHECK(bob->id == 2);
}

// As SQLAlchemy does: what a detached object was given is written when it comes back.
TEST_CASE_FIXTURE(Fixture, "session: changes of an object that leaves and comes back are written") {
    auto user = session.add(SessionUser{.name = "a", .age = 1});
    session.commit();
    (void)user->name.value();
    auto leave = [&] { session.expunge(user); };
    SUBCASE("changed before") {
        user->name = "x";
        leave();
        CHECK(session.dirty_count() == 0);
    }
    SUBCASE("changed before, and the session went on") {
        user->name = "x";
        leave();
        session.commit();
    }
    SUBCASE("changed before, and the session was undone") {
        user->name = "x";
        leave();
        session.rollback();
    }
    SUBCASE("changed meanwhile") {
        leave();
        user->name = "x";
    }
    SUBCASE("of a session that closed") {
        user->name = "y";
        session.close();
        user->name = "x";
    }
    SUBCASE("into another session") {
        leave();
        user->name = "x";
        session.add(user);
        session.expunge(user);
    }
    CHECK(user->name == "x");
    session.add(user);
    CHECK(session.dirty_count() == 1);
    work();
    session.commit();
    CHECK(work() == Lines{"UPDATE account SET name=? WHERE account.id = ? | 'x' | 1"});
    user->name = "z";
    session.rollback();
    CHECK(user->name == "x");
    user->age = 2;
    work();
    session.commit();
    CHECK(work() == Lines{"UPDATE account SET age=? WHERE account.id = ? | 2 | 1"});
}
