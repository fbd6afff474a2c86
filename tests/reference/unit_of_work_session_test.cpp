// What a session sends when it refreshes, rolls back, merges, writes many rows and fills in defaults, against what
// SQLAlchemy 2.0.10 sent.
#include "traces.hpp"

namespace {

using namespace traces;

struct Bookmark;
struct User : Model<User> {
    static constexpr auto table_name = "user__s";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
    Many<Bookmark> bookmarks;
};
struct Bookmark : Model<Bookmark> {
    static constexpr auto table_name = "bookmark__s";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> url;
    Column<std::optional<int>, foreign_key<User>> user_id;
    One<User> user;
};

struct Key;
struct Door : Model<Door> {
    static constexpr auto table_name = "door__s";
    Column<int, primary_key> id;
    Many<Key> keys;
};
struct Key : Model<Key> {
    static constexpr auto table_name = "key__s";
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Door, on_update::cascade>> door_id;
    One<Door> door;
};

struct Versioned : Model<Versioned> {
    static constexpr auto table_name = "v__s";
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
    Column<int, version_id> version;
};

int next_number() {
    static int number = 0;
    return number++;
}
auto lower_abc() { return func::lower("ABC"); }
std::string updated() { return "upd"; }
struct Defaults : Model<Defaults> {
    static constexpr auto table_name = "d__s";
    Column<int, primary_key> id;
    Column<std::string> a = "x";
    Column<int> b = next_number;
    Column<std::string, server_default<"'sd'">> c;
    Column<std::optional<std::string>, insert_default<lower_abc>> e;
    Column<std::optional<std::string>, onupdate<updated>> f;
};

struct Users : Work {
    explicit Users(const char* name) : Work(name) { create<User, Bookmark>(); }
    std::string names() {
        std::vector<std::string> texts;
        for (const auto& user : session.scalars(select<User>().order_by(User::c.id)).all()) {
            texts.push_back("\"" + *user->name.value() + "\"");
        }
        return list(texts);
    }
    std::size_t called(const char* name) {
        return session.scalars(select<User>().where(User::c.name == name)).all().size();
    }
};

}  // namespace

TEST_CASE("unit of work: refreshing and expiring") {
    Users trace("session");
    auto& session = trace.session;
    auto user = session.add(User{.name = "a"});
    session.commit();
    trace.statements.clear();
    auto name = [&] { return *user->name.value(); };
    trace.differences = {
        // The statement for whole rows is there already.
        {"refresh one", {"SELECT user.id, user.name FROM user WHERE user.id = ? | 1"}},
        {"expire one", {"SELECT user.id, user.name FROM user WHERE user.id = ? | 1"}},
    };
    trace.step("identity", [&] {
        auto known = session.get<User>(1);
        return yes(known == session.scalars(select<User>().where(User::c.name == "a")).one());
    });
    trace.step("refresh", [&] {
        session.refresh(user);
        return name();
    });
    trace.step("refresh one", [&] {
        session.refresh(user, User::c.name);
        return name();
    });
    trace.step("expire", [&] {
        session.expire(user);
        return name();
    });
    trace.step("expire one", [&] {
        session.expire(user, User::c.name);
        return name();
    });
    trace.step("rollback", [&] {
        user->name = "q";
        session.flush();
        session.rollback();
        return name();
    });
    trace.step("rollback of new", [&] {
        auto added = session.add(User{.name = "p"});
        session.flush();
        session.rollback();
        return yes(session.contains(added));
    });
    trace.step("rollback of delete", [&] {
        session.delete_(user);
        session.flush();
        std::vector<std::string> there{yes(session.contains(user))};
        session.rollback();
        there.push_back(yes(session.contains(user)));
        return list(there);
    });
    trace.step("autoflush", [&] {
        session.add(User{.name = "af"});
        return std::to_string(trace.called("af"));
    });
    trace.step("no_autoflush", [&] {
        auto guard = session.no_autoflush();
        session.add(User{.name = "nf"});
        return std::to_string(trace.called("nf"));
    });
    trace.step("commit", [&] { session.commit(); });
    trace.step("savepoints", [&] {
        auto kept = session.begin_nested();
        session.add(User{.name = "sp"});
        kept.commit();
        {
            auto undone = session.begin_nested();
            session.add(User{.name = "bad"});
            session.flush();
        }
        return trace.names();
    });
}

TEST_CASE("unit of work: merging") {
    Users trace("merge");
    trace.differences = {
        {"with children",
         {"SELECT bookmark.id, bookmark.url, bookmark.user_id FROM bookmark WHERE bookmark.id = ? | 5",
          "SELECT bookmark.id, bookmark.url, bookmark.user_id FROM bookmark WHERE ? = bookmark.user_id | 77",
          "INSERT INTO bookmark (id, url, user_id) VALUES (?, ?, ?) | 5 | 'n' | 77"}},
    };
    auto& session = trace.session;
    trace.step("new", [&] {
        session.merge(User{.id = 77, .name = "m"});
        session.commit();
    });
    trace.step("known", [&] { return *session.merge(User{.id = 77, .name = "m2"})->name.value(); });
    trace.step("flush", [&] { session.flush(); });
    trace.step("the same", [&] {
        session.merge(User{.id = 77, .name = "m2"});
        session.flush();
    });
    trace.step("with children", [&] {
        auto user = make<User>({.id = 77, .name = "m2"});
        user->bookmarks.append(Bookmark{.id = 5, .url = "n"});
        auto merged = session.merge(user);
        session.flush();
        return ids(merged->bookmarks);
    });
    trace.step("delete new", [&] {
        auto user = session.add(User{.name = "dn"});
        session.flush();
        session.delete_(user);
        session.flush();
        return yes(session.contains(user));
    });
    trace.step("add twice", [&] {
        auto user = session.add(User{.name = "tw"});
        session.add(user);
        session.flush();
    });
    trace.step("get none", [&] { return yes(session.get<User>(999) == nullptr); });
    trace.step("get pending by key", [&] {
        session.add(User{.id = 500, .name = "x"});
        return *session.get<User>(500)->name.value();
    });
}

TEST_CASE("unit of work: many rows") {
    Users trace("bulk");
    auto& session = trace.session;
    auto commit = [&](auto&& result) {
        session.commit();
        return std::to_string(result);
    };
    trace.step("three inserts", [&] {
        for (int i = 0; i < 3; ++i) session.add(User{.name = std::to_string(i)});
        session.commit();
    });
    trace.differences = {
        // What was never given a value is left out.
        {"mixed keys",
         {"INSERT INTO user (id, name) VALUES (?, ?) | 30 | 'x'", "INSERT INTO user (name) VALUES (?) | 'y'",
          "INSERT INTO user (id) VALUES (?) | 41"}},
        // In the order in which they were deleted; there in any.
        {"delete two",
         {"SELECT user.id, user.name FROM user ORDER BY user.id LIMIT ? OFFSET ? | 2 | 0",
          "SELECT bookmark.id, bookmark.url, bookmark.user_id FROM bookmark WHERE ? = bookmark.user_id | 1",
          "SELECT bookmark.id, bookmark.url, bookmark.user_id FROM bookmark WHERE ? = bookmark.user_id | 2",
          "DELETE FROM user WHERE user.id = ? | 1", "DELETE FROM user WHERE user.id = ? | 2"}},
    };
    trace.step("mixed keys", [&] {
        session.add_all({User{.id = 30, .name = "x"}, User{.name = "y"}, User{.id = 41}});
        session.commit();
    });
    trace.step("insert many", [&] {
        session.execute(insert<User>(), {{.name = "m1"}, {.name = "m2"}});
        session.commit();
    });
    trace.step("update by key", [&] {
        session.execute(update<User>(), {{.id = 1, .name = "n1"}, {.id = 2, .name = "n2"}});
        session.commit();
    });
    trace.step("update where", [&] {
        return commit(session.execute(update<User>().where(User::c.name == "m1").values({.name = "M"})));
    });
    trace.step("delete where", [&] { return commit(session.execute(delete_<User>().where(User::c.name == "M"))); });
    trace.step("query.update",
               [&] { return commit(session.query<User>().filter(User::c.name == "m2").update({.name = "M2"})); });
    trace.step("query.delete", [&] { return commit(session.query<User>().filter(User::c.id > 10).delete_()); });
    auto first_two = select<User>().order_by(User::c.id).limit(2);
    trace.step("update two", [&] {
        for (const auto& user : session.scalars(first_two).all()) user->name = *user->name.value() + "!";
        session.commit();
    });
    trace.step("delete two", [&] {
        for (const auto& user : session.scalars(first_two).all()) session.delete_(user);
        session.commit();
    });
}

TEST_CASE("unit of work: a key that changes") {
    Work trace("key change");
    // The database has changed the children's keys; they are read again.
    trace.differences = {{"change the key",
                          {"UPDATE door SET id=? WHERE door.id = ? | 5 | 1",
                           "SELECT key.door_id, key.id FROM key WHERE key.id = ? | 1"}}};
    trace.create<Door, Key>();
    auto& session = trace.session;
    auto door = session.add(Door{.id = 1});
    door->keys.append(Key{});
    session.commit();
    (void)door->keys.size();
    trace.statements.clear();
    trace.step("change the key", [&] {
        door->id = 5;
        session.flush();
        return std::to_string(*door->keys[0]->door_id.value());
    });
}

TEST_CASE("unit of work: versions") {
    Work trace("version id");
    trace.differences = {
        {"update",
         {"SELECT v.version FROM v WHERE v.id = ? | 1",
          "UPDATE v SET name=?, version=? WHERE v.id = ? AND v.version = ? | 'b' | 2 | 1 | 1"}},
    };
    trace.create<Versioned>();
    auto& session = trace.session;
    auto object = make<Versioned>({.name = "a"});
    trace.step("insert", [&] {
        session.add(object);
        session.commit();
    });
    trace.step("update", [&] {
        object->name = "b";
        session.commit();
    });
    (void)object->name.value();
    session.execute(text("UPDATE v__s SET version = 9"));
    session.rollback();
    trace.statements.clear();
    trace.step("delete", [&] {
        session.delete_(object);
        session.commit();
    });
}

TEST_CASE("unit of work: defaults") {
    Work trace("defaults");
    trace.differences = {
        // A default's own constants stand in the text; what was never given a value is left out.
        {"flush", {"INSERT INTO d (a, b, e) VALUES (?, ?, lower('ABC')) | 'x' | 0"}},
        // Read when somebody looks, as 1.4 does.
        {"read", {"SELECT d.c, d.e FROM d WHERE d.id = ? | 1"}},
    };
    trace.create<Defaults>();
    auto& session = trace.session;
    auto object = make<Defaults>({});
    trace.step("flush", [&] {
        session.add(object);
        session.flush();
    });
    trace.step("read", [&] {
        return list({"\"" + std::string(object->a) + "\"", std::to_string(object->b),
                     "\"" + std::string(object->c) + "\"", "\"" + *object->e.value() + "\""});
    });
    session.commit();
    trace.statements.clear();
    trace.step("onupdate", [&] {
        object->a = "y";
        session.flush();
        return *object->f.value();
    });
    trace.step("commit", [&] { session.commit(); });
}
