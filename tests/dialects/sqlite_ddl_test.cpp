// SQLite's spelling of statements and DDL, and the inspector that reads it back.

#include "retort/dialects/create_engine.hpp"
#include "retort/dialects/sqlite/create_statement.hpp"
#include "retort/dialects/sqlite/dialect.hpp"
#include "retort/dialects/sqlite/inspector.hpp"
#include "retort/engine/ddl_target.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/result.hpp"
#include "retort/schema/create.hpp"
#include "retort/sql/sql.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace retort::sql;

namespace {

TableRef users{"user"};
Expression id = users.column("id", types::Integer());
Expression name = users.column("name", types::String());
Expression active = users.column("active", types::Boolean());
Expression created = users.column("created", types::DateTime());

std::string text_of(const Select& statement) {
    return dialects::sqlite::sqlite_dialect().compile(statement.ref()).text;
}
std::string where(const Expression& condition) {
    auto text = text_of(select({id}).where(condition));
    return text.substr(text.find("WHERE ") + 6);
}

schemas::MetaData small_schema() {
    schemas::MetaData metadata;
    schemas::Table parent{.name = "parent", .columns = {{.name = "id", .type = types::Integer(), .primary_key = true}}};
    metadata.add(parent);
    schemas::Table child{.name = "child",
                         .columns = {{.name = "id", .type = types::Integer(), .primary_key = true},
                                     {.name = "name", .type = types::String(80), .nullable = false},
                                     {.name = "parent_id", .type = types::Integer()},
                                     {.name = "at", .type = types::DateTime(), .server_default = func::now()}}};
    child.constraints.emplace_back(schemas::ForeignKey{.name = "fk_child_parent",
                                                       .columns = {"parent_id"},
                                                       .referred_table = "parent",
                                                       .referred_columns = {"id"},
                                                       .on_delete = schemas::Action::cascade});
    child.constraints.emplace_back(schemas::Unique{"uq_child_name", {"name"}});
    child.indexes.push_back({.name = "ix_child_parent_id", .parts = {"parent_id"}});
    metadata.add(child);
    return metadata;
}

}  // namespace

TEST_CASE("statements as SQLAlchemy writes them for SQLite") {
    CHECK(text_of(select({id}).limit(5)) == "SELECT user.id \nFROM user\n LIMIT ? OFFSET ?");
    CHECK(text_of(select({id}).offset(5)) == "SELECT user.id \nFROM user\n LIMIT ? OFFSET ?");
    CHECK(where(active) == "user.active = 1");
    CHECK(where(!active) == "user.active = 0");
    CHECK(where(true_()) == "1 = 1");
    CHECK(where(id.in_(std::vector<Value>{})) == "user.id IN (SELECT 1 FROM (SELECT 1) WHERE 1!=1)");
    CHECK(where(name.regexp_match("^a")) == "user.name REGEXP ?");
    CHECK(where(id.is_distinct_from(3)) == "user.id IS NOT ?");
    CHECK(text_of(select({extract("dow", created)})) ==
          "SELECT CAST(STRFTIME('%w', user.created) AS INTEGER) AS anon_1 \nFROM user");
    CHECK(text_of(select({id / 2})) == "SELECT user.id / (? + 0.0) AS anon_1 \nFROM user");
    CHECK(text_of(select({id}).with_for_update()) == "SELECT user.id \nFROM user");
    CHECK_THROWS_AS(text_of(select({extract("century", created)})), CompileError);
}

TEST_CASE("create_all makes what is missing, and the inspector reads it back") {
    auto engine = create_engine("sqlite://");
    auto connection = engine.connect();
    engines::ConnectionDdlTarget target(*connection);
    auto metadata = small_schema();
    schemas::create_all(metadata, target);
    schemas::create_all(metadata, target);
    auto inspector = connection->dialect().inspect(*connection);
    CHECK(inspector->get_table_names() == std::vector<std::string>{"child", "parent"});
    CHECK(inspector->has_table("child"));
    CHECK_FALSE(inspector->has_table("chil"));
    CHECK_FALSE(inspector->find_table("nothing").has_value());
    auto child = inspector->find_table("child").value();
    REQUIRE(child.columns.size() == 4);
    CHECK(child.columns[0].primary_key);
    CHECK(child.columns[1].type == types::String(80));
    CHECK_FALSE(child.columns[1].nullable);
    CHECK_FALSE(child.columns[3].server_default.is_empty());
    REQUIRE(child.foreign_keys().size() == 1);
    CHECK(child.foreign_keys()[0]->referred_table == "parent");
    CHECK(child.foreign_keys()[0]->on_delete == schemas::Action::cascade);
    REQUIRE(child.indexes.size() == 1);
    CHECK(child.indexes[0].name == "ix_child_parent_id");
    schemas::drop_all(metadata, target);
    CHECK(inspector->get_table_names().empty());
}

TEST_CASE("server defaults and AUTOINCREMENT") {
    const auto& ddl = dialects::sqlite::sqlite_dialect().ddl();
    schemas::Table table{.name = "t", .options = {{"sqlite_autoincrement", "true"}}};
    table.columns.push_back({.name = "id", .type = types::Integer(), .primary_key = true});
    table.columns.push_back({.name = "a", .type = types::Integer(), .server_default = "5"});
    table.columns.push_back({.name = "b", .type = types::Boolean(), .server_default = true_()});
    table.columns.push_back({.name = "c", .type = types::DateTime(), .server_default = text("CURRENT_TIMESTAMP")});
    table.columns.push_back({.name = "d", .type = types::DateTime(), .server_default = func::now()});
    CHECK(ddl.compile(schemas::CreateTable{table}) ==
          "CREATE TABLE t (\n\tid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, \n\ta INTEGER DEFAULT '5', \n"
          "\tb BOOLEAN DEFAULT (1), \n\tc DATETIME DEFAULT CURRENT_TIMESTAMP, \n"
          "\td DATETIME DEFAULT (CURRENT_TIMESTAMP)\n)");
}

TEST_CASE("declarations are read as types") {
    using dialects::sqlite::type_of_declaration;
    CHECK(type_of_declaration("VARCHAR(80)") == types::String(80));
    CHECK(type_of_declaration("numeric(10, 2)") == types::Numeric(10, 2));
    CHECK(type_of_declaration("INTEGER") == types::Integer());
    CHECK(type_of_declaration("geometry") == types::Named("GEOMETRY"));
    CHECK(type_of_declaration("") == types::Named(""));
}

TEST_CASE("statements as values are run") {
    auto engine = create_engine("sqlite://");
    auto connection = engine.connect();
    connection->run("CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT)");
    connection->execute(insert(users).values({{"name", "ada"}}));
    connection->execute(insert(users).values({{"name", "bob"}}));
    CHECK(connection->execute(update(users).values({{"name", "eve"}}).where(id == 2)).rows_affected() == 1);
    CHECK(connection->execute(select({name}).order_by({id})).scalars<std::string>() ==
          std::vector<std::string>{"ada", "eve"});
    CHECK(connection
              ->execute(text("SELECT name FROM user WHERE id = :id", {{"id", Value(ValueView::of(std::int64_t{1}))}}))
              .scalar_one<std::string>() == "ada");
    CHECK(connection->execute(delete_(users)).rows_affected() == 2);
}

TEST_CASE("a BigInteger primary key counts up") {
    schemas::MetaData metadata;
    metadata.add({.name = "event",
                  .columns = {{.name = "id", .type = types::BigInteger(), .primary_key = true},
                              {.name = "size", .type = types::BigInteger()}}});
    auto connection = create_engine("sqlite://").connect();
    engines::ConnectionDdlTarget target(*connection);
    schemas::create_all(metadata, target);
    connection->run("INSERT INTO event (size) VALUES (5000000000)");
    CHECK(connection->execute(std::string_view("SELECT id, size FROM event")).one().get<std::int64_t>(0) == 1);
    CHECK(connection->execute(std::string_view("SELECT sql FROM sqlite_master"))
              .scalar_one<std::string>()
              .find("size BIGINT") != std::string::npos);
}
