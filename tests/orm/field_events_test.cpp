// Listeners to single fields, to what comes into sessions, and to what a transaction did.

#include "retort/orm/events.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct EventPage;
struct event_topics;
struct EventTopic;
struct EventBook : Model<EventBook> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<std::optional<int>> year;
    Many<EventPage> pages;
    Many<EventTopic, secondary<event_topics>> topics;
};
struct EventPage : Model<EventPage> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<EventBook>> book_id;
    One<EventBook> book;
};
struct EventTopic : Model<EventTopic> {
    Column<int, primary_key> id;
};
struct event_topics : Model<event_topics> {
    Column<int, primary_key, foreign_key<EventBook>> book_id;
    Column<int, primary_key, foreign_key<EventTopic>> topic_id;
};

Lines* heard = nullptr;

void hear(std::string what) {
    if (heard != nullptr) heard->push_back(std::move(what));
}

std::string title_of(const Ptr<EventBook>& book) { return book ? book->title.value() : "nobody"; }

void hear_changes(const std::string& when, std::span<const ModelChange> changes) {
    for (const auto& change : changes) {
        if (auto book = change.as<EventBook>()) hear(when + std::string(change.operation()) + " book");
        if (change.as<EventPage>() != nullptr) hear(when + std::string(change.operation()) + " page");
    }
}

void listen() {
    static const bool done = [] {
        event::set<EventBook>(EventBook::c.title,
                              [](const Ptr<EventBook>&, const std::string& now, const std::string& before) {
                                  if (now == "forbidden") throw ArgumentError("wrong-key"_code, "no");
                                  hear(before + " -> " + now);
                              });
        event::set<EventPage>(EventPage::c.book,
                              [](const Ptr<EventPage>&, const Ptr<EventBook>& now, const Ptr<EventBook>& before) {
                                  hear("page: " + title_of(before) + " -> " + title_of(now));
                              });
        event::append<EventBook>(EventBook::c.pages, [](const Ptr<EventBook>& book, const Ptr<EventPage>&) {
            hear(title_of(book) + " += page");
        });
        event::remove<EventBook>(EventBook::c.pages, [](const Ptr<EventBook>& book, const Ptr<EventPage>&) {
            hear(title_of(book) + " -= page");
        });
        event::append<EventBook>(EventBook::c.topics, [](const Ptr<EventBook>& book, const Ptr<EventTopic>&) {
            hear(title_of(book) + " += topic");
        });
        event::before_attach<EventTopic>([](const Ptr<EventTopic>&) { hear("attaching"); });
        event::after_attach<EventTopic>(
            [](const Ptr<EventTopic>& topic) { hear(inspect(topic).pending() ? "attached" : "attached again"); });
        event::after_begin([](Session&) { hear("begin"); });
        event::after_soft_rollback([](Session&) { hear("soft rollback"); });
        event::before_models_committed(
            [](Session&, std::span<const ModelChange> changes) { hear_changes("before: ", changes); });
        event::models_committed(
            [](Session&, std::span<const ModelChange> changes) { hear_changes("after: ", changes); });
        return true;
    }();
    (void)done;
}

struct Listening : TestDatabase {
    Listening() {
        listen();
        create<EventBook, EventPage, EventTopic, event_topics>();
        heard = &lines;
    }
    ~Listening() { heard = nullptr; }
    Lines taken() { return std::exchange(lines, {}); }
    Lines lines;
    Session session{engine};
};

}  // namespace

TEST_CASE_FIXTURE(Listening, "field events: a column that is set, each time, and refused") {
    auto book = session.add(EventBook{.title = "a"});
    book->title = "b";
    book->title = "c";
    book->title.mutate([](std::string& title) { title += "!"; });
    book->year = 3;
    CHECK(taken() == Lines{"a -> b", "b -> c", "c -> c!"});
    CHECK_THROWS_AS(book->title = "forbidden", ArgumentError);
    CHECK(book->title == "c!");
    session.commit();
    (void)taken();
    session.close();
    auto read = session.get<EventBook>(1);
    read->title = "d";
    read->title = "e";
    CHECK(taken() == Lines{"begin", "c! -> d", "d -> e"});
}

TEST_CASE_FIXTURE(Listening, "field events: both sides of a relationship") {
    auto a = session.add(EventBook{.title = "a"});
    auto b = session.add(EventBook{.title = "b"});
    auto page = a->pages.append(EventPage{});
    CHECK(taken() == Lines{"page: nobody -> a", "a += page"});
    page->book = b;
    CHECK(taken() == Lines{"page: a -> b", "a -= page", "b += page"});
    b->pages.remove(page);
    CHECK(taken() == Lines{"b -= page", "page: b -> nobody"});
    a->topics.append(EventTopic{});
    CHECK(taken() == Lines{"attaching", "attached", "a += topic"});
}

TEST_CASE_FIXTURE(Listening, "events: what a transaction did, once for each object and kind") {
    auto book = session.add(EventBook{.title = "a"});
    book->pages.append(EventPage{});
    session.commit();
    (void)taken();
    book->year = 1;
    session.flush();
    book->year = 2;
    session.delete_(book->pages[0]);
    (void)taken();
    session.commit();
    CHECK(taken() == Lines{"before: update book", "before: delete page", "after: update book", "after: delete page"});
    book->year = 3;
    (void)taken();
    session.rollback();
    CHECK(taken() == Lines{"soft rollback"});
    session.commit();
    CHECK(taken() == Lines{});
}

TEST_CASE_FIXTURE(Listening, "events: a savepoint that is undone is a soft rollback") {
    session.add(EventBook{.title = "a"});
    {
        auto nested = session.begin_nested();
        session.add(EventBook{.title = "b"});
    }
    CHECK(taken() == Lines{"begin", "soft rollback"});
    session.commit();
    CHECK(taken() == Lines{"before: insert book", "after: insert book"});
}
