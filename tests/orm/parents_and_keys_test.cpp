// Children that change their parents in ways that a comparison with SQLAlchemy at random has found: keys set by hand,
// parents that are new, deleted or of another kind, what is expired in between.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Drove;
struct Drover;

struct Grazer : Model<Grazer> {
    Column<int, primary_key> id;
    Column<std::optional<std::string>> name;
    Column<std::string, polymorphic_on> type;
    Column<std::optional<int>, foreign_key<Drove>> herd_id;
    One<Drove> herd;
};
struct SheepDog : Model<SheepDog, joined_table<Grazer>> {
    Column<std::string> trick;
    Column<std::optional<int>, foreign_key<Drover>> shepherd_id;
    One<Drover, foreign_keys<"shepherd_id">> shepherd;
    static constexpr auto fields() { return Fields<&SheepDog::trick, &SheepDog::shepherd_id, &SheepDog::shepherd>(); }
};
struct Drover : Model<Drover, joined_table<Grazer>> {
    Column<int> years;
    Many<SheepDog, foreign_keys<"shepherd_id">> dogs;
    static constexpr auto fields() { return Fields<&Drover::years, &Drover::dogs>(); }
};
struct Drove : Model<Drove> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Grazer> beasts;
};
struct Bough : Model<Bough> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::optional<int>, foreign_key<Bough>> parent_id;
    One<Bough> parent;
    Many<Bough> children;
};
struct BoxedLetter;
struct LetterBox : Model<LetterBox> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<BoxedLetter, cascade<"all, delete-orphan">> letters;
};
struct BoxedLetter : Model<BoxedLetter> {
    Column<int, primary_key> id;
    Column<int, foreign_key<LetterBox>> folder_id;
    One<LetterBox> folder;
};

struct Pasture : TestDatabase {
    Session session{engine};
    Pasture() { create<Drove, Grazer, Drover, SheepDog, Bough, LetterBox, BoxedLetter>(); }
    std::optional<int> number(const char* query) {
        return session.execute(text(query)).scalar_one<std::optional<int>>();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Pasture, "a key that is set by hand names no parent of another kind") {
    auto other = session.add(SheepDog{.trick = "a text that is no list of dogs"});
    auto dog = session.add(SheepDog{.trick = "sit"});
    auto shepherd = session.add(Drover{.years = 3});
    session.commit();
    CHECK(other->trick.value().size() > 3);
    auto guard = session.no_autoflush();
    dog->shepherd_id = other->id.value();
    dog->shepherd = shepherd;
    CHECK(shepherd->dogs.contains(dog));
    dog->shepherd_id = other->id.value();
    dog->shepherd = nullptr;
    CHECK(shepherd->dogs.empty());
}

TEST_CASE_FIXTURE(Pasture, "a child whose key was set by hand comes into the collection that it is given to") {
    auto herd = session.add(Drove{.name = "first"});
    for (int i = 0; i < 3; ++i) herd->beasts.append(Grazer{.name = "old"});
    auto lone = session.add(Grazer{.name = "lone"});
    session.commit();
    CHECK(herd->beasts.size() == 3);
    auto fresh = make<Grazer>({.name = "new", .herd_id = herd->id.value()});
    herd->beasts.insert(0, fresh);
    CHECK(herd->beasts.size() == 4);
    CHECK(herd->beasts[0] == fresh);
    lone->herd_id = herd->id.value();
    herd->beasts.append(lone);
    herd->beasts.append(lone);
    CHECK(herd->beasts.size() == 5);
    session.commit();
    CHECK(herd->beasts.size() == 5);
}

TEST_CASE_FIXTURE(Pasture, "a child that leaves a new parent of its own table has none, whomever it had before") {
    auto first = session.add(Bough{.name = "first"});
    session.commit();
    auto second = session.add(Bough{.name = "second"});
    auto leaf = session.add(Bough{.name = "leaf", .parent = first});
    second->children.append(leaf);
    second->children.remove(leaf);
    CHECK(leaf->parent == nullptr);
    session.commit();
    CHECK_FALSE(number("SELECT parent_id FROM bough WHERE name = 'leaf'").has_value());
    CHECK(first->children.empty());
}

TEST_CASE_FIXTURE(Pasture, "what was set, unset and expired is forgotten together") {
    auto beast = session.add(Grazer{.name = "one"});
    auto herd = session.add(Drove{.name = "first"});
    session.commit();
    CHECK(herd->beasts.empty());
    SUBCASE("whole") {
        beast->herd = herd;
        beast->herd = nullptr;
        session.expire(beast);
    }
    SUBCASE("one field, and a new parent") {
        beast->herd = session.add(Drove{.name = "second"});
        beast->herd = nullptr;
        session.expire(beast, Grazer::c.herd);
    }
    session.commit();
    CHECK_FALSE(number("SELECT herd_id FROM grazer").has_value());
}

TEST_CASE_FIXTURE(Pasture, "merge takes nothing over that has expired") {
    auto old = session.add(Drove{.name = "before"});
    session.commit();
    Session other{engine};
    other.get<Drove>(old->id.value())->name = "after";
    other.commit();
    session.expire(old);
    session.close();
    Session third{engine};
    auto merged = third.merge(old);
    third.commit();
    CHECK(merged->name == "after");
}

TEST_CASE_FIXTURE(Pasture, "a child that comes to a parent whose children are in memory stays, though it was to go") {
    auto one = session.add(LetterBox{.name = "one"}), two = session.add(LetterBox{.name = "two"});
    auto letter = one->letters.append(BoxedLetter{});
    one->letters.append(BoxedLetter{});
    session.commit();
    CHECK(two->letters.empty());
    CHECK(one->letters.size() == 2);
    session.delete_(one);
    letter->folder = two;
    CHECK(two->letters.contains(letter));
    session.commit();
    CHECK(two->letters.size() == 1);
    CHECK(number("SELECT count(*) FROM boxed_letter") == 1);
    session.delete_(two);
    letter->folder = LetterBox{.name = "three"};
    session.commit();
    CHECK(letter->folder->name == "three");
    CHECK(number("SELECT count(*) FROM letter_box") == 1);
    session.delete_(letter);
    letter->folder->letters.append(letter);
    session.commit();
    CHECK(number("SELECT count(*) FROM boxed_letter") == 0);  // it never left
}

TEST_CASE_FIXTURE(Pasture, "a new parent that brings the child along has it once") {
    auto root = make<Bough>({.name = "root"});
    auto leaf = session.add(Bough{.name = "leaf"});
    root->children.append(leaf);
    leaf->parent = root;
    CHECK(root->children.size() == 1);
    session.flush();
    CHECK(root->children.size() == 1);

    auto shepherd = session.add(Drover{.years = 1});
    auto dog = shepherd->dogs.append(SheepDog{.trick = "sit"});
    session.expunge(dog);
    shepherd->dogs.append(dog);
    CHECK(shepherd->dogs.size() == 1);
    session.commit();
    CHECK(shepherd->dogs.size() == 1);
}

TEST_CASE("what is appended twice without a session stands in the collection once") {
    auto root = make<Bough>({.name = "root"});
    auto leaf = make<Bough>({.name = "leaf"});
    root->children.append(leaf);
    root->children.append(leaf);
    CHECK(root->children.size() == 1);
    root->children.clear();
    CHECK(root->children.empty());
}

TEST_CASE_FIXTURE(Pasture, "without autoflush an object of a kind leaves the relationship of its base") {
    auto herd = session.add(Drove{.name = "first"});
    auto shepherd = session.add(Drover{.years = 1});
    herd->beasts.append(shepherd);
    auto beast = herd->beasts.append(Grazer{.name = "plain"});
    session.commit();
    auto guard = session.no_autoflush();
    shepherd->herd = nullptr;
    beast->herd = nullptr;
    CHECK(herd->beasts.empty());
    CHECK_FALSE(herd->beasts.contains(shepherd));
}

TEST_CASE_FIXTURE(Pasture, "taking away a parent that was none leaves a key that is set by hand after it") {
    auto herd = session.add(Drove{.name = "first"});
    auto beast = session.add(Grazer{.name = "lone"});
    session.commit();
    CHECK(beast->name == "lone");
    beast->herd = nullptr;
    beast->herd_id = herd->id.value();
    session.commit();
    CHECK(number("SELECT herd_id FROM grazer") == 1);
    CHECK(beast->herd == herd);
    session.expire(beast);
    beast->herd = nullptr;  // its key is not known here, and becomes NULL
    session.commit();
    CHECK_FALSE(number("SELECT herd_id FROM grazer").has_value());
}
