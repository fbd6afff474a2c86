// insert, update and delete_ for many rows.
#include "retort/orm/statements.hpp"

#include <cmath>

#include "retort/dialects/mysql/compiler.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Item : Model<Item> {
    Column<int, primary_key> id;
    Column<std::string, unique_key> name;
    Column<std::optional<int>> price;
    Column<int> amount = [] { return 1; };
};
struct Stock : Model<Stock> {
    Column<int, primary_key> id;
    Column<int> amount = 1;
};
struct Gauge : Model<Gauge> {
    Column<int, primary_key> id;
    Column<String<5>> name;
    Column<std::optional<double>> level;
};
enum class Grade { plain, fine };
struct Offer : Model<Offer> {
    Column<int, primary_key> id;
    Column<std::string> name = default_("new");
    Column<bool> active = default_(true);
    Column<std::optional<Grade>> grade = default_(Grade::fine);
    Column<Numeric<8, 2>> price = default_(Decimal("9.50"));
    Column<std::optional<int>> shelf;
};

struct Items : TestDatabase {
    Items() { create<Item, Offer, Stock>(); }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Items, "insert: one row, several, with the model's defaults") {
    CHECK(session.execute(insert<Item>().values({.name = "a"})) == 1);
    CHECK(session.execute(
              insert<Item>().values(std::vector<Item>{{.name = "b", .price = 2}, {.name = "c", .price = 3}})) == 2);
    CHECK(work() ==
          Lines{"INSERT INTO item (name, amount) VALUES (?, ?) | 'a' | 1",
                "INSERT INTO item (name, price, amount) VALUES (?, ?, ?), (?, ?, ?) | 'b' | 2 | 1 | 'c' | 3 | 1"});
    CHECK_THROWS_AS((void)insert<Item>().values(std::vector<Item>{{.name = "d"}, {.name = "e", .price = 1}}),
                    ArgumentError);
}

TEST_CASE_FIXTURE(Items, "insert: rows of a query get the model's defaults, and may conflict") {
    session.execute(insert<Item>().values({.name = "a", .price = 1}));
    work();
    CHECK(session.execute(insert<Stock>().from_select(select(Item::c.id + 5), Stock::c.id)) == 1);
    CHECK(work() ==
          Lines{"INSERT INTO stock (id, amount) SELECT item.id + ? AS anon_1, ? AS anon_2 FROM item | 5 | 1"});
    auto twice = union_all(select(Item::c.name), select(Item::c.name + "b"));
    CHECK(session.execute(insert<Item>().from_select(twice, Item::c.name).on_conflict_do_nothing(Item::c.name)) == 1);
    CHECK(session.execute(insert<Item>()
                              .from_select(select(Item::c.name), Item::c.name)
                              .on_conflict_do_update(Item::c.name, Item::c.price = 7)) == 2);
    auto both = session.execute(select(Item::c.name, Item::c.price, Item::c.amount).order_by(Item::c.id));
    CHECK(both.all() == std::vector<std::tuple<std::string, std::optional<int>, int>>{{"a", 7, 1}, {"ab", 7, 1}});
}

TEST_CASE_FIXTURE(Items, "insert: MySQL's form, and conditions of an update") {
    auto text_of = [](const sql::NodeRef& statement) {
        return dialects::mysql::MysqlCompiler().compile(statement).text;
    };
    auto row = insert<Item>().values({.name = "a", .price = 1});
    CHECK(text_of(row.on_duplicate_key_update({"price"}).ref()) ==
          "INSERT INTO item (name, price, amount) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE price = VALUES(price)");
    CHECK(text_of(row.on_duplicate_key_update(Item::c.price = Item::c.price + 1).ref()) ==
          "INSERT INTO item (name, price, amount) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE price = (item.price + ?)");
    CHECK_THROWS_AS(session.execute(row.on_duplicate_key_update({"price"})), sql::CompileError);
    session.execute(row);
    auto dearer = row.with(row.statement().on_conflict_do_update({"name"}, {{"price", 9}}, Item::c.price > 5));
    CHECK(session.execute(dearer) == 0);
    CHECK(session.scalar(select(Item::c.price)).value() == 1);
}

TEST_CASE_FIXTURE(Items, "insert: what conflicts is left, or updates the row that is there") {
    session.execute(insert<Item>().values({.name = "a", .price = 1}));
    CHECK(session.execute(insert<Item>().values({.name = "a"}).on_conflict_do_nothing(Item::c.name)) == 0);
    session.execute(insert<Item>().values({.name = "a"}).on_conflict_do_update({.price = 5}, Item::c.name));
    CHECK(session.scalar(select(Item::c.price)) == 5);
    session.execute(insert<Item>().values({.name = "a", .price = 7}).on_conflict_do_update({"price"}, Item::c.name));
    CHECK(session.scalar(select(Item::c.price)) == 7);
}

TEST_CASE_FIXTURE(Items, "insert: the rows of a query") {
    session.execute(insert<Item>().values({.name = "a"}));
    session.execute(
        insert<Item>().from_select(select(Item::c.name + "!", Item::c.amount), Item::c.name, Item::c.amount));
    CHECK(session.execute(select(Item::c.name)).size() == 2);
}

TEST_CASE_FIXTURE(Items, "update: values, expressions, and loaded objects that follow") {
    auto item = session.add(Item{.name = "a", .price = 1});
    session.add(Item{.name = "b"});
    session.commit();
    CHECK(item->price == 1);
    work();
    CHECK(session.execute(update<Item>().where(Item::c.name == "a").values({.price = 9})) == 1);
    CHECK(work() == Lines{"UPDATE item SET price=? WHERE item.name = ? | 9 | 'a'"});
    CHECK(item->price == 9);
    CHECK(session.execute(update<Item>().set(Item::c.amount, Item::c.amount + 1).set(Item::c.price, nullptr)) == 2);
    CHECK(item->amount == 2);
    CHECK_FALSE(item->price.has_value());
}

TEST_CASE("update: an example of a model with constant defaults is refused") {
    CHECK_THROWS_AS((void)update<Stock>().values({.id = 1}), ArgumentError);
}

TEST_CASE_FIXTURE(Items, "default_: new objects have it, examples and merge say nothing of it") {
    static_assert(sizeof(Offer::active) == sizeof(Column<bool>));
    session.add(Offer{});
    session.add(Offer{.name = "old", .active = false, .grade = nullptr, .shelf = 3});
    session.commit();
    CHECK(session.get<Offer>(1)->name == "new");
    CHECK(session.get<Offer>(1)->grade == Grade::fine);
    CHECK(session.get<Offer>(1)->price == Decimal("9.50"));
    auto query = session.query<Offer>();
    CHECK(query.filter_by({.name = "old"}).one()->id == 2);
    CHECK(query.filter_by({.active = true}).one()->id == 1);  // its default, but given
    CHECK(query.filter_by({.name = "old", .active = true}).count() == 0);
    CHECK(query.filter_by({}).count() == 2);
    work();
    session.execute(update<Offer>().where(Offer::c.id == 2).values({.shelf = 4}));
    session.execute(update<Offer>(), {{.id = 2, .shelf = 5}});
    CHECK(work() == Lines{"UPDATE offer SET shelf=? WHERE offer.id = ? | 4 | 2",
                          "UPDATE offer SET shelf=? WHERE offer.id = ? | 5 | 2"});
    CHECK_FALSE(session.merge(Offer{.id = 2, .name = "older"})->active);
    CHECK(session.merge(Offer{.id = 2, .active = true})->active);
    CHECK(session.merge(Offer{.id = 3})->active);  // a new row has the defaults
}

TEST_CASE_FIXTURE(Items, "insert: a list without rows is refused, not a row of defaults") {
    CHECK_THROWS_AS((void)insert<Stock>().values(std::vector<Stock>{}), ArgumentError);
}

TEST_CASE_FIXTURE(Items, "insert: an example of one number") {
    CHECK(session.execute(insert<Stock>().values({.amount = 3})) == 1);
    CHECK(session.scalars(select<Stock>()).one()->amount == 3);
}

TEST_CASE_FIXTURE(Items, "update: many rows, each of which tells what it was given") {
    session.add_all({Stock{.amount = 5}, Stock{.amount = 6}});
    session.commit();
    session.execute(update<Stock>(), {{.id = 1, .amount = 7}, {.id = 2, .amount = 8}});
    CHECK_THROWS_AS(session.execute(update<Stock>(), {{.id = 1, .amount = 9}, {.id = 2}}), ArgumentError);
    CHECK(session.get<Stock>(2)->amount == 8);
}

TEST_CASE_FIXTURE(Items, "statements: what a flush refuses is refused, before the database sees it") {
    using Statement = Update<Gauge>;
    CHECK_THROWS_AS((void)Statement().values({.name = "abcdef"}), ValueTooLongError);
    CHECK_THROWS_AS((void)Statement().values(Gauge::c.name = "abcdef"), ValueTooLongError);
    CHECK_THROWS_AS((void)Statement().values(Gauge::c.name = "\xff"), InvalidValueError);
    CHECK_THROWS_AS((void)Statement().values(Gauge::c.level = std::nan("")), InvalidValueError);
    CHECK_THROWS_AS((void)insert<Gauge>().values({.name = "abcdef"}), ValueTooLongError);
    CHECK_NOTHROW((void)Statement().values(Gauge::c.name = func::lower("abcdefg")));
}

TEST_CASE_FIXTURE(Items, "statements: leave what waits for a flush as it is") {
    session.add_all({Item{.name = "a", .price = 1}, Item{.name = "b", .price = 2}});
    session.commit();
    auto a = session.get<Item>(1), b = session.get<Item>(2);
    CHECK(b->price == 2);
    {
        auto paused = session.no_autoflush();
        a->price = 7;
        session.execute(update<Item>().values(Item::c.price = Item::c.price + 10, Item::c.amount = 5));
        CHECK(a->price == 7);
        CHECK(a->amount == 5);
        CHECK(b->price == 12);
    }
    session.commit();
    CHECK(a->price == 7);
}

TEST_CASE_FIXTURE(Items, "delete_: rows by a condition") {
    session.execute(insert<Item>().values(std::vector<Item>{{.name = "a"}, {.name = "b"}}));
    CHECK(session.execute(delete_<Item>().where(Item::c.name == "a")) == 1);
    CHECK(session.scalars(select<Item>()).one()->name == "b");
}

TEST_CASE_FIXTURE(Items, "returning: values and objects") {
    auto ids = session.execute(insert<Item>().values({.name = "a"}).returning(Item::c.id, Item::c.name));
    CHECK(std::get<0>(ids.one()) == 1);
    auto item = session.get<Item>(1);
    auto changed = session.execute(update<Item>().values({.price = 4}).returning(Item::c));
    CHECK(std::get<0>(changed.one()) == item);
    CHECK(item->price == 4);
    CHECK(session.execute(delete_<Item>().returning(Item::c.name)).scalar_one() == "a");
}

TEST_CASE("update: NULL into an optional text") {
    CHECK_NOTHROW((void)update<Item>().set(Item::c.price, nullptr).set(Item::c.price, std::nullopt));
}

TEST_CASE_FIXTURE(Items, "insert: what conflicts is counted up, by what is there and what was refused") {
    auto count = insert<Item>().values({.name = "a", .price = 2, .amount = 1});
    auto more = count.on_conflict_do_update(Item::c.amount = Item::c.amount + 1, Item::c.name);
    session.execute(more);
    session.execute(more);
    CHECK(session.scalar(select(Item::c.amount)) == 2);
    work();
    session.execute(count.on_conflict_do_update(
        {Item::c.amount = Item::c.amount + excluded(Item::c.amount), Item::c.price = excluded(Item::c.price) + 5},
        Item::c.name));
    CHECK(work() == Lines{"INSERT INTO item (name, price, amount) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                          "amount = (item.amount + excluded.amount), price = (excluded.price + ?) | 'a' | 2 | 1 | 5"});
    CHECK(session.execute(select(Item::c.amount, Item::c.price)).one() == std::tuple<int, std::optional<int>>(3, 7));
    CHECK_THROWS_AS((void)count.on_conflict_do_update(Stock::c.amount = 1, Item::c.name), ArgumentError);
}

TEST_CASE_FIXTURE(Items, "returning: scalars, and of many rows") {
    auto made = session.scalars(insert<Item>().values({.name = "a"}).returning(Item::c)).one();
    CHECK(made->name == "a");
    CHECK(session.scalar(insert<Item>().values({.name = "b"}).returning(Item::c.id)) == 2);
    CHECK(session.scalars(update<Item>().values(Item::c.price = 4).returning(Item::c.name)).size() == 2);
    CHECK(made->price == 4);
    auto rows = session.execute(insert<Item>().returning(Item::c.id, Item::c.name), {{.name = "c"}, {.name = "d"}});
    CHECK(rows.all() == std::vector<std::tuple<int, std::string>>{{3, "c"}, {4, "d"}});
    std::vector<Item> many(12'000);
    for (std::size_t at = 0; at < many.size(); ++at) many[at].name = std::to_string(at);
    CHECK(session.execute(insert<Item>().returning(Item::c.id), many).size() == 12'000);
    auto given = insert<Item>().values({.name = "e"}).returning(Item::c.id);
    CHECK_THROWS_AS(session.execute(given, {{.name = "f"}}), ArgumentError);
    CHECK(session.scalar(delete_<Item>().where(Item::c.name == "a").returning(Item::c.id)) == 1);
    CHECK(session.scalar(delete_<Item>().where(Item::c.name == "a").returning(Item::c.id)) == std::nullopt);
}
