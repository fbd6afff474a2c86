// Bad input, each with its own error: what was good stays, and the session goes on after rollback().
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>

#include "faulty_vfs.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct BadPage;
struct BadBook : Model<BadBook> {
    Column<int, primary_key> id;
    Column<String<8>> title;
    Column<std::optional<double>> price;
    Column<std::optional<SmallInteger>> year;
    Column<int, version_id> version;
    Many<BadPage> pages;
};
struct BadPage : Model<BadPage> {
    Column<int, primary_key> id;
    Column<std::optional<std::string>> text;  // the table says NOT NULL
    Column<std::optional<int>, foreign_key<BadBook>> book_id;
    One<BadBook> book;
};

constexpr auto schema = {
    "CREATE TABLE bad_book (id INTEGER PRIMARY KEY, title VARCHAR(8) NOT NULL, price FLOAT, year INTEGER, version "
    "INTEGER "
    "NOT NULL)",
    "CREATE TABLE bad_page (id INTEGER PRIMARY KEY, text VARCHAR NOT NULL, book_id INTEGER REFERENCES bad_book (id))"};

/// A database in a file with one good book, and a session on it.
class Shelf {
  public:
    explicit Shelf(std::string options = "") {
        std::string pattern = (std::filesystem::temp_directory_path() / "retort_bad_XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        EngineOptions engine_options;
        engine_options.busy_timeout = std::chrono::milliseconds(30);
        engine = create_engine("sqlite:///file:" + file() + "?uri=true" + options, engine_options);
        auto connection = engine.connect();
        for (const char* statement : schema) connection->run(statement);
        Session session{engine};
        session.add(BadBook{.title = "Emma"});
        session.commit();
    }
    ~Shelf() {
        engine.dispose();
        std::filesystem::remove_all(folder);
    }
    Shelf(const Shelf&) = delete;
    Shelf& operator=(const Shelf&) = delete;
    std::string file() const { return folder + "/a.db"; }

    std::string folder;
    Engine engine;
};

/// Whether the good book is all there is, and the session can write.
bool goes_on(Session& session) {
    session.rollback();
    auto books = session.scalars(select<BadBook>()).all();
    if (books.size() != 1 || books[0]->title != "Emma") return false;
    session.add(BadBook{.title = "next"});
    session.commit();
    return session.scalars(select<BadBook>()).size() == 2;
}

/// The code of what a commit of `work` throws, or that of `work` itself; the session must go on afterwards.
template <class F>
std::string commit_of(F&& work) {
    Shelf shelf;
    Session session{shelf.engine};
    session.add(BadBook{.title = "lost"});  // goes with the rest
    auto code = code_of([&] {
        work(session);
        session.commit();
    });
    CHECK(goes_on(session));
    return code;
}

}  // namespace

TEST_CASE("bad input: values that their columns cannot keep") {
    CHECK(commit_of([](Session& session) { session.add(BadBook{.title = "much too long"}); }) == "value-too-long");
    CHECK(commit_of([](Session& session) { session.add(BadBook{.title = "a\xff"}); }) == "invalid-text");
    CHECK(commit_of([](Session& session) { session.add(BadBook{.title = "a", .price = std::nan("")}); }) ==
          "not-a-number");
    CHECK(commit_of([](Session& session) { session.add(BadBook{.title = "a", .year = 40000}); }) ==
          "integer-out-of-range");
    CHECK(commit_of([](Session& session) {
              session.add(BadBook{.id = std::numeric_limits<std::int64_t>::max(), .title = "a"});
          }) == "integer-out-of-range");
}

struct BadCounter : Model<BadCounter> {
    Column<int, primary_key> id;
    Column<std::uint64_t> hits;
};

TEST_CASE("bad input: an integer that does not fit is told with its column") {
    TestDatabase database;
    database.create<BadCounter, BadBook>();
    Session session{database.engine};
    auto book = session.add(BadBook{.title = "a"});
    CHECK_THROWS_WITH_AS(book->year = 40000, doctest::Contains("40000 does not fit BadBook.year, a column of 16-bit"),
                         InvalidValueError);
    CHECK_THROWS_WITH_AS(book->id = std::numeric_limits<std::int64_t>::max(), doctest::Contains("BadBook.id"),
                         InvalidValueError);
    CHECK_THROWS_WITH_AS((void)update<BadBook>().values(BadBook::c.year = 40000), doctest::Contains("BadBook.year"),
                         InvalidValueError);
    book->year = 32767;
    session.commit();
    CHECK(book->year == 32767);
    auto counter = session.add(BadCounter{.hits = std::numeric_limits<std::uint64_t>::max()});
    CHECK_THROWS_WITH_AS(session.flush(), doctest::Contains("BadCounter.hits: 18446744073709551615"),
                         InvalidValueError);
}

TEST_CASE("bad input: a row that a trigger passes over") {
    auto code = commit_of([](Session& session) {
        (void)session.execute(
            text("CREATE TRIGGER quiet BEFORE INSERT ON bad_book WHEN NEW.title = 'quiet' "
                 "BEGIN SELECT RAISE(IGNORE); END"));
        session.add(BadBook{.title = "quiet"});
    });
    CHECK(code == "insert-without-row");
}

TEST_CASE("bad input: values of SQL text and of calculations") {
    const double nan = std::nan("");
    CHECK(commit_of([&](Session& session) {
              session.execute(text("UPDATE bad_book SET price = :price", {{"price", nan}}));
          }) == "not-a-number");
    CHECK(commit_of([&](Session& session) {
              session.execute(update<BadBook>().values(BadBook::c.price = BadBook::c.price + nan));
          }) == "not-a-number");
    CHECK(commit_of([](Session& session) {
              session.execute(text("UPDATE bad_book SET title = :title", {{"title", "a\xff"}}));
          }) == "invalid-text");
    CHECK(commit_of([](Session& session) {
              session.execute(text("DELETE FROM bad_book WHERE title IN :titles",
                                   {{"titles", std::vector<std::string>{"a", "a\xff"}}}));
          }) == "invalid-text");
    Shelf shelf;
    Session session{shelf.engine};
    try {
        session.scalars(select(func::call<double>("nullif", 1, 1)));
        FAIL("NULL is no double");
    } catch (const DataMismatchError& error) {
        CHECK(error.hint().find("std::optional") != std::string::npos);
    }
}

TEST_CASE("bad input: NULL where none can be") {
    CHECK(commit_of([](Session& session) { session.add(BadBook{.year = 1}); }) == "required-attribute");
    CHECK(commit_of([](Session& session) { set_attribute(session.get<BadBook>(1), "title", sql::Value()); }) ==
          "null-attribute");
    CHECK(commit_of([](Session& session) { session.add(BadPage{}); }) == "not-null-violation");
}

TEST_CASE("bad input: rows that somebody else has written or deleted") {
    Shelf shelf;
    Session session{shelf.engine};
    auto book = session.get<BadBook>(1);
    shelf.engine.connect()->run("UPDATE bad_book SET version = version + 1");
    book->title = "changed";
    CHECK(code_of([&] { session.commit(); }) == "stale-version");
    session.rollback();
    auto page = session.add(BadPage{.text = "x"});
    session.commit();
    (void)page->text.value();
    shelf.engine.connect()->run("DELETE FROM bad_page");
    page->text = "y";
    CHECK(code_of([&] { session.commit(); }) == "stale-data");
    CHECK(goes_on(session));
}

TEST_CASE("bad input: objects without a session, and sessions after close") {
    Shelf shelf;
    Ptr<BadBook> book;
    {
        Session session{shelf.engine};
        book = session.get<BadBook>(1);
    }
    CHECK(book->title == "Emma");
    CHECK(code_of([&] { (void)book->pages.size(); }) == "detached-instance");
    CHECK(code_of([&] { book->pages.append(BadPage{.text = "x"}); }) == "detached-instance");
    Session session{shelf.engine};
    auto nested = session.begin_nested();
    book = session.get<BadBook>(1);
    session.close();
    CHECK(code_of([&] { nested.commit(); }) == "savepoint-ended");
    CHECK(code_of([&] { session.refresh(book); }) == "not-persistent");
    CHECK(code_of([&] { session.delete_(make<BadBook>({.title = "new"})); }) == "not-persistent");
    CHECK(code_of([&] { session.expunge(book); }) == "not-in-session");
    CHECK(code_of([&] { (void)book->pages.size(); }) == "detached-instance");
    session.add(book);
    CHECK(book->pages.empty());
    session.expire_all();
    auto page = session.add(BadPage{.text = "x", .book_id = 1});
    session.flush();
    session.expunge(book);
    session.expunge(page);
    CHECK(code_of([&] { (void)book->pages.size(); }) == "detached-instance");
    CHECK(code_of([&] { book->pages.append(BadPage{.text = "y"}); }) == "detached-instance");
    CHECK(code_of([&] { (void)page->book->title; }) == "detached-instance");
    CHECK(goes_on(session));
}

TEST_CASE("bad input: an object in two sessions") {
    Shelf shelf;
    Session session{shelf.engine}, other{shelf.engine};
    auto book = session.get<BadBook>(1);
    CHECK(code_of([&] { other.add(book); }) == "other-session");
    CHECK(code_of([&] { other.delete_(book); }) == "not-persistent");
    CHECK(goes_on(session));
}

TEST_CASE("bad input: another thread") {
    Shelf shelf;
    Session session{shelf.engine};
    (void)session.get<BadBook>(1);
    std::string code;
    std::thread([&] { code = code_of([&] { (void)session.scalars(select<BadBook>()); }); }).join();
    CHECK(code == "session-of-another-thread");
    CHECK(goes_on(session));
}

TEST_CASE("bad input: a file that is no database, or a damaged one") {
    Shelf shelf;
    shelf.engine.dispose();
    std::ofstream(shelf.folder + "/text.db") << std::string(8192, 'x');
    CHECK(code_of([&] {
              Session session{create_engine("sqlite:///" + shelf.folder + "/text.db")};
              (void)session.get<BadBook>(1);
          }) == "not-a-database");
    auto size = static_cast<std::streamoff>(std::filesystem::file_size(shelf.file()));
    {
        std::fstream damaged(shelf.file(), std::ios::in | std::ios::out | std::ios::binary);
        damaged.seekp(200);
        damaged << std::string(static_cast<std::size_t>(size - 200), '\x7f');
    }
    CHECK(code_of([&] {
              Session session{create_engine("sqlite:///" + shelf.file())};
              (void)session.get<BadBook>(1);
          }) == "damaged-database");
}

TEST_CASE("bad input: places where no database can be") {
    Shelf shelf;
    auto open = [](const std::string& url) {
        return code_of([&] {
            Session session{create_engine(url)};
            (void)session.get<BadBook>(1);
        });
    };
    CHECK(open("oracle://host/db") == "unknown-dialect");
    CHECK(open("sqlite:///" + shelf.folder + "/none/a.db") == "missing-folder");
    CHECK(open("sqlite:///" + shelf.folder) == "database-is-a-folder");
    CHECK(open("not a url") == "invalid-database-url");
}

TEST_CASE("bad input: a database that can only be read") {
    Shelf shelf;
    shelf.engine.dispose();
    auto reading = create_engine("sqlite:///file:" + shelf.file() + "?uri=true&mode=ro");
    {
        Session session{reading};
        CHECK(session.get<BadBook>(1)->title == "Emma");
        session.add(BadBook{.title = "next"});
        CHECK(code_of([&] { session.commit(); }) == "read-only-database");
        session.rollback();
        CHECK(session.scalars(select<BadBook>()).size() == 1);
    }
    reading.dispose();
}

TEST_CASE("bad input: a database that another process has locked") {
    Shelf shelf;
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open(shelf.file().c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
    Session session{shelf.engine};
    session.add(BadBook{.title = "late"});
    CHECK(code_of([&] { session.commit(); }) == "database-locked");
    sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    CHECK(goes_on(session));
}

TEST_CASE("bad input: a disk that is full") {
    faulty::Disk::get();
    Shelf shelf("&vfs=faulty");
    Session session{shelf.engine};
    session.add(BadBook{.title = "lost"});
    faulty::Disk::get().arm({.writes = true, .code = SQLITE_FULL}, 0);
    CHECK(code_of([&] { session.commit(); }) == "disk-full");
    faulty::Disk::get().disarm();
    CHECK(goes_on(session));
}

TEST_CASE("bad input: what a listener may not do within a flush") {
    static Session* flushing = nullptr;
    static Lines codes;
    static const bool listening = [] {
        event::before_flush([](Session& session) {
            if (&session != flushing) return;
            codes.push_back(code_of([&] { session.flush(); }));
            codes.push_back(code_of([&] { session.commit(); }));
            codes.push_back(code_of([&] { session.rollback(); }));
            codes.push_back(code_of([&] { session.close(); }));
            codes.push_back(code_of([&] { session.expunge_all(); }));
        });
        return true;
    }();
    (void)listening;
    Shelf shelf;
    Session session{shelf.engine};
    flushing = &session;
    session.add(BadBook{.title = "next"});
    session.commit();
    flushing = nullptr;
    CHECK(codes == Lines(5, "nested-flush"));
    CHECK(session.scalars(select<BadBook>()).size() == 2);
}
