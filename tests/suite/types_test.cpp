// Every type keeps its values, its extremes and NULL.
#include <limits>

#include "databases.hpp"
#include "models.hpp"

using namespace retort;

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
