// The ways of loading relationships: which statements each sends, as recorded of SQLAlchemy 2.0, and what comes of
// them.

#include <algorithm>
#include <map>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

// One pair of models for each way. Their tables are called user__joins and so on; the part behind the underscores is
// left out when statements are compared with the recorded ones.
#define RETORT_TEST_PAIR(Name, mode)                           \
    namespace Name {                                           \
    struct Bookmark;                                           \
    struct User : Model<User> {                                \
        static constexpr auto table_name = "user__" #Name;     \
        Column<int, primary_key> id;                           \
        Column<String<80>, unique_key> username;               \
        Column<std::optional<String<120>>> email;              \
        Many<Bookmark, lazy::mode, order_by<"id">> bookmarks;  \
    };                                                         \
    struct Bookmark : Model<Bookmark> {                        \
        static constexpr auto table_name = "bookmark__" #Name; \
        Column<int, primary_key> id;                           \
        Column<Text> url;                                      \
        Column<std::optional<int>, foreign_key<User>> user_id; \
        One<User> user;                                        \
    };                                                         \
    }
RETORT_TEST_PAIR(selects, select)
RETORT_TEST_PAIR(joins, joined)
RETORT_TEST_PAIR(subqueries, subquery)
RETORT_TEST_PAIR(selectins, selectin)
RETORT_TEST_PAIR(immediates, immediate)
RETORT_TEST_PAIR(batches, batch)
RETORT_TEST_PAIR(noloads, noload)
RETORT_TEST_PAIR(raises, raise)
RETORT_TEST_PAIR(strict, raise_on_sql)
RETORT_TEST_PAIR(writes, write_only)

/// Three users with two bookmarks each.
struct Recorded : TestDatabase {
    template <class User, class Bookmark>
    void fill() {
        create<User, Bookmark>();
        Session filling{engine};
        for (int i = 1; i <= 3; ++i) {
            std::string name = "u" + std::to_string(i);
            filling.add(User{.id = i, .username = name, .email = name + "@x"});
            for (int j : {0, 1}) {
                filling.add(Bookmark{.url = "http://" + std::to_string(i) + std::to_string(j), .user_id = i});
            }
        }
        filling.commit();
        statements.clear();
    }
    Lines work() {
        Lines lines = TestDatabase::work();
        for (auto& line : lines) {
            for (std::size_t at = 0; (at = line.find("__", at)) != line.npos;) {
                auto end = line.find_first_of(". _", at + 2);
                line.erase(at, std::min(end, line.size()) - at);
            }
        }
        return lines;
    }
    Session session{engine};
};
template <class User, class Bookmark>
struct Filled : Recorded {
    Filled() { fill<User, Bookmark>(); }
};
using Selects = Filled<selects::User, selects::Bookmark>;
using Joins = Filled<joins::User, joins::Bookmark>;
using Subqueries = Filled<subqueries::User, subqueries::Bookmark>;
using Selectins = Filled<selectins::User, selectins::Bookmark>;
using Immediates = Filled<immediates::User, immediates::Bookmark>;
using Batches = Filled<batches::User, batches::Bookmark>;
using WriteOnlys = Filled<writes::User, writes::Bookmark>;

template <class User>
std::string ids(const Ptr<User>& user) {
    std::string text;
    for (const auto& bookmark : user->bookmarks) text += (text.empty() ? "" : ",") + std::to_string(bookmark->id);
    return text;
}

template <class User>
auto all_users() {
    return select<User>().order_by(User::c.id);
}

const std::string users_sql = "SELECT user.id, user.username, user.email FROM user ORDER BY user.id";

std::string lazy_sql(int user) {
    return "SELECT bookmark.id, bookmark.url, bookmark.user_id FROM bookmark WHERE ? = bookmark.user_id ORDER BY "
           "bookmark.id | " +
           std::to_string(user);
}

}  // namespace

TEST_CASE_FIXTURE(Selects, "loading: lazy::select asks when a collection is touched, once") {
    using namespace selects;
    auto users = session.scalars(all_users<User>()).all();
    CHECK(work() == Lines{users_sql});
    CHECK(ids(users[0]) == "1,2");
    CHECK(ids(users[1]) == "3,4");
    CHECK(ids(users[0]) == "1,2");
    CHECK(work() == Lines{lazy_sql(1), lazy_sql(2)});
}

TEST_CASE_FIXTURE(Joins, "loading: lazy::joined brings collections in the same SELECT") {
    using namespace joins;
    auto users = session.scalars(all_users<User>()).all();
    CHECK(users.size() == 3);
    CHECK(ids(users[0]) == "1,2");
    CHECK(ids(users[2]) == "5,6");
    CHECK(users[1]->bookmarks[0]->user == users[1]);
    CHECK(work() == Lines{"SELECT user.id, user.username, user.email, bookmark_1.id AS id_1, bookmark_1.url, "
                          "bookmark_1.user_id FROM user LEFT OUTER JOIN bookmark AS bookmark_1 ON user.id = "
                          "bookmark_1.user_id ORDER BY user.id, bookmark_1.id"});
}

TEST_CASE_FIXTURE(Joins, "loading: lazy::joined counts a limit before collections multiply the rows") {
    using namespace joins;
    auto limited = all_users<User>().where(User::c.username != "u9").limit(2);
    auto users = session.scalars(limited).all();
    CHECK(users.size() == 2);
    CHECK(ids(users[1]) == "3,4");
    CHECK(
        work() ==
        Lines{"SELECT anon_1.id, anon_1.username, anon_1.email, bookmark_1.id AS id_1, bookmark_1.url, "
              "bookmark_1.user_id FROM (SELECT user.id AS id, user.username AS username, user.email AS email FROM user "
              "WHERE user.username != ? ORDER BY user.id LIMIT ? OFFSET ?) AS anon_1 LEFT OUTER JOIN bookmark AS "
              "bookmark_1 ON anon_1.id = bookmark_1.user_id ORDER BY anon_1.id, bookmark_1.id | 'u9' | 2 | 0"});
}

TEST_CASE_FIXTURE(Joins, "loading: a limit with an order by something that is not selected") {
    using namespace joins;
    auto users =
        session.scalars(select<User>().order_by(func::length(User::c.email), User::c.id.desc()).limit(2)).all();
    REQUIRE(users.size() == 2);
    CHECK(users[0]->id == 3);
    CHECK(ids(users[1]) == "3,4");
}

TEST_CASE_FIXTURE(Joins, "loading: get() brings joined collections along") {
    using namespace joins;
    auto user = session.get<User>(1);
    CHECK(ids(user) == "1,2");
    CHECK(work() ==
          Lines{"SELECT user.id, user.username, user.email, bookmark_1.id AS id_1, bookmark_1.url, bookmark_1.user_id "
                "FROM user LEFT OUTER JOIN bookmark AS bookmark_1 ON user.id = bookmark_1.user_id WHERE user.id = ? "
                "ORDER BY bookmark_1.id | 1"});
}

TEST_CASE_FIXTURE(Subqueries, "loading: lazy::subquery repeats the query with its keys alone") {
    using namespace subqueries;
    auto users = session.scalars(all_users<User>().where(User::c.username != "u9").limit(2)).all();
    CHECK(ids(users[0]) == "1,2");
    CHECK(ids(users[1]) == "3,4");
    CHECK(
        work() ==
        Lines{"SELECT user.id, user.username, user.email FROM user WHERE user.username != ? ORDER BY user.id LIMIT ? "
              "OFFSET ? | 'u9' | 2 | 0",
              "SELECT bookmark.id, bookmark.url, bookmark.user_id FROM (SELECT user.id AS id FROM "
              "user WHERE user.username != ? ORDER BY user.id LIMIT ? OFFSET ?) AS anon_1 JOIN bookmark ON anon_1.id = "
              "bookmark.user_id ORDER BY bookmark.id | 'u9' | 2 | 0"});
}

TEST_CASE_FIXTURE(Selectins, "loading: lazy::selectin asks for all collections at once") {
    using namespace selectins;
    auto users = session.scalars(all_users<User>()).all();
    for (const auto& user : users) CHECK(user->bookmarks.size() == 2);
    CHECK(ids(users[2]) == "5,6");
    CHECK(users[2]->bookmarks[1]->user == users[2]);
    CHECK(work() == Lines{users_sql,
                          "SELECT bookmark.id, bookmark.url, bookmark.user_id FROM bookmark WHERE bookmark.user_id IN "
                          "(?, ?, ?) ORDER BY bookmark.id | 1 | 2 | 3"});
}

TEST_CASE_FIXTURE(Immediates, "loading: lazy::immediate asks for each, at once") {
    using namespace immediates;
    auto users = session.scalars(all_users<User>().limit(2)).all();
    CHECK(work() == Lines{users_sql + " LIMIT ? OFFSET ? | 2 | 0", lazy_sql(1), lazy_sql(2)});
    CHECK(ids(users[0]) == "1,2");
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Batches, "loading: lazy::batch asks for all of a result when one is touched") {
    using namespace batches;
    auto users = session.scalars(all_users<User>()).all();
    CHECK(work() == Lines{users_sql});
    CHECK(ids(users[1]) == "3,4");
    CHECK(work().size() == 1);
    CHECK(ids(users[0]) == "1,2");
    CHECK(ids(users[2]) == "5,6");
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Batches, "loading: lazy::batch leaves the objects of other results alone") {
    using namespace batches;
    auto first = session.scalars(select<User>().where(User::c.id == 1)).one();
    auto others = session.scalars(select<User>().where(User::c.id > 1)).all();
    CHECK(ids(others[0]) == "3,4");
    CHECK(first->bookmarks.is_loaded() == false);
    CHECK(others[1]->bookmarks.is_loaded());
}

TEST_CASE_FIXTURE(Recorded, "loading: lazy::noload stays empty, lazy::raise is an error") {
    fill<noloads::User, noloads::Bookmark>();
    fill<raises::User, raises::Bookmark>();
    fill<strict::User, strict::Bookmark>();
    auto user = session.get<noloads::User>(1);
    CHECK(ids(user) == "");
    auto other = session.get<raises::User>(1);
    CHECK_THROWS_WITH_AS(ids(other), doctest::Contains("'User.bookmarks' is not available due to lazy::raise."),
                         InvalidRequestError);
    auto third = session.get<strict::User>(1);
    CHECK_THROWS_AS(ids(third), InvalidRequestError);
}

TEST_CASE_FIXTURE(WriteOnlys, "loading: lazy::write_only is added to and selected from") {
    using namespace writes;
    auto user = session.get<User>(1);
    work();
    CHECK(session.scalars(user->bookmarks.select().where(Bookmark::c.url == "http://11")).all().size() == 1);
    CHECK(work() == Lines{"SELECT bookmark.id, bookmark.url, bookmark.user_id FROM bookmark WHERE ? = "
                          "bookmark.user_id AND bookmark.url = ? ORDER BY bookmark.id | 1 | 'http://11'"});
    user->bookmarks.add(Bookmark{.url = "n"});
    session.flush();
    CHECK(work() == Lines{"INSERT INTO bookmark (url, user_id) VALUES (?, ?) | 'n' | 1"});
}

TEST_CASE_FIXTURE(Selects, "options: each way of loading for one query") {
    using namespace selects;
    auto loaded = [&](const Load& option) {
        session.expunge_all();
        auto users = session.scalars(all_users<User>().options(option)).all();
        auto statements = work().size();
        CHECK(users.size() == 3);
        for (const auto& user : users) CHECK(user->bookmarks.size() == 2);
        return std::pair{statements, work().size()};
    };
    CHECK(loaded(joinedload(User::c.bookmarks)) == std::pair<std::size_t, std::size_t>{1, 0});
    CHECK(loaded(joinedload(User::c.bookmarks).innerjoin()) == std::pair<std::size_t, std::size_t>{1, 0});
    CHECK(loaded(selectinload(User::c.bookmarks)) == std::pair<std::size_t, std::size_t>{2, 0});
    CHECK(loaded(subqueryload(User::c.bookmarks)) == std::pair<std::size_t, std::size_t>{2, 0});
    CHECK(loaded(immediateload(User::c.bookmarks)) == std::pair<std::size_t, std::size_t>{4, 0});
    CHECK(loaded(lazyload(User::c.bookmarks)) == std::pair<std::size_t, std::size_t>{1, 3});
    CHECK(loaded(batchload(User::c.bookmarks)) == std::pair<std::size_t, std::size_t>{1, 1});
    CHECK(loaded(lazyload("*")) == std::pair<std::size_t, std::size_t>{1, 3});
    CHECK(loaded(selectinload(User::c.bookmarks).joinedload(Bookmark::c.user)) ==
          std::pair<std::size_t, std::size_t>{2, 0});
}

TEST_CASE_FIXTURE(Selects, "options: noload and raiseload") {
    using namespace selects;
    auto users = session.scalars(all_users<User>().options(noload(User::c.bookmarks))).all();
    CHECK(users[0]->bookmarks.empty());
    session.expunge_all();
    users = session.scalars(all_users<User>().options(raiseload(User::c.bookmarks))).all();
    CHECK_THROWS_AS(ids(users[0]), InvalidRequestError);
    session.expunge_all();
    users = session.scalars(all_users<User>().options(raiseload("*"))).all();
    CHECK_THROWS_AS(ids(users[0]), InvalidRequestError);
}

TEST_CASE_FIXTURE(Selects, "options: contains_eager fills from the query's own join") {
    using namespace selects;
    auto users = session
                     .scalars(select<User>()
                                  .join(User::c.bookmarks)
                                  .options(contains_eager(User::c.bookmarks))
                                  .where(Bookmark::c.url.like("%0"))
                                  .order_by(User::c.id))
                     .all();
    REQUIRE(users.size() == 3);
    CHECK(ids(users[0]) == "1");
    CHECK(ids(users[2]) == "5");
    CHECK(work().size() == 1);
}

TEST_CASE_FIXTURE(Selects, "options: contains_eager without a join of its own is refused") {
    using namespace selects;
    using Mark = aliased<Bookmark, "mark">;
    const auto contained = contains_eager(User::c.bookmarks);
    auto refused = [&](const auto& query) {
        CHECK_THROWS_WITH_AS((void)session.scalars(query), doctest::Contains("does not join Bookmark"), ArgumentError);
    };
    refused(select<User>().options(contained));
    refused(select<User>().outerjoin<Mark>(User::c.bookmarks).where(Mark::c.url.like("%0")).options(contained));
    CHECK(work().empty());
    // Joined by a condition it is there.
    auto users = session.scalars(select<User>().where(User::c.id == Bookmark::c.user_id).options(contained)).all();
    CHECK(users.size() > 1);
}

TEST_CASE_FIXTURE(Selects, "options: contains_eager takes the objects of an alias") {
    using namespace selects;
    using Mark = aliased<Bookmark, "mark">;
    using Maker = aliased<User, "maker">;
    auto query = select<User>()
                     .join<Mark>(User::c.bookmarks)
                     .where(Mark::c.url.like("%0"))
                     .order_by(User::c.id)
                     .options(contains_eager<Mark>(User::c.bookmarks));
    auto users = session.scalars(query).all();
    REQUIRE(users.size() == 3);
    CHECK(ids(users[0]) == "1");
    CHECK(ids(users[2]) == "5");
    CHECK(work().size() == 1);
    session.expunge_all();
    auto marks = session
                     .scalars(select<Mark>()
                                  .join<Maker>(Mark::c.user)
                                  .where(Maker::c.username == "u2")
                                  .options(contains_eager<Maker>(Mark::c.user).load_only(User::c.username)))
                     .all();
    REQUIRE(marks.size() == 2);
    CHECK(marks[0]->user->username == "u2");
    CHECK(work().size() == 1);
    CHECK_THROWS_WITH_AS((void)session.scalars(query.options(contains_eager<Maker>(User::c.bookmarks))),
                         doctest::Contains("name an alias of Bookmark"), ArgumentError);
    CHECK_THROWS_WITH_AS((void)session.scalars(select<User>().options(contains_eager<Mark>(User::c.bookmarks))),
                         doctest::Contains("does not join the alias"), ArgumentError);
}

TEST_CASE_FIXTURE(Selects, "options: load_only and defer leave columns until they are touched") {
    using namespace selects;
    auto users = session.scalars(all_users<User>().options(load_only(User::c.username))).all();
    CHECK(users[0]->username == "u1");
    CHECK(work() == Lines{"SELECT user.id, user.username FROM user ORDER BY user.id"});
    CHECK(users[0]->email == "u1@x");
    CHECK(work() == Lines{"SELECT user.email FROM user WHERE user.id = ? | 1"});
    session.expunge_all();
    users = session.scalars(all_users<User>().options(defer(User::c.email))).all();
    CHECK(work() == Lines{"SELECT user.id, user.username FROM user ORDER BY user.id"});
    users[1]->email = "new";
    session.commit();
    CHECK(users[1]->email == "new");
}

TEST_CASE_FIXTURE(Selects, "options: a many-to-one joined, and by IN for those that are not known") {
    using namespace selects;
    auto marks =
        session.scalars(select<Bookmark>().order_by(Bookmark::c.id).options(joinedload(Bookmark::c.user))).all();
    CHECK(marks[2]->user->username == "u2");
    CHECK(work() == Lines{"SELECT bookmark.id, bookmark.url, bookmark.user_id, user_1.id AS id_1, user_1.username, "
                          "user_1.email FROM bookmark LEFT OUTER JOIN user AS user_1 ON user_1.id = bookmark.user_id "
                          "ORDER BY bookmark.id"});
    session.expunge_all();
    marks = session.scalars(select<Bookmark>().order_by(Bookmark::c.id).options(selectinload(Bookmark::c.user))).all();
    CHECK(marks[5]->user->username == "u3");
    CHECK(work() ==
          Lines{"SELECT bookmark.id, bookmark.url, bookmark.user_id FROM bookmark ORDER BY bookmark.id",
                "SELECT user.id, user.username, user.email FROM user WHERE user.id IN (?, ?, ?) | 1 | 2 | 3"});
    session.expunge_all();
    marks = session.scalars(select<Bookmark>().order_by(Bookmark::c.id).options(subqueryload(Bookmark::c.user))).all();
    CHECK(marks[5]->user->username == "u3");
    CHECK(work().size() == 2);
}

TEST_CASE_FIXTURE(Selects, "options: some objects of a relationship only") {
    using namespace selects;
    auto some = User::c.bookmarks.and_(Bookmark::c.url.like("%1"));
    for (const auto& option : {selectinload(some), joinedload(some), subqueryload(some)}) {
        session.expunge_all();
        auto users = session.scalars(all_users<User>().options(option)).all();
        CHECK(ids(users[0]) == "2");
        CHECK(ids(users[2]) == "6");
    }
}

TEST_CASE_FIXTURE(Selects, "options: criteria for a model, wherever the query loads it") {
    using namespace selects;
    auto ones = with_loader_criteria<Bookmark>(Bookmark::c.url.like("%1"));
    for (const auto& way :
         {joinedload(User::c.bookmarks), subqueryload(User::c.bookmarks), selectinload(User::c.bookmarks)}) {
        session.expunge_all();
        auto users = session.scalars(all_users<User>().options(way, ones)).all();
        CHECK(ids(users[0]) == "2");
        CHECK(ids(users[2]) == "6");
    }
    session.expunge_all();
    CHECK(session.scalars(select<Bookmark>().options(ones)).all().size() == 3);
    work();
    auto both = session.scalars(all_users<User>().options(ones, with_loader_criteria<User>(User::c.id > 1))).all();
    CHECK(both.size() == 2);
    CHECK(work()[0].ends_with("WHERE user.id > ? ORDER BY user.id | 1"));
}

TEST_CASE_FIXTURE(Selects, "options: what is loaded already stays as it is") {
    using namespace selects;
    auto ada = session.get<User>(1);
    CHECK(ids(ada) == "1,2");
    run("INSERT INTO bookmark__selects VALUES (7, 'later', 1)");
    (void)session.scalars(all_users<User>().options(selectinload(User::c.bookmarks))).all();
    CHECK(ids(ada) == "1,2");
}

TEST_CASE_FIXTURE(Selects, "options: an option must begin at what is selected") {
    using namespace selects;
    CHECK_THROWS_AS((void)session.scalars(select<User>().options(joinedload(Bookmark::c.user))), ArgumentError);
}

TEST_CASE_FIXTURE(Selects, "options: columns are those of the model that the path leads to") {
    using namespace selects;
    const auto foreign = selectinload(User::c.bookmarks).load_only(User::c.email);
    CHECK_THROWS_WITH_AS((void)session.scalars(select<User>().options(foreign)),
                         doctest::Contains("a loader option names User.email, where Bookmark is loaded"),
                         ArgumentError);
    session.expunge_all();
    (void)work();
    (void)session.scalars(all_users<User>().options(selectinload(User::c.bookmarks).load_only(Bookmark::c.url))).all();
    CHECK(work().size() == 2);
}

TEST_CASE_FIXTURE(Selects, "result: unique keeps each row once, in the order of its first coming") {
    using namespace selects;
    auto owners = session.scalars(select(Bookmark::c.user_id).order_by(Bookmark::c.id.desc())).unique();
    CHECK(owners.all() == std::vector<std::optional<int>>{3, 2, 1});
    auto users = session.scalars(select<User>().join(User::c.bookmarks).order_by(Bookmark::c.id)).unique();
    CHECK(users.size() == 3);
    auto rows = session.execute(select(User::c.id, User::c.username).join(User::c.bookmarks)).unique();
    CHECK(rows.size() == 3);
}

TEST_CASE_FIXTURE(Joins, "loading: an object that stands in several rows is read anew once") {
    using namespace joins;
    session.execute(update<Bookmark>().where(Bookmark::c.id == 3).values(Bookmark::c.user_id = 1));
    auto mixed = select<User>().order_by(Bookmark::c.id).outerjoin(User::c.bookmarks);
    auto users = session.scalars(mixed.options(contains_eager(User::c.bookmarks))).all();
    CHECK(users.size() == 3);
    CHECK(ids(users[0]) == "1,2,3");
    CHECK(ids(users[1]) == "4");
    CHECK(users[0]->username == "u1");
    CHECK(users[2]->username == "u3");
    session.execute(update<User>().where(User::c.id == 1).values(User::c.email = std::optional<std::string>()));
    auto again = session.scalars(mixed.options(contains_eager(User::c.bookmarks)).populate_existing()).all();
    CHECK(again[0] == users[0]);
    CHECK_FALSE(users[0]->email.value().has_value());
    CHECK(users[1]->email.value() == "u2@x");
}

TEST_CASE_FIXTURE(Joins, "loading: an object whose rows are apart is in the result once, where it came first") {
    using namespace joins;
    using Owners = std::vector<int>;  // of the bookmarks 1 to 6
    for (const auto& owners : {Owners{1, 2, 1, 3, 2, 1}, Owners{1, 2, 3, 2, 3, 1}, Owners{3, 1, 3, 2, 1, 2},
                               Owners{2, 1, 2, 1, 3, 3}, Owners{2, 3, 3, 2, 1, 1}}) {
        session.expunge_all();
        Owners wanted;
        std::map<int, std::string> bookmarks;
        for (int id = 1; id <= 6; ++id) {
            const int owner = owners[static_cast<std::size_t>(id - 1)];
            session.execute(update<Bookmark>().where(Bookmark::c.id == id).values(Bookmark::c.user_id = owner));
            if (std::find(wanted.begin(), wanted.end(), owner) == wanted.end()) wanted.push_back(owner);
            bookmarks[owner] += (bookmarks[owner].empty() ? "" : ",") + std::to_string(id);
        }
        auto mixed = select<User>().join(User::c.bookmarks).order_by(Bookmark::c.id);
        Owners found;
        for (const auto& user : session.scalars(mixed.options(contains_eager(User::c.bookmarks))).all()) {
            found.push_back(user->id);
            CHECK(ids(user) == bookmarks[user->id]);
        }
        CHECK(found == wanted);
    }
}

TEST_CASE_FIXTURE(Subqueries, "loading: a subquery over joined rows brings each child once") {
    using namespace subqueries;
    auto twice = select<User>().join(User::c.bookmarks).order_by(User::c.id);
    auto users = session.scalars(twice).unique().all();
    CHECK(users.size() == 3);
    CHECK(ids(users[0]) == "1,2");
    CHECK(ids(users[2]) == "5,6");
}
