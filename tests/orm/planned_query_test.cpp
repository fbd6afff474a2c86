// Plans that are kept: a query that finds one says and loads what it would by a plan of its own.
#include "retort/orm/planned_query.hpp"

#include <stdexcept>
#include <thread>

#include "query_models.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;
using Query = Selectable<Ptr<Villager>>;

/// What a query sends, with its values, and all that its objects bring along.
template <class Q>
Lines told(const Q& query) {
    Folk folk;
    Lines lines;
    for (const auto& villager : folk.session.scalars(query)) {
        std::string line = villager->name + ":";
        for (const auto& garden : villager->gardens) line += " " + garden->url + "/" + garden->villager->name;
        if (villager->manager != nullptr) line += " under " + villager->manager->name;
        for (const auto& report : villager->reports) line += " over " + report->name;
        lines.push_back(std::move(line));
    }
    for (auto& statement : folk.work()) lines.push_back(std::move(statement));
    return lines;
}

/// The same in a thread that has kept no plan.
template <class Q>
Lines told_anew(const Q& query) {
    Lines lines;
    std::thread([&] { lines = told(query); }).join();
    return lines;
}

/// `make(low, high)` is a query; with each of these values it is run where the ones before have left their plan.
template <class Make>
void compare(Make make) {
    for (auto [low, high] : {std::pair{1, 3}, {2, 4}, {3, 3}, {1, 2}, {4, 1}}) {
        CAPTURE(low);
        CAPTURE(high);
        auto query = make(low, high);
        const auto wanted = told_anew(query);
        CHECK(told(query) == wanted);
        CHECK(told(query) == wanted);
    }
}

auto between(int low, int high) {
    return select<Villager>().where(Villager::c.id >= low, Villager::c.id <= high).order_by(Villager::c.id);
}

}  // namespace

TEST_CASE("a kept plan gives what a new one does: each way of loading") {
    for (auto load :
         {joinedload(Villager::c.gardens), selectinload(Villager::c.gardens), subqueryload(Villager::c.gardens),
          batchload(Villager::c.gardens), lazyload(Villager::c.gardens), joinedload(Villager::c.manager),
          selectinload(Villager::c.manager), selectinload(Villager::c.reports).selectinload(Villager::c.gardens),
          joinedload(Villager::c.reports).joinedload(Villager::c.gardens),
          joinedload(Villager::c.manager).selectinload(Villager::c.gardens), load_only(Villager::c.name),
          defer(Villager::c.age)}) {
        compare([&](int low, int high) { return between(low, high).options(load); });
        compare([&](int low, int high) {
            return between(low, high).options(load, joinedload(Villager::c.manager), selectinload(Villager::c.reports));
        });
        compare([&](int low, int high) { return between(low, 9).limit(high).options(load); });
    }
}

TEST_CASE("a kept plan gives what a new one does: conditions in options, aliases, subqueries") {
    compare([](int low, int high) {
        return between(low, 9).options(joinedload(Villager::c.gardens.and_(Garden::c.hits > high + 3)));
    });
    compare([](int low, int high) {
        return between(low, 9).options(selectinload(Villager::c.gardens.and_(Garden::c.hits > high + 3)));
    });
    compare([](int low, int high) {
        return between(low, 9).options(selectinload(Villager::c.gardens),
                                       with_loader_criteria<Garden>(Garden::c.hits > high + 3));
    });
    compare([](int low, int high) {
        return select<Villager>()
            .join(Villager::c.gardens)
            .where(Garden::c.hits >= low + high)
            .options(contains_eager(Villager::c.gardens), selectinload(Villager::c.reports));
    });
    compare([](int low, int high) {
        return select<Villager>()
            .join<Manager>(Villager::c.manager)
            .where(Manager::c.id <= high, Villager::c.id >= low)
            .options(joinedload(Villager::c.gardens));
    });
    compare([](int low, int high) {
        auto some = select(Garden::c.villager_id).where(Garden::c.hits >= low, Garden::c.id <= high);
        return select<Villager>().where(Villager::c.id.in_(some)).options(joinedload(Villager::c.gardens));
    });
    compare([](int low, int high) {
        return select<Villager>()
            .where(Villager::c.id.in_(std::vector<int>(static_cast<std::size_t>(high), low)))
            .options(joinedload(Villager::c.gardens));
    });
}

TEST_CASE("queries that differ in their options alone have plans of their own") {
    compare([](int low, int high) { return between(low, high).options(joinedload(Villager::c.gardens)); });
    compare([](int low, int high) { return between(low, high).options(joinedload(Villager::c.gardens).innerjoin()); });
    compare([](int low, int high) { return between(low, high).options(joinedload(Villager::c.reports)); });
    compare([](int low, int high) {
        return between(low, high).options(joinedload(Villager::c.gardens), immediateload(Villager::c.manager));
    });
    compare([](int low, int high) {
        return between(low, high).options(joinedload(Villager::c.gardens), defer(Villager::c.team));
    });
    compare([](int low, int high) {
        return between(low, high).options(joinedload(Villager::c.gardens), defer(Villager::c.colour));
    });
    compare([](int low, int high) {
        return between(low, high).options(
            joinedload(Villager::c.gardens).load_only(Garden::c.url, Garden::c.villager_id));
    });
}

TEST_CASE("queries that differ in their conditions or their order alone have plans of their own") {
    const auto load = selectinload(Villager::c.gardens);
    const auto from = [](int low) { return select<Villager>().where(Villager::c.id >= low); };
    compare([&](int low, int) { return from(low).options(load); });
    compare([&](int low, int) { return from(low).order_by(Villager::c.name).options(load); });
    compare([&](int low, int) { return from(low).order_by(desc(Villager::c.name)).options(load); });
    compare([&](int low, int) { return from(low).order_by(Villager::c.age, desc(Villager::c.id)).options(load); });
    compare([&](int low, int high) {
        return from(low).order_by(func::abs(Villager::c.id - high), Villager::c.id).options(load);
    });
    compare([&](int low, int high) {
        return from(low).order_by(Villager::c.name).where(Villager::c.age > high).options(load);
    });
    compare([&](int low, int high) {
        return from(low).where(Villager::c.age > high).order_by("name").order_by(Villager::c.id).options(load);
    });
    compare([&](int low, int) { return from(low).order_by(sql::Expression()).options(load); });
    compare([&](int low, int) { return select<Villager>().order_by(Villager::c.id - low).options(load); });
}

TEST_CASE("a plan whose query failed") {
    auto query = [](int low) { return between(low, low + 1).options(joinedload(Villager::c.gardens)); };
    for (int i = 0; i < 2; ++i) {
        const auto first = told(query(1)), second = told(query(2));
        CHECK(first == told_anew(query(1)));
        CHECK(second == told_anew(query(2)));
        Folk broken;
        CHECK(broken.session.scalars(query(1)).all().size() == 2);
        broken.run("DROP TABLE garden");
        broken.session.expunge_all();
        CHECK_THROWS_AS((void)broken.session.scalars(query(1)).all(), ProgrammingError);
        CHECK(told(query(1)) == first);
        CHECK(told(query(2)) == second);
    }
}
