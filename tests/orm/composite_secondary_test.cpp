// Many-to-many between models whose keys have several columns.

#include <algorithm>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Ware;
struct Brand;
struct Mark;
struct ware_brands : Model<ware_brands> {
    Column<int, primary_key> ware_shop;
    Column<int, primary_key> ware_no;
    Column<int, primary_key> brand_shop;
    Column<std::string, primary_key> brand_name;
    static TableArgs table_args() {
        return {.constraints = {schemas::ForeignKey{"", {"brand_shop", "brand_name"}, "brand", {"shop", "name"}},
                                schemas::ForeignKey{"", {"ware_shop", "ware_no"}, "ware", {"shop", "no"}}}};
    }
};
struct ware_marks : Model<ware_marks> {
    Column<int, primary_key, foreign_key<Mark>> mark_id;
    Column<int, primary_key> shop;
    Column<int, primary_key> no;
    static TableArgs table_args() {
        return {.constraints = {schemas::ForeignKey{"", {"shop", "no"}, "ware", {"shop", "no"}}}};
    }
};
struct ware_links : Model<ware_links> {
    Column<int, primary_key> shop;  // of both
    Column<int, primary_key> from_no;
    Column<int, primary_key> to_no;
    static TableArgs table_args() {
        return {.constraints = {schemas::ForeignKey{"", {"shop", "from_no"}, "ware", {"shop", "no"}},
                                schemas::ForeignKey{"", {"shop", "to_no"}, "ware", {"shop", "no"}}}};
    }
};
struct Ware : Model<Ware> {
    Column<int, primary_key> shop;
    Column<int, primary_key> no;
    Column<std::string> what;
    Many<Brand, secondary<ware_brands>, order_by<"name">> brands;
    Many<Mark, secondary<ware_marks>, order_by<"id">> marks;
    Many<Ware, secondary<ware_links>, foreign_keys<"from_no">, order_by<"no">> likes;
};
struct Brand : Model<Brand> {
    Column<int, primary_key> shop;
    Column<std::string, primary_key> name;
    Many<Ware, secondary<ware_brands>, order_by<"no">> wares;
};
struct Mark : Model<Mark> {
    Column<int, primary_key> id;
    Many<Ware, secondary<ware_marks>, order_by<"no">> wares;
};

struct Wares : TestDatabase {
    Wares() {
        create<Ware, Brand, Mark, ware_brands, ware_marks, ware_links>();
        auto pen = session.add(Ware{.shop = 1, .no = 1, .what = "pen"});
        auto ink = session.add(Ware{.shop = 1, .no = 2, .what = "ink"});
        auto own = session.add(Brand{.shop = 1, .name = "own"});
        pen->brands = {own, session.add(Brand{.shop = 2, .name = "b"})};
        own->wares.append(ink);
        pen->marks.append(Mark{.id = 7});
        pen->likes.append(ink);
        session.commit();
        session.expunge_all();
        statements.clear();
    }
    static std::string names(const Ptr<Ware>& ware) {
        std::string all;
        for (const auto& brand : ware->brands) all += brand->name + " ";
        return all;
    }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Wares, "composite secondary: rows between are written from either side and read") {
    auto pen = session.get<Ware>(1, 1);
    CHECK(names(pen) == "b own ");
    CHECK(
        work()[1] ==
        "SELECT brand.shop, brand.name FROM brand, ware_brands WHERE ? = ware_brands.ware_shop AND ? = "
        "ware_brands.ware_no AND brand.shop = ware_brands.brand_shop AND brand.name = ware_brands.brand_name ORDER BY "
        "brand.name | 1 | 1");
    CHECK(session.get<Brand>(1, "own")->wares.size() == 2);
    CHECK(session.get<Mark>(7)->wares[0] == pen);
    CHECK(pen->marks[0]->id == 7);
    CHECK(pen->likes[0]->what == "ink");
    CHECK(session.get<Ware>(1, 2)->likes.empty());
}

TEST_CASE_FIXTURE(Wares, "composite secondary: every way of loading") {
    auto each = [&](const Load& option) {
        session.expunge_all();
        std::string all;
        for (const auto& ware : session.scalars(select<Ware>().order_by(Ware::c.no).options(option))) {
            all += names(ware) + std::to_string(ware->marks.size()) + " ";
        }
        return all;
    };
    const std::string expected = "b own 1 own 0 ";
    CHECK(each(joinedload(Ware::c.brands)) == expected);
    CHECK(each(selectinload(Ware::c.brands)) == expected);
    CHECK(each(subqueryload(Ware::c.brands)) == expected);
    CHECK(each(batchload(Ware::c.brands)) == expected);
    CHECK(each(immediateload(Ware::c.brands)) == expected);
    CHECK(each(selectinload(Ware::c.marks)) == expected);
    CHECK(each(joinedload(Ware::c.marks)) == expected);
}

TEST_CASE_FIXTURE(Wares, "composite secondary: in conditions and joins") {
    auto count = [&](const auto& query) { return session.scalars(query).all().size(); };
    CHECK(count(select<Ware>().where(Ware::c.brands.any(Brand::c.name == "b"))) == 1);
    CHECK(count(select<Ware>().where(!Ware::c.marks.any())) == 1);
    CHECK(count(select<Ware>().where(Ware::c.brands.contains(session.get<Brand>(1, "own")))) == 2);
    CHECK(count(select(Ware::c.no).join(Ware::c.brands)) == 3);
}

TEST_CASE_FIXTURE(Wares, "composite secondary: rows between are taken away") {
    auto pen = session.get<Ware>(1, 1);
    pen->brands.remove(session.get<Brand>(1, "own"));
    work();
    session.flush();
    CHECK(work() == Lines{"DELETE FROM ware_brands WHERE ware_brands.ware_shop = ? AND ware_brands.ware_no = ? AND "
                          "ware_brands.brand_shop = ? AND ware_brands.brand_name = ? | 1 | 1 | 1 | 'own'"});
    session.delete_(pen);
    session.commit();
    auto left = work();
    CHECK(std::find(left.begin(), left.end(),
                    "DELETE FROM ware_brands WHERE ware_brands.ware_shop = ? AND ware_brands.ware_no = ? | 1 | 1") !=
          left.end());
    CHECK(session.scalar(select(func::count()).select_from<ware_marks>()).value() == 0);
    CHECK(session.scalar(select(func::count()).select_from<ware_links>()).value() == 0);
    CHECK(session.scalar(select(func::count()).select_from<ware_brands>()).value() == 1);
}
