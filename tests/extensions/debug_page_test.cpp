// The debug page with a database: the failing statement, what ran, and the N+1 with what mends it.

#include "retort/base/log.hpp"
#include "retort/extensions/repeated_queries.hpp"
#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct DebugPost;

struct DebugAuthor : Model<DebugAuthor> {
    Column<int, primary_key> id;
    Column<std::string, unique_key> name;
    Many<DebugPost> posts;
};

struct DebugPost : Model<DebugPost> {
    Column<int, primary_key> id;
    Column<int, foreign_key<DebugAuthor>> author_id;
    One<DebugAuthor> author;
};

Database debug_db;

/// Debug before the database comes to the app, or behind it, as `run --debug` does.
App debug_app(bool debug, bool late = false) {
    App app{"debug"};
    app.config["DEBUG"] = debug && !late;
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    debug_db.init_app(app);
    app.config["DEBUG"] = debug;
    app.get("/list", [] {
        std::size_t posts = 0;
        for (auto& author : debug_db.session.scalars(select<DebugAuthor>()).all()) posts += author->posts.size();
        return std::to_string(posts);
    });
    app.get("/back", [] {
        std::string names;
        for (auto& post : debug_db.session.scalars(select<DebugPost>()).all()) names += post->author->name;
        return names;
    });
    app.get("/double", [] {
        debug_db.session.add(DebugAuthor{.name = "0"});
        debug_db.session.commit();
        return "";
    });
    auto context = app.app_context();
    debug_db.create_all();
    for (int i = 0; i < 6; ++i) {
        auto author = debug_db.session.add(DebugAuthor{.name = std::to_string(i)});
        author->posts.append(DebugPost{});
    }
    debug_db.session.commit();
    return app;
}

/// The answer of the server itself, which shows pages where a test client throws.
http::Response answer_to(App& app, std::string_view path, std::string_view accept = "text/html") {
    http::HeaderView headers[] = {{"Accept", accept}, {"Cookie", "session=secret"}};
    http::Request message;
    message.method = "GET";
    message.target = message.path = path;
    message.headers = headers;
    http::Response answer;
    app.handle(message, answer);
    return answer;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

struct Log {
    Log() {
        logger().set_sink([this](LogLevel, std::string_view line) { text += std::string{line} + "\n"; });
    }
    ~Log() { logger().set_sink({}); }
    std::string text;
};

}  // namespace

TEST_CASE("a failed statement is shown with what ran before it, and nothing of it outside of debug") {
    Log log;
    App app = debug_app(true);
    auto page = answer_to(app, "/double");
    CHECK(page.status == 500);
    CHECK(has(page.body, "IntegrityError"));
    CHECK(has(page.body, "INSERT INTO"));
    CHECK(has(page.body, " us</td>"));
    CHECK(has(page.body, "SQL of this request"));
    CHECK(has(page.body, "GET http://localhost/double"));
    CHECK_FALSE(has(page.body, "session=secret"));
    auto document = answer_to(app, "/double", "application/json");
    CHECK(document.headers.get("Content-Type") == "application/problem+json");
    CHECK(has(document.body, "IntegrityError"));

    App quiet = debug_app(false);
    auto plain = answer_to(quiet, "/double");
    CHECK(plain.status == 500);
    CHECK_FALSE(has(plain.body, "INSERT"));
    CHECK_FALSE(has(plain.body, "IntegrityError"));
    CHECK_FALSE(has(answer_to(quiet, "/double", "application/json").body, "INSERT"));
}

TEST_CASE("an N+1 is named in the log, with the loader option that mends it") {
    Log log;
    App app = debug_app(true);
    CHECK(answer_to(app, "/list").body == "6");
    CHECK(has(log.text,
              "N+1: one query ran 6 times; query the list with options(selectinload(DebugAuthor::c.posts)): SELECT"));
    log.text.clear();
    CHECK(answer_to(app, "/back").body == "012345");
    CHECK(has(log.text, "options(joinedload(DebugPost::c.author)): SELECT"));
}

TEST_CASE("debug that is turned on behind init_app records statements too") {
    Log log;
    App app = debug_app(true, true);
    auto page = answer_to(app, "/double");
    CHECK(has(page.body, "SQL of this request"));
    CHECK(has(page.body, "INSERT INTO"));
    CHECK(answer_to(app, "/list").body == "6");
    CHECK(has(log.text, "N+1"));
    App chosen{"chosen"};
    chosen.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    chosen.config["SQLALCHEMY_RECORD_QUERIES"] = false;
    debug_db.init_app(chosen);
    chosen.config["DEBUG"] = true;
    chosen.get("/", [] {
        debug_db.create_all();
        return std::to_string(get_recorded_queries().size());
    });
    CHECK(answer_to(chosen, "/").body == "0");
}
