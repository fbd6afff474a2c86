// What a unit of work sends, statement by statement, against what SQLAlchemy 2.0.10 sent: parents, children, orphans.
#include "traces.hpp"

namespace {

using namespace traces;

// Users and bookmarks, with one way of cascading; what stands behind `__` in a table's name is left out of the
// statements.
#define RETORT_TEST_PAIR(Name, ...)                                             \
    namespace Name {                                                            \
    struct Bookmark;                                                            \
    struct User : Model<User> {                                                 \
        static constexpr auto table_name = "user__u" #Name;                     \
        Column<int, primary_key> id;                                            \
        Column<std::optional<std::string>> name;                                \
        Many<Bookmark __VA_OPT__(, ) __VA_ARGS__> bookmarks;                    \
    };                                                                          \
    struct Bookmark : Model<Bookmark> {                                         \
        static constexpr auto table_name = "bookmark__u" #Name;                 \
        Column<int, primary_key> id;                                            \
        Column<std::optional<std::string>> url;                                 \
        Column<std::optional<int>, foreign_key<User RETORT_TEST_RULE>> user_id; \
        One<User> user;                                                         \
    };                                                                          \
    }
#define RETORT_TEST_RULE
RETORT_TEST_PAIR(plain)
RETORT_TEST_PAIR(orphans, cascade<"all, delete-orphan">)
RETORT_TEST_PAIR(cascades, cascade<"all">)
#undef RETORT_TEST_RULE
#define RETORT_TEST_RULE , on_delete::cascade
RETORT_TEST_PAIR(passive, cascade<"all, delete-orphan">, passive_deletes)
RETORT_TEST_PAIR(passiveall, passive_deletes_all)

struct Profile;
struct Person : Model<Person> {
    static constexpr auto table_name = "user__p";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
    One<Profile> profile;
};
struct Profile : Model<Profile> {
    static constexpr auto table_name = "profile__p";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> bio;
    Column<std::optional<int>, foreign_key<Person>> user_id;
    One<Person> user;
};
struct OwnProfile;
struct Owner : Model<Owner> {
    static constexpr auto table_name = "user__o";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
    One<OwnProfile, cascade<"all, delete-orphan">> profile;
};
struct OwnProfile : Model<OwnProfile> {
    static constexpr auto table_name = "profile__o";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> bio;
    Column<std::optional<int>, foreign_key<Owner>> user_id;
    One<Owner> user;
};

template <class Person, class Profile>
void one_to_one(Work& trace) {
    trace.create<Person, Profile>();
    auto& session = trace.session;
    Ptr<Person> user;
    trace.step("add", [&] {
        user = session.add(Person{.name = "a", .profile = Profile{.bio = "x"}});
        session.commit();
    });
    trace.step("read", [&] {
        (void)user->name.value();
        return *user->profile->bio.value();
    });
    trace.step("replace", [&] {
        user->profile = make<Profile>({.bio = "y"});
        session.commit();
    });
    trace.step("set to None", [&] {
        (void)user->name.value();
        user->profile = nullptr;
        session.commit();
    });
    trace.step("from the other side", [&] {
        (void)user->name.value();
        session.add(Profile{.bio = "z", .user = user});
        session.commit();
        (void)user->name.value();
        return *user->profile->bio.value();
    });
    trace.step("delete the parent", [&] {
        session.delete_(user);
        session.commit();
    });
}

}  // namespace

TEST_CASE("unit of work: one to many") {
    using namespace plain;
    Work trace("one to many");
    trace.create<User, Bookmark>();
    auto& session = trace.session;
    Ptr<User> user;
    trace.step("add, commit", [&] {
        user = session.add(User{.name = "a"});
        for (const char* url : {"1", "2"}) user->bookmarks.append(Bookmark{.url = url});
        session.commit();
    });
    trace.step("name after commit", [&] { return *user->name.value(); });
    trace.step("collection after commit", [&] { return std::to_string(user->bookmarks.size()); });
    auto name = [&](const char* text) {
        return [&session, &user, text] {
            user->name = text;
            session.commit();
        };
    };
    trace.step("change, commit", name("b"));
    trace.step("same value", name("b"));
    trace.step("flush twice", [&] {
        session.flush();
        session.flush();
    });
    trace.step("move to another", [&] {
        auto other = session.add(User{.name = "v"});
        session.flush();
        auto mark = session.get<Bookmark>(1);
        mark->user = other;
        session.flush();
        (void)user->name.value();
        return list({ids(user->bookmarks), ids(other->bookmarks)});
    });
    trace.step("remove from the collection", [&] {
        user->bookmarks.remove(user->bookmarks[0]);
        session.flush();
    });
    trace.step("append back", [&] {
        user->bookmarks.append(session.get<Bookmark>(2));
        session.flush();
    });
    trace.step("replace the collection", [&] {
        user->bookmarks = {make<Bookmark>({.url = "3"})};
        session.flush();
    });
    trace.step("set the key by hand", [&] {
        session.get<Bookmark>(2)->user_id = 1;
        session.flush();
        session.expire(user);
        (void)user->name.value();
        return ids(user->bookmarks);
    });
    trace.step("commit", [&] { session.commit(); });
    trace.step("delete the parent", [&] {
        session.delete_(user);
        session.commit();
    });
    trace.step("delete two children", [&] {
        for (const auto& mark : session.scalars(select<Bookmark>().order_by(Bookmark::c.id)).all())
            session.delete_(mark);
        session.commit();
    });
}

TEST_CASE("unit of work: a back reference") {
    using namespace plain;
    Work trace("back reference");
    trace.create<User, Bookmark>();
    auto& session = trace.session;
    auto user = session.add(User{.name = "a"});
    session.commit();
    trace.statements.clear();
    auto mark = make<Bookmark>({.url = "x"});
    trace.step("both sides", [&] {
        mark->user = user;
        return yes(user->bookmarks.contains(mark));
    });
    trace.step("in the session", [&] { return yes(session.contains(mark)); });
    trace.step("commit", [&] {
        session.add(mark);
        session.commit();
    });
    trace.step("to another", [&] {
        mark->user = make<User>({.name = "c"});
        session.commit();
    });
    trace.step("old collection", [&] { return std::to_string(user->bookmarks.size()); });
    trace.step("none", [&] {
        mark->user = nullptr;
        session.commit();
    });
}

TEST_CASE("unit of work: orphans") {
    using namespace orphans;
    Work trace("delete orphan");
    trace.create<User, Bookmark>();
    auto& session = trace.session;
    auto user = session.add(User{.name = "a"});
    for (const char* url : {"1", "2", "3"}) user->bookmarks.append(Bookmark{.url = url});
    session.commit();
    (void)user->bookmarks.size();
    trace.statements.clear();
    trace.step("remove one", [&] {
        user->bookmarks.remove(user->bookmarks[0]);
        session.flush();
    });
    trace.step("replace all", [&] {
        user->bookmarks = {make<Bookmark>({.url = "4"})};
        session.flush();
    });
    trace.step("pending orphan", [&] {
        user->bookmarks.remove(user->bookmarks.append(Bookmark{.url = "5"}));
        session.flush();
    });
    trace.step("move", [&] {
        auto other = session.add(User{.name = "v"});
        session.flush();
        other->bookmarks.append(user->bookmarks[0]);
        session.flush();
        return ids(user->bookmarks);
    });
    trace.step("one set to None", [&] {
        session.get<Bookmark>(4)->user = nullptr;
        session.flush();
    });
    trace.step("commit", [&] { session.commit(); });
    trace.step("delete the parent with children", [&] {
        (void)user->name.value();
        user->bookmarks.append(Bookmark{.url = "6"});
        session.commit();
        session.delete_(user);
        session.commit();
    });
}

TEST_CASE("unit of work: what is deleted with its parent") {
    auto start = [](auto& trace, auto user) {
        trace.session.commit();
        trace.statements.clear();
        return user;
    };
    auto remove = [](auto& trace, const auto& user) {
        return [&trace, &user] {
            trace.session.delete_(user);
            trace.session.commit();
        };
    };
    auto fill = [&]<class User, class Bookmark>(Work& trace, User made, const Bookmark*) {
        auto user = trace.session.add(std::move(made));
        for (const char* url : {"1", "2"}) user->bookmarks.append(Bookmark{.url = url});
        return start(trace, user);
    };
    SUBCASE("cascade") {
        using namespace cascades;
        Work trace("cascade delete");
        trace.create<User, Bookmark>();
        auto user = fill(trace, User{.name = "a"}, static_cast<Bookmark*>(nullptr));
        trace.step("delete, children not loaded", remove(trace, user));
    }
    auto twice = [&]<class User, class Bookmark>(Work& trace, const User*, const Bookmark* mark) {
        trace.create<User, Bookmark>();
        auto user = fill(trace, User{.name = "a"}, mark);
        trace.step("delete, not loaded", remove(trace, user));
        user = fill(trace, User{.name = "a"}, mark);
        (void)user->bookmarks.size();
        trace.statements.clear();
        trace.step("delete, loaded", remove(trace, user));
    };
    SUBCASE("passive_deletes") {
        Work trace("passive_deletes");
        twice(trace, static_cast<passive::User*>(nullptr), static_cast<passive::Bookmark*>(nullptr));
    }
    SUBCASE("passive_deletes_all") {
        Work trace("passive all");
        twice(trace, static_cast<passiveall::User*>(nullptr), static_cast<passiveall::Bookmark*>(nullptr));
    }
}

TEST_CASE("unit of work: one to one") {
    SUBCASE("a child that stays") {
        Work trace("one to one");
        one_to_one<Person, Profile>(trace);
    }
    SUBCASE("orphans") {
        Work trace("one to one, orphans");
        // The old one goes first, so that a unique key works.
        trace.differences = {
            {"replace",
             {"DELETE FROM profile WHERE profile.id = ? | 1",
              "INSERT INTO profile (bio, user_id) VALUES (?, ?) | 'y' | 1"}},
            {"set to None",
             {"SELECT user.id, user.name FROM user WHERE user.id = ? | 1",
              "SELECT profile.bio, profile.id, profile.user_id FROM profile WHERE ? = profile.user_id | 1",
              "DELETE FROM profile WHERE profile.id = ? | 1"}},
        };
        one_to_one<Owner, OwnProfile>(trace);
    }
}

TEST_CASE("unit of work: nothing expires") {
    using namespace plain;
    Work trace("no expire", {.expire_on_commit = false});
    trace.create<User, Bookmark>();
    auto& session = trace.session;
    Ptr<User> user;
    trace.step("add", [&] {
        user = session.add(User{.name = "a"});
        user->bookmarks.append(Bookmark{.url = "1"});
        session.commit();
        return *user->name.value();
    });
    trace.step("collection", [&] { return std::to_string(user->bookmarks.size()); });
    trace.step("detached", [&] {
        session.close();
        return *user->name.value();
    });
}
