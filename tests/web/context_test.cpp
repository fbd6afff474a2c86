// Contexts: what is current where, and for how long.
#include "retort/web/context.hpp"

#include <thread>

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("contexts nest, and leave what was current before") {
    App outer{"outer"}, inner{"inner"};
    CHECK(!has_app_context());
    {
        auto first = outer.app_context();
        CHECK(current_app->name() == "outer");
        {
            auto second = inner.test_request_context("/path?x=1");
            CHECK(current_app->name() == "inner");
            CHECK(request.path() == "/path");
            CHECK(request.args["x"] == "1");
        }
        CHECK(current_app->name() == "outer");
        CHECK(!has_request_context());
    }
    CHECK(!has_app_context());
}

TEST_CASE("g lasts as long as its app context, and a request in it shares it") {
    App app{"g"};
    {
        auto context = app.app_context();
        g["n"] = 5;
        {
            auto request_context = app.test_request_context("/");
            CHECK(g.get<int>("n") == 5);
        }
        CHECK(g.contains("n"));
    }
    auto context = app.app_context();
    CHECK(!g.contains("n"));
}

TEST_CASE("g holds values of any type, each under its own") {
    App app{"g"};
    auto context = app.app_context();
    g.set("list", std::vector<int>{1, 2});
    CHECK(g.get<std::vector<int>>("list").size() == 2);
    CHECK(g.find<int>("list") == nullptr);
    CHECK(g.get<int>("missing", 7) == 7);
    CHECK_THROWS_AS(g.get<int>("missing"), InvalidRequestError);
    CHECK_THROWS_AS(g.get<int>("list"), InvalidRequestError);
    CHECK(g.remove("list"));
    CHECK(!g.remove("list"));
}

TEST_CASE("each request has its own g") {
    App app{"g"};
    app.get("/", [] {
        bool fresh = !g.contains("seen");
        g["seen"] = true;
        return fresh ? "fresh" : "stale";
    });
    auto client = app.test_client();
    CHECK(client.get("/").text() == "fresh");
    CHECK(client.get("/").text() == "fresh");
}

TEST_CASE("another thread has no context") {
    App app{"threads"};
    auto context = app.app_context();
    bool seen = true;
    std::thread{[&] { seen = has_app_context(); }}.join();
    CHECK(!seen);
}

TEST_CASE("teardown_appcontext runs when a pushed context ends") {
    App app{"teardown"};
    int ended = 0;
    app.teardown_appcontext([&] { ++ended; });
    {
        auto context = app.app_context();
    }
    CHECK(ended == 1);
    {
        auto context = app.test_request_context("/");
    }
    CHECK(ended == 2);
}

TEST_CASE("apps stand beside each other in one process") {
    App one{"one"}, two{"two"};
    two.get("/", [] { return current_app->name(); });
    one.get("/", [] { return current_app->name(); });
    CHECK(one.test_client().get("/").text() == "one");
    CHECK(two.test_client().get("/").text() == "two");
}

TEST_CASE("g keeps text as text, and tells of another type") {
    App app{"first"};
    auto context = app.app_context();
    {
        const std::string gone = "a text that is gone by the time it is read";
        g.set("view", std::string_view(gone));
        g.set("quoted", "de");
        g["slot"] = "fr";
    }
    CHECK(g.get<std::string>("view") == "a text that is gone by the time it is read");
    CHECK(g.get<std::string>("quoted", "none") == "de");
    CHECK(g.get<std::string>("slot", "none") == "fr");
    CHECK(g.get<std::string>("missing", "none") == "none");
    g.set("count", 3);
    CHECK(g.get("count", 7) == 3);
    CHECK_THROWS_AS((void)g.get("count", 7L), InvalidRequestError);
    CHECK(g.find<long>("count") == nullptr);
}

TEST_CASE("a thread of one's own works with a copy of the app") {
    App app{"threads"};
    std::string told;
    app.get("/", [&told] {
        std::thread([app = App(*current_app), &told]() mutable {
            auto context = app.app_context();
            g.set("name", current_app->name());
            told = g.get<std::string>("name") + (has_request_context() ? " request" : " no request");
        }).join();
        return "begun";
    });
    CHECK(app.test_client().get("/").text() == "begun");
    CHECK(told == "threads no request");
}

TEST_CASE("g reads text with a default in quotes, gives values away, and keeps null") {
    App app{"first"};
    auto context = app.app_context();
    const std::string_view otherwise = "en";
    CHECK(g.get("lang", "en") == "en");
    g.set("lang", "de");
    CHECK(g.get("lang", "en") == "de");
    CHECK(g.get("lang", otherwise) == "de");
    CHECK(g.pop<std::string>("lang") == "de");
    CHECK(!g.contains("lang"));
    CHECK(g.pop("lang", "fr") == "fr");
    CHECK(g.pop("count", 3) == 3);
    CHECK_THROWS_AS((void)g.pop<int>("count"), InvalidRequestError);

    const char *none = nullptr, *there = "x";
    g.set("none", none);
    g.set("there", there);
    g["slot"] = none;
    CHECK(g.contains("none"));
    CHECK(g.find<std::string>("none") == nullptr);
    CHECK(g.find<std::string>("slot") == nullptr);
    CHECK(g.get<std::string>("there") == "x");
    CHECK(render_template_string("{{ g.none }} {{ g.slot }} {{ g.there }}") == "None None x");
}

TEST_CASE("types are told as they are written") {
    App app{"first"};
    auto context = app.app_context();
    g.set("text", "x");
    g.set("texts", std::vector<std::string>());
    CHECK_THROWS_WITH_AS(g.get<int>("text"), doctest::Contains("g's \"text\" is of another type: std::string\n"),
                         InvalidRequestError);
    CHECK_THROWS_WITH_AS(g.get<int>("texts"), doctest::Contains("std::vector<std::string, "), InvalidRequestError);
}
