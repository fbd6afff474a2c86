// Values that come to fields and leave them in other ways than by `=` and `.value()`.

#include <cstddef>
#include <sstream>
#include <vector>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

sql::Expression shouted();

struct Bird;
struct Nest : Model<Nest> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::string, column_property<shouted>> loud;
    Column<std::optional<LargeBinary>> photo;
    Column<std::optional<Decimal>> weight;
    Column<int> half = 2;
    Column<int, computed<"half * 2">> whole;
    Many<Bird, lazy::dynamic, order_by<"id">> birds;
};
struct Bird : Model<Bird> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::optional<int>, foreign_key<Nest>> nest_id;
    One<Nest> nest;
};
sql::Expression shouted() { return func::upper(Nest::c.name); }

struct Visit : Model<Visit> {
    Column<Date, primary_key> day;
    Column<std::string, primary_key> who;
};
struct Report : Model<Report> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<Text, deferred> body;
};
struct Worker : Model<Worker> {
    Column<int, primary_key> id;
    Column<std::string, polymorphic_on> kind;
};
struct Boss : Model<Boss, single_table<Worker>> {
    Column<std::optional<int>> level;
    static constexpr auto fields() { return Fields<&Boss::level>(); }
};

struct Filled : TestDatabase {
    Session session;

    Filled() : session((create<Nest, Bird, Visit, Worker, Report>(), engine)) {
        session.add(Bird{.name = "tit", .nest = Nest{.name = "oak"}});
        session.commit();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Filled, "field values: what the database computes is not set by name either") {
    auto nest = session.get<Nest>(1);
    CHECK_THROWS_WITH_AS(set_attribute(nest, "loud", "x"), doctest::Contains("Nest.loud is computed"), ArgumentError);
    CHECK_THROWS_AS(set_attribute(nest, "whole", 5), ArgumentError);
    CHECK(nest->loud == "OAK");
    CHECK(nest->whole == 4);
    CHECK_FALSE(session.is_modified(nest));
}

TEST_CASE_FIXTURE(Filled, "field values: input of another type is refused by name") {
    auto nest = session.get<Nest>(1);
    CHECK_THROWS_WITH_AS(set_attribute(nest, "half", "many"), doctest::Contains("Nest.half cannot be 'many'"),
                         InvalidValueError);
    session.rollback();
    CHECK(nest->half == 2);
}

TEST_CASE_FIXTURE(Filled, "field values: bytes come from any run of them") {
    auto nest = session.get<Nest>(1);
    nest->photo = std::vector<std::byte>{std::byte{1}, std::byte{0}, std::byte{255}};
    session.commit();
    CHECK(nest->photo->data == std::string("\1\0\377", 3));
    const std::vector<std::byte> other{std::byte{7}};
    session.add(Nest{.name = "elm", .photo = other});
    session.commit();
    CHECK(session.query<Nest>().filter(Nest::c.photo == other).one()->name == "elm");
}

TEST_CASE_FIXTURE(Filled, "field values: a decimal beyond all doubles is refused by name") {
    session.get<Nest>(1)->weight = Decimal("99999999999999999999999999999999999999");
    CHECK_THROWS_WITH_AS(session.commit(), doctest::Contains("Nest.weight is 99999"), InvalidValueError);
    session.rollback();
}

TEST_CASE_FIXTURE(Filled, "field values: a column and an optional compare as values do") {
    auto nest = session.get<Nest>(1);
    std::optional<Decimal> none, some{Decimal("1.5")};
    CHECK(nest->weight == none);
    CHECK(none == nest->weight);
    CHECK_FALSE(nest->weight != none);
    CHECK_FALSE(none != nest->weight);
    CHECK(nest->weight != some);
    nest->weight = some;
    CHECK(nest->weight == some);
    CHECK(some == nest->weight);
    CHECK(nest->weight != none);
    CHECK(none != nest->weight);
    std::optional<std::string> name{"oak"};
    CHECK(nest->name == name);
    CHECK(name == nest->name);
    CHECK_FALSE(nest->name == std::optional<std::string>());
    // In queries it stays a condition.
    CHECK(session.scalars(select<Bird>().where(Bird::c.nest_id == std::optional<int>())).all().empty());
    CHECK(session.scalars(select<Bird>().where(Bird::c.nest_id != std::optional<int>())).all().size() == 1);
}

TEST_CASE_FIXTURE(Filled, "field values: NULL is no text") {
    session.add(Bird{.name = "wren"});
    session.flush();
    auto names = select(Nest::c.name).select_from<Bird>().outerjoin(Bird::c.nest).where(Bird::c.name == "wren");
    CHECK_THROWS_AS((void)session.scalars(names), DataMismatchError);
    CHECK_THROWS_AS((void)session.execute(text("SELECT NULL").columns<std::string>()), DataMismatchError);
    CHECK(session.execute(text("SELECT NULL").columns<std::optional<std::string>>()).one() ==
          std::tuple(std::optional<std::string>()));
}

TEST_CASE_FIXTURE(Filled, "field values: loader options name columns that are expressions") {
    session.expunge_all();
    (void)work();
    auto nest = session.scalars(select<Nest>().options(defer(Nest::c.loud))).one();
    CHECK(work()[0].find("upper") == std::string::npos);
    CHECK(nest->loud == "OAK");
    session.expunge_all();
    (void)work();
    nest = session.scalars(select<Nest>().options(load_only(Nest::c.loud))).one();
    CHECK(nest->loud == "OAK");
    CHECK(work().size() == 1);
    CHECK(session.scalars(select<Nest>().options(undefer(Nest::c.loud))).one()->loud == "OAK");
}

TEST_CASE_FIXTURE(Filled, "field values: a One prints as its handle") {
    std::ostringstream out;
    auto bird = session.get<Bird>(1);
    out << bird->nest << ' ';
    bird->nest = nullptr;
    out << bird->nest;
    CHECK(out.str() == "<Nest 1> None");
}

TEST_CASE_FIXTURE(Filled, "field values: dates stand in an object's name as they are") {
    auto visit = session.add(Visit{.day = Date(2024, 2, 29), .who = "ada"});
    session.commit();
    CHECK(repr(visit) == "<Visit 2024-02-29, ada>");
}

TEST_CASE_FIXTURE(Filled, "field values: an object's kind does not change by hand") {
    auto worker = session.add(Worker{});
    session.commit();
    worker->kind = "boss";
    CHECK_THROWS_WITH_AS(session.commit(), doctest::Contains("Worker.kind says"), ArgumentError);
    session.rollback();
    CHECK(worker->kind == "worker");
    session.execute(update<Worker>().values(Worker::c.kind = "boss"));
    session.expunge(worker);
    CHECK(session.get<Worker>(1).as<Boss>());
}

TEST_CASE_FIXTURE(Filled, "field values: a dynamic relationship has the words of a query") {
    auto nest = session.get<Nest>(1);
    nest->birds.append(Bird{.name = "owl"});
    CHECK(nest->birds.filter_by(Bird::c.name = "owl").one()->id == 2);
    CHECK(nest->birds.filter_by({.name = "tit"}).count() == 1);
    CHECK(nest->birds.slice(1, 2).all().size() == 1);
    CHECK(nest->birds.join(Bird::c.nest).filter(Nest::c.name == "oak").count() == 2);
    CHECK_THROWS_AS((void)nest->birds.one(), MultipleResultsFound);
    CHECK_THROWS_AS((void)nest->birds.one_or_none(), MultipleResultsFound);
}

TEST_CASE_FIXTURE(Filled, "field values: a deferred column is not read again with the others") {
    auto report = session.add(Report{.title = "one", .body = "long"});
    session.commit();
    session.expunge_all();
    report = session.get<Report>(1);
    session.commit();
    log();
    CHECK(report->title == "one");
    CHECK(work() == Lines{"SELECT report.title FROM report WHERE report.id = ? | 1"});
    session.refresh(report);
    CHECK(work() == Lines{"SELECT report.title FROM report WHERE report.id = ? | 1"});
    CHECK(report->body == "long");
    CHECK(work() == Lines{"SELECT report.body FROM report WHERE report.id = ? | 1"});
    session.commit();
    log();
    CHECK(report->title == "one");
    CHECK(work() == Lines{"SELECT report.title FROM report WHERE report.id = ? | 1"});
}

namespace {
struct FlagOwner : Model<FlagOwner> {
    Column<int, primary_key> id;
    Column<std::string, polymorphic_on> kind;
};
struct FlagBoss : Model<FlagBoss, single_table<FlagOwner>> {
    Column<std::optional<int>> level;
    static constexpr auto fields() { return Fields<&FlagBoss::level>(); }
};
struct Flagged : Model<Flagged> {
    Column<int, primary_key> id;
    Column<bool> active = true;
    Column<std::int8_t> small = 0;
    Column<std::optional<int>> age;
    Column<std::optional<int>, foreign_key<FlagOwner>> owner_id;
    One<FlagOwner> owner;
};
struct Flags : TestDatabase {
    Flags() { create<FlagOwner, Flagged>(); }
    Session session{engine};
};
}  // namespace

TEST_CASE_FIXTURE(Flags, "values: a boolean field is negated as one") {
    auto flag = session.add(Flagged{});
    if (!flag->active) FAIL("it is active");
    flag->active = !flag->active;
    session.commit();
    CHECK(!flag->active);
    CHECK(session.scalars(select<Flagged>().where(!Flagged::c.active)).all().size() == 1);
}

TEST_CASE_FIXTURE(Flags, "values: arithmetic on fields does not wrap") {
    auto flag = session.add(Flagged{.small = 100});
    flag->small += 27;
    CHECK(flag->small == 127);
    CHECK_THROWS_WITH_AS(flag->small += 1, doctest::Contains("does not fit Flagged.small"), InvalidValueError);
    CHECK_THROWS_AS(++flag->small, InvalidValueError);
    CHECK_THROWS_AS(flag->small *= 2, InvalidValueError);
    CHECK(flag->small == 127);
    flag->small -= 255;
    CHECK(flag->small == -128);
}

TEST_CASE_FIXTURE(Flags, "values: NULL has nothing to look at") {
    auto flag = session.add(Flagged{});
    CHECK_THROWS_WITH_AS((void)*flag->age, doctest::Contains("Flagged.age is NULL"), InvalidRequestError);
    flag->age = 3;
    CHECK(*flag->age == 3);
}

TEST_CASE_FIXTURE(Flags, "values: a handle of a kind is given to a One of its base, and Ones are compared") {
    auto boss = session.add(FlagBoss{.level = 1});
    auto one = session.add(Flagged{.owner = boss});
    auto other = session.add(Flagged{});
    CHECK(one->owner != other->owner);
    other->owner = boss;
    CHECK(one->owner == other->owner);
    session.commit();
    CHECK(one->owner == other->owner);
    CHECK(other->owner == boss);
}

TEST_CASE_FIXTURE(Flags, "values: no key is no object") {
    session.add(Flagged{});
    session.commit();
    const char* none = nullptr;
    CHECK(session.get<Flagged>(nullptr) == nullptr);
    CHECK(session.get<Flagged>(none) == nullptr);
    CHECK(session.get<Flagged>(1) != nullptr);
}
