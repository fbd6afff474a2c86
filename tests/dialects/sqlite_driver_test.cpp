// The driver: values there and back, the statement cache, errors in the user's words.

#include <atomic>
#include <chrono>
#include <thread>

#include "retort/dialects/create_engine.hpp"
#include "retort/dialects/sqlite/driver.hpp"
#include "retort/dialects/sqlite/moment.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using engines::Connection;
using sql::ValueView;

namespace {

ValueView text(std::string_view value) { return ValueView::of(value); }
ValueView number(std::int64_t value) { return ValueView::of(value); }

struct Memory {
    Engine engine = create_engine("sqlite://");
    std::unique_ptr<Connection> connection = engine.connect();
    engines::Result run(std::string_view sql, std::vector<ValueView> parameters = {}) {
        return connection->execute(sql, parameters);
    }
};

}  // namespace

TEST_CASE("values come back as they went in") {
    Memory db;
    std::string with_nul("a\0b", 3);
    const char bytes[] = {0, 1, '\xff'};
    auto row = db.run("SELECT ?, ?, ?, ?, ?, ?, ?",
                      {number(-42), ValueView::of(1.5), text(with_nul), ValueView::blob(bytes, 3), ValueView::null(),
                       text(""), ValueView::of(true)})
                   .one();
    CHECK(row.get<int>(0) == -42);
    CHECK(row.get<double>(1) == 1.5);
    CHECK(row.get<std::string>(2) == with_nul);
    CHECK(row.get<sql::Bytes>(3).data == std::string(bytes, 3));
    CHECK_FALSE(row.get<std::optional<int>>(4).has_value());
    CHECK(row[4].is_null());
    CHECK(row[5].kind == sql::ValueKind::text);
    CHECK(row.get<std::string>(5).empty());
    CHECK(row.get<bool>(6));
}

TEST_CASE("an empty blob is no NULL") {
    Memory db;
    CHECK(db.run("SELECT typeof(?)", {ValueView::blob(nullptr, 0)}).scalar_one<std::string>() == "blob");
    CHECK(db.run("SELECT typeof(?)", {ValueView::bytes(sql::ValueKind::text, nullptr, 0)}).scalar_one<std::string>() ==
          "text");
}

TEST_CASE("dates are text as SQLAlchemy writes it") {
    Memory db;
    DateTime when(2024, 1, 31, 13, 7, 0, 42);
    CHECK(db.run("SELECT ?", {ValueView::of(when)}).scalar_one<std::string>() == "2024-01-31 13:07:00.000042");
    CHECK(db.run("SELECT ?", {ValueView::of(Date(1, 1, 1))}).scalar_one<std::string>() == "0001-01-01");
    CHECK(db.run("SELECT ?", {ValueView::of(Time(23, 59, 58))}).scalar_one<std::string>() == "23:59:58.000000");
    CHECK(db.run("SELECT ?", {ValueView::of(when)}).scalar_one<DateTime>() == when);
    DateTime before_epoch(1969, 12, 31, 23, 59, 59, 999999);
    CHECK(db.run("SELECT ?", {ValueView::of(before_epoch)}).scalar_one<std::string>() == "1969-12-31 23:59:59.999999");
    auto both = db.run("SELECT ?, ?", {ValueView::of(when), ValueView::of(before_epoch)}).one();
    CHECK(both.get<DateTime>(0) == when);
    CHECK(both.get<DateTime>(1) == before_epoch);
}

TEST_CASE("the cache gives the same statement, and another while it is busy") {
    Memory db;
    auto& driver = db.connection->driver();
    std::string first = "SELECT 1";
    std::string copy = first;
    auto* statement = &driver.prepare(first);
    auto* other = &driver.prepare(copy);
    CHECK(statement != other);
    statement->reset();
    other->reset();
    auto* again = &driver.prepare(copy);
    CHECK((again == statement || again == other));
    again->reset();
}

TEST_CASE("the cache stays within its bound and forgets none that is busy") {
    Memory db;
    auto& driver = db.connection->driver();
    auto& kept = driver.prepare("SELECT 'kept'");
    for (int i = 0; i < 1000; ++i) {
        auto text = "SELECT " + std::to_string(i);
        engines::StatementScope statement(driver.prepare(text));
        REQUIRE(statement->step());
        REQUIRE(statement->row()[0].integer == i);
    }
    REQUIRE(kept.step());
    CHECK(kept.row()[0].text() == "kept");
    kept.reset();
}

TEST_CASE("a text that changes at one address is another statement") {
    Memory db;
    char buffer[] = "SELECT 1";
    CHECK(db.run(buffer).scalar_one<int>() == 1);
    buffer[7] = '2';
    CHECK(db.run(buffer).scalar_one<int>() == 2);
}

TEST_CASE("SELECT * sees columns that were added") {
    Memory db;
    db.run("CREATE TABLE t (a)");
    db.run("INSERT INTO t VALUES (1)");
    CHECK(db.run("SELECT * FROM t").columns().size() == 1);
    db.run("ALTER TABLE t ADD COLUMN b DEFAULT 7");
    auto row = db.run("SELECT * FROM t").one();
    CHECK(row.size() == 2);
    CHECK(row.get<int>("b") == 7);
}

TEST_CASE("rows affected are those of the statement") {
    Memory db;
    db.run("CREATE TABLE t (a INTEGER PRIMARY KEY, b)");
    auto inserted = db.run("INSERT INTO t (b) VALUES (1), (2), (3)");
    CHECK(inserted.rows_affected() == 3);
    CHECK(inserted.last_insert_id() == 3);
    CHECK(db.run("CREATE TABLE u (a)").rows_affected() == 0);
    CHECK(db.run("UPDATE t SET b = 0 WHERE a > 1").rows_affected() == 2);
    CHECK(db.run("UPDATE t SET b = 0 WHERE a > 9").rows_affected() == 0);
    CHECK(db.run("SELECT * FROM t").rows_affected() == 0);
    CHECK(db.run("DELETE FROM t RETURNING a").size() == 3);
}

TEST_CASE("constraints are told with their names and columns") {
    Memory db;
    db.run("CREATE TABLE p (id INTEGER PRIMARY KEY)");
    db.run(
        "CREATE TABLE t (a INTEGER PRIMARY KEY, b UNIQUE, c NOT NULL, d REFERENCES p(id), e, f, "
        "CONSTRAINT ck_t_e CHECK (e > 0), UNIQUE (e, f))");
    db.run("INSERT INTO t VALUES (1, 'x', 1, NULL, 1, 1)");
    auto violation = [&](std::string_view sql) {
        try {
            db.run(sql);
        } catch (const IntegrityError& error) {
            return error;
        }
        throw std::runtime_error("nothing was thrown");
    };
    auto unique = violation("INSERT INTO t VALUES (2, 'x', 1, NULL, 2, 2)");
    CHECK(unique.code() == "unique-violation");
    CHECK(unique.constraint() == "t.b");
    CHECK(unique.table() == "t");
    CHECK(unique.column() == "b");
    CHECK(unique.sqlstate() == "23505");
    CHECK(violation("INSERT INTO t VALUES (2, 'y', 1, NULL, 1, 1)").constraint() == "t.e, t.f");
    CHECK(violation("INSERT INTO t VALUES (1, 'y', 1, NULL, 2, 2)").constraint() == "t.a");
    auto null = violation("INSERT INTO t VALUES (2, 'y', NULL, NULL, 2, 2)");
    CHECK(null.code() == "not-null-violation");
    CHECK(null.column() == "c");
    CHECK(violation("INSERT INTO t VALUES (2, 'y', 1, NULL, -1, 2)").constraint() == "ck_t_e");
    CHECK(violation("INSERT INTO t VALUES (2, 'y', 1, 99, 2, 2)").code() == "foreign-key-violation");
}

TEST_CASE("a failed statement is shown with its parameters") {
    Memory db;
    try {
        db.run("SELECT nam FROM t WHERE a = ?", {text("it's")});
        FAIL("nothing was thrown");
    } catch (const ProgrammingError& error) {
        std::string what = error.what();
        CHECK(what.find("[SQL: SELECT nam FROM t WHERE a = ?]") != std::string::npos);
        CHECK(what.find("[parameters: ('it''s')]") != std::string::npos);
        CHECK(what.find("no such table: t") != std::string::npos);
        CHECK(error.sqlstate() == "42P01");
    }
}

TEST_CASE("wrong statements are refused with their mend") {
    Memory db;
    auto code = [&](std::string_view sql, std::vector<ValueView> parameters = {}) -> std::string {
        try {
            db.run(sql, parameters);
        } catch (const ProgrammingError& error) {
            return std::string(error.code());
        }
        return "nothing";
    };
    CHECK(code("") == "not-one-statement");
    CHECK(code("-- only a remark") == "not-one-statement");
    CHECK(code("SELECT 1; SELECT 2") == "not-one-statement");
    CHECK(code(std::string_view("SELECT 1\0; DROP TABLE t", 23)) == "not-one-statement");
    CHECK(code("SELECT 1;") == "nothing");
    CHECK(code("SELEC 1") == "wrong-statement");
    CHECK(code("SELECT ?") == "wrong-parameter-count");
    CHECK(code("SELECT 1", {number(1)}) == "wrong-parameter-count");
}

TEST_CASE("typed getters refuse what does not fit") {
    Memory db;
    auto row = db.run("SELECT NULL AS n, 'x' AS t, 300 AS i, 1.5 AS r").one();
    CHECK_THROWS_AS(row.get<int>("n"), DataError);
    CHECK_THROWS_AS(row.get<int>("t"), DataError);
    CHECK_THROWS_AS(row.get<std::int8_t>("i"), DataError);
    CHECK_THROWS_AS(row.get<int>("r"), DataError);
    CHECK_THROWS_AS(row.get<DateTime>("t"), DataError);
    CHECK_THROWS_AS(row["ii"], InvalidRequestError);
    CHECK_THROWS_AS(row[4], InvalidRequestError);
    CHECK(row.get<std::int16_t>("i") == 300);
}

TEST_CASE("one, first, scalars") {
    Memory db;
    auto rows = db.run("SELECT 1 AS a UNION ALL SELECT 2");
    CHECK_THROWS_AS(rows.one(), MultipleResultsFound);
    CHECK_THROWS_AS(rows.one_or_none(), MultipleResultsFound);
    CHECK(rows.scalars<int>() == std::vector<int>{1, 2});
    CHECK(rows.first()->get<int>("a") == 1);
    auto none = db.run("SELECT 1 AS a WHERE 0");
    CHECK_THROWS_AS(none.one(), NoResultFound);
    CHECK_FALSE(none.first().has_value());
    CHECK(none.columns() == std::vector<std::string>{"a"});
    CHECK_FALSE(none.scalar<int>().has_value());
}

TEST_CASE("rows outlive their result") {
    Memory db;
    std::string large(200'000, 'x');
    auto row = db.run("SELECT ? AS a, 'small' AS b", {text(large)}).one();
    CHECK(row.get<std::string>("a") == large);
    CHECK(row["b"].text() == "small");
}

TEST_CASE("statements are reported") {
    std::vector<std::string> seen;
    EngineOptions options;
    options.on_statement = [&](const engines::StatementEvent& event) {
        seen.push_back(std::string(event.sql) + (event.error != nullptr ? " !" : ""));
    };
    auto engine = create_engine("sqlite://", options);
    auto connection = engine.connect();
    connection->run("SELECT 1");
    CHECK_THROWS(connection->run("SELEC"));
    CHECK(seen == std::vector<std::string>{"SELECT 1", "SELEC !"});
}

TEST_CASE("another thread interrupts a statement, and the connection goes on") {
    Memory db;
    std::atomic<bool> stopped = false;
    std::thread other([&] {
        while (!stopped) {
            db.connection->driver().interrupt();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    const char* endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0";
    CHECK_THROWS_WITH_AS((void)db.run(endless), doctest::Contains("interrupted"), OperationalError);
    stopped = true;
    other.join();
    CHECK(db.run("SELECT 1").one().get<int>(0) == 1);
}

TEST_CASE("a query for one row is not asked for a second") {
    Memory db;
    std::vector<std::int64_t> seen;
    auto note = [&](std::span<const ValueView> row) { seen.push_back(row[0].integer); };
    db.connection->first("SELECT 1 UNION ALL SELECT 2", {}, note);
    db.connection->first("SELECT 3 WHERE 0", {}, note);
    CHECK(seen == std::vector<std::int64_t>{1});
    CHECK_FALSE(db.connection->in_transaction());
    CHECK(db.run("SELECT 1 UNION ALL SELECT 2").size() == 2);
}

TEST_CASE("repeated cells are read again when their key changes, and by the next use of the statement") {
    Memory db;
    const char* sql =
        "SELECT * FROM (VALUES (1, 'a', 10), (1, 'a', 11), (2, 'b', 12), (1, 'a', 13), (NULL, 'c', 14), "
        "(NULL, 'd', 15))";
    std::string seen;
    std::int64_t last = 0;
    auto note = [&](std::span<const ValueView> row) {
        bool same = !row[0].is_null() && row[0].integer == last;
        last = row[0].is_null() ? 0 : row[0].integer;
        seen += (same ? "-" : std::string(row[1].text())) + std::to_string(row[2].integer) + " ";
    };
    db.connection->each(sql, {}, note, {.key = 0, .first = 0, .count = 2});
    CHECK(seen == "a10 -11 b12 a13 c14 d15 ");
    seen.clear();
    db.connection->each(sql, {}, [&](std::span<const ValueView> row) { seen += row[1].text(); });
    CHECK(seen == "aabacd");
}

TEST_CASE("REGEXP finds a pattern anywhere in a text") {
    Memory db;
    auto found = [&](std::string_view value, std::string_view pattern) {
        return db.run("SELECT ? REGEXP ?", {text(value), text(pattern)}).scalar_one<bool>();
    };
    CHECK(found("Zoë Ada", "^Zo. [A-Z]da$"));
    CHECK(found("ada", "d"));
    CHECK_FALSE(found("ada\n", "a$"));
    CHECK_FALSE(found("Ada", "^a"));
    CHECK(found("Ada", "(?i)^a"));
    CHECK_FALSE(db.run("SELECT NULL REGEXP 'a'").scalar_one<std::optional<bool>>().has_value());
    CHECK(db.run("SELECT count(*) FROM (VALUES ('a'), ('b'), ('ab')) WHERE column1 REGEXP '^a'").scalar_one<int>() ==
          2);
    CHECK_THROWS_AS(found("a", "("), const DatabaseError&);
    CHECK_THROWS_AS(found(std::string(40, 'a') + "b", "^(a+)+$"), const DatabaseError&);
}
