// Objects that have left their session, or lost their row: what they show, and what is refused.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Stamp;
struct Album : Model<Album> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Stamp> stamps;
    Many<Stamp, lazy::dynamic, viewonly> query;
};
struct Stamp : Model<Stamp> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Album>> album_id;
    One<Album> album;
};

struct Filled : TestDatabase {
    Filled() {
        create<Album, Stamp>();
        Session session{engine};
        session.add(Album{.name = "blue"})->stamps.append(Stamp{});
        session.commit();
        statements.clear();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Filled, "detached: an expunged object reads no relationship, also while its session lives") {
    Session session{engine};
    auto album = session.get<Album>(1);
    auto stamp = session.get<Stamp>(1);
    session.expunge(album);
    session.expunge(stamp);
    CHECK_THROWS_AS((void)album->stamps.size(), DetachedInstanceError);
    CHECK_THROWS_AS((void)album->query.count(), DetachedInstanceError);
    CHECK_THROWS_AS((void)stamp->album.get(), DetachedInstanceError);
    session.add(album);
    CHECK(album->stamps.size() == 1);
}

TEST_CASE_FIXTURE(Filled, "detached: a change that would be lost is refused") {
    Session session{engine};
    auto album = session.get<Album>(1);
    auto stamp = album->stamps[0];
    auto red = session.add(Album{.name = "red"});
    session.commit();
    CHECK(album->stamps.size() == 1);
    CHECK(stamp->album == album);
    session.expunge(album);
    session.expunge(stamp);
    CHECK(album->stamps.size() == 1);
    CHECK_THROWS_AS(album->stamps.append(Stamp{}), DetachedInstanceError);
    CHECK_THROWS_AS(album->stamps.remove(stamp), DetachedInstanceError);
    stamp->album = red;  // this is kept, and written when the object comes back
    CHECK(stamp->album == red);
    session.add(stamp);
    session.commit();
    CHECK(stamp->album_id == red->id);
}

TEST_CASE_FIXTURE(Filled, "detached: what was expunged stays so when its session closes") {
    Ptr<Album> album;
    {
        Session session{engine};
        album = session.get<Album>(1);
        session.expunge(album);
    }
    CHECK(inspect(album).detached());
    album->name = "green";
    Session other{engine};
    other.add(album);
    CHECK(inspect(album).persistent());
    other.commit();
    CHECK(other.get<Album>(1) == album);
    CHECK(album->name == "green");
}

TEST_CASE_FIXTURE(Filled, "detached: an object whose row was deleted is not added again") {
    Session session{engine};
    auto stamp = session.get<Stamp>(1);
    session.delete_(stamp);
    session.commit();
    CHECK(inspect(stamp).detached());
    CHECK_THROWS_WITH_AS(session.add(stamp), doctest::Contains("<Stamp 1> was deleted."), InvalidRequestError);
    make_transient(stamp);
    session.add(stamp);
    session.commit();
    CHECK(session.query<Stamp>().count() == 1);
}

TEST_CASE_FIXTURE(Filled, "detached: delete_ takes one back first") {
    Ptr<Stamp> stamp;
    {
        Session session{engine};
        stamp = session.get<Stamp>(1);
    }
    Session other{engine};
    other.delete_(stamp);
    other.commit();
    CHECK(other.query<Stamp>().count() == 0);
}

TEST_CASE_FIXTURE(Filled, "detached: adding an object that never left brings back what hangs on it") {
    Session session{engine};
    auto album = session.get<Album>(1);
    auto stamp = album->stamps[0];
    session.expunge(stamp);
    CHECK(inspect(stamp).detached());
    session.add(album);
    CHECK(inspect(stamp).persistent());
    CHECK(session.get<Stamp>(1) == stamp);
    stamp->album = nullptr;
    session.commit();
    CHECK_FALSE(stamp->album_id.value().has_value());
    statements.clear();
    session.add(album);  // reads nothing
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Filled, "detached: what was deleted stays away when its parent is added") {
    Session session{engine};
    auto album = session.get<Album>(1);
    auto stamp = album->stamps[0];
    session.delete_(stamp);
    session.flush();
    session.add(album);
    session.commit();
    CHECK(inspect(stamp).detached());
    CHECK(session.query<Stamp>().count() == 0);
}

TEST_CASE_FIXTURE(Filled, "merge: a collection that raises when it is touched is read for its new items") {
    for (auto option : {raiseload(Album::c.stamps), raiseload(Album::c.stamps, true)}) {
        Session session{engine};
        auto album = session.scalars(select<Album>().options(option)).one();
        CHECK_THROWS_AS((void)album->stamps.size(), InvalidRequestError);
        Album given{.id = 1, .name = "blue"};
        given.stamps.append(Stamp{.id = 1});
        given.stamps.append(Stamp{});
        auto merged = session.merge(given);
        CHECK(merged == album);
        CHECK(album->stamps.size() == 2);
        session.flush();
        CHECK(session.query<Stamp>().filter(Stamp::c.album_id == 1).count() == 2);
        session.rollback();
    }
}

TEST_CASE_FIXTURE(Filled, "detached: one that is deleted brings along what goes with it, and nothing else") {
    Session session{engine};
    auto stamp = session.get<Stamp>(1);
    auto album = stamp->album.get();
    CHECK(album->name == "blue");
    session.expunge_all();
    album->name = "not to be written";
    session.delete_(stamp);
    CHECK_FALSE(session.contains(album));
    session.commit();
    CHECK(session.get<Album>(1)->name == "blue");
    CHECK(session.get<Stamp>(1) == nullptr);
    CHECK_THROWS_AS(session.delete_(stamp), InvalidRequestError);
}
