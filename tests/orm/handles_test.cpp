// Handles and fields as C++ values: empty ones, their texts, their order, what they print.

#include <set>
#include <sstream>
#include <type_traits>
#include <unordered_set>

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct HandlePage;
struct HandleBook : Model<HandleBook> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<int> year = 1800;
    Many<HandlePage> pages;
};
struct HandlePage : Model<HandlePage> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<HandleBook>> book_id;
    One<HandleBook> book;
};
struct HandlePair : Model<HandlePair> {
    Column<std::string, primary_key> left;
    Column<int, primary_key> right;
    std::string repr() const { return "pair of " + left.value(); }
};
struct HandleKey : Model<HandleKey> {
    Column<std::string, primary_key> left;
    Column<int, primary_key> right;
};

struct Fixture : TestDatabase {
    Fixture() { create<HandleBook, HandlePage, HandlePair, HandleKey>(); }
    Session session{engine};
};

template <class F>
std::string error_of(F&& call) {
    try {
        call();
    } catch (const Error& error) {
        return std::string(error.code()) + ": " + error.message();
    }
    return "no error";
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "handles: an empty one that is followed is an error, not a crash") {
    Ptr<HandleBook> none = session.get<HandleBook>(1);
    CHECK(error_of([&] { (void)none->title.value(); }) ==
          "empty-handle: an empty Ptr<HandleBook> was followed: there is no such object.");
    CHECK_THROWS_AS((void)(*none).title.value(), InvalidRequestError);
    CHECK_THROWS_AS(none->pages.size(), InvalidRequestError);
}

TEST_CASE_FIXTURE(Fixture, "handles: a One without object that is followed is an error that names it") {
    auto page = session.add(HandlePage{});
    session.commit();
    CHECK(error_of([&] { (void)page->book->title.value(); }) ==
          "empty-relationship: <HandlePage 1>.book was followed, but there is no object.");
    CHECK_THROWS_AS((void)(*page->book).title.value(), InvalidRequestError);
    HandlePage local;
    CHECK_THROWS_AS((void)local.book->title.value(), InvalidRequestError);
}

TEST_CASE_FIXTURE(Fixture, "handles: a collection has no element beyond its last") {
    auto book = session.add(HandleBook{.title = "Emma"});
    CHECK(error_of([&] { (void)book->pages.front(); }) == "no-such-element: a collection of 0 has no element 0.");
    book->pages.append(HandlePage{});
    CHECK(book->pages.back() == book->pages[0]);
    CHECK_THROWS_AS((void)book->pages[1], ArgumentError);
}

TEST_CASE_FIXTURE(Fixture, "handles: all() gives handles that a change of the collection leaves alone") {
    auto book = session.add(HandleBook{.title = "Emma"});
    for (int i = 0; i < 4; ++i) book->pages.append(HandlePage{});
    for (const auto& page : book->pages.all()) book->pages.remove(page);
    CHECK(book->pages.empty());
}

TEST_CASE_FIXTURE(Fixture, "handles: they are named as Flask-SQLAlchemy names objects") {
    auto book = session.add(HandleBook{.title = "Emma"});
    auto number = std::to_string(reinterpret_cast<std::uintptr_t>(book.get()));
    CHECK(to_string(book) == "<HandleBook (pending " + number + ")>");
    session.commit();
    CHECK(to_string(book) == "<HandleBook 1>");
    CHECK(repr(book) == "<HandleBook 1>");
    auto other = make<HandleBook>({.title = "other"});
    number = std::to_string(reinterpret_cast<std::uintptr_t>(other.get()));
    CHECK(repr(other) == "<HandleBook (transient " + number + ")>");
    CHECK(repr(Ptr<HandleBook>()) == "None");
    auto key = session.add(HandleKey{.left = "a", .right = 2});
    session.flush();
    CHECK(repr(key) == "<HandleKey a, 2>");
    session.expunge(key);
    CHECK(repr(key) == "<HandleKey a, 2>");
    CHECK(repr(session.add(HandlePair{.left = "a", .right = 2})) == "pair of a");
}

TEST_CASE_FIXTURE(Fixture, "handles: objects and columns go into streams") {
    auto book = session.add(HandleBook{.title = "Emma", .year = 1815});
    session.commit();
    std::ostringstream out;
    out << book << ' ' << book->title << ' ' << book->year;
    CHECK(out.str() == "<HandleBook 1> Emma 1815");
    CHECK(doctest::toString(book) == "<HandleBook 1>");
}

TEST_CASE_FIXTURE(Fixture, "handles: they stand in sets") {
    auto one = session.add(HandleBook{.title = "one"});
    auto two = session.add(HandleBook{.title = "two"});
    std::unordered_set<Ptr<HandleBook>> hashed{one, two, one};
    std::set<Ptr<HandleBook>> sorted{one, two, one};
    CHECK(hashed.size() == 2);
    CHECK(sorted.size() == 2);
    CHECK((one < two) != (two < one));
}

TEST_CASE_FIXTURE(Fixture, "columns: ++ and -- stand before and behind") {
    auto book = session.add(HandleBook{.title = "Emma", .year = 1815});
    CHECK(book->year++ == 1815);
    CHECK(++book->year == 1817);
    CHECK(book->year-- == 1817);
    CHECK(--book->year == 1815);
    session.commit();
    book->year++;
    (void)work();
    session.flush();
    CHECK(work() == Lines{"UPDATE handle_book SET year=? WHERE handle_book.id = ? | 1816 | 1"});
}

TEST_CASE_FIXTURE(Fixture, "sessions: add_all takes new objects and handles of any model in braces") {
    auto page = make<HandlePage>({});
    session.add_all({HandleBook{.title = "a", .pages = {page}}, HandleBook{.title = "b"},
                     HandleKey{.left = "k", .right = 1}, page});
    CHECK(session.new_count() == 4);
    session.commit();
    CHECK(page->book->title == "a");
    CHECK_THROWS_AS(session.add_all({Ptr<HandlePage>()}), ArgumentError);
}

TEST_CASE_FIXTURE(Fixture, "sessions: expunge_all frees what no handle reaches, and leaves the rest as it is") {
    session.add(HandleBook{.title = "a"});
    session.commit();
    auto book = session.get<HandleBook>(1);
    auto page = book->pages.append(HandlePage{});
    session.flush();
    book->title = "changed";
    session.expunge_all();
    CHECK(book->title == "changed");
    CHECK_FALSE(session.contains(book));
    CHECK_FALSE(session.contains(page));
    CHECK(page->book == book);
    session.rollback();
    CHECK(book->title == "changed");
    CHECK(session.get<HandleBook>(1) != book);
    CHECK(session.get<HandleBook>(1)->pages.empty());
}

TEST_CASE_FIXTURE(Fixture, "handles: what one reaches in a closed session lives as long as it does") {
    Ptr<HandlePage> page;
    {
        Session closing{engine};
        auto book = closing.add(HandleBook{.title = "Emma"});
        page = book->pages.append(HandlePage{});
        closing.commit();
        (void)page->book->title.value();
    }
    for (int i = 0; i < 3; ++i) {
        Ptr<HandleBook> for_a_moment = page->book.get();
        CHECK(for_a_moment->title == "Emma");
    }
    CHECK(page->book->title == "Emma");
    CHECK_THROWS_AS(page->book->pages.append(HandlePage{}), DetachedInstanceError);
}

TEST_CASE_FIXTURE(Fixture, "collections: what is gone over stays while a commit has it read again") {
    auto book = session.add(HandleBook{.title = "a"});
    for (int i = 0; i < 3; ++i) book->pages.append(HandlePage{});
    session.commit();
    int pages = 0;
    for (const auto& page : book->pages) {
        page->book_id = 1;
        session.commit();
        ++pages;
    }
    for (const auto& page : book->pages) {
        session.execute(
            update<HandleBook>().where(HandleBook::c.id == page->book_id.value()).values(HandleBook::c.year = 1));
        ++pages;
    }
    for (const auto& page : book->pages) {
        CHECK(page->id.is_set());
        session.refresh(book);
        session.rollback();
        ++pages;
    }
    CHECK(pages == 9);
    const auto& first = *book->pages.begin();
    CHECK(first == book->pages[0]);
}

TEST_CASE_FIXTURE(Fixture, "collections: new objects in a vector that grows keep theirs") {
    static_assert(std::is_nothrow_move_constructible_v<HandleBook> && std::is_nothrow_move_constructible_v<HandlePage>);
    std::vector<HandleBook> books;
    for (int i = 0; i < 10; ++i) {
        HandleBook book{.title = "book " + std::to_string(i)};
        book.pages.append(HandlePage{});
        book.pages.append(HandlePage{});
        books.push_back(std::move(book));
    }
    session.add_all(std::move(books));
    session.commit();
    for (const auto& book : session.scalars(select<HandleBook>())) CHECK(book->pages.size() == 2);
    // What is moved out of an object of a session is a copy; an expired field of a detached one is no value.
    auto book = session.get<HandleBook>(1);
    session.expire(book);
    HandleBook moved = std::move(*book);
    CHECK(moved.title == "book 0");
    CHECK(book->title == "book 0");
}

TEST_CASE_FIXTURE(Fixture, "fields: empty braces are NULL or the type's beginning, an unset field changes nothing") {
    auto page = session.add(HandlePage{.book = make<HandleBook>({.title = "a"})});
    session.commit();
    CHECK(page->book_id == 1);
    page->book_id = HandlePage{}.book_id;
    CHECK(page->book_id == 1);
    page->book_id = {};
    CHECK(page->book_id == std::nullopt);
    session.commit();
    CHECK(page->book_id == std::nullopt);
    CHECK(page->book == nullptr);
    auto book = session.add(HandleBook{.title = "b"});
    session.commit();
    book->title = {};
    session.commit();
    CHECK(book->title == "");
}

TEST_CASE_FIXTURE(Fixture, "a One stands for its object where a session takes a handle") {
    auto page = session.add(HandlePage{.book = make<HandleBook>({.title = "a"})});
    session.commit();
    CHECK(session.contains(page->book));
    CHECK(inspect(page->book).persistent());
    CHECK_FALSE(session.is_modified(page->book));
    page->book->title = "b";
    CHECK(session.is_modified(page->book));
    session.refresh(page->book);  // writes it first
    CHECK_FALSE(session.is_modified(page->book));
    page->book->title = "c";
    session.expire(page->book, HandleBook::c.title);
    CHECK(page->book->title == "b");
    session.expire(page->book);
    CHECK(session.merge(page->book) == page->book);
    session.expunge(page->book);
    CHECK_FALSE(session.contains(page->book));
    CHECK(session.add(page->book) == page->book);
    CHECK(session.contains(page->book));
    session.delete_(page->book);
    page->book = nullptr;
    session.commit();
    CHECK(session.scalars(select<HandleBook>()).all().empty());
    CHECK(page->book_id == std::nullopt);
    CHECK_THROWS_AS(session.delete_(page->book), ArgumentError);
}
