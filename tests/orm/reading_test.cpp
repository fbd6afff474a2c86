// Reading again what a session has: populate_existing, locks, refresh of some columns; info and states of objects.

#include <thread>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct ReadPage;
struct ReadBook : Model<ReadBook> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<std::optional<int>> year;
    Many<ReadPage> pages;
};
struct ReadPage : Model<ReadPage> {
    Column<int, primary_key> id;
    Column<int, foreign_key<ReadBook>> book_id;
    One<ReadBook> book;
};

struct ReadNote : Model<ReadNote> {
    Column<int, primary_key> id;
    Column<std::string> text;
    Column<int> stars;
};

struct Fixture : TestDatabase {
    Fixture() {
        create<ReadBook, ReadPage>();
        auto book = session.add(ReadBook{.title = "Emma", .year = 1815});
        book->pages.append(ReadPage{});
        book->pages.append(ReadPage{});
        session.commit();
        (void)book->year.value();
        (void)log();
    }
    Session session{engine};
};

template <class... Row>
Select<Row...> populating(const Select<Row...>& query) {
    auto core = query.core();
    core.execution.populate_existing = true;
    return Select<Row...>(core);
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "reading: a query leaves known objects alone, populate_existing does not") {
    auto book = session.get<ReadBook>(1);
    run("UPDATE read_book SET title = 'Persuasion'");
    CHECK(session.scalars(select<ReadBook>()).one()->title == "Emma");
    CHECK(session.get<ReadBook>({.populate_existing = true}, 1)->title == "Persuasion");
    run("UPDATE read_book SET title = 'Sanditon'");
    CHECK(session.scalars(populating(select<ReadBook>())).one()->title == "Sanditon");
    CHECK(book->title == "Sanditon");
}

TEST_CASE_FIXTURE(Fixture, "reading: NULL where the model has no optional is told by its column when it is looked at") {
    run("CREATE TABLE read_note (id INTEGER PRIMARY KEY, text TEXT, stars INTEGER)");
    run("INSERT INTO read_note VALUES (1, NULL, NULL)");
    auto note = session.get<ReadNote>(1);
    CHECK_THROWS_WITH_AS((void)note->text.value(), doctest::Contains("ReadNote.text of <ReadNote 1> is NULL"),
                         DataMismatchError);
    CHECK_THROWS_AS((void)note->stars.value(), DataMismatchError);
    note->stars = 5;
    session.commit();
    CHECK(note->stars == 5);
    CHECK_THROWS_AS((void)note->text.value(), DataMismatchError);
    CHECK_THROWS_AS((void)ReadNote{}.stars.value(), InvalidRequestError);
}

TEST_CASE_FIXTURE(Fixture, "reading: populate_existing drops what was changed, and fills collections once") {
    auto book = session.get<ReadBook>(1);
    CHECK(book->pages.size() == 2);
    run("DELETE FROM read_page WHERE id = 2");
    run("INSERT INTO read_page (book_id) VALUES (1), (1)");
    auto guard = session.no_autoflush();
    book->title = "changed";
    auto query = select<ReadBook>().options(joinedload(ReadBook::c.pages));
    CHECK(session.scalars(populating(query)).one()->pages.size() == 3);
    CHECK(book->title == "Emma");
    CHECK_FALSE(session.is_modified(book));
}

TEST_CASE_FIXTURE(Fixture, "reading: with_for_update reads the row now; SQLite has no locks on rows") {
    auto book = session.get<ReadBook>(1);
    run("UPDATE read_book SET title = 'Persuasion'");
    CHECK(session.get<ReadBook>({.with_for_update = true}, 1)->title == "Persuasion");
    CHECK(work() ==
          Lines{"SELECT read_book.id, read_book.title, read_book.year FROM read_book WHERE read_book.id = ? | 1"});
    run("UPDATE read_book SET title = 'Sanditon'");
    session.refresh(book, {.with_for_update = sql::ForUpdate{.nowait = true}});
    CHECK(book->title == "Sanditon");
    CHECK(session.get<ReadBook>({.with_for_update = true}, 9) == nullptr);
    run("DELETE FROM read_page");
    run("DELETE FROM read_book");
    CHECK_THROWS_AS(session.refresh(book, {.with_for_update = true}), ObjectDeletedError);
    CHECK_THROWS_AS(session.refresh(book), ObjectDeletedError);
}

TEST_CASE_FIXTURE(Fixture, "reading: some columns again") {
    auto book = session.get<ReadBook>(1);
    run("UPDATE read_book SET title = 'Persuasion', year = 1817");
    session.refresh(book, ReadBook::c.title);
    CHECK(work() == Lines{"SELECT read_book.title FROM read_book WHERE read_book.id = ? | 1"});
    CHECK(book->title == "Persuasion");
    CHECK(book->year.value() == 1815);
}

TEST_CASE_FIXTURE(Fixture, "states: inspect tells where an object stands and what was changed") {
    auto book = make<ReadBook>({.title = "new"});
    CHECK(inspect(book).transient());
    CHECK(object_session(book) == nullptr);
    session.add(book);
    CHECK(inspect(book).pending());
    CHECK(inspect(book).identity().empty());
    CHECK(object_session(book) == &session);
    CHECK(session.is_modified(book));
    session.flush();
    CHECK(inspect(book).persistent());
    CHECK(sql::to_string(inspect(book).identity()[0].view()) == "2");
    CHECK_FALSE(session.is_modified(book));
    book->title = "newer";
    CHECK(inspect(book).changed() == std::vector<std::string_view>{"title"});
    auto history = inspect(book).history(ReadBook::c.title);
    CHECK(history.added == "newer");
    CHECK(history.deleted == "new");
    CHECK_FALSE(history.unchanged.has_value());
    CHECK(inspect(book).history(ReadBook::c.id).unchanged == 2);
    book->title = "new";
    CHECK_FALSE(inspect(book).modified());
    CHECK_FALSE(session.is_modified(book));
    book->pages.append(ReadPage{});
    CHECK(session.is_modified(book));
    session.commit();
    CHECK(inspect(book).expired());
    CHECK(inspect(book).unloaded() == std::vector<std::string_view>{"title", "year", "pages"});
    session.delete_(session.get<ReadBook>(2)->pages[0]);
    session.delete_(book);
    session.flush();
    CHECK(inspect(book).deleted());
    session.commit();
    CHECK(inspect(book).detached());
    CHECK(object_session(book) == nullptr);
}

TEST_CASE_FIXTURE(Fixture, "states: make_transient makes a new object of an old one") {
    auto book = session.get<ReadBook>(1);
    CHECK(book->title == "Emma");
    make_transient(book);
    CHECK(inspect(book).transient());
    CHECK_FALSE(session.contains(book));
    book->id = 7;
    book->title = "Emma, again";
    session.add(book);
    session.commit();
    CHECK(session.get<ReadBook>(7)->title == "Emma, again");
    CHECK(session.get<ReadBook>(1)->title == "Emma");
}

TEST_CASE_FIXTURE(Fixture, "states: a new object's key is unset, that of a row is not") {
    auto book = session.get<ReadBook>(1);
    CHECK_THROWS_WITH_AS(book->id = {}, doctest::Contains("ReadBook.id is the key of a row"), InvalidRequestError);
    ReadBook copy = *book;
    copy.id = {};
    CHECK_FALSE(copy.id.is_set());
    make_transient(book);
    book->id = {};
    session.add(book);
    auto other = session.add(std::move(copy));
    session.commit();
    CHECK(book->id > 1);
    CHECK(other->id > 1);
    CHECK(book->id != other->id);
    CHECK(session.get<ReadBook>(1)->title == "Emma");
}

TEST_CASE_FIXTURE(Fixture, "sessions: info is the program's") {
    session.info()["user"] = 7;
    CHECK(session.info()["user"].as<int>() == 7);
}

TEST_CASE_FIXTURE(Fixture, "sessions: one of another thread is refused while its transaction is open") {
    (void)session.get<ReadBook>(1);
    (void)session.get<ReadBook>(9);
    std::string code;
    std::thread([&] {
        try {
            (void)session.scalars(select<ReadBook>());
        } catch (const InvalidRequestError& error) {
            code = error.code();
        }
    }).join();
    CHECK(code == "session-of-another-thread");
    CHECK(session.scalars(select<ReadBook>()).size() == 1);
    session.add(ReadBook{.title = "Persuasion"});
    session.flush();
    std::string committed = "by another thread";
    std::thread([&] {
        try {
            session.commit();
        } catch (const InvalidRequestError& error) {
            committed = error.code();
        }
    }).join();
    CHECK(committed == "session-of-another-thread");
    session.rollback();
    CHECK(session.scalars(select<ReadBook>()).size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "sessions: many rows at once, without objects") {
    CHECK(session.execute(insert<ReadBook>(), {{.title = "a"}, {.id = 9, .title = "b", .year = 3}}) == 2);
    CHECK(work() == Lines{"INSERT INTO read_book (title) VALUES (?) | 'a'",
                          "INSERT INTO read_book (id, title, year) VALUES (?, ?, ?) | 9 | 'b' | 3"});
    auto book = session.get<ReadBook>(9);
    (void)work();
    CHECK(session.execute(update<ReadBook>(), {{.id = 2, .title = "c"}, {.id = 9, .year = 4}}) == 2);
    CHECK(work() == Lines{"UPDATE read_book SET title=? WHERE read_book.id = ? | 'c' | 2",
                          "UPDATE read_book SET year=? WHERE read_book.id = ? | 4 | 9"});
    CHECK(book->year.value() == 4);
    session.commit();
    CHECK(session.get<ReadBook>(2)->title == "c");
}

TEST_CASE_FIXTURE(Fixture, "sessions: many rows at once are checked, and all or none") {
    CHECK_THROWS_AS(session.execute(insert<ReadBook>(), {{.title = "a"}, {.year = 3}}), FlushError);
    CHECK_THROWS_AS(session.execute(update<ReadBook>(), {{.id = 1, .title = "x"}, {.id = 99, .title = "y"}}),
                    StaleDataError);
    CHECK_THROWS_AS(session.execute(update<ReadBook>(), {{.title = "x"}}), ArgumentError);
    CHECK_THROWS_AS(session.execute(insert<ReadBook>().values(ReadBook{.title = "x"}), {{.title = "a"}}),
                    ArgumentError);
    CHECK_THROWS_AS(session.execute(insert<ReadBook>(), {{.title = "a\xff"}}), InvalidValueError);
    session.commit();
    CHECK(session.scalars(select<ReadBook>()).one()->title == "Emma");
}
