// What the options insert_default, onupdate and computed tell a mapper.
#include "retort/orm/types_defaults.hpp"

#include "support.hpp"

namespace {

using namespace orm_test;

struct Line : Model<Line> {
    Column<int, primary_key> id;
    Column<DateTime, insert_default<func::now>> made;
    Column<std::string, insert_default_sql<"lower(hex(randomblob(8)))">> code;
    Column<DateTime, onupdate<utc_now>> seen = utc_now;
    Column<DateTime, onupdate<func::now>> changed = utc_now;
    Column<int, onupdate_sql<"version + 1">> version = 1;
    Column<Uuid, onupdate<Uuid::random>> token = Uuid::random;
    Column<Numeric<8, 2>> price;
    Column<Numeric<8, 2>, computed<"price * 2">> twice;
    Column<int, computed<"version + 1", true>> next;
};

}  // namespace

TEST_CASE("types_defaults: where values come from when the program gives none") {
    const auto& mapper = orm::mapper_of<Line>();
    auto options = [&](const char* name) { return mapper.attribute(name).options; };
    auto text = [](const sql::Expression& expression) {
        return sql::Compiler().compile(sql::select({expression}).ref()).text;
    };
    REQUIRE(options("made").insert_default != nullptr);
    CHECK(options("made").insert_default->is_sql());
    CHECK(text(options("made").insert_default->expression()).starts_with("SELECT now()"));
    CHECK(text(options("code").insert_default->expression()) == "SELECT lower(hex(randomblob(8)))");
    CHECK_FALSE(options("seen").onupdate->is_sql());
    CHECK(options("seen").onupdate->make_value().kind() == sql::ValueKind::datetime);
    CHECK(text(options("changed").onupdate->expression()).starts_with("SELECT now()"));
    CHECK(text(options("version").onupdate->expression()) == "SELECT version + 1");
    CHECK(options("token").onupdate->make_value().view().size == 32);
    CHECK(options("twice").computed == "price * 2");
    CHECK(options("twice").computed_stored == -1);
    CHECK(options("next").computed_stored == 1);
    CHECK(options("price").insert_default == nullptr);
    CHECK(options("price").computed.empty());
}

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

int revisions = 0;
int next_revision() { return ++revisions; }

struct Generated : Model<Generated> {
    Column<int, primary_key> id;
    Column<int> price;
    Column<int> quantity;
    Column<int, computed<"price * quantity">> total;
    Column<std::string, insert_default_sql<"lower('ABC')">> code;
    Column<std::optional<int>, onupdate<next_revision>> revision;
    Column<std::optional<int>, onupdate_sql<"quantity + 100">> stamp;
    Column<std::optional<String<5>>> word;
};

struct Generating : TestDatabase {
    Generating() { create<Generated>(); }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Generating, "generated: what the database makes is read when it is looked at") {
    auto object = session.add(Generated{.price = 3, .quantity = 4});
    session.flush();
    CHECK(work() == Lines{"INSERT INTO generated (price, quantity, code) VALUES (?, ?, lower('ABC')) | 3 | 4"});
    CHECK(object->total == 12);
    CHECK(object->code == "abc");
    CHECK(work().size() == 1);
    CHECK_FALSE(object->revision.has_value());
    object->quantity = 5;
    session.flush();
    CHECK(work() ==
          Lines{"UPDATE generated SET quantity=?, revision=?, stamp=quantity + 100 WHERE generated.id = ? | 5 "
                "| 1 | 1"});
    CHECK(object->total == 15);
    CHECK(object->revision == 1);
    CHECK(object->stamp == 104);
    object->revision = 50;
    session.commit();
    CHECK(object->revision == 50);
    CHECK(revisions == 1);
}

TEST_CASE_FIXTURE(Generating, "checked: a text that is too long never reaches the database") {
    auto object = session.add(Generated{.price = 1, .quantity = 1, .word = "ññññññ"});
    CHECK_THROWS_WITH_AS(session.flush(), doctest::Contains("Generated.word"), ValueTooLongError);
    session.rollback();
    session.add(Generated{.price = 1, .quantity = 1, .word = "ñññññ"});
    CHECK_NOTHROW(session.commit());
    auto known = session.scalars(select<Generated>()).one();
    known->word = "longer";
    CHECK_THROWS_AS(session.commit(), ValueTooLongError);
    session.rollback();
    CHECK(known->word == "ñññññ");
}

TEST_CASE_FIXTURE(Generating, "named: a value that is no such thing is told with its model and column") {
    run("INSERT INTO generated (price, quantity, code, word) VALUES ('dear', 1, 'x', 'y')");
    CHECK_THROWS_WITH_AS((void)session.scalars(select<Generated>()), doctest::Contains("Generated.price"),
                         DataMismatchError);
}
