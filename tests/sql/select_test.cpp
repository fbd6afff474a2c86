// SELECT: what stands in FROM, how columns are named, and that statements are values.
#include "retort/sql/select.hpp"

#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::sql;

const TableRef users("users");
const ColumnRef id = users.column("id", types::Integer());
const ColumnRef name = users.column("name", types::String());
const ColumnRef manager = users.column("manager_id", types::Integer());
const TableRef posts("posts");
const ColumnRef post_id = posts.column("id", types::Integer());
const ColumnRef owner = posts.column("user_id", types::Integer());
const TableRef tags("tags");
const ColumnRef tag_post = tags.column("post_id", types::Integer());

std::string sql(const Select& statement) { return Compiler().compile(statement).text; }

}  // namespace

TEST_CASE("a statement is a value") {
    Select base = select({id}).where(id > 1);
    Select named = base.where(name == "ada");
    Select ordered = base.order_by({name}).limit(3);
    CHECK(sql(base) == "SELECT users.id \nFROM users \nWHERE users.id > ?");
    CHECK(sql(named) == "SELECT users.id \nFROM users \nWHERE users.id > ? AND users.name = ?");
    CHECK(sql(ordered) == "SELECT users.id \nFROM users \nWHERE users.id > ? ORDER BY users.name\n LIMIT ?");
    CHECK(sql(base.where(Expression())) == sql(base));
}

TEST_CASE("parameters outlive the statement they came from") {
    Compiled compiled;
    {
        std::string text(100, 'x');
        compiled = Compiler().compile(select({id}).where(name == text).limit(7));
    }
    REQUIRE(compiled.parameters.size() == 2);
    CHECK(compiled.parameters[0].text() == std::string(100, 'x'));
    CHECK(compiled.parameters[1].integer == 7);
}

TEST_CASE("FROM follows from columns and conditions") {
    CHECK(sql(select({id, post_id})) == "SELECT users.id, posts.id AS id_1 \nFROM users, posts");
    CHECK(sql(select({id}).where(post_id == 1)) == "SELECT users.id \nFROM users, posts \nWHERE posts.id = ?");
    CHECK(sql(select({func::count()}).select_from(users)) == "SELECT count(*) AS count_1 \nFROM users");
    CHECK(sql(select({TableRef("users").column("id"), id.label("x")})) ==
          "SELECT users.id, users.id AS x \nFROM users");
    CHECK(sql(select({1})) == "SELECT ? AS anon_1");
    CHECK(sql(select({TableRef("t", "s").column("a")})) == "SELECT s.t.a \nFROM s.t");
}

TEST_CASE("joins find their left side") {
    CHECK(sql(select({id}).join(posts, id == owner).outerjoin(tags, tag_post == post_id)) ==
          "SELECT users.id \nFROM users JOIN posts ON users.id = posts.user_id "
          "LEFT OUTER JOIN tags ON tags.post_id = posts.id");
    CHECK(sql(select({id, post_id}).join(tags, tag_post == post_id)) ==
          "SELECT users.id, posts.id AS id_1 \nFROM posts JOIN tags ON tags.post_id = posts.id, users");
    CHECK(sql(select({func::count()}).join(posts, id == owner)) ==
          "SELECT count(*) AS count_1 \nFROM users JOIN posts ON users.id = posts.user_id");
    CHECK(sql(select({id}).join(posts, id == owner).with_only_columns({func::count()})) ==
          "SELECT count(*) AS count_1 \nFROM users JOIN posts ON users.id = posts.user_id");
    CHECK_THROWS_AS((void)select({func::count()}).join(posts, post_id == 1), const CompileError&);
}

TEST_CASE("aliases and subqueries") {
    TableRef boss = users.alias("boss");
    CHECK(sql(select({name, boss.column("name")}).join(boss, boss.column("id") == manager)) ==
          "SELECT users.name, boss.name AS name_1 \nFROM users JOIN users AS boss ON boss.id = users.manager_id");
    TableRef one = users.alias();
    TableRef two = users.alias();
    CHECK(sql(select({one.column("id"), two.column("id")})) ==
          "SELECT users_1.id, users_2.id AS id_1 \nFROM users AS users_1, users AS users_2");
    Subquery inner = select({id.label("key")}).limit(3).subquery();
    CHECK(sql(select({func::count(inner.column("key"))})) ==
          "SELECT count(anon_1.key) AS count_1 \nFROM (SELECT users.id AS key \nFROM users\n LIMIT ?) AS anon_1");
    CHECK_THROWS_WITH_AS((void)inner.column("kye"), doctest::Contains("selects no column \"kye\""),
                         const retort::ArgumentError&);
}

TEST_CASE("subqueries in conditions share the tables around them") {
    CHECK(
        sql(select({id}).where(select({post_id}).where(owner == id).exists())) ==
        "SELECT users.id \nFROM users \nWHERE EXISTS (SELECT posts.id \nFROM posts \nWHERE posts.user_id = users.id)");
    CHECK(sql(select({id, select({func::count(post_id)}).where(owner == id).scalar_subquery().label("n")})) ==
          "SELECT users.id, (SELECT count(posts.id) AS count_1 \nFROM posts \nWHERE posts.user_id = users.id) AS n "
          "\nFROM users");
    CHECK(sql(select({id}).where(id == select({func::max(id)}).scalar_subquery())) ==
          "SELECT users.id \nFROM users \nWHERE users.id = (SELECT max(users.id) AS max_1 \nFROM users)");
    CHECK_THROWS_AS((void)sql(select({id}).join(posts, id == owner).where(select({id}).where(post_id == id).exists())),
                    const CompileError&);
    CHECK(sql(select({id}).where(select({literal_column("1")}).where(id == owner).correlate({users}).exists())) ==
          "SELECT users.id \nFROM users \nWHERE EXISTS (SELECT 1 \nFROM posts \nWHERE users.id = posts.user_id)");
}

TEST_CASE("columns selected twice get labels") {
    CHECK(sql(select({id, id, id})) == "SELECT users.id, users.id AS id__1, users.id AS id__2 \nFROM users");
    CHECK(sql(select({id, post_id, id, post_id})) ==
          "SELECT users.id, posts.id AS id_1, users.id AS id__1, posts.id AS id__2 \nFROM users, posts");
    CHECK(sql(select({id, post_id}).set_label_style(LabelStyle::table_plus_column)) ==
          "SELECT users.id AS users_id, posts.id AS posts_id \nFROM users, posts");
    CHECK(sql(select({id, post_id}).set_label_style(LabelStyle::none)) ==
          "SELECT users.id, posts.id \nFROM users, posts");
    CHECK(sql(select({id, cast(id, types::String())})) ==
          "SELECT users.id, CAST(users.id AS VARCHAR) AS id__1 \nFROM users");
    CHECK(sql(select({func::coalesce({name, "x"}), func::coalesce({name, "y"})})) ==
          "SELECT coalesce(users.name, ?) AS coalesce_1, coalesce(users.name, ?) AS coalesce_3 \nFROM users");
}

TEST_CASE("ORDER BY and GROUP BY take labels and names") {
    Expression n = func::count(post_id).label("total");
    CHECK(sql(select({n}).order_by({n.desc()}).group_by({"total"})) ==
          "SELECT count(posts.id) AS total \nFROM posts GROUP BY total ORDER BY total DESC");
    CHECK(sql(select({id}).order_by({id.label("k")})) == "SELECT users.id \nFROM users ORDER BY users.id");
    CHECK(sql(select({id}).order_by({asc("id"), name.nulls_first()})) ==
          "SELECT users.id \nFROM users ORDER BY users.id ASC, users.name NULLS FIRST");
    CHECK(sql(select({id}).order_by({name}).without_order()) == "SELECT users.id \nFROM users");
    CHECK_THROWS_WITH_AS((void)sql(select({n}).order_by({"totl"})), doctest::Contains("did you mean"),
                         const CompileError&);
}

TEST_CASE("grouping, having, distinct, locks") {
    CHECK(sql(select({owner}).group_by({owner}).having(func::count() > 3 || owner == 1).having(owner > 0)) ==
          "SELECT posts.user_id \nFROM posts GROUP BY posts.user_id \nHAVING (count(*) > ? OR posts.user_id = ?) AND "
          "posts.user_id > ?");
    CHECK(sql(select({name}).distinct()) == "SELECT DISTINCT users.name \nFROM users");
    CHECK(sql(select({name}).with_for_update()) == "SELECT users.name \nFROM users FOR UPDATE");
    CHECK(sql(select({id}).slice(2, 5)) == "SELECT users.id \nFROM users\n LIMIT ? OFFSET ?");
    CHECK(sql(select({id}).where(true_()).where(id == 1)) == "SELECT users.id \nFROM users \nWHERE users.id = ?");
    CHECK(sql(select({id}).where(false_()).where(id == 1)) == "SELECT users.id \nFROM users \nWHERE false");
}

TEST_CASE("unions") {
    Select both = union_({select({id}), select({post_id})});
    CHECK(sql(both.order_by({"id"}).limit(3)) ==
          "SELECT users.id \nFROM users UNION SELECT posts.id \nFROM posts ORDER BY id\n LIMIT ?");
    CHECK(sql(both.order_by({id})) == "SELECT users.id \nFROM users UNION SELECT posts.id \nFROM posts ORDER BY id");
    CHECK(sql(union_all({both, select({owner})})) ==
          "(SELECT users.id \nFROM users UNION SELECT posts.id \nFROM posts) UNION ALL SELECT posts.user_id \nFROM "
          "posts");
    CHECK(sql(both.where(id == 1)).find("FROM (SELECT users.id AS id \nFROM users UNION SELECT") != std::string::npos);
    CHECK_THROWS_AS((void)union_({select({id}), select({id, name})}), const CompileError&);
    CHECK_THROWS_AS((void)union_({}), const retort::ArgumentError&);
}

TEST_CASE("WITH comes first, and so do its parameters") {
    Subquery old = select({id}).where(id < 10).cte("old");
    auto compiled = Compiler().compile(select({old.column("id")}).where(old.column("id") > 1));
    CHECK(compiled.text ==
          "WITH \"old\" AS \n(SELECT users.id AS id \nFROM users \nWHERE users.id < ?)\n SELECT \"old\".id "
          "\nFROM \"old\" \nWHERE \"old\".id > ?");
    REQUIRE(compiled.parameters.size() == 2);
    CHECK(compiled.parameters[0].integer == 10);
    CHECK(compiled.parameters[1].integer == 1);
}

TEST_CASE("an empty SELECT is refused") {
    CHECK_THROWS_AS((void)sql(Select()), const CompileError&);
    CHECK_THROWS_AS((void)sql(select({id + Expression()})), const CompileError&);
}

TEST_CASE("a column that a subquery selects twice is one of its columns") {
    auto twice = select({id, name, id}).subquery();
    CHECK(sql(select(twice.columns())) ==
          "SELECT anon_1.id, anon_1.name, anon_1.id AS id__1 \nFROM (SELECT users.id AS id, users.name AS name, "
          "users.id AS id__1 \nFROM users) AS anon_1");
    auto both = select({id, post_id}).subquery();
    CHECK(sql(select(both.columns())) ==
          "SELECT anon_1.id, anon_1.id_1 \nFROM (SELECT users.id AS id, posts.id AS id_1 \nFROM users, posts) AS "
          "anon_1");
}

TEST_CASE("a lateral query comes after the tables that it is made for") {
    auto own = select({post_id}).where(owner == id).correlate({users}).lateral("own");
    CHECK(sql(select({own.column("id"), id})) ==
          "SELECT own.id, users.id AS id_1 \nFROM users, LATERAL (SELECT posts.id AS id \nFROM posts \nWHERE "
          "posts.user_id = users.id) AS own");
}

TEST_CASE("names given as texts order a window and a group") {
    CHECK(
        sql(select({id, func::count().over({"id"}, {Expression("name").desc()}), name})) ==
        "SELECT users.id, count(*) OVER (PARTITION BY users.id ORDER BY users.name DESC) AS anon_1, users.name \nFROM "
        "users");
}
