// Cartesian products: what is told of, and what is none.
#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::sql;

const TableRef users("users");
const ColumnRef id = users.column("id", types::Integer());
const ColumnRef name = users.column("name", types::String());
const TableRef posts("posts");
const ColumnRef post_id = posts.column("id", types::Integer());
const ColumnRef owner = posts.column("user_id", types::Integer());
const ColumnRef title = posts.column("title", types::String());
const TableRef tags("tags");
const ColumnRef tag_post = tags.column("post_id", types::Integer());

std::string product(const Select& statement) { return Compiler().compile(statement).product; }

}  // namespace

TEST_CASE("tables that nothing links are told of") {
    CHECK(
        product(select({id, post_id})) ==
        "A query reads users and posts with no condition between them: each row of one comes with each of the other.");
    CHECK(product(select({id}).where(name == "ada" && post_id == 1)).starts_with("A query reads users and posts "));
    CHECK(product(select({id}).where(owner == id && tag_post > 3)).starts_with("A query reads users and tags "));
    CHECK(product(select({id, tag_post}).select_from(users.join(posts, owner == id)))
              .starts_with("A query reads users and tags "));
    auto latest = select({owner, title}).subquery("latest");
    CHECK(product(select({id, latest.column("title")})).starts_with("A query reads users and latest "));
    CHECK(product(select({id}).where(id.in_(select({owner, tag_post})))).starts_with("A query reads posts and tags "));
    const auto other = users.alias("other");
    CHECK(product(select({id, other.column("id")})).starts_with("A query reads users and other "));
}

TEST_CASE("what a condition links, what is joined or correlated, is no product") {
    CHECK(product(select({id, post_id}).where(owner == id)).empty());
    CHECK(product(select({id}).where(owner == id && tag_post == post_id)).empty());
    CHECK(product(select({id}).where(!(owner != id) || name == title)).empty());
    CHECK(product(select({id, post_id}).where(id.between(owner, post_id))).empty());
    CHECK(product(select({id, post_id}).where(function("near", {id, owner}))).empty());
    CHECK(product(select({id, post_id}).select_from(users.join(posts, true_()))).empty());
    CHECK(product(select({id}).where(exists(select({post_id}).where(owner == id)))).empty());
    CHECK(
        product(select({id, select({func::count()}).select_from(posts).where(owner == id).scalar_subquery()})).empty());
    CHECK(product(select({id, post_id}).where(text("users.id = posts.user_id"))).empty());
    CHECK(product(select({func::count()}).select_from(users)).empty());
}
