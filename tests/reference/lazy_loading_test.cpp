// What each way of loading sends, statement by statement, against what SQLAlchemy 2.0.10 sent.
#include "traces.hpp"

namespace {

using namespace traces;

// One pair of models for each way; what stands behind `__` in a table's name is left out of the statements.
#define RETORT_TEST_PAIR(Name, many, one)                       \
    namespace Name {                                            \
    struct Bookmark;                                            \
    struct User : Model<User> {                                 \
        static constexpr auto table_name = "user__l" #Name;     \
        Column<int, primary_key> id;                            \
        Column<String<80>, unique_key> username;                \
        Column<std::optional<String<120>>> email;               \
        Many<Bookmark, lazy::many, order_by<"id">> bookmarks;   \
    };                                                          \
    struct Bookmark : Model<Bookmark> {                         \
        static constexpr auto table_name = "bookmark__l" #Name; \
        Column<int, primary_key> id;                            \
        Column<Text> url;                                       \
        Column<std::optional<int>, foreign_key<User>> user_id;  \
        One<User, lazy::one> user;                              \
    };                                                          \
    using Pair = Models<User, Bookmark>;                        \
    }

/// The models of a test, as one type.
template <class U, class B>
struct Models {
    using User = U;
    using Bookmark = B;
};
RETORT_TEST_PAIR(selects, select, select)
RETORT_TEST_PAIR(joins, joined, select)
RETORT_TEST_PAIR(subqueries, subquery, select)
RETORT_TEST_PAIR(selectins, selectin, select)
RETORT_TEST_PAIR(immediates, immediate, select)
RETORT_TEST_PAIR(noloads, noload, select)
RETORT_TEST_PAIR(raises, raise, select)
RETORT_TEST_PAIR(strict, raise_on_sql, select)
RETORT_TEST_PAIR(onejoins, select, joined)
RETORT_TEST_PAIR(oneselectins, select, selectin)
RETORT_TEST_PAIR(onesubqueries, select, subquery)
RETORT_TEST_PAIR(dynamics, dynamic, select)
RETORT_TEST_PAIR(writes, write_only, select)

/// Three users with two bookmarks each, in a database of their own.
template <class Pair>
struct Loaded : Trace {
    using User = typename Pair::User;
    using Bookmark = typename Pair::Bookmark;

    explicit Loaded(std::string case_name) : Trace("lazy_loading.txt", std::move(case_name)) {
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
    static auto all_users() { return select<User>().order_by(User::c.id); }
    static auto all_bookmarks() { return select<Bookmark>().order_by(Bookmark::c.id); }
    /// Each user's bookmarks, of a query's result.
    template <class Query>
    std::string bookmarks_of(const Query& query) {
        session.expunge_all();
        std::vector<std::string> lists;
        for (const auto& user : session.scalars(query).all()) lists.push_back(ids(user->bookmarks));
        return list(lists);
    }
    Session session{engine};
};

/// What apps/lazy_cases.py does with each way.
template <class Pair>
void standard(const std::string& name) {
    using User = typename Pair::User;
    Loaded<Pair> trace(name);
    auto& session = trace.session;
    std::vector<Ptr<User>> users;
    trace.step("select(User).order_by(User.id)", [&] {
        users = session.scalars(trace.all_users()).all();
        return ids(users);
    });
    trace.step("users[0].bookmarks", [&] { return ids(users[0]->bookmarks); });
    trace.step("users[1].bookmarks", [&] { return ids(users[1]->bookmarks); });
    trace.step("users[0].bookmarks again", [&] { return ids(users[0]->bookmarks); });
    trace.step("select(User).where().order_by().limit(2)", [&] {
        session.expunge_all();
        auto query = select<User>().where(User::c.username != "u9").order_by(User::c.id).limit(2);
        return ids(session.scalars(query).all());
    });
    trace.step("session.get(User,1)", [&] {
        session.expunge_all();
        return "\"" + std::to_string(session.template get<User>(1)->id) + "\"";
    });
    trace.step("select(Bookmark); b[0..2].user (many-to-one)", [&] {
        session.expunge_all();
        auto marks = session.scalars(trace.all_bookmarks()).all();
        return ids(std::vector<Ptr<User>>{marks[0]->user, marks[1]->user, marks[2]->user});
    });
}

}  // namespace

TEST_CASE("lazy loading: of a Many") {
    standard<selects::Pair>("Many select");
    standard<joins::Pair>("Many joined");
    standard<subqueries::Pair>("Many subquery");
    standard<selectins::Pair>("Many selectin");
    standard<immediates::Pair>("Many immediate");
    standard<noloads::Pair>("Many noload");
    standard<raises::Pair>("Many raise");
    standard<strict::Pair>("Many raise_on_sql");
}

TEST_CASE("lazy loading: of a One") {
    standard<onejoins::Pair>("One joined");
    standard<oneselectins::Pair>("One selectin");
    standard<onesubqueries::Pair>("One subquery");
}

TEST_CASE("lazy loading: dynamic") {
    using namespace dynamics;
    Loaded<Pair> trace("dynamic");
    auto& session = trace.session;
    Ptr<User> user;
    auto ids_of = [](const auto& query) { return ids(query.all()); };
    trace.step("get", [&] {
        user = session.get<User>(1);
        return "\"" + std::to_string(user->id) + "\"";
    });
    trace.step("u.bookmarks.all()", [&] { return ids(user->bookmarks.all()); });
    trace.step("list(u.bookmarks)", [&] { return ids(user->bookmarks); });
    trace.step("filter_by(url=).first()", [&] {
        return "\"" + std::to_string(user->bookmarks.filter(Bookmark::c.url == "http://10").first()->id) + "\"";
    });
    trace.step("order_by(None).order_by(desc).limit(1)", [&] {
        return ids_of(user->bookmarks.query().without_order().order_by(Bookmark::c.id.desc()).limit(1));
    });
    trace.step("count()", [&] { return std::to_string(user->bookmarks.count()); });
    trace.step("[0]", [&] { return std::to_string(user->bookmarks.first()->id); });
    trace.step("[0:1]", [&] { return ids_of(user->bookmarks.query().slice(0, 1)); });
    trace.step("append+all (autoflush)", [&] {
        user->bookmarks.append(Bookmark{.url = "new"});
        return ids(user->bookmarks.all());
    });
    trace.step("remove", [&] {
        user->bookmarks.remove(user->bookmarks.filter(Bookmark::c.url == "new").one());
        session.flush();
        return std::to_string(user->bookmarks.count());
    });
    trace.step("assign list", [&] {
        user->bookmarks = {make<Bookmark>({.url = "z"})};
        session.flush();
        std::vector<std::string> urls;
        for (const auto& mark : user->bookmarks) urls.push_back("\"" + std::string(mark->url) + "\"");
        return list(urls);
    });
}

TEST_CASE("lazy loading: write_only") {
    using namespace writes;
    Loaded<Pair> trace("write_only");
    auto& session = trace.session;
    auto user = session.get<User>(1);
    trace.statements.clear();
    trace.step("select()", [&] { return ids(session.scalars(user->bookmarks.select()).all()); });
    trace.step("select().where()", [&] {
        return ids(session.scalars(user->bookmarks.select().where(Bookmark::c.url == "http://10")).all());
    });
    trace.step("add", [&] {
        user->bookmarks.add(Bookmark{.url = "n"});
        session.flush();
    });
    trace.step("add_all", [&] {
        user->bookmarks.add_all({Bookmark{.url = "n2"}, Bookmark{.url = "n3"}});
        session.flush();
    });
    trace.step("remove", [&] {
        user->bookmarks.remove(session.scalars(user->bookmarks.select().where(Bookmark::c.url == "n")).one());
        session.flush();
    });
    trace.step("bulk update",
               [&] { session.execute(user->bookmarks.update().where(Bookmark::c.url == "b1").values({.url = "c1"})); });
    trace.step("bulk delete", [&] { session.execute(user->bookmarks.delete_().where(Bookmark::c.url == "c1")); });
}

TEST_CASE("lazy loading: options of a query") {
    using namespace selects;
    Loaded<Pair> trace("options");
    auto& session = trace.session;
    auto all = trace.all_users();
    auto check = [&](const char* step, const auto& query) {
        trace.step(step, [&] { return trace.bookmarks_of(query); });
    };
    check("joinedload", all.options(joinedload(User::c.bookmarks)));
    check("joinedload innerjoin", all.options(joinedload(User::c.bookmarks).innerjoin()));
    check("selectinload", all.options(selectinload(User::c.bookmarks)));
    check("subqueryload", all.options(subqueryload(User::c.bookmarks)));
    check("lazyload", all.options(lazyload(User::c.bookmarks)));
    check("immediateload", all.options(immediateload(User::c.bookmarks)));
    check("noload", all.options(noload(User::c.bookmarks)));
    check("raiseload", all.options(raiseload(User::c.bookmarks)));
    check("raiseload(*)", all.options(raiseload("*")));
    check("join + contains_eager", select<User>()
                                       .join(User::c.bookmarks)
                                       .options(contains_eager(User::c.bookmarks))
                                       .where(Bookmark::c.url.like("%0"))
                                       .order_by(User::c.id));
    check("joinedload+limit", all.options(joinedload(User::c.bookmarks)).limit(2));
    check("selectinload+limit", all.options(selectinload(User::c.bookmarks)).limit(2));
    check("subqueryload+limit", all.options(subqueryload(User::c.bookmarks)).limit(2));
    check("nested selectin->joined", all.options(selectinload(User::c.bookmarks).joinedload(Bookmark::c.user)));
    check("lazyload(*)", all.options(lazyload("*")));
    check("selectinload(.and_())", all.options(selectinload(User::c.bookmarks.and_(Bookmark::c.url.like("%1")))));
    auto some = with_loader_criteria<Bookmark>(Bookmark::c.url.like("%1"));
    check("with_loader_criteria", all.options(selectinload(User::c.bookmarks), some));
    auto emails = [&](const auto& query) {
        session.expunge_all();
        std::vector<std::string> texts;
        for (const auto& user : session.scalars(query).all()) texts.push_back("\"" + *user->email.value() + "\"");
        return list(texts);
    };
    trace.step("load_only", [&] { return emails(all.options(load_only(User::c.username))); });
    trace.step("defer", [&] { return emails(all.options(defer(User::c.email))); });
    auto owners = [&](const auto& query) {
        session.expunge_all();
        std::vector<Ptr<User>> users;
        for (const auto& mark : session.scalars(query).all()) users.push_back(mark->user);
        return ids(users);
    };
    trace.step("m2o joined", [&] { return owners(trace.all_bookmarks().options(joinedload(Bookmark::c.user))); });
    trace.step("m2o selectin", [&] { return owners(trace.all_bookmarks().options(selectinload(Bookmark::c.user))); });
    trace.step("legacy Query joinedload auto-unique", [&] {
        return std::to_string(session.query<User>().options(joinedload(User::c.bookmarks)).all().size());
    });
    session.expunge_all();
    trace.step("legacy query.get uses identity map (no SQL)",
               [&] { return "\"" + std::to_string(session.query<User>().get(1)->id) + "\""; });
}
