// merge: versions, kinds, collections that were only looked at, and keys that come twice.
#include <string>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct MergeItem;
struct MergeUser : Model<MergeUser> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<MergeItem, cascade<"all, delete-orphan">> items;
};
struct MergeItem : Model<MergeItem> {
    Column<int, primary_key> id;
    Column<int, foreign_key<MergeUser>> user_id;
    One<MergeUser> user;
};
struct MergeAccount : Model<MergeAccount> {
    Column<int, primary_key> id;
    Column<std::string> owner;
    Column<int, version_id> version;
};
struct MergeStaff : Model<MergeStaff> {
    Column<int, primary_key> id;
    Column<std::string, polymorphic_on> kind;
    Column<std::string> name;
};
struct MergeManager : Model<MergeManager, joined_table<MergeStaff>> {
    Column<int> level;
    static constexpr auto fields() { return Fields<&MergeManager::level>(); }
};
struct MergeTag : Model<MergeTag> {
    Column<std::string, primary_key> key;
    Column<int> count;
};

struct Merges : TestDatabase {
    Merges() { create<MergeUser, MergeItem, MergeAccount, MergeTag>(); }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Merges, "merge: an object of another version than its row is refused") {
    auto account = session.add(MergeAccount{.owner = "a"});
    session.commit();
    account->owner = "b";
    session.commit();
    REQUIRE(account->version == 2);
    CHECK_THROWS_WITH_AS(session.merge(MergeAccount{.id = 1, .owner = "stale", .version = 1}),
                         doctest::Contains("has version 1, and its row has version 2"), StaleDataError);
    session.merge(MergeAccount{.id = 1, .owner = "same", .version = 2});
    session.commit();
    CHECK(account->version == 3);
    session.merge(MergeAccount{.id = 1, .owner = "without"});
    session.commit();
    CHECK(account->owner == "without");
    CHECK(account->version == 4);
}

TEST_CASE_FIXTURE(Merges, "merge: a collection of a new object that was only looked at takes nothing away") {
    session.add(MergeUser{.name = "a", .items = {MergeItem{}, MergeItem{}}});
    session.commit();
    auto looked = make<MergeUser>({.id = 1, .name = "b"});
    CHECK(looked->items.empty());
    session.merge(looked);
    session.commit();
    CHECK(session.get<MergeUser>(1)->items.size() == 2);
    CHECK(session.get<MergeUser>(1)->name == "b");
    auto emptied = make<MergeUser>({.id = 1, .name = "c"});
    emptied->items = {};
    session.merge(emptied);
    session.commit();
    CHECK(session.get<MergeUser>(1)->items.empty());
}

TEST_CASE_FIXTURE(Merges, "merge: one key comes twice") {
    session.merge(MergeTag{.key = "k", .count = 1});
    session.merge(MergeTag{.key = "k", .count = 2});
    session.commit();
    CHECK(session.scalars(select<MergeTag>()).one()->count == 2);
    session.merge(make<MergeUser>({.id = 5, .name = "u", .items = {MergeItem{.id = 7}, MergeItem{.id = 7}}}));
    session.commit();
    CHECK(session.scalars(select<MergeItem>()).all().size() == 1);
}

TEST_CASE("merge: a handle of a base is of its own kind") {
    TestDatabase database;
    database.create<MergeStaff, MergeManager>();
    Session session{database.engine};
    MergeManager ada{.level = 5};
    ada.name = "ada";
    auto manager = make<MergeManager>(std::move(ada));
    Ptr<MergeStaff> staff = manager;
    auto merged = session.merge(staff);
    session.commit();
    REQUIRE(merged.as<MergeManager>() != nullptr);
    CHECK(merged.as<MergeManager>()->level == 5);
    CHECK(merged->name == "ada");
}
