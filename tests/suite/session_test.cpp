// What a session promises, whatever the database: order, all or nothing, only what changed, exact change detection.
#include "databases.hpp"
#include "models.hpp"

using namespace retort;

namespace {

std::int64_t count_of(Session& session, const Select<std::int64_t>& select) { return *session.scalar(select); }

std::int64_t authors(const engines::Engine& engine) {
    Session session(engine);
    return count_of(session, select(func::count()).select_from<SuiteAuthor>());
}

}  // namespace

TEST_CASE("parents are written before children, and the key is handed on") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        auto post = session.add(SuitePost{.title = "first"});
        auto ada = session.add(SuiteAuthor{.name = "ada"});
        post->author = ada;
        session.commit();
        CHECK(post->author_id == ada->id);
        CHECK(ada->posts.size() == 1);
        CHECK(session.get<SuiteAuthor>(ada->id.value()) == ada);
    });
}

TEST_CASE("a failed flush leaves nothing behind, and the session works after rollback") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        session.add(SuiteAuthor{.name = "ada"});
        session.commit();
        session.add(SuiteAuthor{.name = "bob"});
        session.add(SuiteAuthor{.name = "ada"});
        CHECK_THROWS_AS(session.commit(), IntegrityError);
        CHECK_THROWS_AS(session.commit(), PendingRollbackError);
        session.rollback();
        CHECK(authors(engine) == 1);
        session.add(SuiteAuthor{.name = "cyd"});
        session.commit();
        CHECK(authors(engine) == 2);
    });
}

TEST_CASE("a rollback gives objects back what they had") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        auto ada = session.add(SuiteAuthor{.name = "ada", .age = 36});
        session.commit();
        ada->age = 37;
        ada->name = "countess";
        session.flush();
        ada->age = nullptr;
        session.rollback();
        CHECK(ada->age.value() == 36);
        CHECK(ada->name == "ada");
    });
}

TEST_CASE("a change is found whatever the value, and a change back is none") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        auto ada = session.add(SuiteAuthor{.name = "ada", .age = 0});
        session.commit();
        CHECK(ada->age.value() == 0);
        CHECK(session.dirty_count() == 0);
        ada->age = nullptr;
        CHECK(session.dirty_count() == 1);
        session.commit();
        CHECK_FALSE(ada->age.value().has_value());
        ada->age = 5;
        ada->age = nullptr;
        session.flush();
        CHECK(session.dirty_count() == 0);
    });
}

TEST_CASE("a query sees what waits, and what another session committed") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        session.add(SuiteAuthor{.name = "ada"});
        CHECK(count_of(session, select(func::count()).select_from<SuiteAuthor>()) == 1);
        session.commit();
        {
            Session other(engine);
            other.add(SuiteAuthor{.name = "bob"});
            other.commit();
        }
        CHECK(session.scalars(select<SuiteAuthor>().order_by(SuiteAuthor::c.name)).size() == 2);
    });
}

TEST_CASE("what is deleted is gone, children first") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        auto ada = session.add(SuiteAuthor{.name = "ada"});
        auto post = session.add(SuitePost{.title = "first", .author = ada});
        session.commit();
        session.delete_(ada);
        session.delete_(post);
        session.commit();
        CHECK(authors(engine) == 0);
        CHECK_FALSE(session.get<SuiteAuthor>(1));
    });
}

TEST_CASE("conditions are composed while the program runs") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        for (int age = 1; age <= 9; ++age) session.add(SuiteAuthor{.name = "n" + std::to_string(age), .age = age});
        session.commit();
        auto base = select<SuiteAuthor>().order_by(SuiteAuthor::c.age);
        Condition wanted = SuiteAuthor::c.age > 3;
        wanted = wanted && SuiteAuthor::c.name.like("n%");
        auto narrowed = base.where(wanted).limit(2);
        CHECK(session.scalars(narrowed).all().front()->age.value() == 4);
        CHECK(session.scalars(narrowed).size() == 2);
        CHECK(session.scalars(base).size() == 9);
        auto rows = session.execute(select(SuiteAuthor::c.name, func::count(SuiteAuthor::c.id))
                                        .group_by(SuiteAuthor::c.name)
                                        .order_by(SuiteAuthor::c.name));
        CHECK(std::get<1>(rows[0]) == 1);
    });
}

TEST_CASE("the second of two writers of a row is refused, and may begin again") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session mine(engine), theirs(engine);
        mine.add(SuiteDeck{});
        mine.commit();
        auto deck = mine.get<SuiteDeck>(1);
        (void)deck->version.value();
        mine.commit();
        (void)deck->version.value();
        theirs.get<SuiteDeck>(1)->slides.append(SuiteSlide{});
        theirs.get<SuiteDeck>(1)->version = 2;
        theirs.commit();
        deck->version = 9;
        CHECK_THROWS_AS(mine.commit(), StaleDataError);
        mine.rollback();
        CHECK(deck->version == 2);
        CHECK(deck->slides.size() == 1);
    });
}

TEST_CASE("rows that refer to each other, in an order that is kept") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        auto deck = session.add(SuiteDeck{});
        for (int i = 0; i < 3; ++i) deck->slides.append(SuiteSlide{});
        deck->cover = deck->slides[2];
        session.commit();
        deck->slides.insert(0, deck->slides[2]);
        session.commit();
        CHECK(deck->slides[0] == deck->cover);
        CHECK(deck->slides[1]->place.value() == 1);
        session.delete_(deck);
        session.commit();
        CHECK(count_of(session, select(func::count()).select_from<SuiteSlide>()) == 0);
    });
}

TEST_CASE("many rows at once, all or none") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        session.execute(insert<SuiteAuthor>(), {{.name = "ada"}, {.name = "bob", .age = 3}});
        session.execute(update<SuiteAuthor>(), {{.id = 1, .age = 36}, {.id = 2, .name = "cyd"}});
        session.commit();
        CHECK(session.get<SuiteAuthor>(1)->age.value() == 36);
        CHECK(session.get<SuiteAuthor>(2)->name == "cyd");
        CHECK_THROWS_AS(session.execute(insert<SuiteAuthor>(), {{.name = "dan"}, {.name = "ada"}}), IntegrityError);
        session.rollback();
        CHECK(authors(engine) == 2);
    });
}
