// insert_default and onupdate in statements that are no flush: insert, update, Query.update, rows at once.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

int changes = 0;
int next_change() { return ++changes; }

struct Entry : Model<Entry> {
    Column<int, primary_key> id;
    Column<std::string> text;
    Column<std::string, insert_default_sql<"lower('NEW')">> state;
    Column<int, onupdate<next_change>> change = default_(0);
    Column<std::optional<DateTime>, onupdate<func::now>> changed;
};
struct Animal : Model<Animal> {
    Column<int, primary_key> id;
    Column<std::string, polymorphic_on> kind;
};
struct Dog : Model<Dog, single_table<Animal>> {
    Column<std::optional<std::string>> bark;
    static constexpr auto fields() { return Fields<&Dog::bark>(); }
};

struct Filled : TestDatabase {
    Filled() {
        create<Entry>();
        changes = 0;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Filled, "statement defaults: an INSERT has the database's") {
    Session session{engine};
    session.execute(insert<Entry>().values({.text = "a"}));
    session.execute(insert<Entry>().values(Entry::c.text = "b"));
    session.execute(insert<Entry>().values(Entry::c.text = "c", Entry::c.state = "mine"));
    session.execute(insert<Entry>().values(std::vector<Entry>{{.text = "d"}, {.text = "e"}}));
    auto ran = work();
    REQUIRE(ran.size() == 4);
    CHECK(ran[0] == "INSERT INTO entry (text, state, change) VALUES (?, lower('NEW'), ?) | 'a' | 0");
    CHECK(ran[1] == "INSERT INTO entry (text, state, change) VALUES (?, lower('NEW'), ?) | 'b' | 0");
    CHECK(ran[2] == "INSERT INTO entry (text, state, change) VALUES (?, ?, ?) | 'c' | 'mine' | 0");
    CHECK(session.get<Entry>(5)->state == "new");
}

TEST_CASE_FIXTURE(Filled, "statement defaults: an UPDATE has onupdate's") {
    Session session{engine};
    session.add(Entry{.text = "a"});
    session.commit();
    log();
    session.execute(update<Entry>().where(Entry::c.id == 1).values({.text = "b"}));
    session.execute(update<Entry>().values(Entry::c.text = "c", Entry::c.change = 77));
    session.query<Entry>().filter(Entry::c.id == 1).update(Entry::c.text = "d");
    session.execute(update<Entry>(), {{.id = 1, .text = "e"}});
    session.execute(update<Entry>(), {{.id = 1, .change = 88}});
    auto ran = work();
    REQUIRE(ran.size() == 5);
    CHECK(ran[0].starts_with("UPDATE entry SET text=?, change=?, changed=CURRENT_TIMESTAMP WHERE entry.id = ? | 'b'"));
    CHECK(ran[1] == "UPDATE entry SET text=?, change=?, changed=CURRENT_TIMESTAMP | 'c' | 77");
    CHECK(ran[2].starts_with("UPDATE entry SET text=?, change=?, changed=CURRENT_TIMESTAMP WHERE entry.id = ? | 'd'"));
    CHECK(ran[3].starts_with("UPDATE entry SET text=?, change=?, changed=CURRENT_TIMESTAMP WHERE entry.id = ? | 'e'"));
    CHECK(ran[4].ends_with("| 88 | 1"));
    CHECK(session.get<Entry>(1)->changed.has_value());
    CHECK(changes == 3);
}

TEST_CASE_FIXTURE(TestDatabase, "statement defaults: a query for a kind writes its rows only") {
    create<Animal>();
    Session session{engine};
    session.add(Animal{});
    session.add(Dog{.bark = "wuff"});
    session.commit();
    CHECK(session.query<Dog>().update(Dog::c.bark = "woof") == 1);
    CHECK(session.query<Dog>().filter(Dog::c.bark == "woof").delete_() == 1);
    CHECK(session.query<Animal>().count() == 1);
}
