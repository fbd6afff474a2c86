// Columns as values: set and unset, copies, attachment, changes in place; what mappers know of a model.
#include "retort/orm/column.hpp"

#include "retort/base/json.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

enum class Size { small, large = 4 };

struct Empty {};
struct Parcel : Model<Parcel>, Empty {
    Column<int, primary_key> number;
    Column<String<20>, unique_key, column_name<"label_text">> label;
    Column<std::optional<double>> weight;
    Column<Size> size = Size::small;
    Column<bool, indexed> sent = false;
    Column<std::string, server_default<"'none'">> note;
    Column<DateTime> made = utc_now;
    json to_json() const { return json{{"label", label}, {"weight", weight}, {"size", "small"}}; }
};
struct Crate : Model<Crate> {
    Column<int, primary_key> id;
    Column<std::string, unique_key, indexed> label;
    Column<std::string, unique_key> mark;
};
struct Pair : Model<Pair> {
    Column<int, primary_key> a;
    Column<std::string, primary_key> b;
    Column<std::optional<std::string>> c_text;
};

}  // namespace

TEST_CASE("column: unset is neither 0 nor empty nor NULL") {
    Parcel parcel{.label = "x"};
    CHECK_FALSE(parcel.number.is_set());
    CHECK_THROWS_AS((void)parcel.number.value(), InvalidRequestError);
    CHECK(parcel.weight == std::nullopt);
    CHECK_FALSE(parcel.weight.is_set());
    CHECK(parcel.made.is_set());
    CHECK(parcel.label.size() == 1);
    parcel.label += "yz";
    CHECK(parcel.label == "xyz");
    CHECK(parcel.label.starts_with("xy"));
    parcel.weight = 2;
    CHECK(*parcel.weight == 2.0);
    parcel.label.mutate([](std::string& text) { text.pop_back(); });
    CHECK(parcel.label + "!" == "xy!");
    CHECK(json(parcel).dump() == R"({"label":"xy","size":"small","weight":2.0})");
}

TEST_CASE("mapper: names, options and table of a model") {
    const auto& mapper = orm::mapper_of<Parcel>();
    CHECK(mapper.name() == "Parcel");
    CHECK(mapper.table_name == "parcel");
    CHECK(mapper.attributes[1].name == "label");
    CHECK(mapper.attributes[1].column_name == "label_text");
    CHECK(mapper.integer_key == &mapper.attributes[0]);
    CHECK_THROWS_WITH_AS((void)mapper.attribute("labell"), doctest::Contains("label"), InvalidRequestError);
    const auto& table = orm::metadata().table("parcel");
    CHECK_FALSE(table.column("label_text").nullable);
    CHECK(table.column("weight").nullable);
    CHECK(table.indexes.size() == 1);
    CHECK(orm::mapper_of<Pair>().keys.size() == 2);
}

TEST_CASE("mapper: what is unique and has an index has an index that is unique") {
    TestDatabase database;
    database.create<Crate>();
    const auto& table = orm::metadata().table("crate");
    REQUIRE(table.indexes.size() == 1);
    CHECK(table.indexes[0].name == "ix_crate_label");
    CHECK(table.indexes[0].unique);
    std::vector<std::string> unique;
    for (const auto& constraint : table.constraints) {
        if (std::holds_alternative<schemas::Unique>(constraint)) unique.push_back(schemas::constraint_name(constraint));
    }
    CHECK(unique == std::vector<std::string>{"uq_crate_mark"});
    database.run(database.engine.dialect().ddl().compile(schemas::CreateIndex{table.name, table.indexes[0]}));
    Session session(database.engine);
    session.add(Crate{.label = "a", .mark = "b"});
    session.add(Crate{.label = "a", .mark = "c"});
    CHECK_THROWS_AS(session.commit(), IntegrityError);
}

TEST_CASE("session: a copy of a persistent object is transient") {
    TestDatabase database;
    database.create<Parcel>();
    Session session(database.engine);
    auto parcel = session.add(Parcel{.label = "x", .size = Size::large});
    session.commit();
    CHECK(parcel->note == "none");
    CHECK(parcel->size == Size::large);
    CHECK(orm::enumeration<Size>().names[4] == "large");
    parcel->label = "unsaved";
    session.expire(parcel);
    CHECK(parcel->label == "x");
    Parcel copy = *parcel;
    copy.label = "y";
    CHECK(parcel->label == "x");
    CHECK(session.dirty_count() == 0);
    copy.number = 7;
    auto second = session.add(std::move(copy));
    session.commit();
    CHECK(session.get<Parcel>(7)->label == "y");
    set_attribute(second, "label", "z");
    CHECK(session.dirty_count() == 1);
    session.commit();
    CHECK(session.scalars(select<Parcel>().where(Parcel::c.label == "z")).size() == 1);
    CHECK_THROWS_AS(set_attribute(second, "label", nullptr), ArgumentError);
}

TEST_CASE("session: keys of several columns") {
    TestDatabase database;
    database.create<Pair>();
    Session session(database.engine);
    auto pair = session.add(Pair{.a = 1, .b = "x"});
    session.commit();
    CHECK(session.get<Pair>(1, "x") == pair);
    CHECK_FALSE(session.get<Pair>(1, "y"));
    CHECK_THROWS_AS((void)session.get<Pair>(1), ArgumentError);
    pair->b = "z";
    session.commit();
    session.expunge_all();
    CHECK(session.get<Pair>(1, "z"));
    CHECK_FALSE(session.get<Pair>(1, "x"));
}

TEST_CASE("session: what cannot be written says so, and the session goes on after rollback") {
    TestDatabase database;
    database.create<Parcel>();
    Session session(database.engine);
    session.add(Parcel{});
    CHECK_THROWS_WITH_AS(session.commit(), doctest::Contains("Parcel.label"), FlushError);
    CHECK_THROWS_AS((void)session.get<Parcel>(1), PendingRollbackError);
    session.rollback();
    session.add(Parcel{.label = "x"});
    session.commit();
    auto twin = session.add(Parcel{.label = "x"});
    CHECK_THROWS_AS(session.flush(), IntegrityError);
    session.rollback();
    CHECK_FALSE(session.contains(twin));
    auto parcel = session.get<Parcel>(1);
    database.run("DELETE FROM parcel");
    parcel->sent = true;
    CHECK_THROWS_AS(session.commit(), StaleDataError);
    session.rollback();
    CHECK_THROWS_AS((void)parcel->label.value(), ObjectDeletedError);
}

TEST_CASE("identity map: keys in any steps are found again, and gone when erased") {
    orm::IdentityMap map;
    int objects[4000];
    for (std::int64_t i = 0; i < 4000; ++i) map.place(i * 65536 - 7) = &objects[i];
    for (std::int64_t i = 0; i < 4000; i += 2) map.erase(static_cast<std::uint64_t>(i * 65536 - 7), &objects[i]);
    CHECK(map.size() == 2000);
    bool right = true;
    for (std::int64_t i = 0; i < 4000; ++i)
        right = right && map.find(i * 65536 - 7) == (i % 2 == 0 ? nullptr : &objects[i]);
    CHECK(right);
}

TEST_CASE("column: rows call it by its field, SQL by its name") {
    TestDatabase database;
    database.create<Parcel>();
    Session session(database.engine);
    session.add(Parcel{.label = "x", .note = "n"});
    session.flush();
    database.work();
    auto rows = session.execute(select(Parcel::c.label, Parcel::c.note, Parcel::c.label));
    CHECK(database.work() ==
          Lines{"SELECT parcel.label_text, parcel.note, parcel.label_text AS label_text__1 FROM parcel"});
    CHECK(rows.keys() == Lines{"label", "note", "label_1"});
    CHECK(rows.mappings()[0] == json{{"label", "x"}, {"note", "n"}, {"label_1", "x"}});
    CHECK(session.execute(update<Parcel>().values(Parcel::c.note = "m").returning(Parcel::c.label)).keys() ==
          Lines{"label"});
    CHECK(session.execute(select(Parcel::c.label.label("l"))).keys() == Lines{"l"});
}
