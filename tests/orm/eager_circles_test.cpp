// Relationships that are eager on both sides: what led to an object is not asked for again from its other end.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct JoinedLeaf;
struct JoinedTag;
struct JoinedRoot : Model<JoinedRoot> {
    Column<int, primary_key> id;
    Many<JoinedLeaf, lazy::joined> leaves;
};
struct joined_leaf_tags : Model<joined_leaf_tags> {
    Column<int, primary_key, foreign_key<JoinedLeaf>> leaf_id;
    Column<int, primary_key, foreign_key<JoinedTag>> tag_id;
};
struct JoinedLeaf : Model<JoinedLeaf> {
    Column<int, primary_key> id;
    Column<int, foreign_key<JoinedRoot>> root_id;
    One<JoinedRoot, lazy::joined> root;
    Many<JoinedTag, lazy::joined, secondary<joined_leaf_tags>> tags;
};
struct JoinedTag : Model<JoinedTag> {
    Column<int, primary_key> id;
    Many<JoinedLeaf, lazy::joined, secondary<joined_leaf_tags>> leaves;
};

struct SoonLeaf;
struct SoonTag;
struct SoonRoot : Model<SoonRoot> {
    Column<int, primary_key> id;
    Many<SoonLeaf, lazy::immediate> leaves;
};
struct soon_leaf_tags : Model<soon_leaf_tags> {
    Column<int, primary_key, foreign_key<SoonLeaf>> leaf_id;
    Column<int, primary_key, foreign_key<SoonTag>> tag_id;
};
struct SoonLeaf : Model<SoonLeaf> {
    Column<int, primary_key> id;
    Column<int, foreign_key<SoonRoot>> root_id;
    One<SoonRoot, lazy::immediate> root;
    Many<SoonTag, lazy::immediate, secondary<soon_leaf_tags>> tags;
};
struct SoonTag : Model<SoonTag> {
    Column<int, primary_key> id;
    Many<SoonLeaf, lazy::immediate, secondary<soon_leaf_tags>> leaves;
};

template <class Root, class Leaf, class Tag, class Between>
void fill(TestDatabase& database) {
    database.create<Root, Tag, Leaf, Between>();
    Session session{database.engine};
    auto red = session.add(Tag{});
    for (int i = 0; i < 2; ++i) {
        auto root = session.add(Root{});
        for (int k = 0; k < 2; ++k) root->leaves.append(Leaf{})->tags.append(red);
    }
    session.commit();
    database.statements.clear();
}

std::size_t joins(const std::string& text) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find("LEFT OUTER JOIN", at)) != text.npos; ++at) ++count;
    return count;
}

}  // namespace

TEST_CASE_FIXTURE(TestDatabase, "loading: joined on every side joins each model once") {
    fill<JoinedRoot, JoinedLeaf, JoinedTag, joined_leaf_tags>(*this);
    Session session{engine};
    auto roots = session.scalars(select<JoinedRoot>()).all();
    auto ran = work();
    REQUIRE(ran.size() == 1);
    CHECK(joins(ran[0]) == 2);  // leaves, and their tags
    REQUIRE(roots.size() == 2);
    CHECK(roots[1]->leaves.size() == 2);
    CHECK(roots[1]->leaves[0]->root == roots[1]);
    auto red = roots[0]->leaves[0]->tags[0];
    CHECK(work().empty());
    CHECK(red->leaves.size() == 4);
    Session other{engine};
    CHECK(other.scalars(select<JoinedLeaf>()).all().size() == 4);
    CHECK(joins(work().back()) == 2);  // root, tags
}

TEST_CASE_FIXTURE(TestDatabase, "loading: immediate on every side comes to an end") {
    fill<SoonRoot, SoonLeaf, SoonTag, soon_leaf_tags>(*this);
    Session session{engine};
    auto leaves = session.scalars(select<SoonLeaf>()).all();
    auto ran = work();
    CHECK(ran.size() < 16);
    REQUIRE(leaves.size() == 4);
    for (const auto& leaf : leaves) CHECK(leaf->tags.size() == 1);
    CHECK(leaves[3]->root);
    CHECK(work().empty());
    CHECK(leaves[3]->root->leaves.size() == 2);
    CHECK(leaves[0]->tags[0]->leaves.size() == 4);
    Session other{engine};
    CHECK(other.get<SoonTag>(1)->leaves.size() == 4);
    CHECK(other.get<SoonRoot>(2)->leaves.size() == 2);
}
