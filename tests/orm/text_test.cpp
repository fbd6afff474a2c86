// SQL text on a session: typed rows, rows by name, objects by names, statements that write.

#include "query_models.hpp"
#include "tests/doctest.hpp"

using namespace orm_test;

TEST_CASE_FIXTURE(Folk, "text: rows of known types") {
    auto rows = session.execute(
        text("SELECT id, name FROM villager WHERE age = :age ORDER BY id", {{"age", 20}}).columns<int, std::string>());
    std::string seen;
    for (const auto& [id, name] : rows) seen += std::to_string(id) + name;
    CHECK(seen == "3cyd4dan");
    CHECK(
        session.scalars(text("SELECT team FROM villager ORDER BY id").columns<std::optional<std::string>>()).all()[3] ==
        std::nullopt);
    CHECK(session.scalar(text("SELECT count(*) FROM villager").columns<int>()) == 4);
    auto typed = text("SELECT name, age FROM villager WHERE id = 1").columns(Villager::c.name, Villager::c.age);
    CHECK(session.execute(typed).one() == std::tuple<std::string, int>("ada", 36));
}

TEST_CASE_FIXTURE(Folk, "text: rows by name") {
    auto rows = session.execute(text("SELECT id, name AS n, team FROM villager ORDER BY id"));
    CHECK(rows.size() == 4);
    CHECK(rows[1].get<std::string>("n") == "bob");
    CHECK(rows[3].get<std::optional<std::string>>("team") == std::nullopt);
    CHECK(rows.columns() == std::vector<std::string>{"id", "n", "team"});
    CHECK_THROWS_AS((void)rows[0].get<int>("nope"), InvalidRequestError);
}

TEST_CASE_FIXTURE(Folk, "text: what writes is part of the transaction, and what is in memory is read again") {
    auto ada = session.get<Villager>(1);
    auto done = session.execute(text("UPDATE villager SET age = age + :more", {{"more", 1}}));
    CHECK(done.rows_affected() == 4);
    CHECK(ada->age == 37);
    session.rollback();
    CHECK(ada->age == 36);
}

TEST_CASE_FIXTURE(Folk, "text: objects, their columns found by name") {
    auto query = select<Villager>().from_statement(
        text("SELECT 1 AS x, * FROM villager WHERE age > :age ORDER BY name DESC", {{"age", 18}}));
    auto found = session.scalars(query).all();
    REQUIRE(found.size() == 3);
    CHECK(found[0]->name == "dan");
    CHECK(found[2] == session.get<Villager>(1));
    auto incomplete = select<Villager>().from_statement(text("SELECT id FROM villager"));
    CHECK_THROWS_AS((void)session.scalars(incomplete), InvalidRequestError);
}

TEST_CASE_FIXTURE(Folk, "text: as a subquery") {
    auto old = text("SELECT id, age FROM villager WHERE age > 19").columns<int, int>("id", "age").subquery("old");
    auto [id, age] = old.columns();
    auto query = select(Villager::c.name, age).join(old, id == Villager::c.id).order_by(age, Villager::c.name);
    CHECK(session.execute(query).all()[0] == std::tuple<std::string, int>("cyd", 20));
}

TEST_CASE_FIXTURE(Folk, "text: each parameter has a value, each value a parameter") {
    CHECK_THROWS_AS((void)session.execute(text("SELECT :missing")), ArgumentError);
    CHECK_THROWS_AS((void)session.scalars(select<Villager>().where(text("age > :least"))).all(), ArgumentError);
    CHECK_THROWS_AS((void)text("SELECT :ages", {{"age", 1}}), ArgumentError);
    CHECK(session.execute(text("SELECT :a AS n, '\\:b' AS t", {{"a", nullptr}})).size() == 1);
    CHECK(session.execute(text("SELECT :a AS n").bindparams({{"a", 3}}))[0].get<int>("n") == 3);
}

TEST_CASE_FIXTURE(Folk, "text: columns by the tags of their types") {
    CHECK(session.scalar(text("SELECT '1.50'").columns<Numeric<8, 2>>()) == Decimal("1.50"));
    CHECK(session.scalar(text("SELECT NULL").columns<std::optional<String<3>>>()).value() == std::nullopt);
}

TEST_CASE_FIXTURE(Folk, "text: values beside it") {
    session.execute(text("UPDATE villager SET age = :age WHERE id = :id"), {{"age", 37}, {"id", 1}});
    CHECK(session.get<Villager>(1)->age == 37);
}
