// The models of the query tests: villagers, their teams and gardens, and a villager's manager.
#pragma once

#include "support.hpp"

namespace orm_test {

enum class Colour { red, green, blue };
struct Garden;
struct Villager : Model<Villager> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<int> age;
    Column<bool> active = true;
    Column<std::optional<std::string>> team;
    Column<std::optional<Colour>> colour;
    Column<std::optional<int>, foreign_key<Villager>> manager_id;
    Many<Garden> gardens;
    One<Villager> manager;
    Many<Villager> reports;
};
struct Garden : Model<Garden> {
    Column<int, primary_key> id;
    Column<std::string> url;
    Column<std::optional<int>> hits;
    Column<int, foreign_key<Villager>> villager_id;
    One<Villager> villager;
};

using Manager = aliased<Villager, "manager">;

/// ada (36, red), bob (17, inactive, red), cyd (20, blue), dan (20, no team); gardens x and y of ada, z of bob.
struct Folk : TestDatabase {
    Folk() {
        create<Villager, Garden>();
        session.add(Villager{.name = "ada", .age = 36, .team = "red", .colour = Colour::green});
        session.add(Villager{.name = "bob", .age = 17, .active = false, .team = "red", .manager_id = 1});
        session.add(Villager{.name = "cyd", .age = 20, .team = "blue", .manager_id = 1});
        session.add(Villager{.name = "dan", .age = 20, .manager_id = 3});
        session.add(Garden{.url = "x", .hits = 5, .villager_id = 1});
        session.add(Garden{.url = "y", .villager_id = 1});
        session.add(Garden{.url = "z", .hits = 7, .villager_id = 2});
        session.commit();
        statements.clear();
    }
    /// The SQL of a query, in one line.
    template <class Q>
    std::string sql_of(const Q& query) const {
        std::string sql = engine.dialect().compile(query.statement().ref()).text;
        for (std::size_t at = 0; (at = sql.find('\n', at)) != sql.npos;) sql.erase(at, 1);
        return sql;
    }
    /// What stands behind WHERE.
    std::string where(const Condition& condition) const {
        auto sql = sql_of(select(Villager::c.id).where(condition));
        return sql.substr(sql.find("WHERE ") + 6);
    }
    /// What is selected.
    template <class E>
    std::string selecting(E&& item) const {
        auto sql = sql_of(select(item));
        auto from = sql.find(" FROM");
        return sql.substr(7, from == sql.npos ? from : from - 7);
    }
    /// The names of villagers for which it holds, in the order of their ids.
    std::string names(const Condition& condition) {
        std::string all;
        for (const auto& name : session.scalars(select(Villager::c.name).where(condition).order_by(Villager::c.id)))
            all += name.substr(0, 1);
        return all;
    }
    template <class Q>
    std::string first_letters(const Q& query) {
        std::string all;
        for (const auto& villager : session.scalars(query)) all += villager->name.substr(0, 1);
        return all;
    }
    Session session{engine};
};

}  // namespace orm_test
