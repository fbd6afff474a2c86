// What queries promise, whatever the database: subqueries, unions, text, writes by conditions, streams, pages by key.
#include "databases.hpp"
#include "models.hpp"

using namespace retort;

namespace {

using Names = std::vector<std::string>;

void fill(Session& session) {
    auto ada = session.add(SuiteAuthor{.name = "ada", .age = 36});
    ada->posts.append(SuitePost{.title = "one"});
    ada->posts.append(SuitePost{.title = "two"});
    auto bob = session.add(SuiteAuthor{.name = "bob", .age = 17});
    bob->posts.append(SuitePost{.title = "three"});
    session.add(SuiteAuthor{.name = "cyd"});
    session.commit();
}

template <class Behaviour>
void with_authors(Behaviour behaviour) {
    suite::on_every_database([&](const engines::Engine& engine) {
        Session session(engine);
        fill(session);
        behaviour(session);
    });
}

Names names(Session& session, const Condition& condition) {
    return session.scalars(select(SuiteAuthor::c.name).where(condition).order_by(SuiteAuthor::c.name)).all();
}

}  // namespace

TEST_CASE("queries: conditions by lists, queries and EXISTS") {
    with_authors([](Session& session) {
        auto posts = select(SuitePost::c.author_id).where(SuitePost::c.title != "three");
        CHECK(names(session, SuiteAuthor::c.id.in_(posts)) == Names{"ada"});
        CHECK(names(session, exists<SuitePost>(SuitePost::c.author_id == SuiteAuthor::c.id)) == Names{"ada", "bob"});
        CHECK(names(session, or_(SuiteAuthor::c.age == nullptr, SuiteAuthor::c.age < 18)) == Names{"bob", "cyd"});
        CHECK(names(session, SuiteAuthor::c.age.in_(std::vector<int>{})) == Names{});
        CHECK(names(session, tuple_(SuiteAuthor::c.name, SuiteAuthor::c.age).in_({{"ada", 36}})) == Names{"ada"});
        CHECK(names(session, SuiteAuthor::c.posts.any(SuitePost::c.title == "two")) == Names{"ada"});
    });
}

TEST_CASE("queries: tables within queries") {
    with_authors([](Session& session) {
        auto counts = select(SuitePost::c.author_id, func::count().label("n")).group_by(SuitePost::c.author_id);
        auto table = counts.subquery("counts");
        auto [author, n] = table.columns();
        auto query = select(SuiteAuthor::c.name, func::coalesce(n, 0))
                         .outerjoin(table, author == SuiteAuthor::c.id)
                         .order_by(SuiteAuthor::c.name);
        CHECK(session.execute(query).all() ==
              std::vector<std::tuple<std::string, std::int64_t>>{{"ada", 2}, {"bob", 1}, {"cyd", 0}});
        auto counter = select(literal(1).label("n")).cte("counter", true);
        auto [at] = counter.columns();
        counter = counter.union_all(select(at + 1).where(at < 5));
        CHECK(session.scalar(select(func::sum(counter.c<0>()))) == std::optional<std::int64_t>(15));
        auto both = union_(select(SuiteAuthor::c.name), select(SuitePost::c.title)).order_by("name").limit(2);
        CHECK(session.scalars(both).all() == Names{"ada", "bob"});
        auto ranks = func::row_number().over({.order_by = SuiteAuthor::c.name.desc()});
        CHECK(session.scalars(select(ranks).order_by(SuiteAuthor::c.name)).all() == std::vector<std::int64_t>{3, 2, 1});
        auto wanted = values<int, std::string>("wanted", {"id", "note"}, {{1, "x"}, {2, "y"}});
        CHECK(session.scalar(select(func::count(wanted.c<1>()))) == 2);
    });
}

TEST_CASE("queries: SQL text") {
    with_authors([](Session& session) {
        auto typed = text("SELECT name, age FROM suite_author WHERE name = :name", {{"name", "ada"}});
        CHECK(session.execute(typed.columns<std::string, int>()).one() == std::tuple<std::string, int>("ada", 36));
        CHECK(session.execute(typed)[0].get<int>("age") == 36);
        auto ada = session.scalars(select<SuiteAuthor>().from_statement(text("SELECT * FROM suite_author"))).first();
        CHECK(session.execute(text("UPDATE suite_author SET age = 1")).rows_affected() == 3);
        CHECK(ada->age == 1);
        session.rollback();
        CHECK(ada->age == 36);
    });
}

TEST_CASE("queries: what conditions hold for is changed and deleted") {
    with_authors([](Session& session) {
        auto query = session.query<SuiteAuthor>();
        CHECK(query.filter(SuiteAuthor::c.age < 18).update(SuiteAuthor::c.age = SuiteAuthor::c.age + 1) == 1);
        CHECK(query.filter_by(SuiteAuthor::c.name = "bob").one()->age == 18);
        CHECK(session.query<SuitePost>()
                  .filter(SuitePost::c.author_id.in_(select(SuiteAuthor::c.id).where(SuiteAuthor::c.name == "ada")))
                  .delete_() == 2);
        CHECK(session.query<SuitePost>().count() == 1);
        session.rollback();
        CHECK(session.query<SuitePost>().count() == 3);
    });
}

TEST_CASE("queries: streams give every row once, and keep what was changed") {
    suite::on_every_database([](const engines::Engine& engine) {
        Session session(engine);
        for (int at = 0; at < 250; ++at) session.add(SuiteAuthor{.name = std::to_string(1000 + at), .age = at});
        session.commit();
        session.expunge_all();
        int sum = 0;
        for (const auto& author : session.stream_scalars(select<SuiteAuthor>().yield_per(20))) {
            sum += author->age.value_or(0);
            if (author->age == 33) author->name = "changed";
        }
        CHECK(sum == 250 * 249 / 2);
        session.commit();
        CHECK(session.query<SuiteAuthor>().filter(SuiteAuthor::c.name == "changed").one()->age == 33);
    });
}
