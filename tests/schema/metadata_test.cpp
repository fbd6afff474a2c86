// MetaData: what it refuses, and in which order tables can be made.
#include "retort/schema/metadata.hpp"

#include "retort/schema/create.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace retort::schemas;
using namespace retort::sql::types;

Column key() { return {.name = "id", .type = Integer(), .primary_key = true}; }

Table referring(std::string name, const std::vector<std::string>& others, bool use_alter = false) {
    Table table{.name = std::move(name), .columns = {key()}};
    for (const std::string& other : others) {
        std::string column = other + "_id";
        table.columns.push_back({.name = column, .type = Integer()});
        ForeignKey foreign{"", {column}, other, {"id"}};
        foreign.use_alter = use_alter;
        table.constraints.emplace_back(foreign);
    }
    return table;
}

std::vector<std::string> names(const std::vector<const Table*>& tables) {
    std::vector<std::string> out;
    for (const Table* table : tables) out.push_back(table->name);
    return out;
}

/// Collects DDL, and knows which tables there are.
class Notebook : public DdlTarget {
  public:
    const DdlCompiler& compiler() const override { return ddl_; }
    bool has_table(std::string_view name, std::string_view) override { return name == there; }
    void run(const std::string& ddl) override { lines.push_back(ddl.substr(0, ddl.find(" ("))); }

    std::string there;
    std::vector<std::string> lines;

  private:
    DdlCompiler ddl_;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("tables come after those they refer to") {
    MetaData metadata;
    metadata.add(referring("post_tag", {"post", "tag"}));
    metadata.add(referring("post", {"author", "post"}));
    metadata.add(referring("tag", {}));
    metadata.add(referring("author", {"nowhere"}));
    CHECK(names(metadata.sorted_tables()) == Names{"author", "tag", "post", "post_tag"});
}

TEST_CASE("a circle is reported with its names") {
    MetaData metadata;
    metadata.add(referring("a", {"b"}));
    metadata.add(referring("b", {"c"}));
    metadata.add(referring("c", {"b"}));
    CHECK_THROWS_WITH_AS((void)metadata.sorted_tables(), doctest::Contains("\"b\" -> \"c\" -> \"b\""),
                         const CircularDependencyError&);
    SortedTables sorted = sort_tables(metadata);
    CHECK(sorted.tables.size() == 3);
    CHECK(sorted.late.size() == 2);
}

TEST_CASE("use_alter breaks a circle") {
    MetaData metadata;
    metadata.add(referring("a", {"b"}));
    metadata.add(referring("b", {"a"}, true));
    CHECK(names(metadata.sorted_tables()) == Names{"b", "a"});
}

TEST_CASE("names that do not fit are refused") {
    MetaData metadata;
    metadata.add(referring("user", {}));
    CHECK_THROWS_AS(metadata.add(referring("user", {})), const retort::InvalidRequestError&);
    CHECK_THROWS_AS(metadata.add({.name = "t", .columns = {key(), key()}}), const retort::ArgumentError&);
    CHECK_THROWS_WITH_AS(metadata.add({.name = "t", .columns = {key()}, .constraints = {Unique{"", {"idd"}}}}),
                         doctest::Contains("did you mean \"id\""), const retort::ArgumentError&);
    CHECK_THROWS_WITH_AS((void)metadata.table("usr"), doctest::Contains("did you mean \"user\""),
                         const retort::InvalidRequestError&);
    CHECK(metadata.find("usr") == nullptr);
    CHECK(metadata.tables().size() == 1);
}

TEST_CASE("the primary key is not nullable, and numbered when it is one integer") {
    MetaData metadata;
    const Table& user = metadata.add(referring("user", {}));
    CHECK_FALSE(user.column("id").nullable);
    CHECK(user.primary_key.columns == Names{"id"});
    CHECK(user.autoincrement_column() == user.find("id"));
    Table text{.name = "t", .columns = {{.name = "id", .type = String(), .primary_key = true}}};
    CHECK(metadata.add(text).autoincrement_column() == nullptr);
    Table child{.name = "child", .columns = {key()}, .constraints = {ForeignKey{"", {"id"}, "user", {"id"}}}};
    CHECK(metadata.add(child).autoincrement_column() == nullptr);
}

TEST_CASE("create_all makes what is missing, drop_all takes away what is there") {
    MetaData metadata(NamingConvention::for_models());
    Table post = referring("post", {"author"});
    post.indexes.push_back(Index{"", {"author_id"}});
    metadata.add(post);
    metadata.add(referring("author", {}));
    Notebook all;
    create_all(metadata, all);
    CHECK(all.lines == Names{"CREATE TABLE author", "CREATE TABLE post", "CREATE INDEX ix_post_author_id ON post"});
    Notebook rest;
    rest.there = "author";
    create_all(metadata, rest);
    CHECK(rest.lines == Names{"CREATE TABLE post", "CREATE INDEX ix_post_author_id ON post"});
    Notebook down;
    down.there = "author";
    drop_all(metadata, down);
    CHECK(down.lines == Names{"DROP TABLE author"});
    Notebook everything;
    drop_all(metadata, everything, false);
    CHECK(everything.lines == Names{"DROP TABLE post", "DROP TABLE author"});
}

TEST_CASE("circles are closed after the tables are made, and opened before they are dropped") {
    MetaData metadata(NamingConvention::for_models());
    metadata.add(referring("a", {"b"}));
    metadata.add(referring("b", {"a"}));
    Notebook up;
    create_all(metadata, up, false);
    CHECK(up.lines.size() == 4);
    CHECK(up.lines[2].find("ALTER TABLE ") == 0);
    CHECK(up.lines[3].find("ALTER TABLE ") == 0);
    Notebook down;
    drop_all(metadata, down, false);
    CHECK(down.lines.size() == 4);
    CHECK(down.lines[0].find("ALTER TABLE ") == 0);
}

TEST_CASE("a table of metadata that nobody keeps is a table of its own") {
    auto made = [] {
        MetaData metadata(NamingConvention::for_models());
        metadata.add(referring("a", {"b"}));
        metadata.add(referring("b", {}));
        return metadata;
    };
    static_assert(std::is_same_v<decltype(made().table("a")), Table>);
    static_assert(std::is_same_v<decltype(std::declval<MetaData&>().table("a")), const Table&>);
    std::vector<std::string> names;
    for (const auto& column : made().table("a").columns) names.push_back(column.name);
    CHECK(names == std::vector<std::string>{"id", "b_id"});
}
