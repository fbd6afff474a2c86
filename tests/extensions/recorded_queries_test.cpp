// The statements of a context, recorded when the app asks for it, wherever they ran.
#include "retort/extensions/recorded_queries.hpp"

#include "retort/retort.hpp"

using namespace retort;

namespace {

Database recorded_db;

struct RecordedNote : Model<RecordedNote> {
    Column<int, primary_key> id;
    Column<std::string> text;
};

App recording_app(bool records) {
    App app{"recorded_queries_test"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    app.config["SQLALCHEMY_RECORD_QUERIES"] = records;
    recorded_db.init_app(app);
    auto context = app.app_context();
    recorded_db.create_all();
    return app;
}

Response write_view() {
    recorded_db.session.add(RecordedNote{.text = "x"});
    recorded_db.session.commit();
    std::string text;
    for (const auto& query : get_recorded_queries()) text += query.location + " " + query.statement + "\n";
    return text;
}

}  // namespace

TEST_CASE("recorded queries: statements, parameters and times of reads and writes") {
    App app = recording_app(true);
    auto context = app.app_context();
    recorded_db.session.add(RecordedNote{.text = "first"});
    recorded_db.session.commit();
    CHECK(recorded_db.session.scalars(select<RecordedNote>()).size() == 1);
    std::vector<RecordedQuery> rows;
    for (auto& query : get_recorded_queries()) {
        if (query.statement.starts_with("INSERT") || query.statement.starts_with("SELECT")) rows.push_back(query);
    }
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].statement == "INSERT INTO recorded_note (text) VALUES (?)");
    CHECK(sql::to_string(rows[0].parameters[0].view()) == "'first'");
    CHECK(rows[0].duration().count() >= 0);
    CHECK(rows[0].start_time <= rows[1].start_time);
}

namespace {

/// What a location must be where the program has line numbers; else `endpoint`.
bool is_place(const std::string& location, const std::string& function, const std::string& endpoint) {
    if (location == endpoint) return true;
    bool here = location.find("recorded_queries_test.cpp:") != std::string::npos;
    return here && location.find('(') != std::string::npos && location.find(function) != std::string::npos &&
           location.ends_with(")");
}

void read_notes() { (void)recorded_db.session.scalars(select<RecordedNote>()).all(); }

}  // namespace

TEST_CASE("recorded queries: where the application asked") {
    App app = recording_app(true);
    auto context = app.app_context();
    recorded_db.session.add(RecordedNote{.text = "first"});
    recorded_db.session.commit();
    read_notes();
    std::vector<RecordedQuery> queries;
    for (auto& query : get_recorded_queries()) {
        if (query.statement.find("recorded_note") != query.statement.npos) queries.push_back(query);
    }
    REQUIRE(queries.size() >= 2);
    CHECK(is_place(queries.front().location, "", "<unknown>"));
    INFO(queries.back().location);
    CHECK(is_place(queries.back().location, "read_notes", "<unknown>"));
    CHECK(detail::recorded_statements().back().location.empty());
}

TEST_CASE("recorded queries: each context has its own, and a request is named") {
    App app = recording_app(true);
    app.route<write_view>("/write", {POST});
    auto answer = app.test_client().post("/write");
    auto inserted = answer.text().find(" INSERT INTO recorded_note");
    REQUIRE(inserted != std::string::npos);
    auto begin = answer.text().rfind('\n', inserted) + 1;
    CHECK(is_place(answer.text().substr(begin, inserted - begin), "write_view", "write_view"));
    auto context = app.app_context();
    CHECK(get_recorded_queries().empty());
}

TEST_CASE("recorded queries: none unless the app asks, and none outside of a context") {
    App app = recording_app(false);
    {
        auto context = app.app_context();
        (void)recorded_db.session.scalars(select<RecordedNote>());
        CHECK(get_recorded_queries().empty());
    }
    CHECK_THROWS_AS((void)get_recorded_queries(), OutsideContextError);
}
