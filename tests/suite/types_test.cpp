// Every type keeps its values, its extremes and NULL.
#include <algorithm>
#include <limits>

#include "databases.hpp"
#include "models.hpp"

using namespace retort;

namespace suite_types {

struct Weather {
    double degrees = 0;
    std::vector<std::string> words;
    bool operator==(const Weather&) const = default;
};

/// The types beyond those of SuiteTypes.
struct SuiteFineTypes : Model<SuiteFineTypes> {
    Column<Uuid, primary_key> id = Uuid::random;
    Column<std::optional<Numeric<15, 2>>> amount;
    Column<std::optional<Decimal>> rate;
    Column<std::optional<Interval>> wait;
    Column<std::optional<DateTimeTz>> at;
    Column<std::optional<json>> document;
    Column<std::optional<Json<Weather>>> weather;
    Column<std::optional<std::vector<std::byte>>> raw;
    Column<std::optional<SmallInteger>> small_number;
};

}  // namespace suite_types

using namespace suite_types;

namespace {

/// Writes an object in one session and reads it in another.
template <class Check>
void round_trip(const engines::Engine& engine, SuiteTypes object, Check check) {
    std::int64_t id = 0;
    {
        Session session(engine);
        auto written = session.add(std::move(object));
        session.commit();
        id = written->id;
    }
    Session session(engine);
    auto read = session.get<SuiteTypes>(id);
    REQUIRE(read);
    check(*read);
}

}  // namespace

TEST_CASE("values come back as they went") {
    suite::on_every_database([](const engines::Engine& engine) {
        SuiteTypes object{.flag = true,
                          .small_number = std::int16_t{-32768},
                          .big_number = std::numeric_limits<std::int64_t>::min(),
                          .real = 0.1,
                          .text = std::string("a\0b é日 ' \" %", 16),
                          .bytes = LargeBinary{std::string("\0\xff\x01", 3)},
                          .date = Date(2024, 2, 29),
                          .time = Time(23, 59, 59, 999999),
                          .moment = DateTime(1969, 12, 31, 23, 59, 59, 1),
                          .colour = SuiteColour::green};
        round_trip(engine, std::move(object), [](SuiteTypes& read) {
            CHECK(read.flag == true);
            CHECK(read.small_number == std::int16_t{-32768});
            CHECK(read.big_number == std::numeric_limits<std::int64_t>::min());
            CHECK(read.real == 0.1);
            CHECK(read.text.value() == std::string("a\0b é日 ' \" %", 16));
            CHECK(read.bytes.value()->data == std::string("\0\xff\x01", 3));
            CHECK(read.date.value() == Date(2024, 2, 29));
            CHECK(read.time.value() == Time(23, 59, 59, 999999));
            CHECK(read.moment.value() == DateTime(1969, 12, 31, 23, 59, 59, 1));
            CHECK(read.colour.value() == SuiteColour::green);
        });
    });
}

TEST_CASE("NULL is its own value, neither 0 nor empty") {
    suite::on_every_database([](const engines::Engine& engine) {
        round_trip(engine, SuiteTypes{.text = nullptr}, [](SuiteTypes& read) {
            CHECK_FALSE(read.flag.value().has_value());
            CHECK_FALSE(read.big_number.value().has_value());
            CHECK_FALSE(read.text.value().has_value());
            CHECK_FALSE(read.moment.value().has_value());
            CHECK_FALSE(read.colour.value().has_value());
        });
        round_trip(engine, SuiteTypes{.big_number = 0, .text = ""}, [](SuiteTypes& read) {
            CHECK(read.big_number.value() == 0);
            CHECK(read.text.value() == "");
        });
    });
}

TEST_CASE("decimals, intervals, instants, documents and UUIDs come back as they went") {
    suite::on_every_database([](const engines::Engine& engine) {
        auto id = Uuid::random();
        auto at = *DateTimeTz::parse("2024-02-29T23:30:00.000001-03:00");
        json document{{"a", json::array({1, 2.5, "é", nullptr, true})}, {"b", json::object()}};
        Weather weather{-3.25, {"cold", "quote ' \" \\"}};
        {
            Session session(engine);
            session.add(SuiteFineTypes{.id = id,
                                       .amount = "1234567890123.45",
                                       .rate = Decimal("-0.000123456789012345"),
                                       .wait = std::chrono::hours(-30) + Interval(1),
                                       .at = at,
                                       .document = document,
                                       .weather = weather,
                                       .raw = std::vector<std::byte>(3, std::byte{0}),
                                       .small_number = -32768});
            session.commit();
        }
        Session session(engine);
        auto read = session.scalars(select<SuiteFineTypes>().where(SuiteFineTypes::c.id == id)).one();
        CHECK(read->amount->to_string() == "1234567890123.45");
        CHECK(read->rate == Decimal("-0.000123456789012345"));
        CHECK(read->wait == std::chrono::hours(-30) + Interval(1));
        CHECK(read->at == at);
        CHECK(read->document.value() == document);
        CHECK(**read->weather == weather);
        CHECK(read->raw->size() == 3);
        CHECK(read->small_number == -32768);
        auto found = [&](const Condition& condition) {
            return session.scalars(select<SuiteFineTypes>().where(condition)).size() == 1;
        };
        CHECK(found(SuiteFineTypes::c.amount == Decimal("1234567890123.45")));
        CHECK(found(SuiteFineTypes::c.amount.between(Decimal("1234567890123.44"), Decimal("1234567890123.46"))));
        CHECK_FALSE(found(SuiteFineTypes::c.amount < Decimal("1234567890123.45")));
        CHECK(found(SuiteFineTypes::c.rate < 0));
        CHECK(found(SuiteFineTypes::c.wait < std::chrono::hours(-29)));
        CHECK(found(SuiteFineTypes::c.at == at));
        CHECK(found(SuiteFineTypes::c.at > at - Interval(1)));
    });
}

TEST_CASE("NULL of the finer types, and JSON's own null") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        auto written = session.add(SuiteFineTypes{.document = json(nullptr)});
        session.commit();
        session.expire(written);
        CHECK_FALSE(written->amount.has_value());
        CHECK_FALSE(written->wait.has_value());
        CHECK_FALSE(written->at.has_value());
        CHECK_FALSE(written->weather.has_value());
        CHECK_FALSE(written->raw.has_value());
        CHECK(written->document.has_value());
        CHECK(written->document->is_null());
        written->document = nullptr;
        session.commit();
        session.expire(written);
        CHECK_FALSE(written->document.has_value());
        CHECK(session.scalars(select<SuiteFineTypes>().where(SuiteFineTypes::c.document.is_null())).size() == 1);
    });
}

TEST_CASE("decimals sort and compare as numbers") {
    suite::on_every_database([](const engines::Engine& engine) {
        std::vector<Decimal> amounts{"9.99", "10", "-0.01", "100.5", "-100", "0", "9999999999999.99"};
        Session session(engine);
        for (const auto& amount : amounts) session.add(SuiteFineTypes{.amount = amount});
        session.commit();
        std::sort(amounts.begin(), amounts.end());
        auto rows = session.scalars(select(SuiteFineTypes::c.amount).order_by(SuiteFineTypes::c.amount));
        REQUIRE(rows.size() == amounts.size());
        for (std::size_t i = 0; i < amounts.size(); ++i) {
            CAPTURE(amounts[i].to_string());
            CHECK(*rows[i] == amounts[i]);
            CHECK(session.scalars(select(SuiteFineTypes::c.id).where(SuiteFineTypes::c.amount < amounts[i])).size() ==
                  i);
        }
    });
}

TEST_CASE("a change of any type is written, and nothing else") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        auto object = session.add(SuiteFineTypes{.amount = "12.50", .wait = Interval(5), .document = json{{"k", 1}}});
        session.commit();
        object->amount = Decimal("12.5");
        object->document = json{{"k", 1}};
        CHECK(object->wait == Interval(5));
        session.commit();
        object->amount = Decimal("1.25");
        object->document.mutate([](std::optional<json>& document) { (*document)["k"] = 2; });
        object->wait = std::nullopt;
        session.commit();
        session.expire(object);
        CHECK(object->amount->to_string() == "1.25");
        CHECK(*object->document == json{{"k", 2}});
        CHECK_FALSE(object->wait.has_value());
    });
}
