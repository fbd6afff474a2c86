// What url_for makes of its values: dates as ISO, enums by their names, null as nothing.
#include <map>
#include <vector>

#include "retort/base/datetime_tz.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

enum class Colour : std::uint8_t { red, blue };

std::string told(const std::string& day) { return day; }

}  // namespace

TEST_CASE("url_for writes dates and times as Flask does, and args read them back") {
    App app{"dates"};
    app.get("/day/<day>", "day", [](const std::string& day) { return day; });
    app.get("/list", "list", [] { return ""; });
    const Date date{2024, 1, 2};
    const DateTime moment{2024, 1, 2, 3};
    auto context = app.app_context();
    app.config["SERVER_NAME"] = "localhost";
    auto path = [](const UrlValues& values) { return url_for("day", values, {.external = false}); };
    CHECK(path({{"day", date}}) == "/day/2024-01-02");
    CHECK(path({{"day", moment}}) == "/day/2024-01-02%2003:00:00");
    CHECK(path({{"day", DateTime{2024, 1, 2, 3, 0, 0, 500000}}}) == "/day/2024-01-02%2003:00:00.500000");
    CHECK(path({{"day", Time{3, 4}}}) == "/day/03:04:00");
    CHECK(path({{"day", DateTimeTz(moment)}}) == "/day/2024-01-02%2003:00:00+00:00");
    CHECK(path({{"day", "x"}, {"from", std::optional(date)}, {"none", std::optional<Date>()}}) ==
          "/day/x?from=2024-01-02");
    CHECK(path({{"day", "x"}, {"all", std::vector{date, date}}}) == "/day/x?all=2024-01-02&all=2024-01-02");
    CHECK(url_for("list", {}, {.query = {{"at", moment}}, .external = false}) == "/list?at=2024-01-02+03%3A00%3A00");
    CHECK(render_template_string("{{ url_for('day', day=d, _external=false) }} "
                                 "{{ url_for('list', at=m, all=[d], _external=false)|safe }}",
                                 {{"d", date}, {"m", moment}}) ==
          "/day/2024-01-02 /list?at=2024-01-02+03%3A00%3A00&all=2024-01-02");
}

TEST_CASE("args read the dates that url_for wrote") {
    App app{"dates"};
    app.get("/", "index", [] {
        return request.args.get<Date>("day")->to_string() + "|" + request.args.get<DateTime>("at")->to_string();
    });
    auto context = app.test_request_context("/");
    auto url = url_for("index", {{"day", Date{2024, 1, 2}}, {"at", DateTime{2024, 1, 2, 3, 4, 5, 6}}});
    CHECK(app.test_client().get(url).text() == "2024-01-02|2024-01-02 03:04:05.000006");
}

TEST_CASE("url_for takes lists of pairs, documents and maps") {
    App app{"values"};
    app.route<told>("/day/<day>");
    auto context = app.test_request_context("/");
    const char* none = nullptr;
    const json document{{"day", 1}};
    const std::map<std::string, int> map{{"day", 2}};
    CHECK(url_for("told", document) == "/day/1");
    CHECK(url_for("told", map) == "/day/2");
    CHECK(url_for("told", {{"day", Colour::blue}, {"v", none}, {"tags", {"a", "b"}}}) == "/day/blue?tags=a&tags=b");
    CHECK(url_for<told>(UrlOptions{.query = json{{"q", 1}}}, "x") == "/day/x?q=1");
    CHECK(render_template_string("{{ url_for('told', day=c) }}", {{"c", Colour::blue}}) == "/day/blue");
    CHECK_THROWS_WITH_AS(url_for("told", {"day", 1}), doctest::Contains("was given [\"day\",1]"), ArgumentError);
}
