// Queries whose rows come by calls: the same rows in the same order as by steps.
#include "retort/dialects/sqlite/pushed_query.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "retort/dialects/create_engine.hpp"
#include "retort/dialects/sqlite/driver.hpp"
#include "retort/engine/connection.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using dialects::sqlite::pushed_text;
using dialects::sqlite::SqliteConnection;
using engines::Connection;
using sql::ValueView;

namespace {

using Rows = std::vector<std::string>;

std::string shown(std::span<const ValueView> row) {
    std::string out;
    for (const auto& cell : row) {
        out += std::to_string(static_cast<int>(cell.kind)) + ':';
        bool bytes = cell.kind == sql::ValueKind::text || cell.kind == sql::ValueKind::blob;
        out += bytes ? std::string(cell.data, cell.size) : sql::to_string(cell);
        out += '|';
    }
    return out;
}

Rows read(Connection& connection, std::string_view sql, std::span<const ValueView> parameters = {}) {
    Rows rows;
    connection.each(sql, parameters, [&](std::span<const ValueView> row) { rows.push_back(shown(row)); });
    return rows;
}

/// As for authors with their books: of the rows of an author, the first has what is the author's, the key all of them.
Rows read_groups(Connection& connection, std::string_view sql, const engines::RepeatedCells& author,
                 std::span<const ValueView> parameters = {}) {
    Rows rows;
    std::vector<std::string> cells;
    std::int64_t last = -1;
    auto add = [&](std::span<const ValueView> row) {
        cells.resize(row.size());
        const bool again = row[author.key].integer == last;
        last = row[author.key].integer;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const bool is_authors = i - author.first < author.count;
            if (!again || !is_authors) cells[i] = shown(row.subspan(i, 1));
        }
        rows.emplace_back();
        for (const auto& cell : cells) rows.back() += cell;
    };
    connection.each(sql, parameters, add, author);
    return rows;
}

/// By SQLite itself, step by step.
Rows step_through(Connection& connection, const std::string& sql) {
    Rows rows;
    engines::StatementScope statement(connection.driver().prepare(sql));
    statement->bind({});
    while (statement->step()) rows.push_back(shown(statement->row()));
    return rows;
}

bool is_pushed(Connection& connection, std::string_view sql) {
    auto* db = static_cast<SqliteConnection&>(connection.driver()).db();
    for (auto* each = sqlite3_next_stmt(db, nullptr); each != nullptr; each = sqlite3_next_stmt(db, each)) {
        if (pushed_text(sql).text == sqlite3_sql(each)) return true;
    }
    return false;
}

struct Library {
    Engine engine = create_engine("sqlite://");
    std::unique_ptr<Connection> connection = engine.connect();

    Library() {
        connection->driver().run_script(
            "CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT, born REAL, photo BLOB);"
            "CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT, author_id INTEGER);"
            "CREATE INDEX ix ON books (author_id);"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO authors SELECT "
            "i, "
            "CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'name' || i || char(0) || 'x' END, i / 2.0, "
            "CASE i % 5 WHEN 0 THEN NULL WHEN 1 THEN x'' ELSE randomblob(i) END FROM n;"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO books SELECT i, "
            "'The title of ' || i, i * 7 % 61 FROM n;");
    }
};

}  // namespace

TEST_CASE("rows that are pushed are those of the steps") {
    Library library;
    auto& connection = *library.connection;
    for (const char* sql : {
             "SELECT authors.id, authors.name, authors.born, authors.photo FROM authors",
             "SELECT authors.name FROM authors WHERE authors.id > 20",
             "SELECT books.title AS books_title, books.author_id FROM books WHERE books.author_id IN (3, 5, 8, 55)",
             "SELECT authors.name, books.title FROM authors JOIN books ON books.author_id = authors.id",
             "SELECT authors.name, books.title, authors.name FROM authors LEFT OUTER JOIN books ON books.author_id = "
             "authors.id AND books.id < 100",
             "SELECT a.id, b.id FROM authors AS a, authors AS b WHERE a.id + b.id = 60",
             "SELECT books.id FROM books WHERE EXISTS (SELECT 1 FROM authors WHERE authors.id = books.author_id AND "
             "authors.name IS NULL)",
             "SELECT anon_1.id, books.title FROM (SELECT authors.id AS id FROM authors WHERE authors.id < 9) AS anon_1 "
             "JOIN books ON anon_1.id = books.author_id",
             "SELECT authors.id FROM authors WHERE 0",
             "SELECT \"authors\".\"id\" FROM authors -- with a comment at its end",
         }) {
        CAPTURE(sql);
        auto wanted = step_through(connection, sql);
        CHECK(read(connection, sql) == wanted);
        for (int i = 0; i < 3; ++i) CHECK(read(connection, sql) == wanted);
        CHECK(is_pushed(connection, sql));
    }
}

TEST_CASE("queries with an order that must be made, groups or a limit are stepped through") {
    Library library;
    auto& connection = *library.connection;
    for (const char* sql : {
             "SELECT authors.id FROM authors ORDER BY id",
             "SELECT authors.id FROM authors ORDER BY 1",
             "SELECT authors.id FROM authors ORDER BY authors.id + 0",
             "SELECT authors.id FROM authors ORDER BY authors.id COLLATE nocase",
             "SELECT authors.id FROM authors ORDER BY authors.id NULLS LAST",
             "SELECT authors.id FROM authors ORDER BY authors.id DESC",
             "SELECT authors.id FROM authors WHERE authors.id IN (SELECT b.id FROM books AS b ORDER BY b.id)",
             "SELECT authors.id FROM authors ORDER BY authors.id LIMIT 3",
             "SELECT anon.id FROM (SELECT authors.id FROM authors ORDER BY authors.id) AS anon",
             "SELECT authors.id FROM authors LIMIT 5",
             "SELECT DISTINCT books.author_id FROM books",
             "SELECT count(authors.id) FROM authors",
             "SELECT books.author_id FROM books GROUP BY books.author_id",
             "SELECT authors.id FROM authors UNION ALL SELECT books.id FROM books",
             "SELECT * FROM authors",
             "SELECT 1",
             "SELECT authors.id + 1 FROM authors",
             "VALUES (1, 2)",
             "PRAGMA table_info(books)",
         }) {
        CAPTURE(sql);
        CHECK(pushed_text(sql).text.empty());
        auto wanted = step_through(connection, sql);
        for (int i = 0; i < 3; ++i) CHECK(read(connection, sql) == wanted);
    }
    std::string wide = "SELECT a.id";
    for (int i = 1; i < 100; ++i) wide += ", a.id";
    CHECK_FALSE(pushed_text(wide + " FROM authors AS a").text.empty());
    CHECK(pushed_text(wide + ", a.id FROM authors AS a").text.empty());
    for (int i = 0; i < 3; ++i) CHECK(read(connection, wide + " FROM authors AS a").size() == 60);
}

TEST_CASE("parameters of a pushed query are bound each time") {
    Library library;
    const char* sql = "SELECT authors.id FROM authors WHERE authors.id > ? AND authors.born < ?";
    for (int i = 0; i < 10; ++i) {
        const ValueView values[] = {ValueView::of(std::int64_t{i}), ValueView::of(10.25)};
        CHECK(read(*library.connection, sql, values).size() == static_cast<std::size_t>(20 - i));
    }
    ValueView one = ValueView::of(std::int64_t{1});
    CHECK_THROWS_AS((void)read(*library.connection, sql, {&one, 1}), ProgrammingError);
    CHECK_THROWS_AS((void)read(*library.connection, sql), ProgrammingError);
}

TEST_CASE("what a row throws comes out, and the query can be run again") {
    Library library;
    auto& connection = *library.connection;
    const char* sql = "SELECT authors.id FROM authors";
    for (int i = 0; i < 4; ++i) {
        int rows = 0;
        auto stop = [&](std::span<const ValueView> row) {
            if (++rows == 7) throw std::runtime_error("row " + std::to_string(row[0].integer));
        };
        CHECK_THROWS_WITH_AS(connection.each(sql, {}, stop), "row 7", std::runtime_error);
        CHECK(rows == 7);
        CHECK(read(connection, sql).size() == 60);
    }
    connection.run("DELETE FROM authors");
    CHECK(read(connection, sql).empty());
}

TEST_CASE("a query within a row of a query") {
    Library library;
    auto& connection = *library.connection;
    const char* outer = "SELECT authors.id FROM authors WHERE authors.id < 10";
    const char* inner = "SELECT books.id FROM books WHERE books.author_id = ?";
    for (int i = 0; i < 4; ++i) {
        std::size_t books = 0;
        std::size_t authors = 0;
        connection.each(outer, {}, [&](std::span<const ValueView> row) {
            ++authors;
            books += read(connection, inner, row).size();
            CHECK(read(connection, outer).size() == 9);
        });
        CHECK(authors == 9);
        CHECK(books == read(connection, "SELECT books.id FROM books WHERE books.author_id BETWEEN 1 AND 9").size());
    }
}

TEST_CASE("an error within a pushed query says what ran") {
    Library library;
    auto& connection = *library.connection;
    const char* sql = "SELECT authors.id FROM authors WHERE abs(authors.id + ?) > 0";
    connection.run("INSERT INTO authors (id) VALUES (-1), (0)");
    ValueView fine = ValueView::of(std::int64_t{100});
    for (int i = 0; i < 3; ++i) CHECK(read(connection, sql, {&fine, 1}).size() == 62);
    ValueView smallest = ValueView::of(INT64_MIN);  // abs() of it is no integer
    int rows = 0;
    try {
        connection.each(sql, {&smallest, 1}, [&](std::span<const ValueView>) { ++rows; });
        FAIL("the second row has no absolute value");
    } catch (const DatabaseError& error) {
        CHECK(error.statement() == sql);
        CHECK(error.message().find("overflow") != std::string::npos);
    }
    CHECK(rows == 1);
    CHECK(read(connection, sql, {&fine, 1}).size() == 62);
    // A table that goes leaves an error of the text that was given.
    const char* books = "SELECT books.id FROM books";
    for (int i = 0; i < 3; ++i) CHECK(read(connection, books).size() == 300);
    connection.run("DROP TABLE books");
    try {
        (void)read(connection, books);
        FAIL("there is no such table");
    } catch (const ProgrammingError& error) {
        CHECK(error.statement() == books);
        CHECK(error.message().find("books") != std::string::npos);
    }
}

TEST_CASE("a database whose texts are not UTF-8 is stepped through") {
    auto engine = create_engine("sqlite://");
    auto connection = engine.connect();
    connection->run("PRAGMA encoding = 'UTF-16'");
    connection->run("CREATE TABLE t (name TEXT)");
    connection->run("INSERT INTO t VALUES ('é'), ('')");
    const char* sql = "SELECT t.name FROM t";
    for (int i = 0; i < 4; ++i) CHECK(read(*connection, sql) == Rows{"4:é|", "4:|"});
    CHECK_FALSE(is_pushed(*connection, sql));
}

TEST_CASE("a changed schema is seen by a query that was pushed") {
    Library library;
    auto& connection = *library.connection;
    const char* sql = "SELECT books.id, books.title FROM books WHERE books.author_id = 5";
    for (int i = 0; i < 3; ++i) CHECK(read(connection, sql).size() == 5);
    connection.run("DROP INDEX ix");
    connection.run("ALTER TABLE books ADD COLUMN more TEXT");
    CHECK(read(connection, sql) == step_through(connection, sql));
    connection.run("DROP TABLE books");
    connection.run("CREATE TABLE books (title TEXT, id TEXT, author_id INTEGER)");
    connection.run("INSERT INTO books VALUES ('t', 'i', 5)");
    CHECK(read(connection, sql) == Rows{"4:i|4:t|"});
}

TEST_CASE("rows that come in their order anyway are pushed without it") {
    Library library;
    auto& connection = *library.connection;
    connection.run("CREATE INDEX by_title ON books (author_id, title)");
    const engines::RepeatedCells author{0, 0, 3};
    const std::string from =
        "SELECT authors.id, authors.name AS n, authors.born, b.id, b.title FROM authors LEFT OUTER JOIN books AS b ON "
        "b.author_id = authors.id";
    for (const char* end : {
             " ORDER BY authors.id",
             " ORDER BY authors.id ASC",
             " ORDER BY authors.id, authors.name",
             " WHERE authors.id IN (9, 3, 500, 21) ORDER BY authors.id",
             " WHERE authors.id > 20 AND b.title IS NOT NULL ORDER BY authors.id",
             " AND b.id < 40 ORDER BY authors.id",
             " WHERE authors.id < 0 ORDER BY authors.id",
             " ORDER BY authors.id, b.title",
             " ORDER BY authors.id -- with a comment at its end",
         }) {
        const std::string sql = from + end;
        CAPTURE(sql);
        auto wanted = step_through(connection, sql);
        for (int i = 0; i < 2; ++i) CHECK(read_groups(connection, sql, author) == wanted);
        for (int i = 0; i < 2; ++i) CHECK(read(connection, sql) == wanted);
        CHECK(is_pushed(connection, sql));
    }
    const char* sql = "SELECT authors.id, authors.name FROM authors ORDER BY authors.id";
    for (int i = 0; i < 4; ++i) CHECK(read(connection, sql) == step_through(connection, sql));
    CHECK(is_pushed(connection, sql));
}

TEST_CASE("rows that would have to be sorted, or come from the end, are stepped through") {
    Library library;
    auto& connection = *library.connection;
    connection.run("CREATE INDEX by_birth ON authors (born DESC, name)");
    const engines::RepeatedCells author{0, 0, 2};
    const std::string from =
        "SELECT authors.id, authors.name, b.id FROM authors LEFT JOIN books AS b ON b.author_id = authors.id";
    for (const char* end : {" ORDER BY authors.name", " ORDER BY b.id", " ORDER BY authors.id DESC",
                            " ORDER BY authors.id, b.title", " ORDER BY authors.born", " ORDER BY authors.born DESC",
                            " WHERE authors.id IN (9, 3, 500, 21) ORDER BY authors.id DESC"}) {
        const std::string sql = from + end;
        CAPTURE(sql);
        auto wanted = step_through(connection, sql);
        for (int i = 0; i < 4; ++i) CHECK(read_groups(connection, sql, author) == wanted);
        CHECK_FALSE(is_pushed(connection, sql));
    }
}

TEST_CASE("a query that is pushed without its order has it, whatever indexes there are") {
    int pushed = 0, stepped = 0;
    auto compare = [&](Connection& connection, const std::string& sql) {
        CAPTURE(sql);
        const auto wanted = step_through(connection, sql);
        for (int i = 0; i < 2; ++i) CHECK(read(connection, sql) == wanted);
        (is_pushed(connection, sql) ? pushed : stepped) += 1;
    };
    for (const char* on_books : {"", "CREATE INDEX a ON books (author_id, title)",
                                 "CREATE INDEX a ON books (author_id DESC)", "CREATE INDEX a ON books (title, id)"}) {
        for (const char* on_authors : {"", "CREATE INDEX b ON authors (born)", "CREATE INDEX b ON authors (name DESC)",
                                       "CREATE INDEX b ON authors (born, name)"}) {
            Library library;
            library.connection->driver().run_script(std::string(on_books) + ";" + on_authors);
            CAPTURE(on_books);
            CAPTURE(on_authors);
            for (const char* sql :
                 {"SELECT authors.name FROM authors ORDER BY authors.name",
                  "SELECT authors.id, authors.name FROM authors WHERE authors.name > 'name4' ORDER BY authors.name",
                  "SELECT authors.id, authors.photo FROM authors WHERE authors.name IN ('', 'x') ORDER BY authors.name",
                  "SELECT authors.name, authors.born FROM authors WHERE authors.born > 3 ORDER BY authors.born",
                  "SELECT books.author_id, books.id FROM books ORDER BY books.author_id",
                  "SELECT books.title, books.id FROM books ORDER BY books.title, books.id"})
                compare(*library.connection, sql);
            for (const char* order : {"authors.id", "authors.born", "authors.name", "b.author_id", "b.title",
                                      "authors.born, authors.id", "b.author_id, b.title", "authors.born, b.id"}) {
                for (const char* where : {"", " WHERE authors.born > 3", " WHERE b.author_id IN (7, 5, 50)",
                                          " WHERE authors.id = b.author_id AND b.author_id < 30",
                                          " WHERE authors.id > 50 OR authors.born = 2.5"}) {
                    for (const char* join : {" JOIN", " LEFT JOIN"}) {
                        compare(*library.connection,
                                std::string("SELECT authors.id, authors.born, b.id, b.title FROM authors") + join +
                                    " books AS b ON b.author_id = authors.id" + where + " ORDER BY " + order);
                    }
                }
            }
        }
    }
    CHECK(pushed > 100);
    CHECK(stepped > 100);
}

TEST_CASE("a connection that goes through tables from their end keeps orders") {
    Library library;
    auto& connection = *library.connection;
    const char* sql = "SELECT authors.id, authors.name FROM authors ORDER BY authors.id";
    const auto wanted = step_through(connection, sql);
    for (int i = 0; i < 3; ++i) CHECK(read(connection, sql) == wanted);
    CHECK(is_pushed(connection, sql));
    connection.run("PRAGMA reverse_unordered_selects = 1");
    for (int i = 0; i < 3; ++i) CHECK(read(connection, sql) == wanted);
    CHECK_FALSE(is_pushed(connection, sql));
    const char* other = "SELECT authors.id, authors.born FROM authors ORDER BY authors.id";
    const auto others = step_through(connection, other);
    for (int i = 0; i < 3; ++i) CHECK(read(connection, other) == others);
    CHECK_FALSE(is_pushed(connection, other));
}

TEST_CASE("a pushed query with an order is given up when the schema changes") {
    for (const char* change : {"CREATE INDEX later ON books (author_id, title)", "DROP INDEX ix", "ANALYZE",
                               "ALTER TABLE books ADD COLUMN more TEXT"}) {
        CAPTURE(change);
        Library library;
        auto& connection = *library.connection;
        const char* sql =
            "SELECT authors.id, authors.name, b.id, b.title FROM authors LEFT OUTER JOIN books AS b ON b.author_id = "
            "authors.id WHERE authors.id > ? ORDER BY authors.id";
        const engines::RepeatedCells author{0, 0, 2};
        ValueView ten = ValueView::of(std::int64_t{10});
        for (int i = 0; i < 3; ++i) CHECK(read_groups(connection, sql, author, {&ten, 1}).size() == 246);
        CHECK(is_pushed(connection, sql));
        connection.run(change);
        std::vector<std::int64_t> ids;
        connection.each(sql, {&ten, 1}, [&](std::span<const ValueView> row) { ids.push_back(row[0].integer); }, author);
        CHECK(ids.size() == 246);
        CHECK(std::is_sorted(ids.begin(), ids.end()));
        CHECK_FALSE(is_pushed(connection, sql));
        for (int i = 0; i < 3; ++i) CHECK(read_groups(connection, sql, author, {&ten, 1}).size() == 246);
    }
}

TEST_CASE("what a row of an ordered query throws comes out, and rows may ask for others") {
    Library library;
    auto& connection = *library.connection;
    const char* sql =
        "SELECT authors.id, authors.name, b.id FROM authors JOIN books AS b ON b.author_id = authors.id ORDER BY "
        "authors.id";
    const engines::RepeatedCells author{0, 0, 2};
    auto wanted = step_through(connection, sql);
    for (int i = 0; i < 4; ++i) {
        int rows = 0;
        auto stop = [&](std::span<const ValueView>) {
            if (++rows == 12) throw std::runtime_error("enough");
        };
        CHECK_THROWS_WITH_AS(connection.each(sql, {}, stop, author), "enough", std::runtime_error);
        CHECK(rows == 12);
        CHECK(read_groups(connection, sql, author) == wanted);
    }
    std::size_t rows = 0;
    auto again = [&](std::span<const ValueView>) {
        if (rows++ % 50 == 0) CHECK(read_groups(connection, sql, author) == wanted);
    };
    connection.each(sql, {}, again, author);
    CHECK(rows == wanted.size());
}

namespace {

constexpr const char* books_of_two = "SELECT books.author_id, books.id FROM books WHERE books.author_id IN (?, ?)";
constexpr const char* books_of_four =
    "SELECT books.author_id, books.id, books.title FROM books WHERE books.author_id IN (?, ?, ?, ?)";

/// Whether SQLite is given the keys of a list one by one.
bool is_fed(Connection& connection, std::string_view beginning) {
    auto* db = static_cast<SqliteConnection&>(connection.driver()).db();
    for (auto* each = sqlite3_next_stmt(db, nullptr); each != nullptr; each = sqlite3_next_stmt(db, each)) {
        std::string_view text = sqlite3_sql(each);
        if (text.find(beginning) != std::string_view::npos && text.find("retort_keys") != std::string_view::npos)
            return true;
    }
    return false;
}

/// The same by a text that no form is known of.
Rows wanted_rows(Connection& connection, std::string_view sql, std::span<const ValueView> keys) {
    return read(connection, std::string(sql) + " LIMIT -1", keys);
}

}  // namespace

TEST_CASE("the rows of a list of keys, whatever its order") {
    Library library;
    auto& connection = *library.connection;
    using Keys = std::vector<std::int64_t>;
    for (const auto& numbers : {Keys{3, 5, 8, 55}, Keys{55, 3, 8, 5}, Keys{5, 5, 5, 5}, Keys{8, -1, 1000, 8},
                                Keys{1000, 2000, -7, INT64_MIN}, Keys{60, 0, 0, 1}}) {
        std::vector<ValueView> keys;
        for (auto number : numbers) keys.push_back(ValueView::of(number));
        for (int i = 0; i < 3; ++i)
            CHECK(read(connection, books_of_four, keys) == wanted_rows(connection, books_of_four, keys));
    }
    CHECK(is_fed(connection, "SELECT books.author_id, books.id, books.title"));
    // What is no integer is looked for by the text itself.
    const ValueView text = ValueView::bytes(sql::ValueKind::text, "5", 1), none = ValueView::null(),
                    real = ValueView::of(8.0);
    const ValueView odd[] = {text, none, real, ValueView::of(std::int64_t{3})};
    const auto found = read(connection, books_of_four, odd);
    CHECK(found == wanted_rows(connection, books_of_four, odd));
    CHECK(found.size() > 10);
    CHECK_THROWS_AS(read(connection, books_of_four, std::span(odd).first(3)), ProgrammingError);
}

TEST_CASE("a list of keys within a row of another, and what a row throws") {
    Library library;
    auto& connection = *library.connection;
    const ValueView keys[] = {ValueView::of(std::int64_t{7}), ValueView::of(std::int64_t{9})};
    const ValueView inner[] = {ValueView::of(std::int64_t{1}), ValueView::of(std::int64_t{2}),
                               ValueView::of(std::int64_t{3}), ValueView::of(std::int64_t{4})};
    const auto outer_rows = wanted_rows(connection, books_of_two, keys);
    const auto inner_rows = wanted_rows(connection, books_of_four, inner);
    for (int i = 0; i < 3; ++i) {
        Rows outer;
        connection.each(books_of_two, keys, [&](std::span<const ValueView> row) {
            outer.push_back(shown(row));
            CHECK(read(connection, books_of_four, inner) == inner_rows);
        });
        CHECK(outer == outer_rows);
        CHECK_THROWS_AS(connection.each(books_of_two, keys, [](auto) { throw std::out_of_range("enough"); }),
                        std::out_of_range);
    }
    CHECK(is_fed(connection, "SELECT books.author_id, books.id FROM"));
    CHECK(is_fed(connection, "SELECT books.author_id, books.id, books.title"));
}

TEST_CASE("a list of keys is given up when its index goes") {
    Library library;
    auto& connection = *library.connection;
    const ValueView keys[] = {ValueView::of(std::int64_t{9}), ValueView::of(std::int64_t{7})};
    for (int i = 0; i < 3; ++i) read(connection, books_of_two, keys);
    REQUIRE(is_fed(connection, "SELECT books.author_id, books.id FROM"));
    connection.run("DROP INDEX ix");
    for (int i = 0; i < 3; ++i)
        CHECK(read(connection, books_of_two, keys) == wanted_rows(connection, books_of_two, keys));
    CHECK_FALSE(is_fed(connection, "SELECT books.author_id, books.id FROM"));
    connection.run("CREATE INDEX ix ON books (author_id DESC)");
    for (int i = 0; i < 3; ++i)
        CHECK(read(connection, books_of_two, keys) == wanted_rows(connection, books_of_two, keys));
}
