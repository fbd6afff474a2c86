// Queries within queries: EXISTS, scalar and table subqueries, CTEs, unions, windows, VALUES, lateral.

#include "query_models.hpp"
#include "tests/doctest.hpp"

using namespace orm_test;

TEST_CASE_FIXTURE(Folk, "subquery: EXISTS, correlated by itself") {
    auto own = select(Garden::c.id).where(Garden::c.villager_id == Villager::c.id);
    CHECK(where(own.exists()) == "EXISTS (SELECT garden.id FROM garden WHERE garden.villager_id = villager.id)");
    CHECK(names(own.exists()) == "ab");
    CHECK(names(!exists(own)) == "cd");
    CHECK(names(exists<Garden>(Garden::c.villager_id == Villager::c.id, Garden::c.hits > 6)) == "b");
    CHECK(session.scalar(select(exists<Garden>(Garden::c.url == "x"))) == true);
    CHECK(session.scalar(select(session.query<Garden>().filter(Garden::c.url == "no").exists())) == false);
}

TEST_CASE_FIXTURE(Folk, "subquery: as one value") {
    auto hits = select(func::sum(Garden::c.hits)).where(Garden::c.villager_id == Villager::c.id).scalar_subquery();
    auto rows = session.execute(select(Villager::c.name, hits.label("hits")).order_by(Villager::c.id)).all();
    CHECK(rows[0] == std::tuple<std::string, std::optional<std::int64_t>>("ada", 5));
    CHECK(rows[2] == std::tuple<std::string, std::optional<std::int64_t>>("cyd", std::nullopt));
    auto average = select(func::avg(Villager::c.age)).scalar_subquery();
    CHECK(names(Villager::c.age > average) == "a");
    auto counted =
        select(func::count(Garden::c.id)).where(Garden::c.villager_id == Villager::c.id).correlate<Villager>();
    CHECK(sql_of(select(Villager::c.id, counted.label("n"))) ==
          "SELECT villager.id, (SELECT count(garden.id) AS count_1 FROM garden WHERE garden.villager_id = villager.id) "
          "AS n "
          "FROM villager");
    CHECK(first_letters(select<Villager>().order_by(counted.scalar_subquery().desc(), Villager::c.id)) == "abcd");
    auto values =
        session.scalars(select(func::coalesce(hits, 0)).select_from<Villager>().order_by(Villager::c.id)).all();
    CHECK(values == std::vector<std::int64_t>{5, 7, 0, 0});
}

TEST_CASE_FIXTURE(Folk, "subquery: as a table, its columns by structured bindings, position, column or name") {
    auto counts =
        select(Garden::c.villager_id, func::count().label("n")).group_by(Garden::c.villager_id).subquery("counts");
    auto [villager_id, n] = counts.columns();
    auto query = select(Villager::c.name, n).join(counts, villager_id == Villager::c.id).order_by(n.desc());
    CHECK(sql_of(query) ==
          "SELECT villager.name, counts.n FROM villager JOIN (SELECT garden.villager_id AS villager_id, count(*) AS n "
          "FROM garden GROUP BY garden.villager_id) AS counts ON counts.villager_id = villager.id ORDER BY counts.n "
          "DESC");
    CHECK(session.execute(query).all() == std::vector<std::tuple<std::string, std::int64_t>>{{"ada", 2}, {"bob", 1}});
    auto outer = select(Villager::c.name, func::coalesce(counts.c<1>(), 0))
                     .outerjoin(counts, counts.c(Garden::c.villager_id) == Villager::c.id)
                     .where(or_(counts.c<std::int64_t>("n") > 1, counts.c("n") == nullptr))
                     .order_by(Villager::c.id);
    CHECK(session.execute(outer).all() ==
          std::vector<std::tuple<std::string, std::int64_t>>{{"ada", 2}, {"cyd", 0}, {"dan", 0}});
    CHECK(session.scalar(select(or_null(n))
                             .select_from<Villager>()
                             .outerjoin(counts, villager_id == Villager::c.id)
                             .where(Villager::c.id == 4)) == std::optional<std::optional<std::int64_t>>(std::in_place));
    CHECK_THROWS_AS((void)counts.c("m"), ArgumentError);
    CHECK_THROWS_AS((void)counts.entity<Villager>(), ArgumentError);
}

TEST_CASE_FIXTURE(Folk, "subquery: objects out of a subquery") {
    auto young = select<Villager>().where(Villager::c.age < 30).order_by(Villager::c.age).limit(2).subquery("young");
    auto villager = young.entity<Villager>();
    auto found = session.scalars(select(villager).order_by(villager.c(Villager::c.name).desc())).all();
    REQUIRE(found.size() == 2);
    CHECK(found[0]->name == "cyd");
    CHECK(found[1] == session.get<Villager>(2));
    auto [same] = young.columns();
    auto gardens = select(same, Garden::c.url).join<Garden>(Garden::c.villager_id == same.c(Villager::c.id));
    CHECK(std::get<1>(session.execute(gardens).one()) == "z");
    auto both = select<Villager, Garden>().join(Villager::c.gardens).subquery();
    CHECK_THROWS_AS((void)both.entity<Garden>(), ArgumentError);  // both have an id
    CHECK(session.scalars(select(both.entity<Villager>()).distinct()).size() == 2);
}

TEST_CASE_FIXTURE(Folk, "subquery: common table expressions, recursive too") {
    auto grown = select(Villager::c.id, Villager::c.name).where(Villager::c.age > 18).cte("grown");
    auto [id, name] = grown.columns();
    CHECK(sql_of(select(name).where(id > 1)) ==
          "WITH grown AS (SELECT villager.id AS id, villager.name AS name FROM villager WHERE villager.age > ?) "
          "SELECT grown.name FROM grown WHERE grown.id > ?");
    CHECK(session.scalars(select(name).where(id > 1)).all() == std::vector<std::string>{"cyd", "dan"});

    auto top = select(Villager::c.id, literal(0).label("depth")).where(Villager::c.manager_id == nullptr);
    auto tree = top.cte("tree", true);
    auto [boss, depth] = tree.columns();
    tree = tree.union_all(select(Villager::c.id, depth + 1).join(tree, Villager::c.manager_id == boss));
    auto [villager, level] = tree.columns();
    auto query =
        select(Villager::c.name, level).join(tree, villager == Villager::c.id).order_by(level, Villager::c.name);
    CHECK(session.execute(query).all() ==
          std::vector<std::tuple<std::string, int>>{{"ada", 0}, {"bob", 1}, {"cyd", 1}, {"dan", 2}});
    CHECK_THROWS_AS((void)select(Villager::c.id).subquery().union_all(select(Villager::c.id)), ArgumentError);
}

TEST_CASE_FIXTURE(Folk, "subquery: unions, intersections, differences") {
    auto red = select<Villager>().where(Villager::c.team == "red");
    auto young = select<Villager>().where(Villager::c.age < 30);
    CHECK(first_letters(union_(red, young).order_by("name")) == "abcd");
    CHECK(session.scalars(union_all(red, young)).size() == 5);
    CHECK(first_letters(red.intersect(young)) == "b");
    CHECK(first_letters(red.except_(young)) == "a");
    CHECK(first_letters(union_(red, young).order_by(desc("name")).limit(2).offset(1)) == "cb");
    auto things = union_all(select(Villager::c.name, Villager::c.id), select(Garden::c.url, Garden::c.villager_id));
    CHECK(session.execute(things).size() == 7);
    auto [text, id] = things.subquery("things").columns();
    CHECK(session.scalar(select(func::count(text)).where(id == 1)) == 3);
    auto three = union_(select(Villager::c.id), select(Garden::c.id), select(Garden::c.villager_id)).order_by("id");
    CHECK(session.scalars(three).all() == std::vector<int>{1, 2, 3, 4});
    auto named = union_(red, young).subquery("some").entity<Villager>();
    CHECK(session.scalars(select(named).where(named.c(Villager::c.name) == "dan")).one()->age == 20);
}

TEST_CASE_FIXTURE(Folk, "subquery: windows") {
    auto rank = func::rank().over({.partition_by = Villager::c.team, .order_by = Villager::c.age.desc()});
    CHECK(selecting(rank.label("r")) == "rank() OVER (PARTITION BY villager.team ORDER BY villager.age DESC) AS r");
    auto so_far = func::sum(Villager::c.age).over({.order_by = {Villager::c.id}, .rows = {std::nullopt, 0}});
    CHECK(selecting(so_far.label("s")) ==
          "sum(villager.age) OVER (ORDER BY villager.id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s");
    CHECK(session.scalars(select(so_far).order_by(Villager::c.id)).all() ==
          std::vector<std::optional<std::int64_t>>{36, 53, 73, 93});
    auto near = func::count().over({.order_by = Villager::c.age, .range = {-3, 0}});
    CHECK(session.scalars(select(near).order_by(Villager::c.id)).all() == std::vector<std::int64_t>{1, 1, 3, 3});
    auto before = func::lag(Villager::c.name, 1, "nobody").over({.order_by = Villager::c.id});
    CHECK(session.scalars(select(before).order_by(Villager::c.id)).all()[0] == "nobody");
    auto numbered =
        select(Villager::c.name, func::row_number().over({.order_by = Villager::c.name.desc()}).label("at")).subquery();
    auto [name, at] = numbered.columns();
    CHECK(session.scalar(select(name).where(at == 2)) == "cyd");
}

TEST_CASE_FIXTURE(Folk, "subquery: VALUES and lateral") {
    auto wanted = values<int, std::string>("wanted", {"id", "note"}, {{1, "first"}, {4, "last"}});
    auto [id, note] = wanted.columns();
    auto query = select(Villager::c.name, note).join(wanted, id == Villager::c.id).order_by(id);
    CHECK(session.execute(query).all() ==
          std::vector<std::tuple<std::string, std::string>>{{"ada", "first"}, {"dan", "last"}});
    CHECK_THROWS_AS((void)(values<int, int>("v", {"a"}, {{1, 2}})), ArgumentError);
    auto newest = select(Garden::c.url).where(Garden::c.villager_id == Villager::c.id).limit(1).lateral("newest");
    CHECK(sql_of(select(Villager::c.name, newest.c<0>()).join(newest, true_())).find("JOIN LATERAL (SELECT") !=
          std::string::npos);
}

TEST_CASE_FIXTURE(Folk, "subquery: conditions on relationships of a model with itself") {
    CHECK(names(Villager::c.reports.any(Villager::c.name == "bob")) == "a");
    CHECK(names(Villager::c.reports.any()) == "ac");
    CHECK(names(!Villager::c.reports.any()) == "bd");
    CHECK(names(Villager::c.manager.has(Villager::c.age > 30)) == "bc");
    CHECK(names(Villager::c.reports.any(Villager::c.reports.any(Villager::c.name == "dan"))) == "a");
    CHECK(names(Villager::c.manager.has(Villager::c.gardens.any(Garden::c.url == "y"))) == "bc");
    CHECK(names(Villager::c.manager == nullptr) == "a");
}

TEST_CASE_FIXTURE(Folk, "subquery: a union of queries that were made at run time") {
    std::vector<Select<Ptr<Villager>>> some;
    CHECK_THROWS_AS((void)union_(some), ArgumentError);
    for (int age : {36, 17, 36}) some.push_back(select<Villager>().where(Villager::c.age == age));
    CHECK(first_letters(union_(some).order_by("name")) == "ab");
    CHECK(session.scalars(union_all(some)).size() == 3);
}

TEST_CASE_FIXTURE(Folk, "subquery: what comes along with objects of one") {
    auto young = select<Villager>().where(Villager::c.age < 30).subquery("young").entity<Villager>();
    auto all =
        session.scalars(select(young).order_by(young.c(Villager::c.id)).options(selectinload(Villager::c.gardens)));
    CHECK(all.size() == 3);
    CHECK(all[0]->gardens.is_loaded());
    work();
    CHECK(all[0]->gardens.size() == 1);
    CHECK(work().empty());
    session.expunge_all();
    auto old = select<Villager>().where(Villager::c.age > 30).cte("old").entity<Villager>();
    auto joined = select(old).options(joinedload(Villager::c.gardens), defer(Villager::c.team));
    auto ada = session.scalars(joined).unique().one();
    CHECK(ada->gardens.is_loaded());
    CHECK(ada->gardens.size() == 2);
    CHECK_THROWS_AS((void)session.scalars(select(old).options(selectinload(Garden::c.villager))).all(), ArgumentError);
}
