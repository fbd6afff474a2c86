// Many-to-many, one-to-one and what cascades do.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Article;
struct Label;
struct article_labels : Model<article_labels> {
    Column<int, primary_key, foreign_key<Article>> article_id;
    Column<int, primary_key, foreign_key<Label>> label_id;
};
struct Article : Model<Article> {
    Column<int, primary_key> id;
    Column<Text> title;
    Many<Label, secondary<article_labels>, order_by<"name">> labels;
};
struct Label : Model<Label> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Article, secondary<article_labels>> articles;
};

struct Fan;
struct follows : Model<follows> {
    Column<int, primary_key, foreign_key<Fan>> follower_id;
    Column<int, primary_key, foreign_key<Fan>> followed_id;
};
struct Fan : Model<Fan> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Fan, secondary<follows>, foreign_keys<"follower_id">> following;
    Many<Fan, secondary<follows>, foreign_keys<"followed_id">> followers;
};

struct Passport;
struct Citizen : Model<Citizen> {
    Column<int, primary_key> id;
    Column<std::string> name;
    One<Passport, cascade<"all, delete-orphan">> passport;
};
struct Passport : Model<Passport> {
    Column<int, primary_key> id;
    Column<std::string> number;
    Column<int, foreign_key<Citizen>, unique_key> citizen_id;
    One<Citizen> citizen;
};

struct Branch;
struct Tree : Model<Tree> {
    Column<int, primary_key> id;
    Many<Branch, cascade<"all, delete-orphan">> branches;
};
struct Leaf;
struct Branch : Model<Branch> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Tree>> tree_id;
    One<Tree> tree;
    Many<Leaf, cascade<"all">> leaves;
};
struct Leaf : Model<Leaf> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Branch>> branch_id;
};

struct Articles : TestDatabase {
    Articles() { create<Article, Label, article_labels>(); }
    Session session{engine};
};
struct Citizens : TestDatabase {
    Citizens() { create<Citizen, Passport>(); }
    Session session{engine};
};
struct Trees : TestDatabase {
    Trees() { create<Tree, Branch, Leaf>(); }
    Session session{engine};
    Ptr<Tree> tree_with_two() {
        auto tree = session.add(Tree{});
        for (int i = 0; i < 2; ++i) {
            auto branch = tree->branches.append(Branch{});
            branch->leaves.append(Leaf{});
        }
        session.commit();
        work();
        return tree;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Articles, "many-to-many: rows between are written after both sides") {
    auto article = session.add(Article{.title = "a"});
    auto red = article->labels.append(Label{.name = "red"});
    auto blue = session.add(Label{.name = "blue"});
    blue->articles.append(article);
    CHECK(red->articles.contains(article));
    CHECK(article->labels.contains(blue));
    session.commit();
    CHECK(work() == Lines{"INSERT INTO article (title) VALUES (?) | 'a'", "INSERT INTO label (name) VALUES (?) | 'red'",
                          "INSERT INTO label (name) VALUES (?) | 'blue'",
                          "INSERT INTO article_labels (article_id, label_id) VALUES (?, ?) | 1 | 1",
                          "INSERT INTO article_labels (article_id, label_id) VALUES (?, ?) | 1 | 2"});
}

TEST_CASE_FIXTURE(Articles, "many-to-many: loaded through the table between, in its order") {
    auto article = session.add(Article{.title = "a"});
    for (auto name : {"b", "a", "c"}) article->labels.append(Label{.name = name});
    session.commit();
    work();
    CHECK(article->labels.size() == 3);
    CHECK(article->labels[0]->name == "a");
    auto statements = work();
    REQUIRE(statements.size() == 1);
    CHECK(statements[0] ==
          "SELECT label.id, label.name FROM label, article_labels WHERE ? = article_labels.article_id AND label.id = "
          "article_labels.label_id ORDER BY label.name | 1");
}

TEST_CASE_FIXTURE(Articles, "many-to-many: removing deletes the row between, and only that") {
    auto article = session.add(Article{.title = "a"});
    auto red = article->labels.append(Label{.name = "red"});
    session.commit();
    article->labels.remove(red);
    session.flush();
    CHECK(work().back() ==
          "DELETE FROM article_labels WHERE article_labels.article_id = ? AND "
          "article_labels.label_id = ? | 1 | 1");
    CHECK(red->articles.empty());
    CHECK(session.scalars(select<Label>()).size() == 1);
}

TEST_CASE_FIXTURE(Articles, "many-to-many: put in and taken out again is nothing") {
    auto article = session.add(Article{.title = "a"});
    auto red = session.add(Label{.name = "red"});
    session.commit();
    article->labels.append(red);
    article->labels.remove(red);
    red->articles.append(article);
    red->articles.remove(article);
    work();
    session.flush();
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Articles, "many-to-many: deleting an object takes its rows between with it") {
    auto article = session.add(Article{.title = "a"});
    article->labels.append(Label{.name = "red"});
    session.commit();
    session.delete_(article);
    work();
    session.commit();
    auto statements = work();
    REQUIRE(statements.size() >= 2);
    CHECK(statements[statements.size() - 2] == "DELETE FROM article_labels WHERE article_labels.article_id = ? | 1");
    CHECK(statements.back() == "DELETE FROM article WHERE article.id = ? | 1");
    CHECK(session.scalars(select<Label>()).size() == 1);
}

TEST_CASE_FIXTURE(Articles, "many-to-many: rollback takes rows back, and the collection is read anew") {
    auto article = session.add(Article{.title = "a"});
    session.commit();
    article->labels.append(Label{.name = "red"});
    session.flush();
    session.rollback();
    CHECK(article->labels.empty());
    article->labels.append(Label{.name = "blue"});
    session.commit();
    CHECK(article->labels.size() == 1);
}

TEST_CASE_FIXTURE(Articles, "many-to-many: each eager way, and a join along it") {
    for (auto title : {"a", "b"}) {
        auto article = session.add(Article{.title = title});
        for (auto name : {"x", "y"}) article->labels.append(Label{.name = std::string(title) + name});
    }
    session.commit();
    for (const auto& option : {joinedload(Article::c.labels), selectinload(Article::c.labels),
                               subqueryload(Article::c.labels), batchload(Article::c.labels)}) {
        session.expunge_all();
        auto articles = session.scalars(select<Article>().order_by(Article::c.id).options(option)).all();
        REQUIRE(articles.size() == 2);
        CHECK(articles[1]->labels.size() == 2);
        work();
        CHECK(articles[0]->labels[1]->name == "ay");
        CHECK(work().empty());
    }
    auto found = session.scalars(select<Article>().join(Article::c.labels).where(Label::c.name == "by")).all();
    REQUIRE(found.size() == 1);
    CHECK(found[0]->title == "b");
}

TEST_CASE("many-to-many: a model with itself, both ways") {
    TestDatabase database;
    database.create<Fan, follows>();
    Session session{database.engine};
    auto ada = session.add(Fan{.name = "ada"});
    auto bob = session.add(Fan{.name = "bob"});
    ada->following.append(bob);
    CHECK(bob->followers.contains(ada));
    session.commit();
    CHECK(bob->followers.size() == 1);
    CHECK(bob->following.empty());
    CHECK(ada->following[0] == bob);
}

TEST_CASE_FIXTURE(Citizens, "one-to-one: both sides in step, loaded from either") {
    auto ada = session.add(Citizen{.name = "ada", .passport = make<Passport>({.number = "1"})});
    CHECK(ada->passport->citizen == ada);
    session.commit();
    auto passport = session.scalars(select<Passport>()).one();
    CHECK(passport->citizen == ada);
    CHECK(ada->passport == passport);
    session.expunge_all();
    auto again = session.scalars(select<Citizen>().options(joinedload(Citizen::c.passport))).one();
    work();
    CHECK(again->passport->number == "1");
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Citizens, "one-to-one: a child is replaced under its unique key") {
    auto ada = session.add(Citizen{.name = "ada", .passport = make<Passport>({.number = "1"})});
    session.commit();
    ada->passport = make<Passport>({.number = "2"});
    session.commit();
    CHECK(ada->passport->number == "2");
    CHECK(session.scalars(select<Passport>()).size() == 1);
    ada->passport = nullptr;
    session.commit();
    CHECK(session.scalars(select<Passport>()).empty());
}

TEST_CASE_FIXTURE(Citizens, "one-to-one: no child is no handle") {
    auto ada = session.add(Citizen{.name = "ada"});
    session.commit();
    CHECK(ada->passport == nullptr);
    CHECK_FALSE(ada->passport);
}

TEST_CASE_FIXTURE(Trees, "cascade: deleting goes on to children and theirs, children first") {
    auto tree = tree_with_two();
    session.delete_(tree);
    session.commit();
    CHECK(session.scalars(select<Branch>()).empty());
    CHECK(session.scalars(select<Leaf>()).empty());
    CHECK(session.scalars(select<Tree>()).empty());
}

TEST_CASE_FIXTURE(Trees, "cascade: an orphan goes, one that found another parent stays") {
    auto tree = tree_with_two();
    auto other = session.add(Tree{});
    auto first = tree->branches[0];
    auto second = tree->branches[1];
    tree->branches.remove(first);
    tree->branches.remove(second);
    other->branches.append(second);
    session.commit();
    auto left = session.scalars(select<Branch>()).all();
    REQUIRE(left.size() == 1);
    CHECK(left[0] == second);
    CHECK(second->tree == other);
}

TEST_CASE_FIXTURE(Trees, "cascade: an orphan that was never written is let go") {
    auto tree = session.add(Tree{});
    auto branch = tree->branches.append(Branch{});
    tree->branches.remove(branch);
    session.commit();
    CHECK(session.scalars(select<Branch>()).empty());
}

TEST_CASE_FIXTURE(Trees, "cascade: a rollback brings back what was deleted") {
    auto tree = tree_with_two();
    session.delete_(tree);
    session.flush();
    session.rollback();
    CHECK(tree->branches.size() == 2);
    CHECK(tree->branches[0]->leaves.size() == 1);
}

TEST_CASE_FIXTURE(Articles, "relationships in queries: any, has, contains") {
    auto first = session.add(Article{.title = "a"});
    auto second = session.add(Article{.title = "b"});
    auto red = first->labels.append(Label{.name = "red"});
    session.commit();
    auto with_red = session.scalars(select<Article>().where(Article::c.labels.any(Label::c.name == "red"))).all();
    REQUIRE(with_red.size() == 1);
    CHECK(with_red[0] == first);
    CHECK(session.scalars(select<Article>().where(Article::c.labels.contains(red))).one() == first);
    CHECK(session.scalars(select<Article>().where(!Article::c.labels.any())).one() == second);
}

TEST_CASE_FIXTURE(Citizens, "relationships in queries: a One compared with an object") {
    auto ada = session.add(Citizen{.name = "ada", .passport = make<Passport>({.number = "1"})});
    auto bob = session.add(Citizen{.name = "bob"});
    session.commit();
    (void)ada->id;
    work();
    CHECK(session.scalars(select<Passport>().where(Passport::c.citizen == ada)).size() == 1);
    CHECK(work() == Lines{"SELECT passport.id, passport.number, passport.citizen_id FROM passport WHERE ? = "
                          "passport.citizen_id | 1"});
    CHECK(session.scalars(select<Passport>().where(Passport::c.citizen != ada)).empty());
    CHECK(session.scalars(select<Passport>().where(Passport::c.citizen == nullptr)).empty());
    CHECK(session.scalars(select<Passport>().where(Passport::c.citizen.has(Citizen::c.name == "ada"))).size() == 1);
    CHECK(session.scalars(select<Citizen>().where(Citizen::c.passport == nullptr)).one() == bob);
    CHECK(session.scalars(select<Citizen>().where(Citizen::c.passport.has(Passport::c.number == "1"))).one() == ada);
}

namespace {

struct Shelf;
struct Badge;
struct shelf_badges : Model<shelf_badges> {
    Column<int, primary_key, foreign_key<Shelf>> shelf_id;
    Column<int, primary_key, foreign_key<Badge>> badge_id;
};
struct Badge : Model<Badge> {  // knows nothing of the other side
    Column<int, primary_key> id;
    Column<std::string> name;
};
struct Shelf : Model<Shelf> {
    Column<int, primary_key> id;
    Many<Badge, secondary<shelf_badges>> badges;
};

}  // namespace

TEST_CASE("many-to-many: what is taken out can be deleted in the same flush") {
    TestDatabase database;
    database.create<Shelf, Badge, shelf_badges>();
    Session session{database.engine};
    auto shelf = session.add(Shelf{});
    auto badge = shelf->badges.append(Badge{.name = "x"});
    session.commit();
    shelf->badges.remove(badge);
    session.delete_(badge);
    CHECK_NOTHROW(session.commit());
    CHECK(session.scalars(select<Badge>()).empty());
    CHECK(shelf->badges.empty());
}

namespace {
struct Cover;
int covers_made = 0;
int next_cover() { return ++covers_made; }
struct story_covers : Model<story_covers> {
    Column<int, primary_key, foreign_key<struct Story>> story_id;
    Column<int, primary_key, foreign_key<Cover>> cover_id;
    Column<std::string> role = "front";
    Column<int> number = next_cover;
    Column<std::optional<std::string>> remark;
};
struct Story : Model<Story> {
    Column<int, primary_key> id;
    Many<Cover, secondary<story_covers>> covers;
};
struct Cover : Model<Cover> {
    Column<int, primary_key> id;
};
}  // namespace

TEST_CASE("many-to-many: rows between have their model's defaults") {
    TestDatabase database;
    database.create<Story, Cover, story_covers>();
    Session session{database.engine};
    covers_made = 0;
    auto story = session.add(Story{});
    story->covers.append(Cover{});
    story->covers.append(Cover{});
    session.commit();
    auto rows = session.scalars(select<story_covers>().order_by(story_covers::c.number)).all();
    REQUIRE(rows.size() == 2);
    CHECK(rows[0]->role == "front");
    CHECK(rows[1]->number == 2);
    CHECK_FALSE(rows[1]->remark.has_value());
    story->covers.remove(story->covers[0]);
    session.commit();
    CHECK(session.scalars(select<story_covers>()).all().size() == 1);
}
