// What moves between parents, is taken out, or expired before its row is written: nothing else is lost with it.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct MovedVolume;
struct MovedGenre;
struct MovedShelf : Model<MovedShelf> {
    Column<int, primary_key> id;
    Column<std::string> room;
    Many<MovedVolume, cascade<"all, delete-orphan">> volumes;
};
struct moved_genres : Model<moved_genres> {
    Column<int, primary_key, foreign_key<MovedVolume>> volume_id;
    Column<int, primary_key, foreign_key<MovedGenre>> genre_id;
};
struct MovedVolume : Model<MovedVolume> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<std::optional<int>, foreign_key<MovedShelf>> shelf_id;
    One<MovedShelf> shelf;
    Many<MovedGenre, secondary<moved_genres>> genres;
};
struct MovedGenre : Model<MovedGenre> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<MovedVolume, secondary<moved_genres>> volumes;
};

struct MovedPen;
struct MovedBox : Model<MovedBox> {
    Column<int, primary_key> id;
    Many<MovedPen> pens;
};
struct MovedPen : Model<MovedPen> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<MovedBox>> box_id;
    One<MovedBox> box;
};

struct Library : TestDatabase {
    Library() {
        create<MovedShelf, MovedVolume, MovedGenre, moved_genres>();
        attic = session.add(MovedShelf{.room = "attic"});
        hall = session.add(MovedShelf{.room = "hall"});
        emma = attic->volumes.append(MovedVolume{.title = "Emma"});
        novel = emma->genres.append(MovedGenre{.name = "novel"});
        loose = session.add(MovedVolume{.title = "Atlas"});
        session.commit();
        work();
    }
    std::int64_t volumes() { return session.query<MovedVolume>().count(); }
    Lines written() {
        Lines lines = work();
        std::erase_if(lines, [](const std::string& line) { return line.starts_with("SELECT"); });
        return lines;
    }
    Session session{engine};
    Ptr<MovedShelf> attic, hall;
    Ptr<MovedVolume> emma, loose;
    Ptr<MovedGenre> novel;
};

}  // namespace

TEST_CASE_FIXTURE(Library, "moves: what went to another parent stays when the old one is deleted") {
    emma->shelf = hall;
    session.delete_(attic);
    session.commit();
    CHECK(emma->shelf == hall);
    CHECK(volumes() == 2);
}

TEST_CASE_FIXTURE(Library, "moves: nor is it lost without autoflush") {
    auto guard = session.no_autoflush();
    emma->shelf = hall;
    CHECK(attic->volumes.empty());
    session.delete_(attic);
    session.commit();
    CHECK(emma->shelf == hall);
}

TEST_CASE_FIXTURE(Library, "moves: what came to a parent goes with it, a new object too") {
    loose->shelf = attic;
    auto guard = session.no_autoflush();
    session.add(MovedVolume{.title = "Persuasion", .shelf = attic});
    session.delete_(attic);
    session.commit();
    CHECK(volumes() == 0);
}

TEST_CASE_FIXTURE(Library, "moves: a key that was given by hand counts, too") {
    emma->shelf_id = hall->id.value();
    session.delete_(attic);
    session.commit();
    CHECK(emma->shelf == hall);
}

TEST_CASE_FIXTURE(Library, "moves: what is to be deleted is, whoever it is given to; unless it is added again") {
    session.delete_(loose);
    hall->volumes.append(loose);
    session.delete_(emma);
    session.add(emma);
    session.commit();
    CHECK(volumes() == 1);
    CHECK(emma->shelf == attic);
}

TEST_CASE_FIXTURE(Library, "moves: the children of a parent that is gone have none") {
    create<MovedBox, MovedPen>();
    auto box = session.add(MovedBox{});
    auto pen = box->pens.append(MovedPen{});
    session.commit();
    session.delete_(box);
    session.flush();
    CHECK(pen->box == nullptr);
    session.rollback();
    CHECK(pen->box == box);
}

TEST_CASE_FIXTURE(Library, "moves: only what is there is taken out, and nothing is deleted for it") {
    CHECK_THROWS_WITH_AS(hall->volumes.remove(emma), doctest::Contains("does not have the object"), ArgumentError);
    CHECK_THROWS_AS(hall->volumes.remove(loose), ArgumentError);
    CHECK_THROWS_AS(loose->genres.remove(novel), ArgumentError);
    CHECK_THROWS_AS(make<MovedShelf>({.room = "new"})->volumes.remove(emma), ArgumentError);
    session.commit();
    CHECK(written().empty());
    CHECK(volumes() == 2);
    CHECK(emma->shelf == attic);
}

TEST_CASE_FIXTURE(Library, "moves: what a many-to-many has already is not written again") {
    emma->genres.append(novel);
    novel->volumes.append(emma);
    session.commit();
    CHECK(written().empty());
    CHECK(emma->genres.size() == 1);
}

TEST_CASE_FIXTURE(Library, "moves: what has been deleted cannot be put into a relationship") {
    session.delete_(hall);
    session.flush();
    CHECK_THROWS_AS(emma->shelf = hall, InvalidRequestError);
    CHECK(emma->shelf == attic);
}

TEST_CASE_FIXTURE(Library, "moves: expired, they are forgotten") {
    emma->shelf = hall;
    session.expire(emma);
    CHECK(emma->shelf == attic);
    loose->genres.append(novel);
    session.expire(loose);
    attic->volumes.remove(emma);
    session.expire_all();
    session.commit();
    CHECK(written().empty());
    CHECK(volumes() == 2);
}

TEST_CASE_FIXTURE(Library, "moves: expired on one side, they are written when the other side knows of them") {
    CHECK(hall->volumes.empty());
    hall->volumes.append(emma);
    session.expire(emma);
    CHECK(emma->genres.size() == 1);
    session.commit();
    CHECK(emma->shelf == hall);
}

TEST_CASE_FIXTURE(Library, "moves: only what has a row is expired") {
    auto fresh = session.add(MovedShelf{.room = "new"});
    CHECK_THROWS_AS(session.expire(fresh), InvalidRequestError);
}

TEST_CASE_FIXTURE(Library, "moves: what waits is written before an expired column is read") {
    session.expire(loose);
    emma->title = "Emma, 1815";
    CHECK(loose->title == "Atlas");
    CHECK(written() == Lines{"UPDATE moved_volume SET title=? WHERE moved_volume.id = ? | 'Emma, 1815' | 1"});
}
