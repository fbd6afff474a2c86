// Thermos, line by line as the notes do it: commands, views, relationships.
#include "app/app.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "app/models.hpp"
#include "retort/base/prompts.hpp"
#include "tests/doctest.hpp"

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
    {
        commands::TypedAnswers typed{"n\nmaybe\ny\n"};
        CHECK(run({"dropdb"}).output == "");
        CHECK(run({"dropdb"}).output == "Dropped the database\n");
        CHECK(typed.asked().starts_with("Are you sure you want to lose all your data [n]: "));
    }
    CHECK(run({"dropdb", "--yes"}).output == "Dropped the database\n");
}

TEST_CASE_FIXTURE(Thermos, "thermos: questions, and what is not answered") {
    commands::TypedAnswers typed{"\nyes\nblue\nG\nada\nno\n\n"};
    CHECK(run({"ask"}).output == "'bob'\n'yes'\n'g'\n");
    CHECK(run({"ask"}).output == "'ada'\n'no'\n'red'\n");
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

TEST_CASE_FIXTURE(Thermos, "thermos: what each way of loading sends") {
    auto context = app.app_context();
    for (auto name : {"reindert", "arjen"}) {
        auto user = User::get_by_username(name);
        for (auto url : {"http://1", "http://2"}) user->bookmarks.append(Bookmark{.url = url});
    }
    db.session.commit();
    CHECK(run({"lazy"}).output ==
          "select: 4 bookmarks, 3 statements\n"
          "joined: 4 bookmarks, 1 statements\n"
          "subquery: 4 bookmarks, 2 statements\n"
          "selectin: 4 bookmarks, 2 statements\n"
          "immediate: 4 bookmarks, 3 statements\n"
          "batch: 4 bookmarks, 2 statements\n"
          "noload: 0 bookmarks, 1 statements\n"
          "raise: 'User.shelf' is not available due to lazy::raise.\n"
          "dynamic: 4 bookmarks, counted by the database\n");
}

TEST_CASE_FIXTURE(Thermos, "thermos: a dynamic relationship is refined before it is loaded") {
    auto context = app.app_context();
    auto arjen = User::get_by_username("arjen");
    for (auto url : {"http://1", "http://2", "http://3"}) arjen->bookmarks.append(Bookmark{.url = url});
    CHECK(arjen->bookmarks.count() == 3);
    CHECK(arjen->bookmarks.order_by(Bookmark::c.id.desc()).first()->url == "http://3");
    CHECK(arjen->bookmarks.filter(Bookmark::c.url == "http://2").one()->user == arjen);
    auto page = arjen->bookmarks.query().order_by(Bookmark::c.id).paginate(PaginateOptions{.page = 2, .per_page = 2});
    CHECK(page.items().size() == 1);
    CHECK(page.pages() == 2);
    arjen->bookmarks.remove(page.items()[0]);
    CHECK_THROWS_AS(db.session.commit(), IntegrityError);  // user_id cannot be NULL
    db.session.rollback();
    CHECK(arjen->bookmarks.count() == 0);
}

TEST_CASE_FIXTURE(Thermos, "thermos: pages, tags, changing and deleting") {
    auto client = app.test_client();
    for (auto name : {"a", "b", "c"}) {
        auto body = json{{"url", std::string("http://") + name}, {"tags", std::string("all,") + name}};
        CHECK(client.post("/user/arjen/bookmarks", {.json = body}).status_code() == 201);
    }
    auto page = client.get("/bookmarks?per_page=2&page=2").json();
    CHECK(page["total"] == 3);
    CHECK(page["pages"] == 2);
    CHECK(page["items"].size() == 1);
    CHECK(page["items"][0]["url"] == "http://a");
    CHECK(client.get("/bookmarks?page=9").status_code() == 404);
    auto tags = client.get("/tags").json();
    CHECK(tags[0]["name"] == "all");
    CHECK(tags[0]["bookmarks"] == 3);
    CHECK(tags.size() == 4);
    auto changed = client.put("/bookmarks/1", {.json = json{{"description", "first"}, {"tags", "a"}}}).json();
    CHECK(changed["description"] == "first");
    CHECK(changed["tags"].size() == 1);
    CHECK(client.delete_("/bookmarks/1").status_code() == 204);
    CHECK(client.delete_("/bookmarks/1").status_code() == 404);
    CHECK(client.get("/tags").json()[0]["bookmarks"] == 2);
}

TEST_CASE_FIXTURE(Thermos, "thermos: bookmarks are looked at when they are written") {
    auto client = app.test_client();
    CHECK(client.post("/user/arjen/bookmarks", {.json = json{{"url", "example.com"}}}).json()["url"] ==
          "http://example.com");
    auto context = app.app_context();
    auto bookmark = Bookmark::newest(1)[0];
    CHECK_THROWS_AS(bookmark->url = std::string(), ArgumentError);
    CHECK(bookmark->url == "http://example.com");
    User::get_by_username("arjen")->bookmarks.append(Bookmark{.url = "x", .description = std::string(301, 'x')});
    CHECK_THROWS_AS(db.session.commit(), ValueTooLongError);
    db.session.rollback();
    CHECK(Bookmark::query().count() == 1);
}
