// Parts of typed queries: conditions, functions, CASE, CAST, tuples, text; their SQL, their types, their values.
#include "retort/orm/expressions.hpp"

#include "query_models.hpp"
#include "tests/doctest.hpp"

using namespace orm_test;

TEST_CASE_FIXTURE(Folk, "expressions: and_, or_, not_") {
    CHECK(where(and_(Villager::c.age > 18, Villager::c.active)) == "villager.age > ? AND villager.active = 1");
    CHECK(where(or_(Villager::c.age > 18, Villager::c.name == "bob")) == "villager.age > ? OR villager.name = ?");
    CHECK(where(not_(Villager::c.age > 18)) == "villager.age <= ?");
    CHECK(where(and_(or_(Villager::c.age > 1, Villager::c.age < 9), Villager::c.active)) ==
          "(villager.age > ? OR villager.age < ?) AND villager.active = 1");
    std::vector<Condition> any_of_these{Villager::c.name == "ada", Villager::c.name == "dan"};
    CHECK(names(or_(any_of_these)) == "ad");
    CHECK(names(and_(Condition{}, Villager::c.age == 20)) == "cd");
}

TEST_CASE_FIXTURE(Folk, "expressions: like and its kin escape what shall mean itself") {
    CHECK(where(Villager::c.name.contains("a")) == "(villager.name LIKE '%' || ? || '%')");
    CHECK(where(Villager::c.name.startswith("50%", true)) == "(villager.name LIKE ? || '%' ESCAPE '/')");
    CHECK(where(Villager::c.name.icontains("A")) == "(lower(villager.name) LIKE '%' || lower(?) || '%')");
    CHECK(where(Villager::c.name.not_ilike("A%")) == "lower(villager.name) NOT LIKE lower(?)");
    session.add(Villager{.name = "50%_off", .age = 1});
    session.add(Villager{.name = "50x_off", .age = 1});
    session.flush();
    CHECK(session.scalars(select<Villager>().where(Villager::c.name.contains("%_", true))).one()->name == "50%_off");
    CHECK(session.scalars(select<Villager>().where(Villager::c.name.like("50%"))).size() == 2);
    CHECK(session.scalars(select<Villager>().where(Villager::c.name.like("50/%%", '/'))).size() == 1);
}

TEST_CASE_FIXTURE(Folk, "expressions: in a list, in a query, in a subquery") {
    CHECK(names(Villager::c.id.in_({1, 3})) == "ac");
    CHECK(names(Villager::c.id.not_in(std::vector<int>{1, 3})) == "bd");
    CHECK(names(Villager::c.id.in_(std::vector<int>{})) == "");
    CHECK(names(Villager::c.id.not_in(std::vector<int>{})) == "abcd");
    auto owners = select(Garden::c.villager_id).where(Garden::c.hits > 4);
    CHECK(names(Villager::c.id.in_(owners)) == "ab");
    CHECK(names(Villager::c.id.not_in(owners)) == "cd");
    CHECK(where(Villager::c.id.in_(owners)) ==
          "villager.id IN (SELECT garden.villager_id FROM garden WHERE garden.hits > ?)");
    CHECK(names(Villager::c.id.in_(session.query<Garden>().with_entities(Garden::c.villager_id))) == "ab");
    CHECK(names(Villager::c.id.in_(owners.union_(select(Villager::c.id).where(Villager::c.id == 4)))) == "abd");
    CHECK(names(func::lower(Villager::c.name).in_({"ada", "dan"})) == "ad");
    CHECK(names(func::call("length", Villager::c.name).in_({3, 4})) == "abcd");
    CHECK(names(Villager::c.colour.in_({Colour::green})) == "a");
    CHECK(names(Villager::c.age == select(func::max(Villager::c.age)).scalar_subquery()) == "a");
}

TEST_CASE_FIXTURE(Folk, "expressions: tuples") {
    auto pair = tuple_(Villager::c.name, Villager::c.age);
    CHECK(names(pair.in_({{"ada", 36}, {"bob", 18}})) == "a");
    CHECK(names(pair.not_in({{"ada", 36}})) == "bcd");
    CHECK(names(pair.in_(select(Villager::c.name, Villager::c.age).where(Villager::c.age == 20))) == "cd");
    CHECK(where(pair.in_({{"ada", 36}})) == "(villager.name, villager.age) IN (VALUES (?, ?))");
}

TEST_CASE_FIXTURE(Folk, "expressions: arithmetic keeps the types, true division is no integer") {
    auto row =
        session
            .execute(select(Villager::c.age + 1, Villager::c.age / 8, -Villager::c.age, Villager::c.age * 0.5,
                            Villager::c.name + "/" + Villager::c.name, func::count() + 1, Villager::c.manager_id + 1)
                         .where(Villager::c.id == 1)
                         .group_by(Villager::c.id))
            .one();
    CHECK(row == std::tuple<int, double, int, double, std::string, std::int64_t, std::optional<int>>(
                     37, 4.5, -36, 18.0, "ada/ada", 2, std::nullopt));
    CHECK(where(-Villager::c.age < -20) == "-villager.age < ?");
    CHECK(where(func::max(Villager::c.age) - 1 > 3) == "max(villager.age) - ? > ?");
    CHECK(where(3 < func::max(Villager::c.age)) == "max(villager.age) > ?");
    auto ada = session.get<Villager>(1);
    CHECK(-ada->age == -36);
}

TEST_CASE_FIXTURE(Folk, "expressions: functions by name and by type") {
    CHECK(selecting(func::coalesce(Villager::c.team, "none")) == "coalesce(villager.team, ?) AS coalesce_1");
    auto teams = session.scalars(select(func::coalesce(Villager::c.team, "none")).order_by(Villager::c.id)).all();
    CHECK(teams == std::vector<std::string>{"red", "red", "blue", "none"});
    CHECK(session.scalar(select(func::abs(Villager::c.age - 40)).where(Villager::c.id == 1)) == 4);
    CHECK(session.scalar(select(func::count(distinct(Villager::c.age)))) == 3);
    CHECK(session.scalar(select(func::count(Villager::c.age.distinct()))) == 3);
    CHECK(session.scalar(select(func::sum(Villager::c.age))) == std::optional<std::int64_t>(93));
    CHECK(session.scalar(select(func::call<std::string>("printf", "%d!", 3))) == "3!");
    CHECK(session.scalar(select(func::upper(Villager::c.name) + "!")) == std::optional<std::string>("ADA!"));
    CHECK(session.scalar(select(func::call("abs", -3))).value() == sql::Value(orm::ValueView::of(std::int64_t{3})));
    CHECK(session.scalar(select(func::nullif(Villager::c.age, 36))) ==
          std::optional<std::optional<int>>(std::in_place));
    CHECK(session.scalar(select(func::count().filter(Villager::c.age < 30)).select_from<Villager>()) == 3);
    CHECK(session.scalar(select(func::now())).value() > DateTime(2020, 1, 1));
    CHECK(session.scalar(select(func::replace(Villager::c.name, "a", "o"))) == std::optional<std::string>("odo"));
    CHECK(session.scalar(select(func::substr(Villager::c.name, 1, 2))) == std::optional<std::string>("ad"));
}

TEST_CASE_FIXTURE(Folk, "expressions: case, cast, literal, null") {
    auto stage = case_(Villager::c.age < 18, "minor").when(Villager::c.age < 30, "young").else_("old");
    CHECK(selecting(stage.label("stage")) ==
          "CASE WHEN (villager.age < ?) THEN ? WHEN (villager.age < ?) THEN ? ELSE ? END AS stage");
    CHECK(session.scalars(select(stage).order_by(Villager::c.id)).all() ==
          std::vector<std::string>{"old", "minor", "young", "young"});
    auto maybe = session.scalars(select(case_(Villager::c.age < 18, 1)).order_by(Villager::c.id)).all();
    CHECK(maybe == std::vector<std::optional<int>>{std::nullopt, 1, std::nullopt, std::nullopt});
    CHECK(selecting(cast<std::string>(Villager::c.age)) == "CAST(villager.age AS VARCHAR) AS age");
    CHECK(session.scalar(select(cast<std::string>(Villager::c.age))) == "36");
    CHECK(session.scalar(select(Villager::c.age.cast<double>())) == 36.0);
    CHECK(session.scalar(select(type_coerce<bool>(Villager::c.id))) == true);
    CHECK(session.scalar(select(literal(5).label("five"))) == 5);
    CHECK(session.scalar(select(literal("x"))) == "x");
    CHECK(session.scalar(select(literal_column<int>("1 + 1"))) == 2);
    CHECK(where(Villager::c.team == null()) == "villager.team IS NULL");
    CHECK(names(Villager::c.team.is_distinct_from("red")) == "cd");
    CHECK(names(Villager::c.team != "red") == "c");
    CHECK(names(Villager::c.team.is_null()) == "d");
}

TEST_CASE_FIXTURE(Folk, "expressions: orders") {
    auto order = [&](auto&&... terms) {
        auto sql = sql_of(select(Villager::c.id).order_by(terms...));
        return sql.substr(sql.find("ORDER BY ") + 9);
    };
    CHECK(order(desc(Villager::c.age), asc(Villager::c.name)) == "villager.age DESC, villager.name ASC");
    CHECK(order(Villager::c.team.desc().nulls_last()) == "villager.team DESC NULLS LAST");
    CHECK(order(nulls_first(Villager::c.team)) == "villager.team NULLS FIRST");
    CHECK(order(Villager::c.name.collate("NOCASE").desc()) == "villager.name COLLATE \"NOCASE\" DESC");
    CHECK(order(text("age DESC")) == "age DESC");
    CHECK(order(func::lower(Villager::c.name)) == "lower(villager.name)");
    CHECK(first_letters(select<Villager>().order_by(Villager::c.team.nulls_last(), Villager::c.name.desc())) == "cbad");
}

TEST_CASE_FIXTURE(Folk, "expressions: text in its places, always bound") {
    CHECK(names(text("age > :age", {{"age", 18}})) == "acd");
    CHECK(names(text("age > :age").bindparams({{"age", 30}}) && Villager::c.active) == "a");
    CHECK(session.scalar(select(text("upper(name)").as<std::string>()).select_from<Villager>()) == "ADA");
    CHECK(names(text("name = :name", {{"name", "x' OR 1=1 --"}})) == "");
    CHECK(names(text("team IS :team", {{"team", nullptr}})) == "d");
}
