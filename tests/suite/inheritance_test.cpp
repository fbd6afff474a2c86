// Models that inherit from models, whatever the database: rows of each kind are written, found, changed and deleted.
#include "databases.hpp"

using namespace retort;

namespace {

struct SuiteItem : Model<SuiteItem> {
    Column<int, primary_key> id;
    Column<String<40>> name;
    Column<String<20>, polymorphic_on> kind;
};
struct SuiteGift : Model<SuiteGift, single_table<SuiteItem>> {
    Column<std::optional<String<40>>> giver;
    static constexpr auto fields() { return Fields<&SuiteGift::giver>(); }
};
struct SuiteTome : Model<SuiteTome, joined_table<SuiteItem>> {
    Column<int> pages;
    static constexpr auto fields() { return Fields<&SuiteTome::pages>(); }
};
struct SuiteAtlas : Model<SuiteAtlas, joined_table<SuiteTome>> {
    Column<std::optional<int>> maps;
    static constexpr std::string_view polymorphic_identity = "maps";
    static constexpr auto fields() { return Fields<&SuiteAtlas::maps>(); }
};

template <class T>
T named(T object, const char* name) {
    object.name = name;
    return object;
}

void fill(Session& session) {
    session.add(SuiteItem{.name = "stone"});
    session.add(named(SuiteGift{.giver = "eve"}, "ring"));
    session.add(named(SuiteTome{.pages = 300}, "novel"));
    auto atlas = named(SuiteAtlas{.maps = 40}, "atlas");
    atlas.pages = 90;
    session.add(std::move(atlas));
    session.commit();
    session.close();
}

}  // namespace

TEST_CASE("rows of each kind come as objects of their models") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        fill(session);
        auto all = session.scalars(select<SuiteItem>().order_by(SuiteItem::c.id)).all();
        REQUIRE(all.size() == 4);
        CHECK(all[1].as<SuiteGift>()->giver == "eve");
        CHECK(all[2].as<SuiteTome>()->pages == 300);
        CHECK_FALSE(all[2].as<SuiteAtlas>());
        CHECK(all[3].as<SuiteAtlas>()->maps == 40);
        CHECK(all[3].as<SuiteTome>()->pages == 90);
        CHECK(session.query<SuiteTome>().count() == 2);
        CHECK(session.scalars(select<SuiteTome>().where(SuiteTome::c.name == "atlas")).one() == all[3]);
        session.close();
        auto whole = session.scalars(select<SuiteItem>().options(with_polymorphic()).order_by(SuiteItem::c.id)).all();
        CHECK(whole[3].as<SuiteAtlas>()->maps == 40);
        CHECK(whole[1].as<SuiteGift>()->giver == "eve");
    });
}

TEST_CASE("a change and a delete reach every table of a kind") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        fill(session);
        auto atlas = session.scalars(select<SuiteAtlas>()).one();
        atlas->name = "world";
        atlas->maps = nullptr;
        atlas->pages = 91;
        session.commit();
        session.close();
        atlas = session.scalars(select<SuiteAtlas>().where(SuiteAtlas::c.maps == nullptr)).one();
        CHECK(atlas->name == "world");
        CHECK(atlas->pages == 91);
        atlas->name = "other";
        session.flush();
        session.rollback();
        CHECK(atlas->name == "world");
        session.delete_(atlas);
        session.commit();
        CHECK(session.query<SuiteItem>().count() == 3);
        CHECK(session.query<SuiteTome>().count() == 1);
    });
}
