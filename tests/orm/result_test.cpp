// What queries give: how many rows there must be, columns, mappings, partitions, options of running.
#include "retort/orm/result.hpp"

#include "query_models.hpp"
#include "retort/dialects/mysql/compiler.hpp"
#include "retort/dialects/postgresql/compiler.hpp"
#include "tests/doctest.hpp"

using namespace orm_test;

TEST_CASE_FIXTURE(Folk, "result: as many rows as there must be") {
    auto all = session.execute(select(Villager::c.name, Villager::c.age).order_by(Villager::c.id));
    CHECK(all.scalar() == "ada");
    CHECK(all.first() == std::tuple<std::string, int>("ada", 36));
    CHECK_THROWS_AS((void)all.scalar_one(), MultipleResultsFound);
    CHECK_THROWS_AS((void)all.one_or_none(), MultipleResultsFound);
    auto one = session.execute(select(Villager::c.name).where(Villager::c.id == 2));
    CHECK(one.scalar_one() == "bob");
    CHECK(one.scalar_one_or_none() == "bob");
    auto none = session.execute(select(Villager::c.name).where(Villager::c.id == 9));
    CHECK(none.first() == std::nullopt);
    CHECK(none.scalar_one_or_none() == std::nullopt);
    CHECK_THROWS_AS((void)none.scalar_one(), NoResultFound);
}

TEST_CASE_FIXTURE(Folk, "result: columns, tuples, scalars of any column, each once") {
    auto rows = session.execute(select(Villager::c.name, Villager::c.age, Villager::c.team).order_by(Villager::c.id));
    CHECK(rows.scalars<1>().all() == std::vector<int>{36, 17, 20, 20});
    CHECK(rows.scalars<1>().unique().all() == std::vector<int>{36, 17, 20});
    CHECK(rows.columns<1, 0>()[1] == std::tuple<int, std::string>(17, "bob"));
    CHECK(rows.tuples().size() == 4);
    CHECK(rows.keys() == std::vector<std::string>{"name", "age", "team"});
    CHECK(session.scalars(select(Villager::c.active)).unique().size() == 2);
}

TEST_CASE_FIXTURE(Folk, "result: rows by the names of their columns") {
    auto rows = session
                    .execute(select(Villager::c.name, func::count(Garden::c.id).label("n"), func::max(Garden::c.hits),
                                    Villager::c.colour)
                                 .outerjoin(Villager::c.gardens)
                                 .group_by(Villager::c.id)
                                 .order_by(Villager::c.id))
                    .mappings();
    CHECK(rows[0] == json{{"name", "ada"}, {"n", 2}, {"max", 5}, {"colour", "green"}});
    CHECK(rows[3] == json{{"name", "dan"}, {"n", 0}, {"max", nullptr}, {"colour", nullptr}});
    auto twice = session.execute(select(Villager::c.id, Garden::c.id).join(Villager::c.gardens));
    CHECK(twice.keys() == std::vector<std::string>{"id", "id_1"});
}

TEST_CASE_FIXTURE(Folk, "result: partitions") {
    auto parts = session.scalars(select(Villager::c.id).order_by(Villager::c.id)).partitions(3);
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].all() == std::vector<int>{1, 2, 3});
    CHECK(parts[1].all() == std::vector<int>{4});
    CHECK(session.scalars(select(Villager::c.id).where(Villager::c.id < 0)).partitions(3).empty());
}

TEST_CASE_FIXTURE(Folk, "result: populate_existing reads over what is in memory") {
    auto ada = session.get<Villager>(1);
    run("UPDATE villager SET age = 50 WHERE id = 1");
    CHECK(session.scalars(select<Villager>().where(Villager::c.id == 1)).one()->age == 36);
    ada->name = "changed";
    auto fresh = select<Villager>()
                     .where(Villager::c.id == 1)
                     .populate_existing()
                     .execution_options({.populate_existing = true, .autoflush = false});
    CHECK(session.scalars(fresh).one() == ada);
    CHECK(ada->age == 50);
    CHECK(ada->name == "ada");
    CHECK(session.dirty_count() == 0);
    CHECK(session.scalars(select<Villager>().join(Villager::c.gardens).populate_existing()).size() == 3);
}

TEST_CASE_FIXTURE(Folk, "result: a query may leave what waits alone") {
    session.add(Villager{.name = "eve", .age = 1});
    CHECK(session.scalars(select<Villager>().execution_options({.autoflush = false})).size() == 4);
    CHECK(session.new_count() == 1);
    CHECK(session.scalars(select<Villager>()).size() == 5);
}

TEST_CASE_FIXTURE(Folk, "result: FOR UPDATE is left out by SQLite, and written for the others") {
    auto locked = select<Villager>().with_for_update<Villager>({.nowait = true});
    CHECK(sql_of(locked).find("UPDATE") == std::string::npos);
    CHECK(session.scalars(locked).size() == 4);
    auto ids = select(Villager::c.id);
    auto end_of = [](auto&& compiler, const auto& query) {
        auto text = compiler.compile(query.statement().ref()).text;
        return text.substr(text.find("FOR "));
    };
    using dialects::mysql::MysqlCompiler;
    using dialects::postgresql::PostgresqlCompiler;
    CHECK(end_of(PostgresqlCompiler(), ids.with_for_update<Villager>({.skip_locked = true})) ==
          "FOR UPDATE OF villager SKIP LOCKED");
    CHECK(end_of(PostgresqlCompiler(), ids.with_for_update({.read = true, .nowait = true})) == "FOR SHARE NOWAIT");
    CHECK(end_of(MysqlCompiler(), ids.with_for_update()) == "FOR UPDATE");
}

TEST_CASE_FIXTURE(Folk, "result: a row that is not there is refused, and what nobody keeps gives values of its own") {
    auto nobody = select(Villager::c.name).where(Villager::c.id < 0);
    CHECK_THROWS_AS((void)session.scalars(nobody)[0], ArgumentError);
    CHECK_THROWS_AS((void)session.execute(nobody).mappings()[0], ArgumentError);
    CHECK_THROWS_AS((void)session.execute(text("SELECT 1 AS x WHERE 0"))[0], ArgumentError);
    std::string names;
    for (const auto& name : session.scalars(select(Villager::c.name).order_by(Villager::c.id)).partitions(2)[1])
        names += name;
    CHECK(names == "cyddan");
}
