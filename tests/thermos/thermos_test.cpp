// Thermos, line by line as the notes do it: commands, views, relationships.
#include "app/app.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "app/models.hpp"

using namespace retort;

namespace {

/// The application on a database in memory, with the two users of `initdb`.
struct Thermos {
    Thermos() : app((::setenv("RETORT_SQLALCHEMY_DATABASE_URI", "sqlite://", 1), create_app())) {
        auto context = app.app_context();
        REQUIRE(run({"initdb"}).output == "Initialized the database\n");
    }
    commands::RunResult run(const std::vector<std::string>& words) { return app.test_cli_runner().invoke(words); }
    App app;
};

}  // namespace

TEST_CASE_FIXTURE(Thermos, "thermos: the commands of the notes") {
    CHECK(run({"hello", "ada"}).output == "hi ada\n");
    CHECK(run({"hello", "ada", "--greeting", "good day", "--loud"}).output == "GOOD DAY ADA\n");
    CHECK(run({"opt"}).output == "opt joe None\n");
    CHECK(run({"opt", "-n", "ada", "-u", "x"}).output == "opt ada x\n");
    CHECK(run({"dropdb"}).output == "All data would be lost. Say --yes if you are sure.\n");
    CHECK(run({"dropdb", "--yes"}).output == "Dropped the database\n");
}

TEST_CASE_FIXTURE(Thermos, "thermos: the shell session of the notes") {
    auto context = app.app_context();
    auto reindert = User::get_by_username("reindert");
    REQUIRE(reindert);
    CHECK(reindert->bookmarks.count() == 0);
    CHECK(reindert->bookmarks.all().empty());
    auto bookmark = db.session.add(Bookmark{.url = "http://a", .description = "first", .user = reindert});
    db.session.commit();
    CHECK(bookmark->user == reindert);
    CHECK(bookmark->user_id == reindert->id);
    CHECK(bookmark->repr() == "<Bookmark 'first': 'http://a'>");
    CHECK(reindert->bookmarks.count() == 1);
    CHECK(reindert->bookmarks.filter(Bookmark::c.url.like("%a")).first() == bookmark);
    CHECK(User::query().get(1) == reindert);
    CHECK(User::query().filter_by({.username = "arjen"}).first()->email == "arjen@robben.nl");
    CHECK(User::query().count() == 2);
    CHECK(Bookmark::newest(5).size() == 1);
}

TEST_CASE_FIXTURE(Thermos, "thermos: tags go both ways") {
    auto context = app.app_context();
    auto arjen = User::get_by_username("arjen");
    auto bookmark = arjen->bookmarks.append(Bookmark{.url = "http://b"});
    bookmark->set_tags("news, c++,news");
    db.session.commit();
    CHECK(bookmark->tags.size() == 2);
    CHECK(bookmark->tags[0]->name == "c++");
    auto news = Tag::get_or_create("news");
    CHECK(news->bookmarks.count() == 1);
    CHECK(news->bookmarks.all()[0] == bookmark);
    bookmark->set_tags("c++");
    db.session.commit();
    CHECK(news->bookmarks.count() == 0);
    CHECK(Tag::query().count() == 2);
}

TEST_CASE_FIXTURE(Thermos, "thermos: every way of loading for one query") {
    auto context = app.app_context();
    auto arjen = User::get_by_username("arjen");
    for (auto url : {"http://1", "http://2"}) arjen->bookmarks.append(Bookmark{.url = url})->set_tags("a,b");
    db.session.commit();
    for (const auto& option :
         {lazyload(Bookmark::c.tags), joinedload(Bookmark::c.tags), selectinload(Bookmark::c.tags),
          subqueryload(Bookmark::c.tags), immediateload(Bookmark::c.tags), batchload(Bookmark::c.tags)}) {
        db.session.expunge_all();
        auto marks = db.session.scalars(select<Bookmark>().order_by(Bookmark::c.id).options(option)).all();
        REQUIRE(marks.size() == 2);
        CHECK(marks[1]->tags.size() == 2);
    }
    db.session.expunge_all();
    auto marks = db.session.scalars(select<Bookmark>().options(raiseload(Bookmark::c.tags))).all();
    CHECK_THROWS_AS((void)marks[0]->tags.size(), InvalidRequestError);
}

TEST_CASE_FIXTURE(Thermos, "thermos: the views") {
    auto client = app.test_client();
    auto made = client.post("/user/arjen/bookmarks", {.json = json{{"url", "http://c"}, {"tags", "x,y"}}});
    CHECK(made.status_code() == 201);
    CHECK(made.json()["tags"].size() == 2);
    CHECK(client.get("/").text() == "http://c by arjen");
    CHECK(client.get("/user/arjen").json().size() == 1);
    CHECK(client.get("/tag/x").json()[0]["user"] == "arjen");
    CHECK(client.get("/tag/none").status_code() == 404);
    CHECK(client.get("/user/nobody").status_code() == 404);
}
