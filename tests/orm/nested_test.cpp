// Savepoints of sessions, merge, and expiring single columns.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Chapter;
struct Book : Model<Book> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<std::optional<int>> year;
    Many<Chapter, cascade<"all, delete-orphan">> chapters;
};
struct Chapter : Model<Chapter> {
    Column<int, primary_key> id;
    Column<std::string, unique_key> name;
    Column<std::optional<int>, foreign_key<Book>> book_id;
    One<Book> book;
};

struct Books : TestDatabase {
    Books() { create<Book, Chapter>(); }
    Session session{engine};
    std::vector<std::string> titles() {
        std::vector<std::string> all;
        for (const auto& [title] : session.execute(select(Book::c.title).order_by(Book::c.id))) all.push_back(title);
        return all;
    }
};

}  // namespace

TEST_CASE_FIXTURE(Books, "begin_nested: what is committed stays, what is not is undone") {
    session.add(Book{.title = "before"});
    {
        auto nested = session.begin_nested();
        session.add(Book{.title = "kept"});
        nested.commit();
    }
    {
        auto nested = session.begin_nested();
        session.add(Book{.title = "lost"});
        session.flush();
        CHECK(titles() == std::vector<std::string>{"before", "kept", "lost"});
    }
    session.commit();
    CHECK(titles() == std::vector<std::string>{"before", "kept"});
}

TEST_CASE_FIXTURE(Books, "begin_nested: objects get back what they had when it began") {
    auto book = session.add(Book{.title = "first"});
    session.flush();
    book->title = "second";
    auto nested = session.begin_nested();
    book->title = "third";
    auto chapter = book->chapters.append(Chapter{.name = "one"});
    session.flush();
    nested.rollback();
    CHECK(book->title == "second");
    CHECK(book->chapters.empty());
    CHECK_FALSE(session.contains(chapter));
    session.commit();
    CHECK(titles() == std::vector<std::string>{"second"});
}

TEST_CASE_FIXTURE(Books, "begin_nested: a deleted object comes back") {
    auto book = session.add(Book{.title = "first"});
    session.commit();
    auto nested = session.begin_nested();
    session.delete_(book);
    session.flush();
    nested.rollback();
    CHECK(session.contains(book));
    CHECK(book->title == "first");
    session.commit();
    CHECK(titles().size() == 1);
}

TEST_CASE_FIXTURE(Books, "begin_nested: a failed flush takes the savepoint with it, not the transaction") {
    session.add(Chapter{.name = "one"});
    session.flush();
    {
        auto nested = session.begin_nested();
        session.add(Chapter{.name = "one"});
        CHECK_THROWS_AS(session.flush(), IntegrityError);
    }
    session.add(Chapter{.name = "two"});
    session.commit();
    CHECK(session.scalars(select<Chapter>()).size() == 2);
}

TEST_CASE_FIXTURE(Books, "begin_nested: within another") {
    auto outer = session.begin_nested();
    session.add(Book{.title = "a"});
    auto inner = session.begin_nested();
    session.add(Book{.title = "b"});
    inner.commit();
    outer.rollback();
    session.commit();
    CHECK(titles().empty());
    CHECK_NOTHROW(inner.rollback());
}

TEST_CASE_FIXTURE(Books, "begin_nested: what has ended is not committed") {
    auto nested = session.begin_nested();
    session.add(Book{.title = "a"});
    nested.rollback();
    CHECK_THROWS_AS(nested.commit(), InvalidRequestError);
    auto other = session.begin_nested();
    other.commit();
    CHECK_THROWS_WITH_AS(other.commit(), doctest::Contains("this savepoint has ended already"), InvalidRequestError);
    session.commit();
    CHECK(titles().empty());
}

TEST_CASE_FIXTURE(Books, "begin_nested: rolling back the whole ends it too") {
    auto nested = session.begin_nested();
    session.add(Book{.title = "a"});
    session.rollback();
    CHECK_THROWS_AS(nested.commit(), InvalidRequestError);
    session.add(Book{.title = "b"});
    session.commit();
    CHECK(titles() == std::vector<std::string>{"b"});
}

TEST_CASE_FIXTURE(Books, "merge: a new row, one that is there, one that is loaded") {
    auto fresh = session.merge(Book{.id = 7, .title = "seven"});
    session.commit();
    CHECK(fresh->id == 7);
    Book local{.id = 7, .title = "changed"};
    auto merged = session.merge(local);
    CHECK(merged == fresh);
    CHECK(merged->title == "changed");
    CHECK_FALSE(merged->year.has_value());
    session.commit();
    CHECK(titles() == std::vector<std::string>{"changed"});
    merged->year = 1999;
    session.merge(Book{.id = 7, .title = "changed"});
    CHECK(merged->year == 1999);
}

TEST_CASE_FIXTURE(Books, "merge: goes on to the objects of relationships, and takes detached ones") {
    Book book{.id = 1, .title = "a"};
    book.chapters.append(Chapter{.name = "one"});
    auto merged = session.merge(book);
    session.commit();
    CHECK(merged->chapters.size() == 1);
    session.expunge(merged);
    merged->title = "detached";
    auto again = session.merge(merged);
    CHECK(again != merged);
    session.commit();
    CHECK(titles() == std::vector<std::string>{"detached"});
}

TEST_CASE_FIXTURE(Books, "add: an object whose row was deleted comes back by a rollback, or as a new one") {
    auto book = session.add(Book{.title = "a"});
    session.commit();
    CHECK(book->title == "a");
    session.delete_(book);
    session.flush();
    CHECK_THROWS_AS(session.add(book), InvalidRequestError);
    make_transient(book);
    session.add(book);
    session.commit();
    CHECK(titles() == std::vector<std::string>{"a"});
}

TEST_CASE_FIXTURE(Books, "expire: some columns are read again alone") {
    auto book = session.add(Book{.title = "a", .year = 1});
    session.commit();
    CHECK(book->year == 1);
    work();
    session.expire(book, Book::c.year);
    CHECK(book->title == "a");
    CHECK(work().empty());
    CHECK(book->year == 1);
    CHECK(work() == Lines{"SELECT book.year FROM book WHERE book.id = ? | 1"});
}

TEST_CASE_FIXTURE(Books, "get_one: no row is an error") {
    CHECK_THROWS_AS((void)session.get_one<Book>(5), NoResultFound);
}

TEST_CASE_FIXTURE(Books, "begin_nested: one that has ended does not end another one") {
    auto first = session.begin_nested();
    session.rollback();
    auto second = session.begin_nested();
    session.add(Book{.title = "undone"});
    session.flush();
    CHECK_THROWS_WITH_AS(first.commit(), doctest::Contains("has ended already"), InvalidRequestError);
    first.rollback();
    CHECK(titles() == Lines{"undone"});
    second.rollback();
    CHECK(titles().empty());
}

TEST_CASE_FIXTURE(Books,
                  "begin_nested: commit() of the session within it, when it fails, keeps what was there before") {
    session.add(Chapter{.name = "one"});
    session.add(Book{.title = "before"});
    {
        auto nested = session.begin_nested();
        session.add(Chapter{.name = "one"});
        CHECK_THROWS_AS(session.commit(), IntegrityError);
        nested.rollback();
    }
    session.add(Book{.title = "after"});
    session.commit();
    CHECK(titles() == std::vector<std::string>{"before", "after"});
}

TEST_CASE_FIXTURE(Books, "begin: a transaction as a scope is rolled back unless it is committed") {
    {
        auto transaction = session.begin();
        CHECK(session.in_transaction());
        session.add(Book{.title = "lost"});
        session.flush();
        CHECK(transaction.is_active());
        CHECK(code_of([&] { (void)session.begin(); }) == "transaction-begun");
    }
    CHECK_FALSE(session.in_transaction());
    CHECK(session.new_count() == 0);
    auto transaction = session.begin();
    session.add(Book{.title = "kept"});
    transaction.commit();
    CHECK_FALSE(transaction.is_active());
    CHECK(code_of([&] { transaction.commit(); }) == "transaction-ended");
    CHECK(titles() == std::vector<std::string>{"kept"});
}

TEST_CASE_FIXTURE(Books, "begin: what the session ended itself is left alone, what fails is rolled back") {
    {
        auto first = session.begin();
        session.add(Book{.title = "one"});
        session.commit();
        CHECK_FALSE(first.is_active());
        session.add(Book{.title = "two"});  // of the next transaction
        session.flush();
        first.rollback();
    }
    CHECK(titles() == std::vector<std::string>{"one", "two"});
    session.commit();
    session.add(Chapter{.name = "a"});
    session.commit();
    try {
        auto transaction = session.begin();
        session.add(Chapter{.name = "a"});
        transaction.commit();
        FAIL("a name that is taken must be refused");
    } catch (const IntegrityError&) {
    }
    session.add(Book{.title = "three"});
    session.commit();
    CHECK(titles() == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE_FIXTURE(Books, "flush: what was set back asks nothing of the database, and takes no lock") {
    auto book = session.add(Book{.title = "one"});
    session.commit();
    CHECK(book->title == "one");
    book->title = "two";
    book->title = "one";
    (void)log();
    CHECK(titles() == std::vector<std::string>{"one"});
    for (const auto& line : log()) CHECK(line.find("UPDATE") == line.npos);
    Session other{engine};
    other.add(Book{.title = "other"});
    other.commit();  // would wait for the first session's lock
    session.commit();
    CHECK(titles() == std::vector<std::string>{"one", "other"});
    book->title = "three";
    book->title = "one";
    session.commit();
    CHECK_FALSE(session.in_transaction());
}
