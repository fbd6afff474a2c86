// Automap: classes and relationships found in a database, and records read, written and followed.
#include "retort/orm/automap.hpp"

#include "retort/dialects/create_engine.hpp"
#include "retort/engine/result.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

/// A database that somebody else made.
engines::Engine legacy(engines::StatementHook hook = {}) {
    auto engine = create_engine("sqlite://", {.on_statement = std::move(hook)});
    auto connection = engine.connect();
    for (const char* sql : {
             "CREATE TABLE User (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INT DEFAULT 18, "
             "shout TEXT AS (upper(name)))",
             "CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT, made DATETIME, "
             "author_id INTEGER REFERENCES user, editor_id INTEGER REFERENCES User(id))",
             "CREATE TABLE tag (code TEXT PRIMARY KEY)",
             "CREATE TABLE post_tag (post_id INTEGER REFERENCES post, tag_code TEXT REFERENCES tag, "
             "PRIMARY KEY (post_id, tag_code))",
             "CREATE TABLE tree (id INTEGER PRIMARY KEY, tree INTEGER REFERENCES tree)",
             "CREATE TABLE place (x INT, y INT, what TEXT, PRIMARY KEY (y, x))",
             "CREATE TABLE visit (id INTEGER PRIMARY KEY, at_y INT, at_x INT, FOREIGN KEY (at_y, at_x) REFERENCES "
             "place)",
             "CREATE TABLE heap (line TEXT)",
         }) {
        connection->run(sql);
    }
    return engine;
}

std::vector<std::string> relationships(const RecordType& type) {
    std::vector<std::string> out;
    for (const auto& one : type.relationships()) out.push_back(one.name + " -> " + one.target->name());
    return out;
}

std::vector<std::string> texts(const std::vector<Record>& records, std::string_view column) {
    std::vector<std::string> out;
    for (const auto& record : records) out.push_back(record.get<std::string>(column));
    return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("tables with a primary key are classes; foreign keys are relationships") {
    auto base = automap(legacy());
    CHECK(base.classes() == Names{"User", "place", "post", "tag", "tree", "visit"});
    CHECK(base.left_out() == Names{"heap", "post_tag"});
    CHECK(relationships(base["post"]) == Names{"user -> User", "editor -> User", "tag_collection -> tag"});
    CHECK(relationships(base["User"]) == Names{"post_collection -> post", "post_collection_by_editor_id -> post"});
    CHECK(relationships(base["tag"]) == Names{"post_collection -> post"});
    // A column has the name already.
    CHECK(relationships(base["tree"]) == Names{"tree_by_tree -> tree", "tree_collection -> tree"});
    CHECK(base.contains("tag"));
    CHECK_FALSE(base.contains("heap"));
}

TEST_CASE("classes and relationships are named as the program likes") {
    AutomapOptions options;
    options.reflect.only = {"post"};
    options.classname_for_table = [](const schemas::Table& table) { return "T" + table.name; };
    options.name_for_scalar_relationship = [](const RecordType&, const schemas::ForeignKey& key) {
        return key.columns[0].substr(0, key.columns[0].find('_'));
    };
    options.name_for_collection_relationship = [](const RecordType& type, const schemas::ForeignKey& key) {
        return type.table().name + "s_as_" + key.columns[0].substr(0, key.columns[0].find('_'));
    };
    auto base = automap(legacy(), options);
    CHECK(base.classes() == Names{"TUser", "Tpost"});
    CHECK(relationships(base["Tpost"]) == Names{"author -> TUser", "editor -> TUser"});
    CHECK(relationships(base["TUser"]) == Names{"posts_as_author -> Tpost", "posts_as_editor -> Tpost"});
    options.classname_for_table = [](const schemas::Table&) { return std::string("Same"); };
    CHECK_THROWS_AS((void)automap(legacy(), options), const ArgumentError&);
}

TEST_CASE("records are inserted, read, changed, deleted in the session's transaction") {
    auto engine = legacy();
    auto base = automap(engine);
    const auto& user = base["User"];
    Session session(engine);
    auto ada = user.add(session, {{"name", "ada"}});
    CHECK(ada.get<int>("id") == 1);
    CHECK(ada.get<int>("age") == 18);
    CHECK(ada.get<std::string>("shout") == "ADA");
    user.add(session, {{"name", "bob"}, {"age", nullptr}});
    CHECK(user.query().count(session) == 2);
    session.rollback();
    CHECK(user.query().count(session) == 0);

    ada = user.add(session, {{"name", "ada"}});
    user.add(session, {{"name", "bob"}, {"age", nullptr}});
    session.commit();
    ada.set("name", "Ada");
    ada.set("age", user["age"] + 1);
    CHECK(ada.get<std::string>("name") == "Ada");
    CHECK(ada.is_modified());
    CHECK_THROWS_AS((void)ada["age"], const InvalidRequestError&);
    ada.save(session);
    CHECK_FALSE(ada.is_modified());
    CHECK(ada.get<int>("age") == 19);
    CHECK(ada.get<std::string>("shout") == "ADA");
    CHECK(texts(user.query().where(user["age"] > 18).all(session), "name") == Names{"Ada"});
    CHECK(texts(user.query().order_by(user["id"].desc()).limit(1).all(session), "name") == Names{"bob"});
    CHECK(user.get(session, {2})->get<std::optional<int>>("age") == std::nullopt);
    CHECK_FALSE(user.get(session, {3}).has_value());
    CHECK(ada.to_json({"id", "name"}).dump() == R"({"id":1,"name":"Ada"})");
    session.commit();

    ada.delete_(session);
    CHECK_THROWS_AS(ada.delete_(session), const StaleDataError&);
    CHECK_THROWS_AS(ada.refresh(session), const StaleDataError&);
    CHECK_THROWS_AS((void)user.query().where(user["id"] == 1).one(session), const NoResultFound&);
    session.commit();
    CHECK(ada.get<std::string>("name") == "Ada");
    CHECK_THROWS_AS(ada.save(session), const StaleDataError&);
    ada.set("name", "late");
    CHECK_THROWS_AS(ada.save(session), const StaleDataError&);
    CHECK_THROWS_AS((void)user.query().count(session), const PendingRollbackError&);
    session.rollback();
    CHECK(user.query().count(session) == 1);

    auto bob = *user.get(session, {2});
    bob.set("id", 7);
    bob.delete_(session);
    CHECK(user.query().count(session) == 0);
}

namespace {

struct Legacy {
    Legacy() {
        user.add(session, {{"name", "ada"}});
        user.add(session, {{"name", "bob"}});
        post.add(session, {{"title", "first"}, {"author_id", 1}});
        session.commit();
        statements.clear();
    }
    std::vector<std::string> work() { return std::exchange(statements, {}); }

    std::vector<std::string> statements;
    engines::Engine engine = legacy([this](const engines::StatementEvent& event) {
        if (event.sql.starts_with("SELECT") || event.sql.starts_with("UPDATE")) statements.emplace_back(event.sql);
    });
    Automap base = automap(engine);
    const RecordType& user = base["User"];
    const RecordType& post = base["post"];
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Legacy, "records: one object for each row, read once") {
    auto ada = user.get(session, {1});
    REQUIRE(ada.has_value());
    CHECK(work().size() == 1);
    CHECK(user.get(session, {1}) == ada);
    CHECK(work().empty());  // the session has it
    CHECK(user.query().where(user["name"] == "ada").one(session) == *ada);
    CHECK(post.get(session, {1})->one(session, "user") == ada);
    CHECK(work().size() == 2);
    CHECK_FALSE(user.get(session, {2}) == ada);
    ada->set("name", "Ada");
    CHECK(user.get(session, {1})->get<std::string>("name") == "Ada");
    Session other(engine);
    CHECK_FALSE(user.get(other, {1}) == ada);
    CHECK_THROWS_AS(ada->save(other), const InvalidRequestError&);
}

TEST_CASE_FIXTURE(Legacy, "records: changes are written by the session's flush") {
    auto ada = *user.get(session, {1});
    auto bob = *user.get(session, {2});
    work();
    ada.set("name", "ada");
    CHECK_FALSE(ada.is_modified());
    session.flush();
    CHECK(work().empty());  // nothing is another value
    ada.set("name", "Ada");
    ada.set("age", 18);
    CHECK(texts(user.query().where(user["name"] == "Ada").all(session), "shout") == Names{"ADA"});  // autoflush
    CHECK(work()[0].starts_with("UPDATE \"User\" SET name=? WHERE"));
    ada.set("age", user["age"] + 1);
    session.commit();
    work();
    CHECK(ada.get<int>("age") == 19);  // read again after the commit
    CHECK(work().size() == 1);
    {
        auto paused = session.no_autoflush();
        bob.set("id", 7);
        CHECK(user.query().where(user["id"] == 7).count(session) == 0);
    }
    session.flush();
    CHECK(user.get(session, {7}) == bob);
    CHECK_FALSE(user.get(session, {2}).has_value());
}

TEST_CASE("records: decimals are written exactly, and read as such") {
    auto engine = create_engine("sqlite://");
    engine.connect()->run("CREATE TABLE price (id INTEGER PRIMARY KEY, net NUMERIC(10, 2), exact TEXT)");
    auto base = automap(engine);
    const auto& price = base["price"];
    Session session(engine);
    Decimal long_one("123456789012345678901234567890.12");
    auto made = price.add(session, {{"net", Decimal("12.50")}, {"exact", long_one}});
    session.commit();
    CHECK(made.get<Decimal>("net") == Decimal("12.5"));
    CHECK(made.get<Decimal>("exact") == long_one);
    made.set("net", Decimal("0.10"));
    session.commit();
    CHECK(price.query().where(price["net"] == Decimal("0.1")).count(session) == 1);
    CHECK(session.execute(text("SELECT net FROM price")).scalar_one<Decimal>() == Decimal("0.1"));
}

TEST_CASE_FIXTURE(Legacy, "records: a rollback takes back what was changed, added and deleted") {
    auto ada = *user.get(session, {1});
    auto bob = *user.get(session, {2});
    auto eve = user.add(session, {{"name", "eve"}});
    ada.set("name", "Ada");
    bob.delete_(session);
    session.flush();
    session.rollback();
    CHECK(ada.get<std::string>("name") == "ada");
    CHECK(bob.get<std::string>("name") == "bob");
    CHECK(user.get(session, {2}) == bob);
    CHECK(eve.get<std::string>("name") == "eve");  // without a row again
    CHECK(user.query().count(session) == 2);

    auto nested = session.begin_nested();
    ada.set("name", "inner");
    session.flush();
    nested.rollback();
    CHECK(ada.get<std::string>("name") == "ada");
    ada.set("name", nullptr);  // NOT NULL
    CHECK_THROWS_AS(session.commit(), const IntegrityError&);
    session.rollback();
    CHECK(ada.get<std::string>("name") == "ada");
}

TEST_CASE_FIXTURE(Legacy, "records: what a closed session leaves is written by another one") {
    auto ada = *user.get(session, {1});
    session.close();
    CHECK(ada.get<std::string>("name") == "ada");
    ada.set("name", "Ada");
    Session other(engine);
    ada.save(other);
    other.commit();
    CHECK(user.get(session, {1})->get<std::string>("name") == "Ada");
    session.expunge_all();
    CHECK_FALSE(user.get(session, {1}) == ada);
}

TEST_CASE("a session keeps the classes of its records") {
    auto engine = legacy();
    auto again = automap(engine);
    Session session{engine};
    std::optional<Record> ada;
    {
        auto base = automap(engine);
        ada = base["User"].add(session, {{"name", "ada"}});
        base["post"].add(session, {{"title", "first"}, {"author_id", 1}});
        ada->set("name", "Ada");
    }
    CHECK(again["User"].get(session, {1})->get<std::string>("name") == "Ada");
    CHECK(texts(ada->many("post_collection").all(session), "title") == Names{"first"});
    session.commit();
    CHECK(ada->type().name() == "User");
    CHECK(ada->get<std::string>("name") == "Ada");
}

TEST_CASE("relationships are followed, over several columns and tables between too") {
    auto engine = legacy();
    auto base = automap(engine);
    Session session(engine);
    auto ada = base["User"].add(session, {{"name", "ada"}});
    auto eve = base["User"].add(session, {{"name", "eve"}});
    auto post = base["post"].add(
        session, {{"title", "first"}, {"made", DateTime(Date(2024, 1, 31), Time(12, 0))}, {"author_id", ada["id"]}});
    CHECK(post.get<DateTime>("made") == DateTime(Date(2024, 1, 31), Time(12, 0)));
    CHECK(post.one(session, "user")->get<std::string>("name") == "ada");
    CHECK_FALSE(post.one(session, "editor").has_value());
    post.set("editor_id", eve["id"]);
    post.save(session);
    CHECK(post.one(session, "editor")->get<std::string>("name") == "eve");
    CHECK(texts(ada.many("post_collection").all(session), "title") == Names{"first"});
    CHECK(ada.many("post_collection").where(base["post"]["title"] == "x").count(session) == 0);
    CHECK(texts(eve.many("post_collection_by_editor_id").all(session), "title") == Names{"first"});

    auto tag = base["tag"].add(session, {{"code", "c++"}});
    post.link(session, "tag_collection", tag);
    CHECK(texts(post.many("tag_collection").all(session), "code") == Names{"c++"});
    CHECK(texts(tag.many("post_collection").all(session), "title") == Names{"first"});
    post.unlink(session, "tag_collection", tag);
    CHECK(post.many("tag_collection").count(session) == 0);
    CHECK_THROWS_AS(post.link(session, "user", ada), const ArgumentError&);
    CHECK_THROWS_AS(post.link(session, "tag_collection", ada), const ArgumentError&);

    base["place"].add(session, {{"x", 1}, {"y", 2}, {"what", "tree"}});
    auto visit = base["visit"].add(session, {{"at_x", 1}, {"at_y", 2}});
    CHECK(visit.one(session, "place")->get<std::string>("what") == "tree");
    CHECK(base["place"].get(session, {2, 1})->many("visit_collection").count(session) == 1);
    auto root = base["tree"].add(session, {{"tree", nullptr}});
    base["tree"].add(session, {{"tree", root["id"]}});
    CHECK(root.many("tree_collection").count(session) == 1);
    CHECK_FALSE(root.one(session, "tree_by_tree").has_value());
}

TEST_CASE("wrong names are named with the nearest known one") {
    auto engine = legacy();
    auto base = automap(engine);
    Session session(engine);
    auto told = [](const std::function<void()>& work) {
        try {
            work();
        } catch (const Error& error) {
            return std::string(error.code()) + ": " + error.hint();
        }
        return std::string("nothing");
    };
    CHECK(told([&] { (void)base["user"]; }) == "unknown-class: did you mean \"User\"?");
    CHECK(told([&] { (void)base["heap"]; }).starts_with("unknown-class: its table has no primary key"));
    CHECK(told([&] { (void)base["User"]["nam"]; }) == "unknown-column: did you mean \"name\"?");
    CHECK(told([&] { (void)base["User"].relationship("post"); }) ==
          "unknown-relationship: did you mean \"post_collection\"?");
    CHECK(told([&] { base["User"].add(session, {{"nme", "x"}}); }) == "unknown-column: did you mean \"name\"?");
    CHECK(told([&] { (void)base["place"].get(session, {1}); }).starts_with("wrong-key"));
    CHECK(told([&] { base["User"].add(session, {{"name", nullptr}}); }).starts_with("not-null"));
}
