// The types of columns: what is stored, what comes back, what is refused, and how they compare in queries.
#include "retort/orm/types.hpp"

#include <limits>
#include <random>

#include "retort/base/text.hpp"
#include "retort/engine/result.hpp"
#include "retort/orm/types_check.hpp"
#include "retort/orm/types_json.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace types_test {

enum class Paint { red, green = 5 };

struct Money {
    std::int64_t cents = 0;
    bool operator==(const Money&) const = default;
};
enum class Level { low = -1, high = 1000 };
struct Tags {
    std::vector<std::string> names;
    bool operator==(const Tags&) const = default;
};
struct Point {
    int x = 0;
    std::optional<std::string> label;
    bool operator==(const Point&) const = default;
};

}  // namespace types_test

template <>
struct retort::orm::ColumnTraits<types_test::Money> : retort::StoredAs<types_test::Money, std::int64_t> {
    static std::int64_t store(const types_test::Money& money) { return money.cents; }
    static types_test::Money load(std::int64_t cents) { return {cents}; }
};
template <>
struct retort::orm::ColumnTraits<types_test::Level> : retort::StoredAs<types_test::Level, int> {
    static int store(types_test::Level level) { return static_cast<int>(level); }
    static types_test::Level load(int level) { return static_cast<types_test::Level>(level); }
};
template <>
struct retort::orm::ColumnTraits<types_test::Tags> : retort::StoredAs<types_test::Tags, retort::String<40>> {
    static std::string store(const types_test::Tags& tags) {
        std::string text;
        for (const auto& name : tags.names) text += name + ",";
        return text;
    }
    static types_test::Tags load(const std::string& text) {
        types_test::Tags tags;
        for (auto name : retort::split(text, ',')) {
            if (!name.empty()) tags.names.emplace_back(name);
        }
        return tags;
    }
};

namespace types_test {

using namespace orm_test;
using namespace std::chrono_literals;

struct Order : Model<Order> {
    Column<int, primary_key> id;
    Column<Numeric<10, 2>> total;
    Column<std::optional<Decimal>> rate;
    Column<std::optional<Interval>> wait;
    Column<std::optional<Uuid>> code;
    Column<std::optional<json>> data;
    Column<std::optional<Json<Point>>> point;
    Column<std::optional<DateTimeTz>> at;
    Column<std::optional<std::vector<std::byte>>> raw;
    Column<std::optional<Money>> money;
    Column<std::optional<Tags>> tags;
    Column<std::optional<Level>> level;
    Column<std::optional<std::chrono::seconds>> pause;
    Column<std::optional<Paint>> colour;
    Column<std::optional<SmallInteger>> small_number;
    Column<std::optional<BigInteger>> big_number;
    Column<std::optional<Boolean>> paid;
    Column<std::optional<Float>> ratio;
    Column<std::optional<String<5>>> name;
};
struct Device : Model<Device> {
    Column<Uuid, primary_key> id = Uuid::random;
    Column<json> settings = json::object();
    Column<Json<std::vector<Point>>> path;
};

/// What SQLite holds in a column of the one row, with its type.
std::string stored(TestDatabase& database, std::string_view column) {
    auto connection = database.engine.connect();
    std::string name(column);
    auto result = connection->execute("SELECT typeof(" + name + ") || ' ' || coalesce(CAST(" + name +
                                      " AS TEXT), '') FROM \"order\"");
    return result.begin()->get<std::string>(0);
}

}  // namespace types_test

using namespace types_test;

TEST_CASE("types: a cell is no larger than it was") {
    static_assert(sizeof(Column<int>) == 8);
    static_assert(sizeof(Column<bool>) == 2);
    static_assert(sizeof(Column<std::int64_t>) == 16);
    static_assert(sizeof(Column<std::string>) == sizeof(std::string) + 8);
    static_assert(sizeof(Column<std::optional<int>>) == 12);
    static_assert(sizeof(Column<Interval>) == 16);
}

TEST_CASE("types: what SQLite holds, as SQLAlchemy writes it") {
    TestDatabase database;
    database.create<Order>();
    Session session(database.engine);
    auto uuid = *Uuid::parse("00112233-4455-6677-8899-AABBCCDDEEFF");
    session.add(Order{.total = "12.34",
                      .rate = Decimal("0.000001"),
                      .wait = 24h + 2s,
                      .code = uuid,
                      .data = json{{"k", json::array({1, nullptr})}, {"a", "é"}},
                      .point = Point{1, "here"},
                      .at = DateTimeTz(DateTime(2024, 1, 31, 13, 7), 2h),
                      .raw = std::vector<std::byte>{std::byte{0}, std::byte{255}},
                      .money = Money{1999},
                      .tags = Tags{{"a", "b"}},
                      .level = Level::low,
                      .pause = 2min,
                      .colour = Paint::green,
                      .small_number = -7,
                      .big_number = std::int64_t{1} << 62,
                      .paid = true,
                      .ratio = 1.5,
                      .name = "ééééé"});
    session.commit();
    CHECK(stored(database, "total") == "real 12.34");
    CHECK(stored(database, "rate") == "real 1.0e-06");
    CHECK(stored(database, "wait") == "text 1970-01-02 00:00:02.000000");
    CHECK(stored(database, "code") == "text 00112233445566778899aabbccddeeff");
    CHECK(stored(database, "data") == R"(text {"k": [1, null], "a": "\u00e9"})");
    CHECK(stored(database, "point") == R"(text {"x": 1, "label": "here"})");
    CHECK(stored(database, "at") == "text 2024-01-31 11:07:00.000000");
    CHECK(stored(database, "hex(raw)") == "text 00FF");
    CHECK(stored(database, "money") == "integer 1999");
    CHECK(stored(database, "tags") == "text a,b,");
    CHECK(stored(database, "level") == "integer -1");
    CHECK(stored(database, "pause") == "text 1970-01-01 00:02:00.000000");
    CHECK(stored(database, "colour") == "text green");
    CHECK(stored(database, "paid") == "integer 1");
    session.expunge_all();
    auto order = session.scalars(select<Order>()).one();
    CHECK(order->total->to_string() == "12.34");
    CHECK(order->rate->to_string() == "0.000001");
    CHECK(order->wait == 24h + 2s);
    CHECK(order->code == uuid);
    CHECK((*order->data)["k"][0] == 1);
    CHECK(order->data->dump({.sort_keys = false}) == R"({"k":[1,null],"a":"\u00e9"})");
    CHECK(**order->point == Point{1, "here"});
    CHECK(order->at->to_string() == "2024-01-31 11:07:00+00:00");
    CHECK(order->raw->size() == 2);
    CHECK(order->money == Money{1999});
    CHECK(order->tags == Tags{{"a", "b"}});
    CHECK(order->level == Level::low);
    CHECK(order->pause == 2min);
    CHECK(session.scalars(select(Order::c.id).where(Order::c.pause > 1min)).size() == 1);
    CHECK(order->colour == Paint::green);
    CHECK(order->small_number == -7);
    CHECK(order->big_number == std::int64_t{1} << 62);
    CHECK(order->name == "ééééé");
    // Nothing was changed, so nothing is written; a change writes its column only.
    order->total = Decimal("12.340");
    order->data.mutate([](auto&) {});
    session.commit();
    CHECK(order->data.has_value());
    database.log();
    order->data.mutate([](std::optional<json>& data) { (*data)["k"] = 2; });
    order->wait = -1us;
    session.flush();
    CHECK(database.work() == Lines{"UPDATE \"order\" SET wait=?, data=? WHERE \"order\".id = ? | "
                                   "'-1 day, 23:59:59.999999' | '{\"k\": 2, \"a\": \"\\u00e9\"}' | 1"});
    session.commit();
    CHECK(stored(database, "wait") == "text 1969-12-31 23:59:59.999999");
    CHECK(order->wait == -1us);
}

TEST_CASE("types: NULL, JSON's null and unset") {
    TestDatabase database;
    database.create<Order>();
    Session session(database.engine);
    auto order = session.add(Order{.total = 0, .data = json(nullptr), .point = nullptr});
    session.commit();
    CHECK(stored(database, "data") == "text null");
    CHECK(stored(database, "point") == "null ");
    CHECK(order->data.has_value());
    CHECK(order->data->is_null());
    CHECK_FALSE(order->point.has_value());
    CHECK_FALSE(order->rate.has_value());
    CHECK_FALSE(order->code.has_value());
    CHECK(order->total->to_string() == "0.00");
    order->data = nullptr;
    session.commit();
    CHECK(stored(database, "data") == "null ");
}

TEST_CASE("types: keys that are UUIDs, made for each object") {
    TestDatabase database;
    database.create<Device>();
    Session session(database.engine);
    auto device = session.add(Device{.path = std::vector<Point>{{1, {}}, {2, "x"}}});
    auto other = session.add(Device{.settings = 12, .path = std::vector<Point>()});
    session.commit();
    CHECK(device->id.value() != other->id.value());
    auto uuid = device->id.value();
    CHECK(session.scalars(select<Device>().where(Device::c.id == uuid)).one() == device);
    CHECK(session.scalars(select<Device>().where(Device::c.id.in_({uuid}))).one() == device);
    session.expunge_all();
    auto read = session.scalars(select<Device>().where(Device::c.id == uuid)).one();
    CHECK(read->path->size() == 2);
    CHECK((*read->path)[1].label == "x");
    CHECK(read->settings->is_object());
    orm::KeyViews key(uuid);
    CHECK(key.views[0].text().size() == 32);
    CHECK(session.core().get(orm::mapper_of<Device>(), key.views) == read.get());
    CHECK(session.scalars(select<Device>().where(Device::c.settings == json(12))).one()->settings.value() == 12);
}

TEST_CASE("types: decimals of 15 digits and integers of 63 bits come back exactly from SQLite") {
    TestDatabase database;
    database.create<Order>();
    Session session(database.engine);
    std::mt19937_64 random(3);
    std::vector<std::pair<int, Decimal>> written;
    for (int i = 0; i < 300; ++i) {
        auto magnitude = static_cast<std::int64_t>(random() % 1'000'000'000'000'000) >> (random() % 45);
        auto rate = Decimal::from_parts(i % 2 == 0 ? magnitude : -magnitude, static_cast<int>(random() % 16));
        session.add(Order{.id = i + 1, .total = 0, .rate = rate});
        written.emplace_back(i + 1, rate);
    }
    session.add(Order{.id = 1000, .total = 0, .rate = std::numeric_limits<std::int64_t>::max()});
    session.commit();
    session.expunge_all();
    std::sort(written.begin(), written.end(), [](auto& a, auto& b) { return a.second < b.second; });
    auto rows = session.scalars(select<Order>().where(Order::c.id < 1000).order_by(Order::c.rate));
    REQUIRE(rows.size() == written.size());
    for (std::size_t i = 0; i < written.size(); ++i) {
        CAPTURE(written[i].second.to_string());
        CHECK(*rows[i]->rate == written[i].second);
    }
    CHECK(session.get<Order>(1000)->rate == std::numeric_limits<std::int64_t>::max());
    for (const auto& [id, rate] : written) {
        CAPTURE(rate.to_string());
        auto found = session.scalars(select<Order>().where(Order::c.rate == rate, Order::c.id == id));
        CHECK(found.size() == 1);
    }
}

TEST_CASE("types: comparisons bind what the column keeps") {
    TestDatabase database;
    database.create<Order>();
    Session session(database.engine);
    session.add(Order{.id = 1, .total = "9.99", .wait = 90s, .money = Money{5}, .colour = Paint::red});
    session.add(Order{.id = 2, .total = "10.00", .wait = 2h, .money = Money{50}, .colour = Paint::green, .paid = true});
    session.commit();
    auto ids = [&](const Condition& condition) {
        std::string found;
        for (auto id : session.scalars(select(Order::c.id).where(condition).order_by(Order::c.id))) {
            found += std::to_string(id);
        }
        return found;
    };
    CHECK(ids(Order::c.total == Decimal("9.990")) == "1");
    CHECK(ids(Order::c.total > Decimal("9.99")) == "2");
    CHECK(ids(Order::c.total >= 10) == "2");
    CHECK(ids(9 < Order::c.total) == "12");
    CHECK(ids(Order::c.total.between(Decimal("9.5"), 10)) == "12");
    CHECK(ids(Order::c.total.in_({Decimal("9.99"), Decimal("7")})) == "1");
    CHECK(ids(Order::c.total * 2 == Decimal("19.98")) == "1");
    CHECK(ids(Order::c.id < Decimal("1.5")) == "1");
    CHECK(ids(Order::c.id < Order::c.total) == "12");
    CHECK(ids(Order::c.wait < 1h) == "1");
    CHECK(ids(Order::c.wait.between(1h, 3h)) == "2");
    CHECK(ids(Order::c.money == Money{50}) == "2");
    CHECK(ids(Order::c.money.in_({Money{50}, Money{5}})) == "12");
    CHECK(ids(Order::c.colour == Paint::green) == "2");
    CHECK(ids(Order::c.code == nullptr) == "12");
    CHECK(ids(Order::c.rate == std::optional<Decimal>()) == "12");
    CHECK(ids(Order::c.paid) == "2");
    auto order = session.get<Order>(2);
    CHECK(ids(Order::c.total == order->total) == "2");
    CHECK(order->total > Decimal("9"));
    CHECK(order->total * 2 == 20);
    order->total += Decimal("0.50");
    CHECK(order->total->to_string() == "10.50");
    CHECK(*session.scalars(select(func::sum(Order::c.total))).one() == Decimal("20.49"));
    session.rollback();
    CHECK(*session.execute(select(func::max(Order::c.total))).scalar_one() == 10);
}

TEST_CASE("types: parts of documents in queries") {
    TestDatabase database;
    database.create<Order>();
    Session session(database.engine);
    session.add(Order{.id = 1, .total = 1, .data = json{{"name", "x"}, {"n", 3}}, .point = Point{7, {}}});
    session.add(Order{.id = 2, .total = 1, .data = json{{"name", "y"}, {"n", 30}}, .point = Point{8, {}}});
    session.commit();
    auto one = [&](const Condition& condition) { return session.scalars(select(Order::c.id).where(condition)).one(); };
    CHECK(one(Order::c.data["name"].as_string() == "y") == 2);
    CHECK(one(Order::c.data["n"].as_integer() < 10) == 1);
    CHECK(one(Order::c.point["x"].as_integer() == 8) == 2);
    auto [name, n, whole, early] =
        session
            .execute(select(Order::c.data["name"].as_string(), Order::c.data["n"].as_integer(), Order::c.data["n"],
                            (Order::c.id < 2).label("early"))
                         .where(Order::c.data["name"].as_string() == "x"))
            .one();
    CHECK(name == "x");
    CHECK(n == 3);
    CHECK(whole == json(3));
    CHECK(early == true);
    CHECK_FALSE(session.scalars(select(Order::c.data["no"].as_string()).limit(1)).one().has_value());
}

TEST_CASE("types: databases that others wrote are read") {
    TestDatabase database;
    database.create<Order>();
    database.run(
        "INSERT INTO \"order\" (id, total, rate, wait, code, data, at, paid) VALUES "
        "(1, 12, 0.30000000000000004, '1970-01-02 00:00:02.000000', '00112233-4455-6677-8899-aabbccddeeff', 5, "
        "'2024-01-31 13:07:00+02:00', 1)");
    database.run("INSERT INTO \"order\" (id, total, rate, data) VALUES (2, 12.345, '7.25', '\"t\"')");
    Session session(database.engine);
    auto order = session.get<Order>(1);
    CHECK(order->total->to_string() == "12.00");
    CHECK(order->rate->to_string() == "0.3");
    CHECK(order->wait == 24h + 2s);
    CHECK(order->code->to_string() == "00112233-4455-6677-8899-aabbccddeeff");
    CHECK(*order->data == 5);
    CHECK(order->at->to_string() == "2024-01-31 11:07:00+00:00");
    auto other = session.get<Order>(2);
    CHECK(other->total->to_string() == "12.345");  // SQLAlchemy reads 12.35
    CHECK(other->rate->to_string() == "7.25");
    CHECK(*other->data == "t");
}

TEST_CASE("types: a value in the database that is no such thing says so") {
    TestDatabase database;
    database.create<Order>();
    auto refused = [&](const char* column, const char* value, const char* wanted) {
        CAPTURE(column);
        database.run("DELETE FROM \"order\"");
        database.run("INSERT INTO \"order\" (id, total) VALUES (1, 1)");
        database.run("UPDATE \"order\" SET " + std::string(column) + " = " + value);
        Session session(database.engine);
        CHECK_THROWS_WITH_AS((void)session.get<Order>(1), doctest::Contains(wanted), DataMismatchError);
    };
    refused("total", "'abc'", "'abc' where the model says a decimal number");
    refused("total", "9e999", "a decimal number");
    refused("wait", "'soon'", "an interval");
    refused("pause", "'1970-01-01 00:00:01.500000'", "an interval");
    refused("code", "'00112233'", "a UUID");
    refused("code", "'001122334455667788990011223344GG'", "a UUID");
    refused("data", "'{'", "a JSON document");
    refused("point", "'{\"x\": \"1\"}'", "a document of Point");
    refused("point", "'{}'", "a document of Point");
    refused("at", "'today'", "a date and time");
    refused("colour", "'blue'", "one of the names of Paint");
    refused("small_number", "40000", "does not fit");
    refused("small_number", "'x'", "an integer");
    refused("paid", "'yes'", "true or false");
    refused("ratio", "'x'", "a number");
    refused("money", "'x'", "an integer");
    refused("name", "x'ff'", "text");
    DataMismatchError error("data-mismatch"_code, "the database holds 'x' where the model says an integer.", "mend");
    CHECK_THROWS_WITH_AS(orm::throw_named_mismatch(error, "Order", "total"),
                         doctest::Contains("Order.total: the database holds 'x'"), DataMismatchError);
}

TEST_CASE("types: values that do not fit their type are refused when they are given") {
    Order order;
    CHECK_THROWS_WITH_AS(order.small_number = 40000, doctest::Contains("40000"), InvalidValueError);
    CHECK_THROWS_AS(order.id = std::int64_t{1} << 40, InvalidValueError);
    CHECK_THROWS_AS(order.id = 4'000'000'000u, InvalidValueError);
    CHECK_THROWS_AS(order.big_number = ~std::uint64_t{0}, InvalidValueError);
    CHECK_THROWS_AS(order.paid = 2, InvalidValueError);
    CHECK_FALSE(order.small_number.is_set());
    CHECK_THROWS_AS(order.total = "12,50", ArgumentError);
    order.paid = 0;
    CHECK(order.paid == false);
    Column<std::uint64_t> large = ~std::uint64_t{0};
    CHECK_THROWS_AS((void)sql::Expression(large), InvalidValueError);
    Column<float> narrow = 0.1;
    CHECK_THROWS_AS(narrow = 1e300, InvalidValueError);
    CHECK(narrow == 0.1f);
    TestDatabase database;
    database.create<Order>();
    Session session(database.engine);
    session.add(Order{.total = 1, .colour = static_cast<Paint>(3)});
    CHECK_THROWS_WITH_AS(session.flush(), doctest::Contains("3 is no value of Paint"), ArgumentError);
}

TEST_CASE("types: JSON of columns") {
    Order order{.total = "1.50", .wait = 24h, .data = json{{"a", 1}}, .point = Point{1, {}}, .colour = Paint::green};
    CHECK(json{{"total", order.total}, {"data", order.data}, {"point", order.point}, {"name", order.name}}.dump() ==
          R"({"data":{"a":1},"name":null,"point":{"label":null,"x":1},"total":"1.50"})");
    CHECK(json{{"wait", order.wait}, {"colour", order.colour}}.dump() ==
          R"({"colour":"green","wait":"1 day, 0:00:00"})");
}

TEST_CASE("types: a key from a row is shown as an object's key is") {
    const auto& order = orm::mapper_of<Order>();
    std::string storage;
    auto shown = [&](const char* name, const sql::ValueView& row) {
        auto view = order.attribute(name).type->as_shown(row, storage);
        return sql::to_string(view);
    };
    CHECK((order.attribute("id").type->as_shown == nullptr));
    CHECK((order.attribute("name").type->as_shown == nullptr));
    CHECK(shown("code", sql::ValueView::of(std::string_view("00112233-4455-6677-8899-AABBCCDDEEFF"))) ==
          "'00112233445566778899aabbccddeeff'");
    CHECK(shown("paid", sql::ValueView::of(std::int64_t{1})) == "true");
    CHECK(shown("total", sql::ValueView::of(12.5)) == "12.5");
    CHECK(shown("at", sql::ValueView::of(std::string_view("2024-01-31 13:07:00+02:00"))) == "'2024-01-31 11:07:00'");
    CHECK(shown("rate", sql::ValueView::null()) == "NULL");
}
