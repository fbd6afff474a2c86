// Statements as text for people.
#include "retort/orm/printing.hpp"

#include <sstream>

#include "query_models.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

template <class S>
std::string printed(S&& statement) {
    std::ostringstream out;
    out << statement << ";";
    std::string text = out.str();
    for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos;) text.erase(at, 1);
    return text;
}

}  // namespace

TEST_CASE("printing: queries with named parameters") {
    auto old = select(Villager::c.name).where(Villager::c.age > 18, Villager::c.age < 60, Villager::c.name != "x");
    CHECK(printed(old.limit(3)) ==
          "SELECT villager.name FROM villager WHERE villager.age > :age_1 AND villager.age < :age_2 AND "
          "villager.name != :name_1 LIMIT :param_1;");
    CHECK(printed(select(Villager::c.id).where(Villager::c.id.in_({1, 2}))) ==
          "SELECT villager.id FROM villager WHERE villager.id IN (:id_1_1, :id_1_2);");
    CHECK(printed(union_(select(Garden::c.id), select(Villager::c.id))) ==
          "SELECT garden.id FROM garden UNION SELECT villager.id FROM villager;");
    CHECK(to_string(select<Garden>()).starts_with("SELECT garden.id, garden.url"));
    CHECK(printed(text("SELECT :a").columns<int>()) == "SELECT :a;");
}

TEST_CASE("printing: conditions and expressions") {
    CHECK(printed(Villager::c.age > 18) == "villager.age > :age_1;");
    CHECK(printed(Villager::c.age) == "villager.age;");
    CHECK(printed(Villager::c.age + 1) == "villager.age + :age_1;");
    CHECK(to_string(func::count()) == "count(*)");
}

TEST_CASE("printing: statements that write") {
    CHECK(printed(insert<Garden>().values({.url = "x", .villager_id = 1})) ==
          "INSERT INTO garden (url, villager_id) VALUES (:url, :villager_id);");
    std::vector<Garden> two{{.url = "x", .villager_id = 1}, {.url = "y", .villager_id = 2}};
    CHECK(printed(insert<Garden>().values(two)) ==
          "INSERT INTO garden (url, villager_id) VALUES (:url_1, :villager_id_1), (:url_2, :villager_id_2);");
    CHECK(printed(update<Garden>().where(Garden::c.id == 1).values(Garden::c.url = "z")) ==
          "UPDATE garden SET url=:url WHERE garden.id = :id_1;");
    CHECK(printed(delete_<Garden>().where(Garden::c.id == 1).returning(Garden::c.url)) ==
          "DELETE FROM garden WHERE garden.id = :id_1 RETURNING garden.url;");
}

TEST_CASE_FIXTURE(Folk, "printing: the older form, and statements below") {
    CHECK(printed(session.query<Garden>().filter(Garden::c.id == 1).with_entities(Garden::c.url)) ==
          "SELECT garden.url FROM garden WHERE garden.id = :id_1;");
    CHECK(printed(select(Garden::c.url).statement()) == "SELECT garden.url FROM garden;");
}

TEST_CASE_FIXTURE(Folk, "printing: columns that may be NULL") {
    std::ostringstream out;
    out << session.get<Villager>(1)->team << ' ' << session.get<Villager>(4)->team;
    CHECK(out.str() == "red None");
}
