// The statements of relationships with keys of several columns, with one other side, and through a table between.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Line;
struct Purchase : Model<Purchase> {
    static constexpr auto table_name = "purchase_rs";
    Column<int, primary_key> shop;
    Column<int, primary_key> no;
    Many<Line> lines;
};
struct Line : Model<Line> {
    static constexpr auto table_name = "line_rs";
    Column<int, primary_key> id;
    Column<std::optional<int>> shop;
    Column<std::optional<int>> no;
    One<Purchase> purchase;
    static TableArgs table_args() {
        return {.constraints = {schemas::ForeignKey{"", {"shop", "no"}, "purchase_rs", {"shop", "no"}}}};
    }
};

struct Profile;
struct Citizen : Model<Citizen> {
    static constexpr auto table_name = "citizen_rs";
    Column<int, primary_key> id;
    One<Profile> profile;
};
struct Profile : Model<Profile> {
    static constexpr auto table_name = "profile_rs";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> bio;
    Column<std::optional<int>, foreign_key<Citizen>> citizen_id;
    One<Citizen> citizen;
};

struct Person;
struct follows : Model<follows> {
    static constexpr auto table_name = "follows_rs";
    Column<int, primary_key, foreign_key<Person>> follower_id;
    Column<int, primary_key, foreign_key<Person>> followed_id;
};
struct Person : Model<Person> {
    static constexpr auto table_name = "person_rs";
    Column<int, primary_key> id;
    Many<Person, secondary<follows>, foreign_keys<"follower_id">> following;
    Many<Person, secondary<follows>, foreign_keys<"followed_id">> followers;
};

/// The WHERE that the query sends, with the values behind it.
template <class Query>
std::string where_of(TestDatabase& db, Session& session, const Query& query) {
    db.log();
    (void)session.scalars(query).all();
    std::string text = db.work().back();
    return text.substr(text.find("WHERE ") + 6);
}

}  // namespace

TEST_CASE("relationship: a One over several columns is compared column by column") {
    TestDatabase db;
    db.create<Purchase, Line>();
    Session session(db.engine);
    auto first = session.add(Purchase{.shop = 1, .no = 2});
    session.add(Line{.shop = 1, .no = 2});
    session.add(Line{.shop = 1});
    session.add(Line{});
    session.commit();
    CHECK(where_of(db, session, select<Line>().where(Line::c.purchase == first)) ==
          "? = line_rs.shop AND ? = line_rs.no | 1 | 2");
    CHECK(where_of(db, session, select<Line>().where(Line::c.purchase == nullptr)) ==
          "line_rs.shop IS NULL AND line_rs.no IS NULL");
    CHECK(session.scalars(select<Line>().where(Line::c.purchase == first)).all().size() == 1);
    CHECK(session.scalars(select<Line>().where(Line::c.purchase != first)).all().size() == 2);
    CHECK(session.scalars(select<Line>().where(Line::c.purchase == nullptr)).all().size() == 1);
    CHECK(session.scalars(select<Line>().where(Line::c.purchase != nullptr)).all().size() == 2);
}

TEST_CASE("relationship: the other side of a one-to-one is there, or replaced without writing the new one twice") {
    TestDatabase db;
    db.create<Citizen, Profile>();
    Session session(db.engine);
    session.add(Citizen{.id = 1});
    session.commit();
    CHECK(where_of(db, session, select<Citizen>().where(Citizen::c.profile != nullptr)) ==
          "EXISTS (SELECT 1 FROM profile_rs WHERE citizen_rs.id = profile_rs.citizen_id)");
    auto citizen = session.get<Citizen>(1);
    db.log();
    citizen->profile = session.add(Profile{.bio = "new"});
    session.commit();
    CHECK(db.work() == Lines{"SELECT profile_rs.id, profile_rs.bio, profile_rs.citizen_id FROM profile_rs "
                             "WHERE ? = profile_rs.citizen_id | 1",
                             "INSERT INTO profile_rs (bio, citizen_id) VALUES (?, ?) | 'new' | 1"});
}

TEST_CASE(
    "relationship: a many-to-many is joined in brackets, so that rows between without a target count for nothing") {
    TestDatabase db;
    db.create<Person, follows>();
    Session session(db.engine);
    (void)session.scalars(select<Person>().options(joinedload(Person::c.following))).all();
    auto sent = db.work();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].substr(sent[0].find("FROM ")) ==
          "FROM person_rs LEFT OUTER JOIN (follows_rs AS follows_rs_1 JOIN person_rs AS person_rs_1 "
          "ON person_rs_1.id = follows_rs_1.followed_id) ON person_rs.id = follows_rs_1.follower_id");
    (void)session.scalars(select<Person>().options(joinedload(Person::c.following).innerjoin())).all();
    CHECK(db.work()[0].find("(follows_rs AS") == std::string::npos);
}
