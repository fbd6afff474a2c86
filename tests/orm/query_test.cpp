// The older form: clauses, ends, and statements that write.
#include "retort/orm/query.hpp"

#include "query_models.hpp"
#include "tests/doctest.hpp"

using namespace orm_test;

TEST_CASE_FIXTURE(Folk, "query: filter_by, also where columns have constant defaults") {
    auto query = session.query<Villager>();
    CHECK(query.filter_by(Villager::c.name = "bob").one()->age == 17);
    CHECK(query.filter_by(Villager::c.age = 20, Villager::c.team = nullptr).one()->name == "dan");
    CHECK(query.filter_by(Villager::c.active = true).count() == 3);
    CHECK(query.filter_by({.name = "bob", .active = false}).one()->id == 2);  // another than the default
    CHECK_THROWS_AS((void)query.filter_by({.name = "bob"}), ArgumentError);   // may or may not ask for active
    CHECK(session.query<Garden>().filter_by({.url = "y"}).one()->id == 2);
    CHECK(session.scalars(select<Villager>().filter_by(Villager::c.name = "ada")).size() == 1);
}

TEST_CASE_FIXTURE(Folk, "query: groups, joins, distinct") {
    auto query = session.query<Villager>();
    auto busy = query.join(Villager::c.gardens).group_by(Villager::c.id).having(func::count(Garden::c.id) > 1);
    CHECK(busy.one()->name == "ada");
    CHECK(query.outerjoin(Villager::c.gardens).filter(Garden::c.id == nullptr).count() == 2);
    CHECK(query.join<Garden>().filter(Garden::c.url == "z").one()->name == "bob");
    CHECK(query.join<Garden>(Garden::c.villager_id == Villager::c.id).distinct().count() == 2);
    CHECK(query.join<Manager>(Villager::c.manager).filter(Manager::c.name == "cyd").one()->name == "dan");
    CHECK(query.join(Villager::c.gardens.and_(Garden::c.hits > 6)).one()->name == "bob");
    CHECK(query.order_by(Villager::c.id).slice(1, 3).all()[1]->name == "cyd");
    CHECK(query.options(selectinload(Villager::c.gardens)).get(1)->gardens.size() == 2);
}

TEST_CASE_FIXTURE(Folk, "query: other entities") {
    auto query = session.query<Villager>();
    auto rows =
        query.filter(Villager::c.age < 30).with_entities(Villager::c.team, func::count()).group_by(Villager::c.team);
    CHECK(rows.order_by(Villager::c.team).all() == std::vector<std::tuple<std::optional<std::string>, std::int64_t>>{
                                                       {std::nullopt, 1}, {"blue", 1}, {"red", 1}});
    CHECK(query.with_entities(func::max(Villager::c.age)).scalar() == std::optional<std::optional<int>>(36));
    CHECK(query.with_entities(Villager::c.name).order_by(Villager::c.name).first() == std::tuple<std::string>("ada"));
    auto pairs = query.join(Villager::c.gardens).add_columns(Garden::c.url).order_by(Garden::c.id);
    std::string seen;
    for (const auto& [villager, url] : pairs) seen += villager->name.substr(0, 1) + url;
    CHECK(seen == "axaybz");
    CHECK(query.with_entities(func::count()).scalar() == 4);
    CHECK(query.filter(Villager::c.age < 30).with_entities(func::count()).scalar() == 3);
    CHECK_THROWS_AS((void)query.with_entities(Villager::c.id).one(), MultipleResultsFound);
}

TEST_CASE_FIXTURE(Folk, "query: updates and deletes what its conditions hold for") {
    auto query = session.query<Villager>();
    auto ada = query.get(1);
    CHECK(
        query.filter(Villager::c.age < 30).update(Villager::c.active = false, Villager::c.age = Villager::c.age + 1) ==
        3);
    CHECK(query.get(2)->age == 18);
    CHECK(query.filter(Villager::c.id == 1).update({.active = false, .team = "green"}) == 1);
    CHECK(ada->team == "green");
    CHECK(session.query<Garden>().filter(Garden::c.hits == nullptr).delete_() == 1);
    CHECK(session.query<Garden>().count() == 2);
    CHECK_THROWS_AS((void)query.limit(1).delete_(), InvalidRequestError);
    CHECK_THROWS_AS((void)query.join(Villager::c.gardens).update(Villager::c.active = true), InvalidRequestError);
}

TEST_CASE_FIXTURE(Folk, "query: statements name the columns that they set") {
    session.execute(
        update<Villager>().where(Villager::c.id == 1).values(Villager::c.team = nullptr, Villager::c.age = 1));
    CHECK(session.get<Villager>(1)->team == nullptr);
    session.execute(
        insert<Villager>().values(Villager::c.name = "eve", Villager::c.age = select(func::max(Villager::c.age))));
    CHECK(session.scalars(select<Villager>().where(Villager::c.name == "eve")).one()->age == 20);
    CHECK_THROWS_AS((void)update<Villager>().values(Garden::c.url = "x"), ArgumentError);
}

TEST_CASE_FIXTURE(Folk, "query: joins that keep rows of both sides, and of an alias alone") {
    auto all = select(or_null(Villager::c.name), or_null(Garden::c.url))
                   .full_join<Garden>(Garden::c.villager_id == Villager::c.id && Villager::c.age < 18);
    CHECK(session.execute(all).size() == 6);
    CHECK(session.scalars(select<Manager>().where(Manager::c.age > 30)).one()->name == "ada");
    auto bosses = select<Villager, Manager>().join<Manager>(Villager::c.manager).order_by(Villager::c.id);
    std::string seen;
    for (const auto& [villager, boss] : session.execute(bosses))
        seen += villager->name.substr(0, 1) + boss->name.substr(0, 1);
    CHECK(seen == "bacadc");
    CHECK_THROWS_AS((void)select<Villager>().join<Garden>(Villager::c.manager), ArgumentError);
    CHECK(
        session.scalars(select(Villager::c.id).with_only_columns(Villager::c.name).where(Villager::c.id == 3)).one() ==
        "cyd");
}

TEST_CASE_FIXTURE(Folk, "query: fetch is the standard's limit") {
    CHECK(first_letters(select<Villager>().order_by(Villager::c.id).limit(2).offset(1)) == "bc");
    CHECK(first_letters(select<Villager>().order_by(Villager::c.id).slice(1, 3).slice(1, 2)) == "c");
}

TEST_CASE_FIXTURE(Folk, "options: each step of a path begins where the one before leads to") {
    auto gardens = selectinload(Villager::c.gardens);
    CHECK_THROWS_AS((void)session.scalars(select<Villager>().options(gardens.selectinload(Villager::c.reports))).all(),
                    ArgumentError);
    CHECK(session.scalars(select<Villager>().options(gardens.joinedload(Garden::c.villager))).size() == 4);
}
