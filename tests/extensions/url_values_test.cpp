// Columns of models as values of url_for.
#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

enum class Kind : std::uint8_t { talk, walk };

struct Meeting : Model<Meeting> {
    Column<int, primary_key> id;
    Column<Date> day;
    Column<std::optional<DateTime>> begin, end;
    Column<Kind> kind;
};

}  // namespace

TEST_CASE("url_for writes the dates and enums of columns as it writes plain ones") {
    App app{"columns"};
    app.get("/<day>", "day", [](const std::string& day) { return day; });
    auto context = app.test_request_context("/");
    const Meeting meeting{.id = 1, .day = Date{2024, 1, 2}, .begin = DateTime{2024, 1, 2, 3}, .kind = Kind::walk};
    CHECK(url_for("day", {{"day", meeting.day}, {"at", meeting.begin}, {"end", meeting.end}, {"kind", meeting.kind}}) ==
          "/2024-01-02?at=2024-01-02+03%3A00%3A00&kind=walk");
    CHECK(render_template_string("{{ url_for('day', day=m.day, kind=m.kind) }}", {{"m", meeting}}) ==
          "/2024-01-02?kind=walk");
}
