// Guarded snapshots: never stale, no lock lost, and the write-ahead log stays short beside them.
#include <sqlite3.h>

#include <atomic>
#include <thread>

#include "retort/dialects/create_engine.hpp"
#include "retort/dialects/sqlite/database.hpp"
#include "retort/dialects/sqlite/reader_pool.hpp"
#include "retort/dialects/sqlite/writer.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "retort/fiber/loop.hpp"
#include "scratch.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using dialects::sqlite::Database;
using engines::Connection;

namespace {

EngineOptions quick() {
    EngineOptions options;
    options.durability = Durability::normal;  // what is tested here is what readers see
    return options;
}

std::shared_ptr<Database> open(const std::string& path) { return Database::shared({path, path, 0, false}, quick()); }

int count(Connection& connection) { return connection.execute("SELECT n FROM t").scalar_one<int>(); }

void make_table(const std::string& url) {
    auto engine = create_engine(url, quick());
    auto connection = engine.connect();
    connection->run("CREATE TABLE t (n INTEGER)");
    connection->run("INSERT INTO t VALUES (0)");
    connection.reset();
    engine.dispose();
}

void add_one(Engine& engine) {
    engine.begin()->write_and_commit([](Connection& connection) { connection.run("UPDATE t SET n = n + 1"); });
}

/// What a second process does in the test of foreign commits: one commit for each byte it is sent.
int commit_on_demand(const std::string& url, const scratch::Pipe& go, const scratch::Pipe& done) {
    auto engine = create_engine(url, quick());
    while (go.receive() == '.') {
        add_one(engine);
        done.send();
    }
    engine.dispose();
    return 0;
}

std::uintmax_t wal_size(const std::string& path) {
    std::error_code ignored;
    auto size = std::filesystem::file_size(path + "-wal", ignored);
    return ignored ? 0 : size;
}

}  // namespace

TEST_CASE("thousands of foreign commits, and no read is stale") {
    scratch::Folder folder;
    auto url = folder.url("x.db");
    scratch::Pipe go;
    scratch::Pipe done;
    make_table(url);
    scratch::Process other([&] { return commit_on_demand(url, go, done); });
    auto engine = create_engine(url, quick());
    auto transaction = engine.begin();
    int stale = 0;
    for (int i = 1; i <= 3000; ++i) {
        go.send();
        done.receive();
        if (count(transaction->reader()) != i) ++stale;
        if (count(transaction->reader()) != i) ++stale;
    }
    go.send('!');
    CHECK(stale == 0);
    CHECK(other.wait() == 0);
}

TEST_CASE("own commits are seen at once, from every thread") {
    scratch::Folder folder;
    make_table(folder.url("x.db"));
    auto engine = create_engine(folder.url("x.db"), quick());
    auto transaction = engine.begin();
    for (int i = 1; i <= 200; ++i) {
        CHECK(count(transaction->reader()) == i - 1);
        std::thread([&] { add_one(engine); }).join();
        CHECK(count(transaction->reader()) == i);
    }
}

TEST_CASE("a snapshot is kept while nobody writes, and renewed when somebody did") {
    scratch::Folder folder;
    make_table(folder.url("x.db"));
    auto database = open(folder.path("x.db"));
    REQUIRE(database->has_wal());
    auto& reader = database->readers().acquire();
    for (int i = 0; i < 100; ++i) count(reader.connection());
    CHECK(reader.gate().renewals() == 1);
    database->writer().submit([](Connection& connection) { connection.run("UPDATE t SET n = 7"); }, nullptr);
    CHECK(count(reader.connection()) == 7);
    CHECK(reader.gate().renewals() == 2);
}

TEST_CASE("guarding a snapshot loses no lock") {
    scratch::Folder folder;
    auto url = folder.url("x.db");
    make_table(url);
    scratch::Pipe go;
    scratch::Pipe done;
    scratch::Process other([&] {
        auto options = quick();
        options.busy_timeout = std::chrono::milliseconds(20);
        auto engine = create_engine(url, options);
        while (go.receive() == '.') {
            try {
                add_one(engine);
                done.send('w');
            } catch (const OperationalError& error) {
                done.send(error.code() == "database-locked" ? 'l' : '?');
            }
        }
        return 0;
    });
    auto engine = create_engine(url, quick());
    auto writing = engine.begin();
    for (int round = 0; round < 20; ++round) {
        writing->write([](Connection& connection) { connection.run("UPDATE t SET n = n + 1"); });
        // Readers come, look at the WAL index, and go, with all their descriptors.
        for (int i = 0; i < 3; ++i) {
            std::thread([&] { count(engine.begin()->reader()); }).join();
        }
        go.send();
        CHECK(done.receive() == 'l');
        writing->commit();
        go.send();
        CHECK(done.receive() == 'w');
    }
    go.send('!');
    CHECK(other.wait() == 0);
    CHECK(count(writing->reader()) == 40);
}

TEST_CASE("the log stays short under constant reading") {
    scratch::Folder folder;
    make_table(folder.url("x.db"));
    auto engine = create_engine(folder.url("x.db"), quick());
    std::atomic<bool> over{false};
    std::vector<std::thread> readers;
    for (int i = 0; i < 2; ++i) {
        readers.emplace_back([&] {
            auto transaction = engine.begin();
            while (!over) count(transaction->reader());
        });
    }
    auto idle = engine.begin();
    count(idle->reader());
    auto transaction = engine.begin();
    std::uintmax_t largest = 0;
    for (int i = 0; i < 20'000; ++i) {
        transaction->write_and_commit([](Connection& connection) { connection.run("UPDATE t SET n = n + 1"); });
        if (i % 500 == 0) largest = std::max(largest, wal_size(folder.path("x.db")));
    }
    over = true;
    for (auto& reader : readers) reader.join();
    CHECK(count(idle->reader()) == 20'000);
    // 20,000 commits of one page make 82 MB where the log is never reset.
    CHECK(largest < 40'000'000);
}

TEST_CASE("a reader that rests lets go of its snapshot") {
    scratch::Folder folder;
    make_table(folder.url("x.db"));
    auto database = open(folder.path("x.db"));
    auto outside = database->open();
    sqlite3_busy_timeout(outside->db(), 0);
    auto truncate = [&] {
        return sqlite3_wal_checkpoint_v2(outside->db(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    };
    database->writer().submit([](Connection& connection) { connection.run("UPDATE t SET n = 7"); }, nullptr);
    count(database->readers().acquire().connection());
    CHECK(truncate() == SQLITE_BUSY);
    int attempts = 0;
    while (truncate() != SQLITE_OK && ++attempts < 2000) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK(attempts < 2000);
    CHECK(count(database->readers().acquire().connection()) == 7);
}

TEST_CASE("a reader cannot write") {
    scratch::Folder folder;
    make_table(folder.url("x.db"));
    auto engine = create_engine(folder.url("x.db"), quick());
    CHECK_THROWS_AS(engine.begin()->reader().run("UPDATE t SET n = 1"), OperationalError);
}

TEST_CASE("without a write-ahead log everything still works") {
    scratch::Folder folder;
    make_table(folder.url("x.db"));
    auto path = folder.path("x.db");
    auto engine = create_engine("sqlite:///file:" + path + "?uri=true&mode=ro", quick());
    CHECK(count(engine.begin()->reader()) == 0);
    CHECK_THROWS_AS(add_one(engine), OperationalError);
}

TEST_CASE("threads come and go, and their readers with them") {
    scratch::Folder folder;
    make_table(folder.url("x.db"));
    auto engine = create_engine(folder.url("x.db"), quick());
    for (int i = 0; i < 50; ++i) {
        std::thread([&] { count(engine.begin()->reader()); }).join();
    }
    engine.dispose();
    CHECK(folder.files() == 1);
}

TEST_CASE("a long SELECT of one fiber starves no other, which read with a spare connection meanwhile") {
    scratch::Folder folder;
    make_table(folder.url("x.db"));
    auto engine = create_engine(folder.url("x.db"), quick());
    bool over = false;
    int meanwhile = 0;
    fibers::run([&] {
        fibers::Loop::current()->spawn([&] {
            auto sum = engine.begin()->reader().execute(
                "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000000) SELECT sum(x) FROM "
                "c");
            CHECK(sum.scalar_one<std::int64_t>() == 500'000'500'000);
            over = true;
        });
        auto transaction = engine.begin();
        auto& held = transaction->reader();
        while (!over) {
            fibers::yield();
            if (over) break;
            if (count(transaction->reader()) == 0) ++meanwhile;
        }
        // A connection taken before the long statement began waits for its end.
        CHECK(count(held) == 0);
    });
    CHECK(meanwhile > 5);
}

TEST_CASE("a connection that is lent to a waiting fiber is waited for") {
    scratch::Folder folder;
    make_table(folder.url("x.db"));
    auto engine = create_engine(folder.url("x.db"), quick());
    fibers::run([&] {
        auto transaction = engine.begin();
        auto& held = transaction->reader();
        count(held);
        fibers::Loop::current()->spawn([&] {
            engine.begin()->reader().execute(
                "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 300000) SELECT sum(x) FROM "
                "c");
        });
        fibers::yield();
        CHECK(count(held) == 0);
    });
}
