// What relationships can be told: composite keys, conditions of their own, post_update, ordered collections, cascades.

#include "retort/orm/mapper_tables.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

// --- A key of two columns
struct RelDesk;
struct RelOffice : Model<RelOffice> {
    Column<std::string, primary_key> city;
    Column<int, primary_key> number;
    Column<std::optional<std::string>> name;
    Many<RelDesk, foreign_keys<"office_city">> desks;
    Many<RelDesk, lazy::selectin, foreign_keys<"second_city">> loaded_desks;
};
struct RelDesk : Model<RelDesk> {
    Column<int, primary_key> id;
    Column<std::optional<int>> office_number;
    Column<std::optional<std::string>> office_city;
    Column<std::optional<int>> second_number;
    Column<std::optional<std::string>> second_city;
    One<RelOffice, foreign_keys<"office_city">> office;
    One<RelOffice, foreign_keys<"second_city">> second_office;
    static TableArgs table_args() {
        return {.constraints = {
                    schemas::ForeignKey{"", {"office_number", "office_city"}, "rel_office", {"number", "city"}},
                    schemas::ForeignKey{"", {"second_city", "second_number"}, "rel_office", {"city", "number"}}}};
    }
};
}  // namespace

namespace {

// --- Conditions of their own
constexpr auto boston_join = [](auto& person, auto& address) {
    return person.id == address.person_id && address.city == "Boston";
};

struct RelAddress;
struct RelPerson;
struct RelFriendship : Model<RelFriendship> {
    Column<int, primary_key> person_id;
    Column<int, primary_key> friend_id;
    Column<bool> close;
};
struct RelPerson : Model<RelPerson> {
    Column<int, primary_key> id;
    Column<std::string> city;
    Many<RelAddress> addresses;
    Many<RelAddress, viewonly, primaryjoin<boston_join>> boston;
    Many<RelAddress, viewonly, lazy::selectin,
         primaryjoin<[](auto& person, auto& address) { return person.city == address.city; }>>
        neighbours;
    Many<RelPerson, viewonly, secondary<RelFriendship>, primaryjoin<[](auto& person, auto& between) {
             return person.id == between.person_id && between.close == true;
         }>,
         secondaryjoin<[](auto& between, auto& person) { return between.friend_id == person.id; }>>
        friends;
    One<RelAddress, viewonly, order_by<"id desc">,
        primaryjoin<[](auto& person, auto& address) { return person.id == address.person_id; }>>
        newest;
};
struct RelAddress : Model<RelAddress> {
    Column<int, primary_key> id;
    Column<std::string> city;
    Column<std::optional<int>, foreign_key<RelPerson>> person_id;
    One<RelPerson> person;
};

// --- Rows that refer to each other
struct RelEntry;
struct RelWidget : Model<RelWidget> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<RelEntry>> favourite_id;
    One<RelEntry, foreign_keys<"favourite_id">, post_update> favourite;
    Many<RelEntry, foreign_keys<"widget_id">, cascade<"all, delete-orphan">> entries;
};
struct RelEntry : Model<RelEntry> {
    Column<int, primary_key> id;
    Column<int, foreign_key<RelWidget>> widget_id;
    One<RelWidget, foreign_keys<"widget_id">> widget;
};

struct RelToy;
struct RelBox : Model<RelBox> {
    Column<int, primary_key> id;
    Many<RelToy, post_update, order_by<"id">> toys;
};
struct RelToy : Model<RelToy> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<RelBox>> box_id;
};

// --- Ordered collections
struct RelBullet;
struct RelSlide : Model<RelSlide> {
    Column<int, primary_key> id;
    Many<RelBullet, ordering_list<"position", 1>, cascade<"all, delete-orphan">> bullets;
};
struct RelBullet : Model<RelBullet> {
    Column<int, primary_key> id;
    Column<std::string> text;
    Column<std::optional<int>> position;
    Column<std::optional<int>, foreign_key<RelSlide>> slide_id;
    One<RelSlide> slide;
};

// --- passive_deletes
struct RelKeptChild;
struct RelKeeper : Model<RelKeeper> {
    Column<int, primary_key> id;
    Many<RelKeptChild, passive_deletes_all, foreign_keys<"keeper_id">> children;
    Many<RelKeptChild, passive_deletes, foreign_keys<"second_id">> others;
};
struct RelKeptChild : Model<RelKeptChild> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<RelKeeper, on_delete::set_null>> keeper_id;
    Column<std::optional<int>, foreign_key<RelKeeper, on_delete::set_null>> second_id;
};

std::string texts(const Ptr<RelSlide>& slide) {
    std::string text;
    for (const auto& bullet : slide->bullets) text += bullet->text.value() + std::to_string(*bullet->position);
    return text;
}

struct Fixture : TestDatabase {
    Fixture() {
        create<RelBox, RelToy, RelOffice, RelDesk, RelPerson, RelFriendship, RelAddress, RelWidget, RelEntry, RelSlide,
               RelBullet, RelKeeper, RelKeptChild>();
    }
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "composite keys: children get all columns of it, and both sides stay in step") {
    auto office = session.add(RelOffice{.city = "Graz", .number = 7});
    auto desk = office->desks.append(RelDesk{});
    CHECK(desk->office == office);
    session.commit();
    CHECK(desk->office_city == "Graz");
    CHECK(desk->office_number == 7);
    session.expire_all();
    (void)work();
    CHECK(desk->office == office);
    CHECK(office->desks.contains(desk));
    session.commit();
    desk->office = nullptr;
    CHECK(office->desks.empty());
    session.commit();
    CHECK_FALSE(desk->office_city.has_value());
    CHECK_FALSE(desk->office_number.has_value());
    CHECK(session.scalars(select<RelDesk>().where(RelDesk::c.office == nullptr)).size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "composite keys: every way of loading") {
    for (int i = 1; i <= 2; ++i) {
        auto office = session.add(RelOffice{.city = "Graz", .number = i, .name = "o" + std::to_string(i)});
        for (int k = 0; k < 2; ++k) office->desks.append(RelDesk{.second_office = office});
    }
    session.commit();
    for (const auto& load :
         {joinedload(RelOffice::c.desks), selectinload(RelOffice::c.desks), subqueryload(RelOffice::c.desks),
          batchload(RelOffice::c.desks), lazyload(RelOffice::c.desks)}) {
        Session fresh{engine};
        auto offices = fresh.scalars(select<RelOffice>().order_by(RelOffice::c.number).options(load)).all();
        REQUIRE(offices.size() == 2);
        for (const auto& office : offices) {
            CHECK(office->desks.size() == 2);
            CHECK(office->loaded_desks.size() == 2);
            CHECK(office->desks[0]->office == office);
        }
    }
    for (const auto& load :
         {joinedload(RelDesk::c.office), selectinload(RelDesk::c.office), batchload(RelDesk::c.office)}) {
        Session fresh{engine};
        auto desks = fresh.scalars(select<RelDesk>().order_by(RelDesk::c.id).options(load)).all();
        CHECK(desks[0]->office->name == "o1");
        CHECK(desks[3]->office->name == "o2");
    }
    auto second = session.get<RelOffice>("Graz", 2);
    CHECK(session.scalars(select<RelDesk>().where(RelDesk::c.office == second)).size() == 2);
    CHECK(session.scalars(select<RelDesk>().join(RelDesk::c.office).where(RelOffice::c.name == "o1")).size() == 2);
    CHECK(session.scalars(select<RelOffice>().where(RelOffice::c.desks.any(RelDesk::c.id == 1))).one()->number == 1);
}

TEST_CASE_FIXTURE(Fixture, "composite keys: a deleted parent parts from its children, parents are written first") {
    auto desk = session.add(RelDesk{});
    auto office = session.add(RelOffice{.city = "Graz", .number = 7});
    desk->office = office;
    session.commit();
    session.delete_(office);
    session.commit();
    CHECK(desk->office == nullptr);
    CHECK_FALSE(desk->office_number.has_value());
}

TEST_CASE_FIXTURE(Fixture, "conditions of one's own: beside the foreign key, and without one") {
    auto ada = session.add(RelPerson{.city = "Boston"});
    auto bob = session.add(RelPerson{.city = "Rome"});
    for (auto city : {"Boston", "Rome"}) ada->addresses.append(RelAddress{.city = city});
    bob->addresses.append(RelAddress{.city = "Rome"});
    session.commit();
    session.add_all({RelFriendship{.person_id = 1, .friend_id = 2, .close = true},
                     RelFriendship{.person_id = 2, .friend_id = 1, .close = false}});
    session.commit();
    (void)work();
    CHECK(ada->boston.size() == 1);
    CHECK(work().back() ==
          "SELECT rel_address.id, rel_address.city, rel_address.person_id FROM rel_address WHERE ? = "
          "rel_address.person_id AND "
          "rel_address.city = ? | 1 | 'Boston'");
    CHECK(bob->boston.empty());
    CHECK(ada->neighbours.size() == 1);
    CHECK(bob->neighbours.size() == 2);
    REQUIRE(ada->friends.size() == 1);
    CHECK(ada->friends[0] == bob);
    CHECK(bob->friends.empty());
    CHECK(ada->newest->city == "Rome");
}

TEST_CASE_FIXTURE(Fixture, "conditions of one's own: every way of loading, and in queries") {
    auto ada = session.add(RelPerson{.city = "Boston"});
    auto bob = session.add(RelPerson{.city = "Rome"});
    for (auto city : {"Boston", "Rome"}) ada->addresses.append(RelAddress{.city = city});
    session.flush();
    session.add(RelFriendship{.person_id = 1, .friend_id = 2, .close = true});
    session.commit();
    for (const auto& load : {joinedload(RelPerson::c.boston), selectinload(RelPerson::c.boston),
                             subqueryload(RelPerson::c.boston), batchload(RelPerson::c.boston)}) {
        Session fresh{engine};
        auto people = fresh.scalars(select<RelPerson>().order_by(RelPerson::c.id).options(load)).all();
        CHECK(people[0]->boston.size() == 1);
        CHECK(people[1]->boston.empty());
    }
    for (const auto& load : {joinedload(RelPerson::c.friends), selectinload(RelPerson::c.friends)}) {
        Session fresh{engine};
        auto people = fresh.scalars(select<RelPerson>().order_by(RelPerson::c.id).options(load)).all();
        CHECK(people[0]->friends.size() == 1);
        CHECK(people[1]->friends.empty());
    }
    CHECK(session.scalars(select<RelPerson>().join(RelPerson::c.boston)).one() == ada);
    CHECK(session.scalars(select<RelPerson>().where(RelPerson::c.boston.any())).one() == ada);
    auto address = ada->boston[0];
    CHECK(session.scalars(select<RelPerson>().where(RelPerson::c.boston.contains(address))).one() == ada);
    CHECK(bob->newest == nullptr);
}

TEST_CASE_FIXTURE(Fixture, "collections: a new parent that comes along with its child has it at once") {
    auto bullet = session.add(RelBullet{.text = "a", .slide = make<RelSlide>({})});
    auto slide = bullet->slide.get();
    REQUIRE(slide->bullets.size() == 1);
    CHECK(slide->bullets[0] == bullet);
    CHECK(bullet->position == 1);
    session.commit();
    CHECK(slide->bullets.size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "post_update: rows that refer to each other come and go") {
    auto widget = session.add(RelWidget{});
    auto entry = widget->entries.append(RelEntry{});
    widget->favourite = entry;
    session.commit();
    CHECK(work() == Lines{"INSERT INTO rel_widget DEFAULT VALUES", "INSERT INTO rel_entry (widget_id) VALUES (?) | 1",
                          "UPDATE rel_widget SET favourite_id=? WHERE rel_widget.id = ? | 1 | 1"});
    CHECK(widget->favourite == entry);
    CHECK(widget->favourite_id == 1);
    (void)widget->entries.size();
    session.delete_(widget);
    (void)work();
    session.commit();
    CHECK(work() == Lines{"UPDATE rel_widget SET favourite_id=? WHERE rel_widget.id = ? | NULL | 1",
                          "DELETE FROM rel_entry WHERE rel_entry.id = ? | 1",
                          "DELETE FROM rel_widget WHERE rel_widget.id = ? | 1"});
}

TEST_CASE_FIXTURE(Fixture, "post_update: a collection whose objects know nothing of it") {
    auto box = session.add(RelBox{});
    auto toy = box->toys.append(RelToy{});
    session.commit();
    CHECK(work() == Lines{"INSERT INTO rel_box DEFAULT VALUES", "INSERT INTO rel_toy DEFAULT VALUES",
                          "UPDATE rel_toy SET box_id=? WHERE rel_toy.id = ? | 1 | 1"});
    CHECK(toy->box_id == 1);
    CHECK(box->toys.size() == 1);
    box->toys.append(RelToy{});
    box->toys.remove(toy);
    session.commit();
    CHECK(toy->box_id == nullptr);
    CHECK(box->toys.size() == 1);
    (void)work();
    session.delete_(box);
    session.commit();
    CHECK(work() == Lines{"UPDATE rel_toy SET box_id=? WHERE rel_toy.id = ? | NULL | 2",
                          "DELETE FROM rel_box WHERE rel_box.id = ? | 1"});
}

TEST_CASE_FIXTURE(Fixture, "post_update: another favourite, and a rollback") {
    auto widget = session.add(RelWidget{});
    auto first = widget->entries.append(RelEntry{});
    auto second = widget->entries.append(RelEntry{});
    widget->favourite = first;
    session.commit();
    widget->favourite = second;
    session.flush();
    CHECK(widget->favourite_id == 2);
    session.rollback();
    CHECK(widget->favourite_id == 1);
    CHECK(widget->favourite == first);
    widget->favourite = nullptr;
    session.commit();
    CHECK_FALSE(widget->favourite_id.has_value());
}

TEST_CASE_FIXTURE(Fixture, "ordered collections: places are kept whatever is done") {
    auto slide = session.add(RelSlide{});
    auto a = slide->bullets.append(RelBullet{.text = "a"});
    slide->bullets.append(RelBullet{.text = "b"});
    slide->bullets.append(RelBullet{.text = "c"});
    CHECK(texts(slide) == "a1b2c3");
    session.commit();
    CHECK(texts(slide) == "a1b2c3");
    slide->bullets.insert(1, RelBullet{.text = "x"});
    CHECK(texts(slide) == "a1x2b3c4");
    slide->bullets.remove(a);
    CHECK(texts(slide) == "x1b2c3");
    slide->bullets.insert(0, slide->bullets[2]);
    CHECK(texts(slide) == "c1x2b3");
    session.commit();
    CHECK(texts(slide) == "c1x2b3");
    session.expire_all();
    slide->bullets.append(RelBullet{.text = "y"});
    CHECK(texts(slide) == "c1x2b3y4");
    session.rollback();
    CHECK(texts(slide) == "c1x2b3");
    session.expire_all();
    session.add(RelBullet{.text = "z", .slide = slide});
    CHECK(texts(slide) == "c1x2b3z4");
    session.commit();
    slide->bullets[0]->position = 9;
    slide->bullets.reorder();
    CHECK(texts(slide) == "c1x2b3z4");
    session.commit();
    (void)texts(slide);
    (void)work();
    slide->bullets.append(RelBullet{.text = "last"});
    session.flush();
    CHECK(work() == Lines{"INSERT INTO rel_bullet (text, position, slide_id) VALUES (?, ?, ?) | 'last' | 5 | 1"});
}

TEST_CASE_FIXTURE(Fixture, "ordered collections: a list that is assigned is the order") {
    auto slide = session.add(RelSlide{});
    for (auto text : {"a", "b", "c"}) slide->bullets.append(RelBullet{.text = text});
    session.commit();
    slide->bullets = {slide->bullets[2], slide->bullets[0]};
    CHECK(texts(slide) == "c1a2");
    session.commit();
    CHECK(texts(slide) == "c1a2");
}

TEST_CASE_FIXTURE(Fixture, "ordered collections: those of new objects are numbered when they come into a session") {
    auto slide = make<RelSlide>({});
    for (auto text : {"a", "b"}) slide->bullets.append(RelBullet{.text = text});
    session.add(slide);
    CHECK(texts(slide) == "a1b2");
}

TEST_CASE_FIXTURE(Fixture, "cascades: refresh-expire and expunge take along what is in memory") {
    auto slide = session.add(RelSlide{});
    auto bullet = slide->bullets.append(RelBullet{.text = "a"});
    session.commit();
    (void)texts(slide);
    run("UPDATE rel_bullet SET text = 'b'");
    session.expire(slide);
    CHECK(bullet->text == "b");
    run("UPDATE rel_bullet SET text = 'c'");
    (void)texts(slide);
    session.refresh(slide);
    CHECK(bullet->text == "c");
    (void)texts(slide);
    session.expunge(slide);
    CHECK_FALSE(session.contains(slide));
    CHECK_FALSE(session.contains(bullet));
    CHECK_THROWS_AS(session.expunge(slide), InvalidRequestError);
    auto person = session.add(RelPerson{.city = "Rome"});
    auto address = person->addresses.append(RelAddress{.city = "Rome"});
    session.commit();
    (void)person->addresses.size();
    session.expunge(person);
    CHECK(session.contains(address));
}

TEST_CASE_FIXTURE(Fixture,
                  "passive_deletes: what is not in memory is the database's matter, \"all\" leaves the rest too") {
    auto keeper = session.add(RelKeeper{});
    keeper->children.append(RelKeptChild{});
    keeper->others.append(RelKeptChild{});
    session.commit();
    (void)keeper->id.value();
    (void)keeper->children.size();
    (void)keeper->others.size();
    (void)work();
    session.delete_(keeper);
    session.commit();
    CHECK(work() == Lines{"UPDATE rel_kept_child SET second_id=? WHERE rel_kept_child.id = ? | NULL | 2",
                          "DELETE FROM rel_keeper WHERE rel_keeper.id = ? | 1"});
    auto again = session.add(RelKeeper{});
    again->others.append(RelKeptChild{});
    session.commit();
    (void)work();
    session.delete_(again);
    session.commit();
    CHECK(work().back() == "DELETE FROM rel_keeper WHERE rel_keeper.id = ? | 1");
}

namespace {

// --- Two that write one key
struct RelTwin;
struct RelPair : Model<RelPair> {
    Column<int, primary_key> id;
    Many<RelTwin, foreign_keys<"pair_id">> twins;
    Many<RelTwin, viewonly, foreign_keys<"pair_id">, order_by<"id desc">> newest;
    Many<RelTwin, foreign_keys<"pair_id">, order_by<"id">> again;
    Many<RelTwin, foreign_keys<"other_id">> others;
};
struct RelTwin : Model<RelTwin> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<RelPair>> pair_id;
    Column<std::optional<int>, foreign_key<RelPair>> other_id;
};

}  // namespace

TEST_CASE("two collections that write one foreign key are warned of") {
    orm::configure_mappers();
    auto overlaps = orm::overlaps_of(orm::mapper_of<RelPair>());
    REQUIRE(overlaps.size() == 1);
    CHECK(overlaps[0] ==
          "RelPair.again and RelPair.twins both write RelTwin.pair_id, and neither sees what the other is given. Make "
          "one of them viewonly, or give them foreign keys of their own: foreign_keys<\"…\">.");
    CHECK(orm::overlaps_of(orm::mapper_of<RelOffice>()).empty());
    CHECK(orm::overlaps_of(orm::mapper_of<RelPerson>()).empty());
}
