// INSERT, UPDATE and DELETE.

#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::sql;

const TableRef users("users");
const ColumnRef id = users.column("id", types::Integer());
const ColumnRef name = users.column("name", types::String());
const ColumnRef age = users.column("age", types::Integer());
const TableRef posts("posts");
const ColumnRef owner = posts.column("user_id", types::Integer());

template <class Statement>
std::string sql(const Statement& statement) {
    return Compiler().compile(statement).text;
}

}  // namespace

TEST_CASE("rows are inserted one by one, together, and from queries") {
    CHECK(sql(insert(users).values({{"name", "a"}, {"age", 3}})) == "INSERT INTO users (name, age) VALUES (?, ?)");
    CHECK(sql(insert(users).values({{"name", func::lower("X")}, {"age", age + 1}})) ==
          "INSERT INTO users (name, age) VALUES (lower(?), (users.age + ?))");
    CHECK(sql(insert(users).rows({"name", "age"}, {{"a", 1}, {"b", nullptr}})) ==
          "INSERT INTO users (name, age) VALUES (?, ?), (?, ?)");
    CHECK(sql(insert(users).from_select({"age"}, select({owner}))) ==
          "INSERT INTO users (age) SELECT posts.user_id \nFROM posts");
    CHECK(sql(insert(users)) == "INSERT INTO users () VALUES ()");
    CHECK(sql(insert(users).values({{"order", 1}}).returning({id})) ==
          "INSERT INTO users (\"order\") VALUES (?) RETURNING users.id");
    CHECK_THROWS_AS((void)insert(users).rows({"name"}, {{"a", 1}}), const retort::ArgumentError&);
}

TEST_CASE("an INSERT of columns alone names its parameters") {
    auto compiled = Compiler().compile(insert(users).columns({"name", "age"}));
    CHECK(compiled.text == "INSERT INTO users (name, age) VALUES (?, ?)");
    compiled.set("age", ValueView::of(std::int64_t{4}));
    CHECK(compiled.parameters[0].is_null());
    CHECK(compiled.parameters[1].integer == 4);
}

TEST_CASE("conflicts are ignored or become updates") {
    Insert one = insert(users).values({{"id", 1}, {"name", "a"}});
    CHECK(sql(one.on_conflict_do_nothing()) == "INSERT INTO users (id, name) VALUES (?, ?) ON CONFLICT DO NOTHING");
    CHECK(sql(one.on_conflict_do_update({"id"}, {{"name", excluded("name")}}, age > 1)) ==
          "INSERT INTO users (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE "
          "users.age > ?");
    CHECK_THROWS_AS((void)one.on_conflict_do_update({}, {}), const retort::ArgumentError&);
}

TEST_CASE("updates") {
    Update base = update(users).values({{"name", "x"}});
    CHECK(sql(base) == "UPDATE users SET name=?");
    CHECK(sql(base.values({{"age", age + 1}}).where(id == 1).where(name == "y")) ==
          "UPDATE users SET name=?, age=(users.age + ?) WHERE users.id = ? AND users.name = ?");
    CHECK(sql(base) == "UPDATE users SET name=?");
    CHECK(sql(base.where(id.in_(select({owner}).where(owner == id)))) ==
          "UPDATE users SET name=? WHERE users.id IN (SELECT posts.user_id \nFROM posts \nWHERE posts.user_id = "
          "users.id)");
    CHECK(sql(base.where(id == owner)) == "UPDATE users SET name=? FROM posts WHERE users.id = posts.user_id");
    CHECK_THROWS_AS((void)sql(update(users)), const CompileError&);
}

TEST_CASE("deletes") {
    CHECK(sql(delete_(users)) == "DELETE FROM users");
    CHECK(sql(delete_(users).where(id == 1).returning({id, name})) ==
          "DELETE FROM users WHERE users.id = ? RETURNING users.id, users.name");
    CHECK(sql(delete_(users).where(select({literal_column("*")}).where(owner == id).exists())) ==
          "DELETE FROM users WHERE EXISTS (SELECT * \nFROM posts \nWHERE posts.user_id = users.id)");
    CHECK(sql(delete_(users).where(id == owner)).compare(0, 21, "DELETE FROM users , p") == 0);
}
