// What was deleted, expunged, read anew or changed unread before a flush, and then meets another step of the session.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct SpareLeaf;
struct SpareBranch : Model<SpareBranch> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<SpareLeaf> leaves;
};
struct SpareLeaf : Model<SpareLeaf> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::optional<int>, foreign_key<SpareBranch>> branch_id;
    One<SpareBranch> branch;
};

struct SpareTwig : Model<SpareTwig> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::optional<int>, foreign_key<SpareTwig>> parent_id;
    One<SpareTwig, foreign_keys<"parent_id">> parent;
    Many<SpareTwig, foreign_keys<"parent_id">> children;
};

struct spare_moss_stones : Model<spare_moss_stones> {
    Column<int, primary_key, foreign_key<struct SpareMoss>> moss_id;
    Column<int, primary_key, foreign_key<struct SpareStone>> stone_id;
};
struct SpareMoss : Model<SpareMoss> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<SpareStone, secondary<spare_moss_stones>> stones;
};
struct SpareStone : Model<SpareStone> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<SpareMoss, secondary<spare_moss_stones>> mosses;
};

struct spare_nests : Model<spare_nests> {
    Column<int, primary_key, foreign_key<struct SpareBird>> bird_id;
    Column<int, primary_key, foreign_key<struct SpareNest, on_delete::cascade>> nest_id;
};
struct SpareNest : Model<SpareNest> {
    Column<int, primary_key> id;
    Column<std::string> name;
};
struct SpareBird : Model<SpareBird> {
    Column<int, primary_key> id;
    Many<SpareNest, secondary<spare_nests>, lazy::write_only> nests;
};

struct SpareTree : TestDatabase {
    SpareTree() {
        create<SpareBranch, SpareLeaf, SpareTwig, SpareMoss, SpareStone, spare_moss_stones>();
        oak = session.add(SpareBranch{.name = "oak"});
        elm = session.add(SpareBranch{.name = "elm"});
        leaf = oak->leaves.append(SpareLeaf{.name = "leaf"});
        session.commit();
        work();
    }
    std::int64_t count(const char* sql) { return session.execute(text(sql)).scalar<std::int64_t>().value(); }
    Lines written() {
        Lines lines = work();
        std::erase_if(lines, [](const std::string& line) { return line.starts_with("SELECT"); });
        return lines;
    }
    Session session{engine};
    Ptr<SpareBranch> oak, elm;
    Ptr<SpareLeaf> leaf;
};

}  // namespace

TEST_CASE_FIXTURE(SpareTree, "second thoughts: what was deleted and then expunged has no row, until a rollback") {
    session.delete_(elm);
    session.flush();
    SUBCASE("one") { session.expunge(elm); }
    SUBCASE("all") { session.expunge_all(); }
    CHECK(inspect(elm).detached());
    CHECK(code_of([&] { session.add(elm); }) == "deleted-object");
    session.rollback();
    session.add(elm);
    CHECK(inspect(elm).persistent());
    elm->name = "lime";
    session.commit();
    CHECK(count("SELECT count(*) FROM spare_branch WHERE name = 'lime'") == 1);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: nor has it one after a commit, unless it becomes a new one") {
    CHECK(elm->name == "elm");
    session.delete_(elm);
    session.flush();
    SUBCASE("one") { session.expunge(elm); }
    SUBCASE("all") { session.expunge_all(); }
    SUBCASE("none") {}
    session.commit();
    CHECK(code_of([&] { session.add(elm); }) == "deleted-object");
    make_transient(elm);
    session.add(elm);
    session.commit();
    CHECK(count("SELECT count(*) FROM spare_branch") == 2);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: what was deleted becomes a new one in the same transaction") {
    CHECK(elm->name == "elm");
    session.delete_(elm);
    session.flush();
    SUBCASE("one") { session.expunge(elm); }
    SUBCASE("all") { session.expunge_all(); }
    SUBCASE("none") {}
    make_transient(elm);
    session.add(elm);
    session.commit();
    CHECK(inspect(elm).persistent());
    CHECK(count("SELECT count(*) FROM spare_branch") == 2);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: a savepoint brings back what was deleted within it, and expunged") {
    auto ash = session.add(SpareBranch{.name = "ash"});
    session.flush();
    session.delete_(ash);
    session.flush();
    auto nested = session.begin_nested();
    session.delete_(elm);
    session.flush();
    session.expunge_all();
    nested.rollback();
    session.add(elm);
    CHECK(inspect(elm).persistent());
    CHECK(code_of([&] { session.add(ash); }) == "deleted-object");
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: populate_existing forgets what a One was given") {
    auto guard = session.no_autoflush();
    leaf->branch = elm;
    session.expire(elm);  // nothing else knows of it
    session.expire(oak);
    auto query = select<SpareLeaf>().populate_existing();
    SUBCASE("alone") { (void)session.scalars(query).all(); }
    SUBCASE("with what comes along") { (void)session.scalars(query.options(joinedload(SpareLeaf::c.branch))).all(); }
    CHECK(leaf->branch == oak);
    CHECK_FALSE(session.is_modified(leaf));
    work();
    session.flush();
    CHECK(written().empty());
    session.commit();
    CHECK(leaf->branch == oak);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: what has expired comes with the next query as it is now") {
    CHECK(leaf->branch == oak);
    run("UPDATE spare_leaf SET branch_id = 2");
    session.expire(leaf);
    (void)session.scalars(select<SpareLeaf>().options(joinedload(SpareLeaf::c.branch))).all();
    CHECK(leaf->branch == elm);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: what the other side still has is written") {
    auto guard = session.no_autoflush();
    CHECK(elm->leaves.empty());
    elm->leaves.append(leaf);
    (void)session.scalars(select<SpareLeaf>().populate_existing()).all();
    session.commit();
    CHECK(leaf->branch == elm);
}

TEST_CASE_FIXTURE(SpareTree,
                  "second thoughts: rows go in the order of the keys they have, not of those they were given") {
    auto low = session.add(SpareTwig{.name = "low"});
    auto high = session.add(SpareTwig{.name = "high"});
    session.flush();
    auto other = session.add(SpareTwig{.name = "other", .parent_id = low->id});
    session.commit();
    session.expunge_all();
    auto read = [&](int id) {
        return session.scalars(select<SpareTwig>().where(SpareTwig::c.id == id).options(defer(SpareTwig::c.parent_id)))
            .one();
    };
    auto first = read(1), second = read(2), third = read(3);
    auto guard = session.no_autoflush();
    third->parent_id = std::nullopt;  // never read
    session.delete_(first);
    session.delete_(third);
    session.delete_(second);
    session.commit();
    CHECK(count("SELECT count(*) FROM spare_twig") == 0);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: a row that is its own parent") {
    auto own = session.add(SpareTwig{.name = "own"});
    SUBCASE("in one step it is a circle") {
        own->parent = own;
        CHECK(code_of([&] { session.flush(); }) == "circular-rows");
        session.rollback();
    }
    SUBCASE("from the other side too") {
        own->children.append(own);
        CHECK(code_of([&] { session.flush(); }) == "circular-rows");
        session.rollback();
    }
    SUBCASE("by its key, and in two steps, it is a row like others") {
        session.flush();
        own->parent = own;
        auto named = session.add(SpareTwig{.id = 77, .name = "named", .parent_id = 77});
        session.commit();
        CHECK(own->parent == own);
        CHECK(named->parent == named);
        session.delete_(own);
        session.delete_(named);
        session.commit();
    }
    CHECK(count("SELECT count(*) FROM spare_twig") == 0);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: a new child that was expunged comes again with its parent") {
    auto fresh = make<SpareLeaf>({.name = "fresh"});
    SUBCASE("of a collection in memory") { CHECK(elm->leaves.empty()); }
    SUBCASE("of one that was not read") {}
    elm->leaves.append(fresh);
    session.expunge(fresh);
    CHECK(inspect(fresh).transient());
    session.add(elm);
    CHECK(inspect(fresh).pending());
    work();
    session.commit();
    CHECK(written() == Lines{"INSERT INTO spare_leaf (name, branch_id) VALUES (?, ?) | 'fresh' | 2"});
    CHECK(fresh->branch == elm);
    CHECK(elm->leaves.size() == 1);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: one that was taken out, or moved, before it was expunged does not") {
    auto guard = session.no_autoflush();
    auto fresh = make<SpareLeaf>({.name = "fresh"});
    elm->leaves.append(fresh);
    SUBCASE("taken out") { elm->leaves.remove(fresh); }
    SUBCASE("moved") { fresh->branch = oak; }
    session.expunge(fresh);
    session.add(elm);
    CHECK(inspect(fresh).transient());
    session.commit();
    CHECK(elm->leaves.empty());
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: so does a new parent with its child") {
    auto ash = make<SpareBranch>({.name = "ash"});
    leaf->branch = ash;
    session.expunge(ash);
    session.add(leaf);
    CHECK(inspect(ash).pending());
    CHECK(ash->leaves.size() == 1);
    session.commit();
    CHECK(leaf->branch == ash);
    CHECK(ash->leaves.size() == 1);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: and what stands beside it, with the row between") {
    auto moss = session.add(SpareMoss{.name = "star"});
    session.commit();
    auto stone = make<SpareStone>({.name = "chalk"});
    moss->stones.append(stone);
    session.expunge(stone);
    session.add(moss);
    CHECK(inspect(stone).pending());
    session.commit();
    CHECK(count("SELECT count(*) FROM spare_moss_stones") == 1);
    CHECK(moss->stones.size() == 1);
    CHECK(stone->mosses.size() == 1);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: a write-only many-to-many is changed and deleted from by statements") {
    create<SpareBird, SpareNest, spare_nests>();
    auto bird = session.add(SpareBird{});
    session.add(SpareNest{.name = "far"});
    bird->nests.add(SpareNest{.name = "old"});
    bird->nests.add(SpareNest{.name = "new"});
    session.commit();
    work();
    session.execute(bird->nests.update().where(SpareNest::c.name == "new").values(SpareNest::c.name = "newer"));
    CHECK(count("SELECT count(*) FROM spare_nest WHERE name = 'newer'") == 1);
    work();
    session.execute(bird->nests.delete_().where(SpareNest::c.name == "old"));
    CHECK(written() == Lines{"DELETE FROM spare_nest WHERE (EXISTS (SELECT 1 FROM spare_nests WHERE ? = "
                             "spare_nests.bird_id AND spare_nest.id = spare_nests.nest_id)) AND spare_nest.name = ? "
                             "| 1 | 'old'"});
    CHECK(count("SELECT count(*) FROM spare_nests") == 1);
    CHECK(count("SELECT count(*) FROM spare_nest") == 2);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: a relationship is expired and refreshed by its name") {
    CHECK(oak->leaves.size() == 1);
    CHECK(leaf->branch == oak);
    run("INSERT INTO spare_leaf (name, branch_id) VALUES ('more', 1)");
    session.expire(oak, SpareBranch::c.leaves);
    CHECK(work().empty());
    CHECK(oak->leaves.size() == 2);
    run("UPDATE spare_leaf SET branch_id = 2, name = 'far'");
    session.refresh(oak, SpareBranch::c.leaves, SpareBranch::c.name);
    CHECK(oak->leaves.is_loaded());
    CHECK(oak->leaves.empty());
    session.refresh(leaf, SpareLeaf::c.branch, SpareLeaf::c.branch_id);
    CHECK(leaf->branch == elm);
    session.refresh(leaf->branch, SpareBranch::c.leaves);
    CHECK(elm->leaves.size() == 2);
}

TEST_CASE_FIXTURE(SpareTree, "second thoughts: what waits goes with a relationship that is expired") {
    auto guard = session.no_autoflush();
    CHECK(leaf->branch == oak);
    leaf->branch = elm;
    session.expire(elm);  // nothing else knows of it
    session.expire(oak);
    session.expire(leaf, SpareLeaf::c.branch);
    CHECK(leaf->branch == oak);
    CHECK_FALSE(session.is_modified(leaf));
    oak->leaves.append(SpareLeaf{.name = "new"});
    session.refresh(oak, SpareBranch::c.leaves);
    CHECK(oak->leaves.size() == 2);  // refresh writes first what waits
}
