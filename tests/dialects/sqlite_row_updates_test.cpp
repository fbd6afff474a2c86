// Updates of many rows at once: the same as one after the other.
#include <random>

#include "retort/dialects/create_engine.hpp"
#include "retort/engine/connection.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using engines::Connection;
using sql::ValueView;

namespace {

constexpr const char* wide_table =
    "CREATE TABLE wide (id INTEGER PRIMARY KEY, a INTEGER, b REAL, c TEXT, d BLOB, e NUMERIC, f TEXT UNIQUE)";
constexpr const char* wide_update = "UPDATE wide SET a=?, b=?, c=?, d=?, e=?, f=? WHERE wide.id = ?";

void make_wide(Connection& connection, int rows) {
    connection.run(wide_table);
    connection.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(rows) +
                   ") INSERT INTO wide SELECT i, i, i, i, i, i, 'f' || i FROM n");
}

std::string contents(Connection& connection, std::string_view table) {
    std::string out;
    for (const auto& row : connection.execute("SELECT * FROM " + std::string(table) + " ORDER BY 1")) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += std::to_string(static_cast<int>(row[i].kind)) + ':' + sql::to_string(row[i]) + ' ';
        }
        out += '\n';
    }
    return out;
}

/// Runs the updates at once in one database and one by one in another; both must come to the same.
struct Twins {
    Engine together = create_engine("sqlite://");
    Engine apart = create_engine("sqlite://");
    std::unique_ptr<Connection> one = together.connect();
    std::unique_ptr<Connection> other = apart.connect();

    explicit Twins(std::string_view setup) {
        for (auto* connection : {one.get(), other.get()}) {
            connection->driver().run_script(setup);
            connection->run("BEGIN");
        }
    }
    /// Whether there was a row for each. Behind one that was not there some may be changed that one by one are not.
    bool run(std::string_view sql, const std::vector<ValueView>& values, std::size_t width) {
        std::int64_t rows = 0;
        std::string failed, alone;
        std::size_t done = 0, found = 0;
        try {
            done = one->run_updates(sql, values, width, rows);
        } catch (const Error& error) {
            failed = error.message();
        }
        try {
            for (std::size_t i = 0; i < values.size(); i += width, ++found) {
                if (other->run(sql, std::span(values).subspan(i, width)) != 1) break;
            }
        } catch (const Error& error) {
            alone = error.message();
        }
        CHECK(failed == alone);
        if (alone.empty()) CHECK(done == found);
        CHECK(one->in_transaction() == other->in_transaction());
        return !alone.empty() || found == values.size() / width;
    }
};

}  // namespace

TEST_CASE("many updates at once write each kind of value as one by one") {
    std::mt19937 random(11);
    std::vector<std::string> texts;
    for (int i = 0; i < 3000; ++i) texts.push_back(std::string(random() % 40, static_cast<char>('a' + i % 26)));
    texts[5] = std::string("with\0zero", 9);
    auto any = [&](int i) -> ValueView {
        switch (random() % 12) {
            case 0: return ValueView::null();
            case 1: return ValueView::of(random() % 2 == 0);
            case 2: return ValueView::of(static_cast<std::int64_t>(random()) - 1000);
            case 3: return ValueView::of(static_cast<double>(random() % 1000) / 8);
            case 4: return ValueView::of(5.0);
            case 5: return ValueView::blob(texts[static_cast<std::size_t>(i)].data(), random() % 3);
            case 6: return ValueView::of(sql::ShortDecimal::of(1234 + i, 2));
            case 7: return ValueView::of(sql::ShortDecimal::of(77, 0));
            case 8: return ValueView::tagged(sql::ValueKind::date, 20000 + i);
            case 9: return ValueView::tagged(sql::ValueKind::datetime, 1'700'000'000'000'000 + i);
            case 10: return ValueView::tagged(sql::ValueKind::time, 3'600'000'000 + i);
            default: return ValueView::of(std::string_view(texts[static_cast<std::size_t>(i)]));
        }
    };
    for (int count : {1, 15, 16, 17, 255, 256, 257, 1000}) {
        CAPTURE(count);
        Twins twins("");
        make_wide(*twins.one, 1000);
        make_wide(*twins.other, 1000);
        std::vector<std::string> unique;
        for (int i = 0; i < count; ++i) unique.push_back("u" + std::to_string(i));
        std::vector<ValueView> values;
        for (int i = 0; i < count; ++i) {
            for (int column = 0; column < 5; ++column) values.push_back(any(i));
            values.push_back(ValueView::of(std::string_view(unique[static_cast<std::size_t>(i)])));
            values.push_back(ValueView::of(static_cast<std::int64_t>(i + 1)));
        }
        CHECK(twins.run(wide_update, values, 7));
        CHECK(contents(*twins.one, "wide") == contents(*twins.other, "wide"));
    }
}

TEST_CASE("a row that is not there is found among many") {
    for (std::int64_t missing : {1, 40, 300}) {
        Twins twins("");
        make_wide(*twins.one, 400);
        make_wide(*twins.other, 400);
        for (auto* connection : {twins.one.get(), twins.other.get()})
            connection->run("DELETE FROM wide WHERE id = " + std::to_string(missing));
        std::vector<ValueView> values;
        for (std::int64_t id = 1; id <= 300; ++id) {
            values.push_back(ValueView::of(id * 2));
            values.push_back(ValueView::of(id));
        }
        std::int64_t rows = 1;
        CHECK(twins.one->run_updates("UPDATE wide SET a=? WHERE wide.id = ?", values, 2, rows) ==
              static_cast<std::size_t>(missing - 1));
        CHECK(rows == 0);
    }
}

TEST_CASE("what refuses one of many rows is told as one by one") {
    const std::string rows =
        "; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99) INSERT INTO t SELECT i, i FROM "
        "n;";
    const std::string log = "CREATE TABLE log (id INTEGER PRIMARY KEY, what);";
    const std::string twelve = "WHEN new.a = 12 BEGIN SELECT RAISE(";
    for (const std::string& setup : {
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)" + rows,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CHECK (a <> -3))" + rows + "",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL UNIQUE)" + rows,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER UNIQUE ON CONFLICT ROLLBACK)" + rows,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER UNIQUE ON CONFLICT FAIL)" + rows,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER UNIQUE ON CONFLICT IGNORE)" + rows,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER UNIQUE ON CONFLICT REPLACE)" + rows,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER REFERENCES t (id))" + rows,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER) STRICT" + rows,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER) WITHOUT ROWID" + rows,
             "CREATE TABLE t (id INTEGER, a INTEGER, PRIMARY KEY (id, a))" + rows,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b AS (a * 2) STORED)" + rows,
             log + "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)" + rows +
                 "CREATE TRIGGER g AFTER UPDATE ON t BEGIN INSERT INTO log (what) VALUES (old.a || new.a); END",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)" + rows + "CREATE TRIGGER g BEFORE UPDATE ON t " +
                 twelve + "ABORT, 'no twelve'); END",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)" + rows + "CREATE TRIGGER g AFTER UPDATE ON t " +
                 twelve + "FAIL, 'no twelve'); END",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)" + rows + "CREATE TRIGGER g AFTER UPDATE ON t " +
                 twelve + "ROLLBACK, 'no twelve'); END",
             "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)" + rows +
                 "CREATE TRIGGER g AFTER UPDATE ON t WHEN new.id = 7 BEGIN DELETE FROM t WHERE id = 30; END",
         }) {
        for (int step : {1, 5, 50}) {
            CAPTURE(setup);
            CAPTURE(step);
            Twins twins(setup);
            std::vector<ValueView> values;
            for (std::int64_t id = 1; id <= 40; ++id) {
                values.push_back(id == 33 ? ValueView::null() : ValueView::of(id + step - 12));
                values.push_back(ValueView::of(id));
            }
            if (!twins.run("UPDATE t SET a=? WHERE t.id = ?", values, 2)) continue;
            CHECK(contents(*twins.one, "t") == contents(*twins.other, "t"));
            if (setup.starts_with(log)) CHECK(contents(*twins.one, "log") == contents(*twins.other, "log"));
        }
    }
}

TEST_CASE("outside of a transaction, and before listeners, each update is one by itself") {
    EngineOptions options;
    int heard = 0;
    options.on_statement = [&](const engines::StatementEvent& event) {
        if (event.sql.starts_with("UPDATE")) ++heard;
    };
    auto engine = create_engine("sqlite://", options);
    auto connection = engine.connect();
    make_wide(*connection, 50);
    std::vector<ValueView> values;
    for (std::int64_t id = 1; id <= 50; ++id) {
        values.push_back(ValueView::of(id * 2));
        values.push_back(ValueView::of(id));
    }
    std::int64_t rows = 0;
    connection->begin();
    CHECK(connection->run_updates("UPDATE wide SET a=? WHERE wide.id = ?", values, 2, rows) == 50);
    connection->commit();
    CHECK(heard == 50);

    auto quiet = create_engine("sqlite://");
    auto alone = quiet.connect();
    make_wide(*alone, 50);
    alone->run("CREATE TRIGGER g BEFORE UPDATE ON wide WHEN new.id = 40 BEGIN SELECT RAISE(ABORT, 'no'); END");
    CHECK_THROWS_AS(alone->run_updates("UPDATE wide SET a=? WHERE wide.id = ?", values, 2, rows), IntegrityError);
    CHECK(alone->execute("SELECT count(*) FROM wide WHERE a <> id").scalar_one<int>() == 39);
}
