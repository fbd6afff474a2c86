// Every table that DDL can make comes back from the database as it was, and makes the same table again.

#include "random_tables.hpp"
#include "retort/dialects/create_engine.hpp"
#include "retort/dialects/sqlite/ddl.hpp"
#include "retort/engine/inspector.hpp"
#include "retort/engine/result.hpp"
#include "retort/schema/compare.hpp"
#include "tests/doctest.hpp"
#include "tests/sanitized.hpp"

using namespace retort;
using namespace retort::engines;
using namespace retort::schemas;

namespace {

const DdlCompiler& ddl = dialects::sqlite::sqlite_ddl();

void make(Connection& connection, const Table& table) {
    connection.run(ddl.compile(CreateTable{table}));
    for (const Index& index : table.indexes) connection.run(ddl.compile(CreateIndex{table.name, index}));
}

std::string told(const std::vector<Difference>& differences) {
    std::string out;
    for (const auto& one : differences) out += to_string(one) + '\n';
    return out;
}

/// What SQLite itself says about a table, in one text.
std::string pragmas(Connection& connection, const std::string& table) {
    const sql::ValueView parameters[] = {sql::ValueView::of(std::string_view(table))};
    std::string out;
    for (const char* sql : {"SELECT cid, name, type, \"notnull\", pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid",
                            "SELECT seq, \"table\", \"from\", \"to\", on_update, on_delete FROM "
                            "pragma_foreign_key_list(?) ORDER BY id, seq",
                            "SELECT l.\"unique\", l.origin, l.partial, x.seqno, x.name, x.\"desc\", x.coll FROM "
                            "pragma_index_list(?) AS l, "
                            "pragma_index_xinfo(l.name) AS x ORDER BY 1, 2, 3, l.name, 4",
                            "SELECT wr, strict FROM pragma_table_list(?) WHERE schema = 'main'"}) {
        for (const auto& row : connection.execute(sql, parameters)) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                auto text = sql::to_string(row[i]);
                // Words for one type are one type.
                out += (row.columns()[i] == "type" ? ddl.normal_type(row.get<std::string>(i)) : text) + ' ';
            }
            out += '\n';
        }
    }
    return out;
}

}  // namespace

TEST_CASE("created, then reflected: equal by content") {
    for (std::uint32_t seed = 0; seed < sanitized::fewer(400u); ++seed) {
        CAPTURE(seed);
        random_tables::Maker maker(seed);
        auto engine = create_engine("sqlite://");
        auto connection = engine.connect();
        auto inspector = inspect(*connection);
        for (const Table& table : maker.tables(3)) {
            CAPTURE(ddl.compile(CreateTable{table}));
            make(*connection, table);
            auto reflected = inspector->get_table(table.name);
            CHECK(told(compare_tables(table, reflected, ddl)) == "");
            CHECK(told(compare_tables(reflected, table, ddl)) == "");
        }
    }
}

TEST_CASE("reflected, then created again: the same to SQLite") {
    for (std::uint32_t seed = 1000; seed < 1000 + sanitized::fewer(200u); ++seed) {
        CAPTURE(seed);
        random_tables::Maker maker(seed);
        auto first = create_engine("sqlite://");
        auto second = create_engine("sqlite://");
        auto from = first.connect();
        auto to = second.connect();
        auto tables = maker.tables(3);
        for (const Table& table : tables) make(*from, table);
        auto inspector = inspect(*from);
        for (const Table& table : tables) make(*to, inspector->get_table(table.name));
        for (const Table& table : tables) {
            CAPTURE(ddl.compile(CreateTable{table}));
            CHECK(pragmas(*to, table.name) == pragmas(*from, table.name));
            CHECK(told(compare_tables(inspector->get_table(table.name), inspect(*to)->get_table(table.name), ddl)) ==
                  "");
        }
    }
}

TEST_CASE("what is changed is found, and nothing else") {
    for (std::uint32_t seed = 2000; seed < 2300; ++seed) {
        CAPTURE(seed);
        random_tables::Maker maker(seed);
        Table before = maker.table("t", {});
        Table after = before;
        Subject expected = Subject::column;
        std::string name = after.columns.back().name;
        switch (maker.below(6)) {
            case 0: after.columns.push_back(maker.column(name = "new")); break;
            case 1:
                after.columns.back().type = sql::types::Named("ANOTHER");
                expected = Subject::type;
                break;
            case 2:
                after.indexes.push_back({.name = name = "ix_new", .parts = {before.columns.front().name}});
                expected = Subject::index;
                break;
            case 3:
                after.constraints.emplace_back(
                    Check{.name = name = "ck_new", .condition = sql::literal_column("0 < 1")});
                expected = Subject::check;
                break;
            case 4:
                after.columns.back().server_default = sql::text("'another'");
                expected = Subject::server_default;
                break;
            default: after.columns.back().nullable = !before.columns.back().nullable; expected = Subject::nullable;
        }
        auto found = compare_tables(before, after, ddl);
        CAPTURE(told(found));
        bool rekeyed = after.columns.back().primary_key && expected == Subject::type;
        if (rekeyed) continue;
        REQUIRE(found.size() == 1);
        CHECK(found[0].subject == expected);
        CHECK(found[0].name == name);
    }
}
