// Relationships: loading, both sides in step, and what a flush makes of them.
#include "retort/orm/relationship.hpp"

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Mark;
struct Owner : Model<Owner> {
    static constexpr auto table_name = "user";
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Mark> bookmarks;
};
struct Mark : Model<Mark> {
    static constexpr auto table_name = "bookmark";
    Column<int, primary_key> id;
    Column<Text> url;
    Column<std::optional<int>, foreign_key<Owner>> user_id;
    One<Owner> user;
};
struct Page;
struct Reader : Model<Reader> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Page, lazy::dynamic> pages;
};
struct Page : Model<Page> {
    Column<int, primary_key> id;
    Column<Text> url;
    Column<int, foreign_key<Reader>> reader_id;
    One<Reader> reader;
};
struct Node : Model<Node> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::optional<int>, foreign_key<Node>> parent_id;
    One<Node> parent;
    Many<Node> children;
};
struct Letter;
struct Person : Model<Person> {
    Column<int, primary_key> id;
    Many<Letter, foreign_keys<"from_id">> sent;
    Many<Letter, foreign_keys<"to_id">> received;
};
struct Letter : Model<Letter> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Person>> from_id;
    Column<int, foreign_key<Person>> to_id;
    One<Person, foreign_keys<"from_id">> from;
    One<Person, foreign_keys<"to_id">> to;
};

struct Marks : TestDatabase {
    Marks() { create<Owner, Mark>(); }
    Session session{engine};
    Ptr<Owner> ada_with_two() {
        auto owner = session.add(Owner{.name = "a"});
        for (int i = 1; i <= 2; ++i) owner->bookmarks.append(Mark{.url = std::to_string(i)});
        session.commit();
        work();
        return owner;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Marks, "relationship: parents are inserted first, children get their key") {
    auto ada = session.add(Owner{.name = "a"});
    auto first = ada->bookmarks.append(Mark{.url = "1"});
    ada->bookmarks.append(Mark{.url = "2"});
    CHECK(first->user == ada);
    CHECK(session.new_count() == 3);
    session.commit();
    CHECK(work() == Lines{"INSERT INTO user (name) VALUES (?) | 'a'",
                          "INSERT INTO bookmark (url, user_id) VALUES (?, ?) | '1' | 1",
                          "INSERT INTO bookmark (url, user_id) VALUES (?, ?) | '2' | 1"});
    CHECK(ada->bookmarks.size() == 2);
    CHECK(work() ==
          Lines{"SELECT bookmark.id, bookmark.url, bookmark.user_id FROM bookmark WHERE ? = bookmark.user_id | 1"});
    CHECK(ada->bookmarks[1]->url == "2");
    CHECK(first->user->name == "a");
}

TEST_CASE_FIXTURE(Marks, "relationship: an object brings along what hangs on it") {
    auto mark = session.add(Mark{.url = "1", .user = Owner{.name = "b"}});
    CHECK(session.contains(mark->user.get()));
    session.commit();
    CHECK(mark->user->name == "b");
    auto owner = make<Owner>({.name = "c"});
    owner->bookmarks.append(Mark{.url = "x"});
    session.add(owner);
    session.commit();
    CHECK(owner->bookmarks.size() == 1);
    CHECK(owner->bookmarks[0]->user == owner);
}

TEST_CASE_FIXTURE(Marks, "relationship: deleting a parent makes its children's keys NULL") {
    auto ada = ada_with_two();
    session.delete_(ada);
    session.commit();
    CHECK(work() ==
          Lines{"SELECT bookmark.id, bookmark.url, bookmark.user_id FROM bookmark WHERE ? = bookmark.user_id | 1",
                "UPDATE bookmark SET user_id=? WHERE bookmark.id = ? | NULL | 1",
                "UPDATE bookmark SET user_id=? WHERE bookmark.id = ? | NULL | 2",
                "DELETE FROM user WHERE user.id = ? | 1"});
    CHECK(session.scalars(select<Mark>()).size() == 2);
}

TEST_CASE_FIXTURE(Marks, "relationship: a move changes both sides and one column") {
    auto ada = ada_with_two();
    auto bob = session.add(Owner{.name = "b"});
    session.commit();
    auto mark = ada->bookmarks[0];
    CHECK(ada->bookmarks.size() == 2);
    CHECK(bob->bookmarks.size() == 0);
    mark->user = bob;
    CHECK(ada->bookmarks.size() == 1);
    CHECK(bob->bookmarks.size() == 1);
    work();
    session.commit();
    CHECK(work() == Lines{"UPDATE bookmark SET user_id=? WHERE bookmark.id = ? | 2 | 1"});
    ada->bookmarks.remove(ada->bookmarks[0]);
    session.commit();
    CHECK(ada->bookmarks.empty());
    bob->bookmarks = std::vector<Ptr<Mark>>{session.get<Mark>(2)};
    session.commit();
    CHECK(bob->bookmarks.size() == 1);
    CHECK(session.get<Mark>(1)->user == nullptr);
}

TEST_CASE("relationship: a dynamic one is a query") {
    TestDatabase database;
    database.create<Reader, Page>();
    Session session(database.engine);
    auto ada = session.add(Reader{.name = "a"});
    ada->pages.append(Page{.url = "x"});
    auto page = session.add(Page{.url = "y", .reader = ada});
    CHECK(ada->pages.count() == 2);
    database.work();
    CHECK(ada->pages.where(Page::c.url == "y").order_by(Page::c.id.desc()).limit(1).first() == page);
    CHECK(database.work() == Lines{"SELECT page.id, page.url, page.reader_id FROM page WHERE ? = page.reader_id AND "
                                   "page.url = ? ORDER BY page.id DESC LIMIT ? OFFSET ? | 1 | 'y' | 1 | 0"});
    int seen = 0;
    for (auto& each : ada->pages) seen += each->reader == ada ? 1 : 0;
    CHECK(seen == 2);
    session.commit();
    session.delete_(ada);
    CHECK_THROWS_AS(session.commit(), IntegrityError);
    CHECK_THROWS_AS(session.flush(), PendingRollbackError);
    session.rollback();
    CHECK(ada->pages.count() == 2);
    CHECK(ada->name == "a");
}

TEST_CASE("relationship: a tree inserts and deletes in order") {
    TestDatabase database;
    database.create<Node>();
    Session session(database.engine);
    auto root = session.add(Node{.name = "r"});
    auto a = root->children.append(Node{.name = "a"});
    auto below = a->children.append(Node{.name = "aa"});
    root->children.append(Node{.name = "b"});
    session.commit();
    CHECK(database.work() == Lines{"INSERT INTO node (name) VALUES (?) | 'r'",
                                   "INSERT INTO node (name, parent_id) VALUES (?, ?) | 'a' | 1",
                                   "INSERT INTO node (name, parent_id) VALUES (?, ?) | 'b' | 1",
                                   "INSERT INTO node (name, parent_id) VALUES (?, ?) | 'aa' | 2"});
    CHECK(below->parent->parent == root);
    CHECK(root->children.size() == 2);
    database.work();
    session.delete_(root);
    session.delete_(below);
    session.delete_(a);
    session.delete_(session.get<Node>(3));
    session.flush();
    auto lines = database.work();
    Lines deletes;
    for (auto& line : lines) {
        if (line.starts_with("DELETE")) deletes.push_back(line.substr(line.size() - 1));
    }
    CHECK(deletes == Lines{"4", "2", "3", "1"});
    CHECK(session.scalars(select<Node>()).empty());
}

TEST_CASE("relationship: two foreign keys to one table are told apart by name") {
    TestDatabase database;
    database.create<Person, Letter>();
    Session session(database.engine);
    auto ada = session.add(Person{});
    auto bob = session.add(Person{});
    session.add(Letter{.from = ada, .to = bob});
    session.commit();
    CHECK(ada->sent.size() == 1);
    CHECK(ada->received.empty());
    CHECK(bob->received[0]->from == ada);
}

TEST_CASE_FIXTURE(Marks, "relationship: without a session nothing can be loaded") {
    auto ada = ada_with_two();
    auto mark = ada->bookmarks[0];
    session.expire_all();
    session.close();
    CHECK(ada->name == "a");  // the last known value
    CHECK_THROWS_AS((void)ada->bookmarks.size(), DetachedInstanceError);
    CHECK_THROWS_AS((void)mark->user.get(), DetachedInstanceError);
    Session other(engine);
    other.add(mark);
    CHECK(mark->user->name == "a");
}

TEST_CASE_FIXTURE(Marks, "relationship: one field assigned to another is read first") {
    auto ada = ada_with_two();
    session.expunge_all();
    auto marks = session.scalars(select<Mark>().order_by(Mark::c.id)).all();
    marks[1]->user = nullptr;
    session.commit();
    marks[1]->user = marks[0]->user;
    auto third = session.add(Mark{.url = "3", .user = marks[0]->user});
    auto owner = marks[0]->user;
    CHECK(owner->name == "a");
    session.commit();
    CHECK(marks[1]->user_id == 1);
    CHECK(third->user_id == 1);
}

TEST_CASE_FIXTURE(Marks, "relationship: a collection is assigned and cleared") {
    auto ada = ada_with_two();
    auto first = ada->bookmarks.front();
    auto second = ada->bookmarks.back();
    ada->bookmarks = {second};
    session.commit();
    CHECK(first->user == nullptr);
    ada->bookmarks.clear();
    session.commit();
    CHECK(ada->bookmarks.empty());
}

TEST_CASE_FIXTURE(Marks, "relationship: a collection is made of new objects and handles") {
    auto kept = make<Mark>({.url = "kept"});
    auto ada = session.add(Owner{.name = "a", .bookmarks = {Mark{.url = "one"}, kept, Mark{.url = "two"}}});
    session.commit();
    CHECK(ada->bookmarks.size() == 3);
    CHECK(kept->user == ada);
    ada->bookmarks = {kept, Mark{.url = "three"}};
    session.commit();
    CHECK(ada->bookmarks.size() == 2);
    CHECK(ada->bookmarks[1]->url == "three");
    CHECK(ada->bookmarks[1]->user_id == ada->id);
    ada->bookmarks = {};
    CHECK(ada->bookmarks.empty());
}

TEST_CASE_FIXTURE(Marks, "session: get finds what waits to be written") {
    auto ada = session.add(Owner{.id = 7, .name = "a"});
    CHECK(session.get<Owner>(7) == ada);
}

TEST_CASE_FIXTURE(Marks, "what a One was given while its object had no session is written when it comes back") {
    auto ann = session.add(Owner{.name = "ann"});
    auto bob = session.add(Owner{.name = "bob"});
    auto mark = ann->bookmarks.append(Mark{.url = "x"});
    session.commit();
    (void)mark->url.value();
    session.expunge(mark);
    mark->user = bob;
    session.add(mark);
    session.commit();
    CHECK(mark->user_id == bob->id);
    CHECK(bob->bookmarks.size() == 1);
    session.expunge(mark);
    mark->user = nullptr;
    session.add(mark);
    CHECK(bob->bookmarks.empty());
    session.commit();
    CHECK(mark->user_id == nullptr);
    CHECK(mark->user == nullptr);
}

TEST_CASE_FIXTURE(Marks, "relationship: a One is assigned a new object") {
    auto mark = session.add(Mark{.url = "x"});
    mark->user = Owner{.name = "ada"};
    session.commit();
    CHECK(mark->user->name == "ada");
    mark->user = Owner{.name = "bob"};
    CHECK(mark->user->bookmarks.size() == 1);
    session.commit();
    CHECK(session.scalar(select(Mark::c.user_id)) == 2);
    CHECK(session.scalar(select(func::count(Owner::c.id))) == 2);
}
