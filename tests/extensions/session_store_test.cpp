// Sessions in the database: kept, over after their time, ended.
#include "retort/extensions/session_store.hpp"

#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("sessions live in the database, and their names do not") {
    App app{"stored"};
    app.config["TESTING"] = true;
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    Database db{app};
    auto store = std::make_shared<DatabaseSessionStore>(db);
    app.set_session_interface(std::make_shared<StoredSessions>(store));
    app.get("/count", [] {
        session["n"] = session.get<int>("n", 0) + 1;
        return session["n"].value().dump();
    });
    app.get("/forget", [] {
        session.clear();
        return "";
    });
    auto client = app.test_client();
    CHECK(client.get("/count").text() == "1");
    CHECK(client.get("/count").text() == "2");

    auto context = app.app_context();
    auto rows = [&] {
        return db.session.execute(text("SELECT id, data FROM http_sessions").columns<std::string, std::string>()).all();
    };
    REQUIRE(rows().size() == 1);
    CHECK(std::get<0>(rows()[0]) != client.cookie("session"));
    CHECK(std::get<1>(rows()[0]) == R"({"n":2})");
    client.get("/forget");
    CHECK(rows().empty());

    store->save("a", "{}", std::chrono::seconds{60});
    store->save("b", "{}", std::chrono::seconds{-1});
    CHECK(store->load("a") == "{}");
    CHECK_FALSE(store->load("b"));
}
