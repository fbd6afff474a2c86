// Lookups that run on: the same rows as by one statement after the other.
#include <sqlite3.h>

#include <random>

#include "retort/dialects/create_engine.hpp"
#include "retort/dialects/sqlite/driver.hpp"
#include "retort/dialects/sqlite/feed_text.hpp"
#include "retort/engine/connection.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "scratch.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using dialects::sqlite::SqliteConnection;
using engines::Connection;
using engines::Transaction;
using sql::ValueView;

namespace {

constexpr const char* by_id = "SELECT t.id, t.name FROM t WHERE t.id = ?";

void make_rows(Engine& engine, int rows) {
    auto connection = engine.connect();
    connection->run("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    connection->run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(rows) +
                    ") INSERT INTO t SELECT i, 'name' || i FROM n");
}

/// The name under this key, or "-".
std::string name_of(Connection& connection, std::int64_t id) {
    std::string name = "-";
    ValueView key = ValueView::of(id);
    connection.first(by_id, {&key, 1}, [&](std::span<const ValueView> row) {
        REQUIRE(row[0].integer == id);
        name = row[1].text();
    });
    return name;
}

sqlite3* db_of(Connection& connection) { return static_cast<SqliteConnection&>(connection.driver()).db(); }

/// Statements of the connection that take values from the feed, and are within a run.
int waiting_lookups(Connection& connection) {
    int count = 0;
    for (auto* each = sqlite3_next_stmt(db_of(connection), nullptr); each != nullptr;
         each = sqlite3_next_stmt(db_of(connection), each)) {
        bool fed = std::string_view(sqlite3_sql(each)).find("retort_feed") != std::string_view::npos;
        if (fed && sqlite3_stmt_busy(each) != 0) ++count;
    }
    return count;
}

/// In memory and in a file.
void in_each_place(int rows, FunctionRef<void(Engine&, Transaction&)> work) {
    scratch::Folder folder;
    for (const std::string& url : {std::string("sqlite://"), folder.url("x.db")}) {
        CAPTURE(url);
        auto engine = create_engine(url);
        make_rows(engine, rows);
        auto transaction = engine.begin();
        work(engine, *transaction);
    }
}

}  // namespace

TEST_CASE("lookups one after the other run on, and find each its row") {
    in_each_place(500, [](Engine&, Transaction& transaction) {
        auto& reader = transaction.reader();
        std::mt19937 random(7);
        for (int i = 0; i < 2000; ++i) {
            auto id = static_cast<std::int64_t>(random() % 600) - 20;
            CHECK(name_of(reader, id) == (id >= 1 && id <= 500 ? "name" + std::to_string(id) : "-"));
        }
        (void)name_of(reader, 3);
        (void)name_of(reader, 4);
        CHECK(waiting_lookups(reader) == 1);
        SUBCASE("also beside other queries, and several of them") {
            for (std::int64_t id = 5; id < 15; ++id) {
                CHECK(reader.execute("SELECT count(*) FROM t").scalar_one<int>() == 500);
                CHECK(name_of(reader, id) == "name" + std::to_string(id));
                ValueView key = ValueView::of(id + 1);
                reader.first("SELECT t.name FROM t WHERE t.id = ?", {&key, 1}, [&](std::span<const ValueView> row) {
                    CHECK(row[0].text() == "name" + std::to_string(id + 1));
                });
            }
            CHECK(waiting_lookups(reader) == 2);
            transaction.write([](Connection& writer) { writer.run("DELETE FROM t WHERE id > 400"); });
            CHECK(name_of(transaction.reader(), 401) == "-");
            transaction.rollback();
            CHECK(name_of(transaction.reader(), 401) == "name401");
        }
        SUBCASE("the extremes of keys are keys") {
            CHECK(name_of(reader, INT64_MIN) == "-");
            CHECK(name_of(reader, INT64_MAX) == "-");
            CHECK(name_of(reader, 0) == "-");
            CHECK(name_of(reader, 1) == "name1");
        }
        SUBCASE("the same key twice is found twice") {
            CHECK(name_of(reader, 9) == "name9");
            CHECK(name_of(reader, 9) == "name9");
        }
        SUBCASE("a key of another kind is bound as it is") {
            for (auto key : {ValueView::of(std::string_view("7")), ValueView::of(7.0), ValueView::null()}) {
                int rows = 0;
                reader.first(by_id, {&key, 1}, [&](std::span<const ValueView> row) {
                    ++rows;
                    CHECK(row[1].text() == "name7");
                });
                CHECK(rows == (key.is_null() ? 0 : 1));
            }
            CHECK(name_of(reader, 8) == "name8");
        }
        SUBCASE("a result read to its end ends the run") {
            ValueView key = ValueView::of(std::int64_t{7});
            for (int i = 0; i < 3; ++i) CHECK(reader.execute(by_id, {&key, 1}).size() == 1);
            CHECK(waiting_lookups(reader) == 0);
        }
        SUBCASE("a lookup within a lookup") {
            ValueView outer = ValueView::of(std::int64_t{10});
            auto& driver = reader.driver();
            for (int i = 0; i < 3; ++i) {
                engines::StatementScope first(driver.prepare(by_id));
                first->bind({&outer, 1});
                REQUIRE(first->step());
                ValueView inner = ValueView::of(std::int64_t{20 + i});
                engines::StatementScope second(driver.prepare(by_id));
                second->bind({&inner, 1});
                REQUIRE(second->step());
                CHECK(second->row()[1].text() == "name" + std::to_string(20 + i));
                CHECK(first->row()[1].text() == "name10");
                CHECK_FALSE(second->step());
                CHECK_FALSE(first->step());
            }
        }
    });
}

TEST_CASE("a lookup that waits sees what is written meanwhile") {
    in_each_place(50, [](Engine& engine, Transaction& transaction) {
        auto look = [&](std::int64_t id) { return name_of(transaction.reader(), id); };
        for (int i = 1; i < 20; ++i) {
            CHECK(look(1) != "-");
            CHECK(look(2) != "-");
            auto name = "'changed" + std::to_string(i) + "'";
            engine.begin()->write_and_commit(
                [&](Connection& connection) { connection.run("UPDATE t SET name = " + name + " WHERE id = 2"); });
            CHECK(look(2) == "changed" + std::to_string(i));
            CHECK(look(50 + i) == "-");
            auto connection = engine.connect();
            connection->run("INSERT INTO t (name) VALUES (" + name + ")");
            CHECK(look(50 + i) == "changed" + std::to_string(i));
        }
    });
}

TEST_CASE("nothing that a lookup waits with is in the way of others") {
    in_each_place(50, [](Engine& engine, Transaction& transaction) {
        auto start = [&] {
            for (int id = 1; id < 4; ++id) CHECK(name_of(transaction.reader(), id) == "name" + std::to_string(id));
            CHECK(waiting_lookups(transaction.reader()) == 1);
        };
        start();
        auto connection = engine.connect();
        connection->run("ALTER TABLE t ADD COLUMN more TEXT");
        start();
        connection->run("CREATE INDEX i ON t (name)");
        start();
        connection->run("VACUUM");
        start();
        connection->begin();
        connection->run("DELETE FROM t");
        connection->rollback();
        start();
        connection->run("DROP TABLE t");
        CHECK_THROWS_AS((void)name_of(transaction.reader(), 1), ProgrammingError);
    });
}

TEST_CASE("the key of a table made anew may be no key any more") {
    auto engine = create_engine("sqlite://");
    make_rows(engine, 50);
    auto transaction = engine.begin();
    for (int id = 1; id < 4; ++id) CHECK(name_of(transaction->reader(), id) == "name" + std::to_string(id));
    auto connection = engine.connect();
    connection->run("DROP TABLE t");
    connection->run("CREATE TABLE t (id INTEGER, name TEXT)");
    connection->run("INSERT INTO t VALUES (1, 'a'), (1, 'b'), (2, 'c'), (3, 'd'), (3, 'e'), (3, 'f')");
    for (int round = 0; round < 3; ++round) {
        CHECK(name_of(transaction->reader(), 1) == "a");
        CHECK(name_of(transaction->reader(), 2) == "c");
        CHECK(name_of(transaction->reader(), 3) == "d");
        CHECK(name_of(transaction->reader(), 4) == "-");
    }
    ValueView key = ValueView::of(std::int64_t{3});
    for (int round = 0; round < 3; ++round) {
        CHECK(transaction->reader().execute(by_id, {&key, 1}).size() == 3);
        CHECK(name_of(transaction->reader(), 1) == "a");
        CHECK(name_of(transaction->reader(), 1) == "a");
    }
}

TEST_CASE("an interrupt between two keys is not meant for the second") {
    in_each_place(50, [](Engine&, Transaction& transaction) {
        for (int id = 1; id < 20; ++id) {
            CHECK(name_of(transaction.reader(), id) == "name" + std::to_string(id));
            transaction.reader().driver().interrupt();
        }
    });
}

TEST_CASE("an interrupt between two keys is not meant for another statement either") {
    auto engine = create_engine("sqlite://");
    make_rows(engine, 50);
    auto transaction = engine.begin();
    auto& reader = transaction->reader();
    for (int id = 1; id < 20; ++id) {
        for (int more = 0; more < 3; ++more) CHECK(name_of(reader, id + more) == "name" + std::to_string(id + more));
        reader.driver().interrupt();
        CHECK(reader.execute("SELECT count(*) FROM t").scalar_one<int>() == 50);
    }
}

TEST_CASE("as many lookups wait as there is room for") {
    auto engine = create_engine("sqlite://");
    make_rows(engine, 200);
    auto transaction = engine.begin();
    auto& reader = transaction->reader();
    for (int round = 0; round < 4; ++round) {
        for (std::int64_t i = 1; i <= 100; ++i) {
            auto text = "SELECT t.name AS n" + std::to_string(i) + " FROM t WHERE t.id = ?";
            ValueView key = ValueView::of(i + round);
            std::string name;
            reader.first(text, {&key, 1}, [&](std::span<const ValueView> row) { name = row[0].text(); });
            CHECK(name == "name" + std::to_string(i + round));
        }
    }
    CHECK(waiting_lookups(reader) == dialects::sqlite::WaitingLookups::most);
    engine.connect()->run("DELETE FROM t");
    CHECK(waiting_lookups(reader) == 0);
    CHECK(name_of(reader, 5) == "-");
}

TEST_CASE("more statements than the cache holds, with a lookup that waits") {
    auto engine = create_engine("sqlite://");
    make_rows(engine, 50);
    auto transaction = engine.begin();
    auto& reader = transaction->reader();
    for (int i = 0; i < 700; ++i) {
        if (i % 100 == 0) {
            for (int id = 1; id < 4; ++id) CHECK(name_of(reader, id) == "name" + std::to_string(id));
        }
        auto text = "SELECT t.name FROM t WHERE t.id = ? -- " + std::to_string(i);
        ValueView key = ValueView::of(std::int64_t{5});
        for (int twice = 0; twice < 3; ++twice) {
            std::string name;
            reader.first(text, {&key, 1}, [&](std::span<const ValueView> row) { name = row[0].text(); });
            CHECK(name == "name5");
        }
    }
}

TEST_CASE("texts that are lookups, and texts that are none") {
    auto engine = create_engine("sqlite://");
    make_rows(engine, 1);
    auto connection = engine.connect();
    connection->run("CREATE TABLE \"odd ? name\" (\"the key\" INTEGER PRIMARY KEY, a TEXT)");
    connection->run("CREATE TABLE texts (id TEXT PRIMARY KEY, n INTEGER)");
    connection->run("CREATE VIEW v AS SELECT id, name FROM t");
    auto* db = db_of(*connection);
    auto lookup = [&](const char* text) { return dialects::sqlite::fed_lookup(db, text); };
    CHECK(lookup(by_id) == "SELECT t.id, t.name FROM retort_feed CROSS JOIN t WHERE t.id = retort_feed.v0");
    CHECK(lookup("SELECT t.id AS t_id, t.name AS \"x, y\" FROM t WHERE t.id=?") ==
          "SELECT t.id AS t_id, t.name AS \"x, y\" FROM retort_feed CROSS JOIN t WHERE t.id = retort_feed.v0");
    CHECK(lookup("SELECT \"odd ? name\".a FROM \"odd ? name\" WHERE \"odd ? name\".\"the key\" = ?") ==
          "SELECT \"odd ? name\".a FROM retort_feed CROSS JOIN \"odd ? name\" WHERE \"odd ? name\".\"the key\" = "
          "retort_feed.v0");
    for (const char* text : {"",
                             "SELECT",
                             "SELECT t.id",
                             "SELECT t.id FROM",
                             "SELECT t.id FROM t",
                             "SELECT t.id FROM t WHERE t.id",
                             "SELECT t.id FROM t WHERE t.id =",
                             "SELECT DISTINCT t.name FROM t WHERE t.id = ?",
                             "SELECT count(t.id) FROM t WHERE t.id = ?",
                             "SELECT t.id FROM t WHERE t.id = ? LIMIT 1",
                             "SELECT t.id FROM t WHERE t.id = ? AND t.name = 'a'",
                             "SELECT t.id FROM t WHERE t.name = ?",
                             "SELECT t.id FROM t WHERE t.id > ?",
                             "SELECT t.id FROM t WHERE t.id = ?1",
                             "SELECT t.id FROM t AS u WHERE t.id = ?",
                             "SELECT t.id FROM t, v WHERE t.id = ?",
                             "SELECT v.id FROM v WHERE v.id = ?",
                             "SELECT texts.n FROM texts WHERE texts.id = ?",
                             "SELECT texts.id FROM texts WHERE texts.n = ?",
                             "SELECT * FROM t WHERE t.id = ?",
                             "SELECT name FROM t WHERE t.id = ?",
                             "SELECT t.id, FROM t WHERE t.id = ?",
                             "SELECT t.id FROM t WHERE id = ?",
                             "SELECT nothing.id FROM nothing WHERE nothing.id = ?",
                             "DELETE FROM t WHERE t.id = ?"}) {
        CAPTURE(text);
        CHECK(lookup(text).empty());
    }
    connection->run("CREATE INDEX ix_n ON texts (n)");
    connection->run("CREATE TABLE falling (id INTEGER PRIMARY KEY, n INTEGER)");
    connection->run("CREATE INDEX ix_falling ON falling (n DESC)");
    auto list = [&](const char* text) { return dialects::sqlite::fed_list(db, text); };
    CHECK(list("SELECT t.id, t.name AS x FROM t WHERE t.id IN (?, ?, ?)") ==
          "SELECT t.id, t.name AS x FROM retort_keys CROSS JOIN t WHERE t.id = retort_keys.v0");
    CHECK(list("SELECT texts.id FROM texts WHERE texts.n IN (?,?)") ==
          "SELECT texts.id FROM retort_keys CROSS JOIN texts WHERE texts.n = retort_keys.v0");
    for (const char* text :
         {"SELECT t.id FROM t WHERE t.id IN (?)", "SELECT t.id FROM t WHERE t.id IN ()",
          "SELECT t.id FROM t WHERE t.id IN (?, 3)", "SELECT t.id FROM t WHERE t.id IN (?, ?",
          "SELECT t.id FROM t WHERE t.id NOT IN (?, ?)", "SELECT t.id FROM t WHERE t.id IN (?, ?) AND t.name = 'a'",
          "SELECT t.id FROM t WHERE t.id IN (?, ?) ORDER BY t.id",
          "SELECT t.id FROM t WHERE t.name IN (?, ?)",  // texts
          "SELECT texts.n FROM texts WHERE texts.id IN (?, ?)", "SELECT v.id FROM v WHERE v.id IN (?, ?)",
          "SELECT t.id FROM t, v WHERE t.id IN (?, ?)", "SELECT falling.id FROM falling WHERE falling.n IN (?, ?)"}) {
        CAPTURE(text);
        CHECK(list(text).empty());
    }
    connection->run("DROP INDEX ix_n");
    CHECK(list("SELECT texts.id FROM texts WHERE texts.n IN (?, ?)").empty());  // every row is looked at, once
    auto update = [&](const char* text) { return dialects::sqlite::fed_update(db, text); };
    CHECK(update("UPDATE t SET name=? WHERE t.id = ?") ==
          "UPDATE t SET name = retort_feed.v0 FROM retort_feed WHERE t.id = retort_feed.v1");
    CHECK(update("UPDATE texts SET id=?, n=? WHERE texts.id = ?").empty());
    for (const char* text :
         {"UPDATE t SET id=? WHERE t.id = ?", "UPDATE t SET ID=? WHERE t.id = ?",
          "UPDATE t SET name=NULL WHERE t.id = ?", "UPDATE t SET name=? WHERE t.id = ? AND t.name = ?",
          "UPDATE t SET name=?", "UPDATE t SET WHERE t.id = ?", "UPDATE t SET name=?, WHERE t.id = ?",
          "UPDATE v SET name=? WHERE v.id = ?", "UPDATE OR IGNORE t SET name=? WHERE t.id = ?",
          "UPDATE t SET name=? WHERE t.name = ?"}) {
        CAPTURE(text);
        CHECK(update(text).empty());
    }
}
