// Streams: a part in memory at a time, and what may leave the session.
#include "retort/orm/stream.hpp"

#include <unistd.h>

#include <filesystem>

#include "query_models.hpp"
#include "tests/doctest.hpp"

using namespace orm_test;

namespace {

struct Crowd : Folk {
    Crowd() {
        for (int at = 5; at <= 100; ++at) session.add(Villager{.name = "v" + std::to_string(at), .age = at});
        session.add(Garden{.url = "last", .villager_id = 100});
        session.commit();
        session.expunge_all();
    }
};

}  // namespace

TEST_CASE_FIXTURE(Crowd, "stream: all rows, a part at a time") {
    auto query = select<Villager>().order_by(Villager::c.id).yield_per(30);
    int next = 1;
    for (const auto& villager : session.stream_scalars(query)) CHECK(villager->id == next++);
    CHECK(next == 101);
    std::vector<std::size_t> sizes;
    auto stream = session.stream_scalars(query);
    for (const auto& part : stream.partitions()) sizes.push_back(part.size());
    CHECK(sizes == std::vector<std::size_t>{30, 30, 30, 10});
    CHECK(stream.next().empty());
    int sum = 0;
    for (const auto& [id, name] : session.stream(select(Villager::c.id, Villager::c.name).yield_per(7))) sum += id;
    CHECK(sum == 5050);
    for (const auto& none : session.stream_scalars(query.where(Villager::c.id < 0))) CHECK(none == nullptr);
}

TEST_CASE_FIXTURE(Crowd, "stream: objects leave the session with the next part, handles keep theirs in it") {
    auto loaded = [&] { return session.core().store_of(orm::mapper_of<Villager>()).identities->size(); };
    auto stream = session.stream_scalars(select<Villager>().order_by(Villager::c.id).yield_per(10));
    (void)stream.next();
    CHECK(loaded() == 10);
    (void)stream.next();
    CHECK(loaded() == 10);
    auto kept = stream.next().front();
    CHECK(loaded() == 10);
    auto ada = session.get<Villager>(1);  // in the midst of a part
    (void)stream.next();
    CHECK(session.contains(kept));
    CHECK(session.contains(ada));
    ada->age = 99;
    while (!stream.next().empty()) CHECK(loaded() <= 21);
    CHECK(session.get<Villager>(1) == ada);
    CHECK(session.dirty_count() == 1);
}

TEST_CASE_FIXTURE(Crowd, "stream: what was there before, was changed or is referred to stays") {
    auto ten = session.get<Villager>(10);
    auto garden = session.scalars(select<Garden>().where(Garden::c.url == "last")).one();
    for (const auto& villager : session.stream_scalars(select<Villager>().order_by(Villager::c.id).yield_per(25))) {
        if (villager->id == 30) villager->name = "changed";
        if (villager->id == 100) CHECK(garden->villager == villager);
    }
    CHECK(session.contains(ten));
    CHECK(garden->villager->id == 100);
    CHECK(session.dirty_count() == 1);
    session.commit();
    CHECK(session.get<Villager>(30)->name == "changed");
}

TEST_CASE_FIXTURE(Crowd, "stream: relationships come part by part, collections by a join do not") {
    auto query = select<Villager>().order_by(Villager::c.id).yield_per(50);
    std::size_t gardens = 0;
    statements.clear();
    for (const auto& villager : session.stream_scalars(query.options(selectinload(Villager::c.gardens))))
        gardens += villager->gardens.size();
    CHECK(gardens == 4);
    CHECK(work().size() == 3);
    CHECK_THROWS_AS((void)session.stream_scalars(query.options(joinedload(Villager::c.gardens))), InvalidRequestError);
    CHECK_THROWS_AS((void)session.stream_scalars(query.options(subqueryload(Villager::c.gardens))),
                    InvalidRequestError);
    int bosses = 0;
    for (const auto& villager : session.stream_scalars(query.options(joinedload(Villager::c.manager))))
        bosses += villager->manager ? 1 : 0;
    CHECK(bosses == 3);
}

TEST_CASE_FIXTURE(Crowd, "stream: sees what its own transaction wrote, lets it be changed meanwhile") {
    session.add(Villager{.name = "new", .age = 1});
    session.flush();
    int seen = 0;
    for (const auto& villager : session.query<Villager>().order_by(Villager::c.id).yield_per(20)) {
        ++seen;
        if (villager->id % 20 == 1)
            session.execute(update<Villager>().where(Villager::c.id == 1).values(Villager::c.age = seen));
    }
    CHECK(seen == 101);
    session.commit();
    CHECK(session.get<Villager>(1)->age == 101);
}

TEST_CASE("stream: of a file, other sessions read and write while it is open") {
    auto path = std::filesystem::temp_directory_path() / ("retort_stream_" + std::to_string(::getpid()) + ".db");
    {
        auto engine = create_engine("sqlite:///" + path.string());
        auto connection = engine.connect();
        for (const auto* name : {"villager", "garden"})
            connection->run(engine.dialect().ddl().compile(schemas::CreateTable{orm::metadata().table(name)}));
        Session session(engine);
        for (int at = 1; at <= 50; ++at) session.add(Villager{.name = "v", .age = at});
        session.commit();
        session.close();
        int seen = 0;
        auto stream = session.stream_scalars(select<Villager>().order_by(Villager::c.id).yield_per(8));
        for (const auto& villager : stream) {
            ++seen;
            if (villager->id != 9) continue;
            Session other(engine);
            other.add(Villager{.name = "late", .age = 1});
            other.commit();
        }
        CHECK(seen == 50);
        CHECK(session.query<Villager>().count() == 51);
        session.close();
        engine.dispose();
    }
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(path.string() + end);
}
