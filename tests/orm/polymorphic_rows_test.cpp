// Rows of objects of several kinds: what only one kind has is read for that kind alone.

#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Chore;
struct Minute;
struct Deskworker : Model<Deskworker> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::string, polymorphic_on> kind;
    Many<Chore, order_by<"id">> chores;
};
struct Chief : Model<Chief, joined_table<Deskworker>> {
    Column<int> level = 1;
    Many<Minute, order_by<"id">> minutes;
    static constexpr auto fields() { return Fields<&Chief::level, &Chief::minutes>(); }
};
struct Clerk : Model<Clerk, single_table<Deskworker>> {
    Column<std::string> desk;
    static constexpr auto fields() { return Fields<&Clerk::desk>(); }
};
struct Chore : Model<Chore> {
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<int, foreign_key<Deskworker>> deskworker_id;
    One<Deskworker> deskworker;
};
struct Minute : Model<Minute> {
    Column<int, primary_key> id;
    Column<std::string> text;
    Column<std::optional<int>, foreign_key<Chief>> chief_id;
    One<Chief> chief;
};

struct Office : TestDatabase {
    Session session{engine};
    Office() {
        create<Deskworker, Chief, Chore, Minute>();
        Session filling{engine};
        for (int i = 0; i < 4; ++i) {
            Clerk clerk{.desk = "desk"};
            clerk.name = "clerk" + std::to_string(i);
            for (int n = 0; n < i; ++n) clerk.chores.append(Chore{.title = "c" + std::to_string(n)});
            filling.add(std::move(clerk));
            Chief chief;
            chief.name = "chief" + std::to_string(i);
            for (int n = 0; n < 2; ++n) chief.chores.append(Chore{.title = "c" + std::to_string(n)});
            for (int n = 0; n < i; ++n) chief.minutes.append(Minute{.text = "m" + std::to_string(n)});
            filling.add(std::move(chief));
        }
        filling.commit();
        statements.clear();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Office, "joined: a collection of the base in the rows, and one of a kind after them") {
    auto query = select<Deskworker>().options(joinedload(Deskworker::c.chores), selectinload(Chief::c.minutes));
    auto workers = session.scalars(query.order_by(Deskworker::c.id)).all();
    auto sent = work();
    REQUIRE(sent.size() == 2);
    CHECK(sent[1].find("IN (?, ?, ?, ?)") != std::string::npos);  // the chiefs' keys
    REQUIRE(workers.size() == 8);
    for (std::size_t i = 0; i < workers.size(); ++i) {
        const std::size_t number = i / 2;
        CAPTURE(i);
        if (auto chief = workers[i].as<Chief>()) {
            CHECK(chief->name == "chief" + std::to_string(number));
            CHECK(chief->chores.size() == 2);
            CHECK(chief->minutes.size() == number);
            for (std::size_t n = 0; n < number; ++n) CHECK(chief->minutes[n]->text == "m" + std::to_string(n));
        } else {
            CHECK(workers[i]->name == "clerk" + std::to_string(number));
            CHECK(workers[i]->chores.size() == number);
        }
    }
    CHECK(work().empty());
}

TEST_CASE_FIXTURE(Office, "joined: the collection of one kind alone, and the base's alone") {
    auto by_kind =
        session.scalars(select<Deskworker>().options(selectinload(Chief::c.minutes)).order_by(Deskworker::c.id)).all();
    REQUIRE(by_kind.size() == 8);
    CHECK(by_kind[7].as<Chief>()->minutes.size() == 3);
    CHECK(work().size() == 2);
    Session other{engine};
    auto by_base =
        other.scalars(select<Deskworker>().options(joinedload(Deskworker::c.chores)).order_by(Deskworker::c.id)).all();
    REQUIRE(by_base.size() == 8);
    CHECK(by_base[6]->chores.size() == 3);
    CHECK(by_base[7]->chores.size() == 2);
    CHECK(work().size() == 1);
}

TEST_CASE_FIXTURE(Office, "joined: a row that the query's own join repeats is in a collection once") {
    auto query = select<Deskworker>().join(Deskworker::c.chores).options(joinedload(Deskworker::c.chores));
    auto workers = session.scalars(query.order_by(Deskworker::c.id)).unique().all();
    REQUIRE(workers.size() == 7);
    for (const auto& worker : workers) {
        std::size_t wanted = worker.as<Chief>() ? 2 : static_cast<std::size_t>(worker->name.value().back() - '0');
        CHECK(worker->chores.size() == wanted);
    }
}
