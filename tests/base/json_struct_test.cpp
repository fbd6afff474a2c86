// Structs as JSON documents by the names of their fields.
#include "retort/base/json_struct.hpp"

#include <map>

#include "retort/base/decimal.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Street {
    std::string name;
    int number = 0;
    bool operator==(const Street&) const = default;
};
struct Address {
    Street street;
    std::optional<std::string> note;
    std::vector<Street> others;
    std::map<std::string, double> place;
    Date since;
    Decimal rent;
    Uuid key;
    bool operator==(const Address&) const = default;
};

}  // namespace

TEST_CASE("json struct: there and back") {
    Address address{{"Rua A", 5}, "x", {{"B", 1}}, {{"lat", 1.5}}, Date(2024, 1, 31), "12.50", {}};
    json document = Json<Address>(address).to_json();
    CHECK(document.dump({.sort_keys = false}) ==
          R"({"street":{"name":"Rua A","number":5},"note":"x","others":[{"name":"B","number":1}],"place":{"lat":1.5},)"
          R"("since":"2024-01-31","rent":"12.50","key":"00000000-0000-0000-0000-000000000000"})");
    CHECK(*Json<Address>::from_json(document) == address);
}

TEST_CASE("json struct: optional members may be missing, others not; wrong ones say so") {
    auto street = [](const char* text) { return *Json<Street>::from_json(json::parse(text)); };
    CHECK(street(R"({"name": "x", "number": 1, "more": true})") == Street{"x", 1});
    CHECK_THROWS_AS(street(R"({"name": "x"})"), JsonKeyError);
    CHECK_THROWS_AS(street(R"({"name": "x", "number": "1"})"), JsonTypeError);
    CHECK_THROWS_AS(street("[]"), JsonTypeError);
    CHECK(Json<std::vector<Street>>::from_json(json::parse(R"([{"name": "x", "number": 1}])"))->size() == 1);
    CHECK_THROWS_AS((void)Json<Date>::from_json(json("yesterday")), JsonTypeError);
}

namespace {

enum class Mood { calm, merry = 5, grim };
struct Diary {
    Mood mood;
    std::vector<Mood> week;
    std::optional<Mood> tomorrow;
};

}  // namespace

TEST_CASE("enums stand in documents by their names") {
    Json<Diary> diary(Diary{Mood::merry, {Mood::calm, Mood::grim}, {}});
    CHECK(diary.to_json().dump() == R"({"mood":"merry","tomorrow":null,"week":["calm","grim"]})");
    auto read = Json<Diary>::from_json(diary.to_json());
    CHECK(read->mood == Mood::merry);
    CHECK(read->week == std::vector<Mood>{Mood::calm, Mood::grim});
    CHECK_FALSE(read->tomorrow.has_value());
    CHECK_THROWS_WITH_AS(Json<Mood>::from_json(json("mery")), doctest::Contains("not the name of one"), JsonTypeError);
    CHECK_THROWS_AS(Json<Mood>::from_json(json(5)), JsonTypeError);
    CHECK_THROWS_AS((void)Json<Mood>(static_cast<Mood>(2)).to_json(), JsonTypeError);
}
