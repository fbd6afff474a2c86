// Comparing tables by content, with the standard's spelling.
#include "retort/schema/compare.hpp"

#include "tests/doctest.hpp"

using namespace retort::schemas;
using namespace retort::sql::types;
namespace sql = retort::sql;

namespace {

const DdlCompiler ddl;

Table table() {
    Table out{.name = "t",
              .columns = {{.name = "id", .type = Integer(), .nullable = false, .primary_key = true},
                          {.name = "a", .type = String(5)},
                          {.name = "b", .type = Integer()}}};
    out.primary_key.columns = {"id"};
    return out;
}

std::vector<std::string> told(const Table& before, const Table& after) {
    std::vector<std::string> out;
    for (const auto& one : compare_tables(before, after, ddl)) out.push_back(to_string(one));
    return out;
}

using Told = std::vector<std::string>;

}  // namespace

TEST_CASE("a table equals itself, under any name") {
    Table other = table();
    other.name = "u";
    CHECK(told(table(), other).empty());
}

TEST_CASE("columns: added, removed, moved, changed") {
    Table after = table();
    after.columns.erase(after.columns.begin() + 1);
    after.columns.push_back({.name = "c", .type = Text()});
    CHECK(told(table(), after) == Told{"column a: a VARCHAR(5) -> nothing", "column c: nothing -> c TEXT"});
    after = table();
    std::swap(after.columns[1], after.columns[2]);
    CHECK(told(table(), after) == Told{"column order: id, a, b -> id, b, a"});
    after = table();
    after.columns[1] = {.name = "a", .type = String(9), .nullable = false, .server_default = "x", .comment = "so"};
    CHECK(told(table(), after) == Told{"type a: VARCHAR(5) -> VARCHAR(9)", "nullable a: NULL -> NOT NULL",
                                       "default a: nothing -> 'x'", "comment a: nothing -> so"});
}

TEST_CASE("spellings of one thing do not differ") {
    Table before = table();
    Table after = table();
    before.columns[1].type = String(5, "nocase");
    after.columns[1].collation = "NOCASE";
    before.columns[2].server_default = "5";
    after.columns[2].server_default = sql::text("5");
    before.columns[2].checks.push_back({.name = "k", .condition = sql::column("b") > 3});
    after.constraints.emplace_back(Check{.name = "k", .condition = sql::literal_column("((b>3)) -- ok")});
    before.constraints.emplace_back(ForeignKey{.name = "f",
                                               .columns = {"b"},
                                               .referred_table = "p",
                                               .referred_columns = {"id"},
                                               .on_delete = Action::no_action,
                                               .deferrable = false});
    after.constraints.emplace_back(
        ForeignKey{.name = "f", .columns = {"b"}, .referred_table = "p", .referred_columns = {"id"}});
    CHECK(told(before, after).empty());
}

TEST_CASE("constraints are paired by name, then by content") {
    Table before = table();
    before.constraints = {Unique{"uq_a", {"a"}}, Unique{"", {"b"}},
                          Check{.name = "c", .condition = sql::column("b") > 1}};
    Table after = table();
    after.constraints = {Unique{"uq_a", {"a", "b"}}, Unique{"uq_b", {"b"}}};
    CHECK(told(before, after) == Told{"unique uq_a: CONSTRAINT uq_a UNIQUE (a) -> CONSTRAINT uq_a UNIQUE (a, b)",
                                      "unique: UNIQUE (b) -> CONSTRAINT uq_b UNIQUE (b)",
                                      "check c: CONSTRAINT c CHECK (b > 1) -> nothing"});
    // Two equal ones are two.
    before.constraints = {Unique{"", {"a"}}, Unique{"", {"a"}}};
    after.constraints = {Unique{"", {"a"}}};
    CHECK(told(before, after) == Told{"unique: UNIQUE (a) -> nothing"});
}

TEST_CASE("keys and indexes") {
    Table before = table();
    Table after = table();
    after.primary_key = {.name = "pk_t", .columns = {"id", "b"}};
    after.indexes = {{.name = "ix", .parts = {"a"}, .unique = true}};
    CHECK(told(before, after) == Told{"primary key: PRIMARY KEY (id) -> CONSTRAINT pk_t PRIMARY KEY (id, b)",
                                      "index ix: nothing -> CREATE UNIQUE INDEX ix ON t (a)"});
    before = after;
    after.indexes = {{.name = "ix2", .parts = {"a"}, .unique = true}};
    CHECK(told(before, after) == Told{"index ix: CREATE UNIQUE INDEX ix ON t (a) -> CREATE UNIQUE INDEX ix2 ON t (a)"});
}
