// What a flush looks at before it writes a value, and what it says.
#include "retort/orm/types_check.hpp"

#include <chrono>
#include <cmath>
#include <limits>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;
using namespace std::chrono_literals;

struct Bill : Model<Bill> {
    Column<int, primary_key> id;
    Column<Numeric<10, 2>> total;
    Column<std::optional<Decimal>> rate;
    Column<std::optional<Interval>> wait;
    Column<std::optional<DateTimeTz>> at;
    Column<std::optional<Float>> ratio;
    Column<std::optional<String<5>>> name;
};

/// What a flush says of a value for this field of Bill; "" when it has nothing to say.
std::string verdict(std::string_view field, const sql::ValueView& view) {
    const auto& attribute = orm::mapper_of<Bill>().attribute(field);
    try {
        orm::check_value(view, {"Bill", attribute.name, attribute.sql_type, true});
    } catch (const InvalidValueError& error) {
        return std::string(error.code()) + ": " + error.message();
    }
    return "";
}
std::string verdict(std::string_view field, const Decimal& value) {
    orm::Side<Decimal> side;
    return verdict(field, orm::view_value(value, side));
}
std::string text_verdict(std::string_view text) { return verdict("name", sql::ValueView::of(text)); }

}  // namespace

TEST_CASE("types_check: what a flush looks at before it writes") {
    CHECK(text_verdict("12345") == "");
    CHECK(text_verdict("ééééé") == "");
    CHECK(text_verdict("éééééé") == "value-too-long: Bill.name is 6 characters long, and its column keeps 5.");
    CHECK(text_verdict("123456") == "value-too-long: Bill.name is 6 characters long, and its column keeps 5.");
    CHECK(text_verdict("\xff").starts_with("invalid-text: Bill.name"));
    CHECK(verdict("name", sql::ValueView::null()) == "");
    CHECK(verdict("ratio", sql::ValueView::of(1.5)) == "");
    CHECK(verdict("ratio", sql::ValueView::of(std::numeric_limits<double>::infinity())) == "");
    CHECK(verdict("ratio", sql::ValueView::of(std::nan(""))).starts_with("not-a-number: Bill.ratio is NaN"));
    CHECK(verdict("total", Decimal("99999999.99")) == "");
    CHECK(verdict("total", Decimal("12.500")) == "");
    CHECK(verdict("total", Decimal("12.345")) ==
          "too-many-digits: Bill.total is 12.345, but its column keeps 2 digits behind the point.");
    CHECK(verdict("total", Decimal("-100000000")) ==
          "too-many-digits: Bill.total is -100000000, but its column keeps 8 digits before the point.");
    CHECK(verdict("total", Decimal("0.01")) == "");
    CHECK(verdict("rate", Decimal("123456789012345.6")).starts_with("too-many-digits: Bill.rate"));
    CHECK(verdict("rate", Decimal("1234567890123456789012.5")).starts_with("too-many-digits: Bill.rate"));
    CHECK(verdict("rate", Decimal(std::numeric_limits<std::int64_t>::max())) == "");
    CHECK(verdict("wait", sql::ValueView::of(Interval(24h * 400 * 365))) == "");
    CHECK(
        verdict("wait", sql::ValueView::of(Interval(24h * 9000 * 366))).starts_with("moment-out-of-range: Bill.wait"));
    CHECK(verdict("at", sql::ValueView::of(DateTime(9999, 12, 31, 23) + 2h)).starts_with("moment-out-of-range"));
    CHECK(verdict("at", sql::ValueView::of(DateTime(1, 1, 1))) == "");
}
