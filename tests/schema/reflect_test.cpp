// MetaData::reflect: which tables are read, and what becomes of those that are known already.

#include <map>

#include "retort/schema/metadata.hpp"
#include "tests/doctest.hpp"

using namespace retort::schemas;
using namespace retort::sql::types;

namespace {

/// A database made of values.
class Source final : public TableSource {
  public:
    std::vector<std::string> get_table_names(std::string_view) override { return names(false); }
    std::vector<std::string> get_view_names(std::string_view) override { return names(true); }
    std::optional<Table> find_table(std::string_view name, std::string_view schema) override {
        auto found = tables.find(std::string(name));
        if (found == tables.end()) return std::nullopt;
        Table table = found->second;
        table.schema = schema;
        return table;
    }
    void add(Table table) { tables[table.name] = table; }

    std::map<std::string, Table> tables;

  private:
    std::vector<std::string> names(bool views) const {
        std::vector<std::string> out;
        for (auto& [name, table] : tables) {
            if (table.view == views) out.push_back(name);
        }
        return out;
    }
};

Source source() {
    Source out;
    out.add({.name = "parent", .columns = {{.name = "id", .type = Integer(), .primary_key = true}}});
    Table child{.name = "child",
                .columns = {{.name = "id", .type = Integer(), .primary_key = true},
                            {.name = "parent_id", .type = Integer()},
                            {.name = "note", .type = Text()}}};
    child.constraints.emplace_back(ForeignKey{"", {"parent_id"}, "parent", {"id"}});
    child.indexes.push_back({.name = "ix_note", .parts = {"note"}});
    out.add(child);
    out.add({.name = "other", .columns = {{.name = "id", .type = Integer()}}});
    out.add({.name = "seen", .columns = {{.name = "id", .type = Integer()}}, .view = true});
    return out;
}

std::vector<std::string> names(const MetaData& metadata) {
    std::vector<std::string> out;
    for (const Table* table : metadata.tables()) out.push_back(table->name);
    return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("all tables, or those named and what they refer to") {
    Source from = source();
    MetaData all;
    all.reflect(from);
    CHECK(names(all) == Names{"child", "other", "parent"});
    MetaData some;
    some.reflect(from, {.only = {"child"}});
    CHECK(names(some) == Names{"child", "parent"});
    MetaData one;
    one.reflect(from, {.only = {"child"}, .resolve_fks = false});
    CHECK(names(one) == Names{"child"});
    MetaData views;
    views.reflect(from, {.only = {"seen"}, .views = true});
    CHECK(views.table("seen").view);
}

TEST_CASE("a name that the database lacks changes nothing") {
    Source from = source();
    MetaData metadata;
    CHECK_THROWS_WITH_AS(metadata.reflect(from, {.only = {"child", "others"}}),
                         doctest::Contains("did you mean \"other\"?"), const retort::InvalidRequestError&);
    CHECK(metadata.empty());
    CHECK_THROWS_AS(metadata.reflect(from, {.only = {"seen"}}), const retort::InvalidRequestError&);
}

TEST_CASE("reflected constraints take no names of the convention") {
    Source from = source();
    MetaData metadata(NamingConvention::for_models());
    metadata.reflect(from, {.only = {"child"}});
    CHECK(metadata.table("child").foreign_keys()[0]->name.empty());
}

TEST_CASE("tables that are known stay, unless they are to be extended") {
    Source from = source();
    auto known = [] {
        MetaData metadata;
        metadata.add({.name = "child",
                      .columns = {{.name = "id", .type = BigInteger(), .primary_key = true},
                                  {.name = "note", .type = String(9), .comment = "ours"}}});
        return metadata;
    };
    MetaData kept = known();
    const Table* before = kept.find("child");
    kept.reflect(from);
    CHECK(kept.find("child")->columns.size() == 2);
    CHECK(names(kept) == Names{"child", "other", "parent"});

    MetaData replaced = known();
    before = replaced.find("child");
    replaced.reflect(from, {.only = {"child"}, .extend_existing = true});
    CHECK(replaced.find("child") == before);
    CHECK(before->columns.size() == 3);
    CHECK(before->column("note").type == Text());
    CHECK(before->foreign_keys().size() == 1);
    CHECK(before->indexes.size() == 1);
    // Reading twice changes nothing more.
    replaced.reflect(from, {.only = {"child"}, .extend_existing = true});
    CHECK(before->foreign_keys().size() == 1);
    CHECK(before->indexes.size() == 1);

    MetaData added = known();
    added.reflect(from, {.only = {"child"}, .extend_existing = true, .autoload_replace = false});
    CHECK(added.table("child").column("note").comment == "ours");
    CHECK(added.table("child").column("id").type == BigInteger());
    CHECK(added.table("child").find("parent_id") != nullptr);
}
