// Results without a database: rows, their arena, and conversions.
#include "retort/engine/result.hpp"

#include <limits>

#include "retort/base/json.hpp"
#include "retort/engine/errors.hpp"
#include "retort/sql/value_types.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace retort::engines;

namespace {

Result sample(int rows) {
    auto data = std::make_shared<engines::detail::Rows>();
    data->set_columns({"id", "name"});
    for (int i = 0; i < rows; ++i) {
        std::string name(static_cast<std::size_t>(i % 300), static_cast<char>('a' + i % 26));
        const ValueView cells[] = {ValueView::of(std::int64_t{i}), ValueView::of(std::string_view(name))};
        data->append(cells);
    }
    return {data, 0, 0};
}

}  // namespace

TEST_CASE("the arena keeps every text as it was") {
    auto result = sample(5000);
    int number = 0;
    for (const auto& row : result) {
        CHECK(row.get<int>("id") == number);
        CHECK(row["name"].text() ==
              std::string(static_cast<std::size_t>(number % 300), static_cast<char>('a' + number % 26)));
        ++number;
    }
    CHECK(number == 5000);
    CHECK(result.all().size() == 5000);
    CHECK(result[4999].get<int>(0) == 4999);
}

TEST_CASE("a result without rows") {
    auto result = sample(0);
    CHECK(result.returns_rows());
    CHECK(result.empty());
    CHECK(result.begin() == result.end());
    CHECK(result.all().empty());
    CHECK_THROWS_AS(result.one(), NoResultFound);
}

TEST_CASE("rows as JSON, by the names of their columns") {
    auto objects = sample(2).mappings();
    REQUIRE(objects.size() == 2);
    CHECK(json(objects).dump() == R"([{"id":0,"name":""},{"id":1,"name":"b"}])");
    CHECK(sample(0).mappings().empty());
}

TEST_CASE("conversions") {
    CHECK(value_as<bool>(ValueView::of(std::int64_t{2})));
    CHECK(value_as<std::int64_t>(ValueView::of(3.0)) == 3);
    CHECK(value_as<double>(ValueView::of(std::int64_t{3})) == 3.0);
    CHECK(value_as<Date>(ValueView::of(std::string_view("2024-02-29"))) == Date(2024, 2, 29));
    CHECK(value_as<Time>(ValueView::of(Time(1, 2, 3))) == Time(1, 2, 3));
    CHECK(value_as<std::optional<std::string>>(ValueView::null()) == std::nullopt);
    CHECK_THROWS_AS(value_as<unsigned>(ValueView::of(std::int64_t{-1})), DataError);
    CHECK_THROWS_AS(value_as<std::int64_t>(ValueView::of(1e300)), DataError);
    CHECK_THROWS_AS(value_as<std::string>(ValueView::of(std::int64_t{1})), DataError);
    CHECK_THROWS_AS(value_as<Date>(ValueView::of(std::string_view("2023-02-29"))), DataError);
}

TEST_CASE("conversions: decimals, uuids and aware datetimes, which databases hold in several ways") {
    auto text = [](std::string_view value) { return ValueView::of(value); };
    CHECK(value_as<Decimal>(text("12.50")).to_string() == "12.50");
    CHECK(value_as<Decimal>(ValueView::of(std::int64_t{3})) == Decimal(3));
    CHECK(value_as<Decimal>(ValueView::of(0.1)) == Decimal("0.1"));
    CHECK(value_as<Decimal>(ValueView::of(sql::ShortDecimal::of(-125, 2))) == Decimal("-1.25"));
    CHECK_THROWS_AS(value_as<Decimal>(text("dear")), DataError);
    CHECK_THROWS_AS(value_as<Decimal>(ValueView::of(std::numeric_limits<double>::infinity())), DataError);
    CHECK(value_as<std::optional<Decimal>>(ValueView::null()) == std::nullopt);
    constexpr auto digits = "0123456789abcdef0123456789abcdef";
    auto uuid = value_as<Uuid>(text(digits));
    CHECK(uuid.to_string() == "01234567-89ab-cdef-0123-456789abcdef");
    CHECK(value_as<Uuid>(text(uuid.to_string())) == uuid);
    CHECK(value_as<Uuid>(ValueView::blob(uuid.bytes.data(), uuid.bytes.size())) == uuid);
    CHECK_THROWS_AS(value_as<Uuid>(text("0123")), DataError);
    DateTimeTz noon{DateTime{2024, 2, 29, 12}};
    CHECK(value_as<DateTimeTz>(text("2024-02-29 14:00:00+02:00")) == noon);
    CHECK(value_as<DateTimeTz>(text("2024-02-29 12:00:00")) == noon);
    CHECK(value_as<DateTimeTz>(ValueView::of(DateTime{2024, 2, 29, 12})) == noon);
    CHECK_THROWS_AS(value_as<DateTimeTz>(ValueView::of(1.5)), DataError);
}

TEST_CASE("a wrong column name says which one was meant") {
    try {
        (void)sample(1)[0]["nmae"];
        FAIL("nothing was thrown");
    } catch (const InvalidRequestError& error) {
        CHECK(error.hint().find("name") != std::string::npos);
    }
}

TEST_CASE("errors show the statement, and no more of it than a person reads") {
    OperationalError error("database-locked"_code, "locked.", "wait", {.sqlstate = "55P03"});
    std::string large(100'000, 'x');
    std::vector<ValueView> parameters(100, ValueView::of(std::string_view(large)));
    error.attach("SELECT ?", parameters);
    std::string what = error.what();
    CHECK(what.find("OperationalError: locked.\n[SQL: SELECT ?]\n[parameters: ('xxx") == 0);
    CHECK(what.find("88 more") != std::string::npos);
    CHECK(what.size() < 10'000);
    CHECK(error.parameters().size() == 100);
}
