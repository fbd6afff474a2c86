// The writer: groups, turns, failures that stay alone, and commits that survive.
#include <signal.h>

#include <atomic>
#include <cstdlib>
#include <set>
#include <thread>

#include "retort/dialects/create_engine.hpp"
#include "retort/dialects/sqlite/database.hpp"
#include "retort/dialects/sqlite/writer.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "retort/fiber/loop.hpp"
#include "scratch.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using engines::Connection;
using sql::ValueView;

namespace {

void make_tables(Engine& engine) {
    auto connection = engine.connect();
    connection->run("CREATE TABLE t (id INTEGER PRIMARY KEY, who INTEGER)");
    connection->run("CREATE TABLE child (parent REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED)");
    connection->run("CREATE TABLE strict (a UNIQUE ON CONFLICT ROLLBACK)");
}

/// On a machine that does much else, a disk may be silent for longer than the usual five seconds.
EngineOptions patient() {
    EngineOptions options;
    options.busy_timeout = std::chrono::minutes(1);
    return options;
}

struct File {
    explicit File(EngineOptions options = patient()) : engine(create_engine(folder.url("x.db"), std::move(options))) {
        make_tables(engine);
    }
    scratch::Folder folder;
    Engine engine;
};

void insert(Connection& connection, std::int64_t who) {
    const ValueView parameters[] = {ValueView::of(who)};
    connection.run("INSERT INTO t (who) VALUES (?)", parameters);
}

int rows(Engine& engine) { return engine.begin()->reader().execute("SELECT count(*) FROM t").scalar_one<int>(); }

}  // namespace

TEST_CASE("many threads, one writer: everything acknowledged is there, in fewer commits") {
    File file;
    constexpr int threads = 8;
    constexpr int each = 100;
    std::vector<std::thread> clients;
    for (int i = 0; i < threads; ++i) {
        clients.emplace_back([&, i] {
            auto transaction = file.engine.begin();
            for (int j = 0; j < each; ++j) {
                transaction->write_and_commit([&](Connection& connection) { insert(connection, i); });
            }
        });
    }
    for (auto& client : clients) client.join();
    CHECK(rows(file.engine) == threads * each);
    auto path = file.folder.path("x.db");
    auto database = dialects::sqlite::Database::shared({path, path, 0, false}, patient());
    CHECK(database->writer().transactions() == threads * each);
    CHECK(database->writer().groups() < threads * each);
}

TEST_CASE("a failure rolls back its own transaction only, and its exception comes out where it belongs") {
    File file;
    std::atomic<int> wrong{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&, i] {
            for (int j = 0; j < 50; ++j) {
                int number = i * 1000 + j;
                try {
                    file.engine.begin()->write_and_commit([&](Connection& connection) {
                        insert(connection, number);
                        if (j % 3 == 0) throw number;
                    });
                    if (j % 3 == 0) ++wrong;
                } catch (int thrown) {
                    if (thrown != number || j % 3 != 0) ++wrong;
                }
            }
        });
    }
    for (auto& client : clients) client.join();
    CHECK(wrong == 0);
    CHECK(rows(file.engine) == 8 * 33);
}

TEST_CASE("a deferred foreign key fails its own transaction, not the group's commit") {
    File file;
    std::atomic<int> refused{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&, i] {
            for (int j = 0; j < 20; ++j) {
                try {
                    file.engine.begin()->write_and_commit([&](Connection& connection) {
                        if (i % 2 == 0) connection.run("INSERT INTO child VALUES (-1)");
                        insert(connection, i);
                    });
                } catch (const IntegrityError& error) {
                    if (error.code() == "foreign-key-violation") ++refused;
                }
            }
        });
    }
    for (auto& client : clients) client.join();
    CHECK(refused == 80);
    CHECK(rows(file.engine) == 80);
}

TEST_CASE("where a statement rolls back everything, nobody is told what is not so") {
    File file;
    file.engine.connect()->run("INSERT INTO strict VALUES (1)");
    std::atomic<int> acknowledged{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&, i] {
            for (int j = 0; j < 30; ++j) {
                try {
                    file.engine.begin()->write_and_commit([&](Connection& connection) {
                        insert(connection, i);
                        if (i == 0) connection.run("INSERT INTO strict VALUES (1)");
                    });
                    ++acknowledged;
                } catch (const DatabaseError&) {
                }
            }
        });
    }
    for (auto& client : clients) client.join();
    CHECK(rows(file.engine) == acknowledged);
}

TEST_CASE("BEGIN, COMMIT and ROLLBACK are refused within the writer's transaction") {
    File file;
    for (std::string_view sql : {"COMMIT", "ROLLBACK", "BEGIN", "END"}) {
        auto attempt = [&] { file.engine.begin()->write_and_commit([&](Connection& c) { c.run(sql); }); };
        CHECK_THROWS_AS(attempt(), ProgrammingError);
    }
    auto begin = [&] { file.engine.begin()->write_and_commit([&](Connection& c) { c.begin(); }); };
    CHECK_THROWS_AS(begin(), InvalidRequestError);
    file.engine.begin()->write_and_commit([&](Connection& connection) {
        insert(connection, 1);
        connection.savepoint("inner");
        insert(connection, 2);
        connection.rollback_to_savepoint("inner");
        connection.release_savepoint("inner");
    });
    CHECK(rows(file.engine) == 1);
}

TEST_CASE("a transaction that wrote sees its own writes, others do not before the commit") {
    File store;
    auto transaction = store.engine.begin();
    transaction->write([](Connection& connection) { insert(connection, 1); });
    CHECK(transaction->is_writing());
    CHECK(transaction->reader().execute("SELECT count(*) FROM t").scalar_one<int>() == 1);
    CHECK(rows(store.engine) == 0);
    auto fail = [&] {
        transaction->write([](Connection& connection) {
            insert(connection, 2);
            throw 1;
        });
    };
    CHECK_THROWS_AS(fail(), int);
    CHECK(transaction->is_writing());
    transaction->write_and_commit([](Connection& connection) { insert(connection, 3); });
    CHECK_FALSE(transaction->is_writing());
    CHECK(rows(store.engine) == 2);
    transaction->write([](Connection& connection) { insert(connection, 4); });
    transaction->rollback();
    CHECK(rows(store.engine) == 2);
    store.engine.begin()->write([](Connection& connection) { insert(connection, 5); });
    CHECK(rows(store.engine) == 2);
}

TEST_CASE("transactions in memory") {
    auto engine = create_engine("sqlite://");
    make_tables(engine);
    auto transaction = engine.begin();
    transaction->write([](Connection& connection) { insert(connection, 1); });
    CHECK(transaction->reader().execute("SELECT count(*) FROM t").scalar_one<int>() == 1);
    transaction->rollback();
    CHECK(rows(engine) == 0);
    transaction->write_and_commit([](Connection& connection) { insert(connection, 1); });
    CHECK(rows(engine) == 1);
    auto fail = [&] {
        transaction->write_and_commit([](Connection& connection) {
            insert(connection, 2);
            throw 1;
        });
    };
    CHECK_THROWS_AS(fail(), int);
    CHECK(rows(engine) == 1);
    auto own = engine.connect();
    own->begin();
    insert(*own, 3);
    own->rollback();
    CHECK(rows(engine) == 1);
}

TEST_CASE("in memory, threads take turns") {
    auto engine = create_engine("sqlite://");
    make_tables(engine);
    std::vector<std::thread> clients;
    std::atomic<int> odd{0};
    for (int i = 0; i < 4; ++i) {
        clients.emplace_back([&, i] {
            auto transaction = engine.begin();
            for (int j = 0; j < 100; ++j) {
                transaction->write([&](Connection& connection) { insert(connection, i); });
                transaction->write([&](Connection& connection) { insert(connection, i); });
                transaction->commit();
                if (rows(engine) % 2 != 0) ++odd;
            }
        });
    }
    for (auto& client : clients) client.join();
    CHECK(odd == 0);
    CHECK(rows(engine) == 800);
}

TEST_CASE("who waits too long for the turn is told so") {
    EngineOptions options;
    options.busy_timeout = std::chrono::milliseconds(50);
    File file(options);
    auto holder = file.engine.begin();
    holder->write([](Connection& connection) { insert(connection, 1); });
    std::thread([&] {
        auto write = [&] { file.engine.begin()->write([](Connection& connection) { insert(connection, 2); }); };
        CHECK_THROWS_AS(write(), TimeoutError);
        auto commit = [&] {
            file.engine.begin()->write_and_commit([](Connection& connection) { insert(connection, 2); });
        };
        CHECK_THROWS_AS(commit(), TimeoutError);
        auto begin = [&] { file.engine.connect()->begin(); };
        CHECK_THROWS_AS(begin(), TimeoutError);
    }).join();
    holder->commit();
    CHECK(rows(file.engine) == 1);
}

TEST_CASE("a long write that kept others waiting is told to the log") {
    std::string warning;
    EngineOptions options;
    options.long_write = std::chrono::milliseconds(0);
    options.on_warning = [&](std::string_view sentence) { warning = sentence; };
    File file(options);
    auto holder = file.engine.begin();
    holder->write([](Connection& connection) { insert(connection, 1); });
    std::atomic<bool> started{false};
    std::thread other([&] {
        started = true;
        file.engine.begin()->write_and_commit([](Connection& connection) { insert(connection, 2); });
    });
    while (!started) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    holder->commit();
    other.join();
    CHECK(warning.find("while others waited") != std::string::npos);
    CHECK(rows(file.engine) == 2);
}

TEST_CASE("fibers write and wait without stopping their loop") {
    File file;
    int done = 0;
    int turns = 0;
    fibers::run([&] {
        auto* loop = fibers::Loop::current();
        for (int i = 0; i < 64; ++i) {
            loop->spawn([&, i] {
                auto transaction = file.engine.begin();
                for (int j = 0; j < 10; ++j) {
                    if (j % 5 == 4) {
                        transaction->write([&](Connection& connection) { insert(connection, i); });
                        transaction->commit();
                    } else {
                        transaction->write_and_commit([&](Connection& connection) { insert(connection, i); });
                    }
                }
                ++done;
            });
        }
        while (done < 64) {
            ++turns;
            fibers::sleep_for(std::chrono::microseconds(100));
        }
    });
    CHECK(turns > 1);
    CHECK(rows(file.engine) == 640);
}

TEST_CASE("a foreign process's lock is waited for without stopping the loop") {
    scratch::Folder folder;
    scratch::Pipe locked;
    auto url = folder.url("x.db");
    {
        auto engine = create_engine(url);
        make_tables(engine);
        engine.dispose();
    }
    scratch::Process other([&] {
        auto engine = create_engine(url);
        auto transaction = engine.begin();
        transaction->write([](Connection& connection) { insert(connection, 1); });
        locked.send();
        ::usleep(150'000);
        transaction->commit();
        engine.dispose();
        return 0;
    });
    locked.receive();
    auto engine = create_engine(url);
    int turns = 0;
    bool over = false;
    fibers::run([&] {
        fibers::Loop::current()->spawn([&] {
            auto transaction = engine.begin();
            transaction->write([](Connection& connection) { insert(connection, 2); });
            transaction->commit();
            over = true;
        });
        while (!over) {
            ++turns;
            fibers::sleep_for(std::chrono::milliseconds(1));
        }
    });
    CHECK(turns > 5);
    CHECK(other.wait() == 0);
    CHECK(rows(engine) == 2);
}

// Run by the next test in a process of its own: writes with eight threads and tells each id once it is acknowledged.
TEST_CASE("(child) write until killed" * doctest::skip()) {
    const char* url = std::getenv("RETORT_TEST_URL");
    const char* pipe = std::getenv("RETORT_TEST_PIPE");
    if (url == nullptr || pipe == nullptr) return;
    int told = std::atoi(pipe);
    auto engine = create_engine(url);
    make_tables(engine);
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&, i] {
            for (std::int32_t id = i * 1'000'000;; ++id) {
                engine.begin()->write_and_commit([&](Connection& connection) { insert(connection, id); });
                if (::write(told, &id, sizeof id) != sizeof id) ::_exit(1);
            }
        });
    }
    for (auto& client : clients) client.join();
}

TEST_CASE("kill -9, and everything acknowledged is there") {
    for (std::size_t round = 0; round < 5; ++round) {
        scratch::Folder folder;
        auto url = folder.url("x.db");
        scratch::Pipe pipe;
        ::setenv("RETORT_TEST_URL", url.c_str(), 1);
        ::setenv("RETORT_TEST_PIPE", std::to_string(pipe.writing_end()).c_str(), 1);
        scratch::Process child([] {
            return ::execl("/proc/self/exe", "dialects_test", "--no-skip=true",
                           "--test-case=(child) write until killed", nullptr);
        });
        pipe.close_writing_end();
        std::set<std::int32_t> acknowledged;
        std::int32_t id = 0;
        while (acknowledged.size() < 200 + 150 * round) {
            REQUIRE(::read(pipe.reading_end(), &id, sizeof id) == sizeof id);
            acknowledged.insert(id);
        }
        ::kill(child.id(), SIGKILL);
        CHECK(child.wait() == 128 + SIGKILL);
        auto engine = create_engine(url);
        auto there = engine.begin()->reader().execute("SELECT who FROM t").scalars<std::int32_t>();
        std::set<std::int32_t> found(there.begin(), there.end());
        int lost = 0;
        for (auto one : acknowledged) lost += found.count(one) == 0 ? 1 : 0;
        CHECK(lost == 0);
        CHECK(found.size() == there.size());
    }
}

TEST_CASE("a clean end leaves one file, with everything in it") {
    File file;
    for (int i = 0; i < 20; ++i) {
        file.engine.begin()->write_and_commit([&](Connection& connection) { insert(connection, i); });
    }
    rows(file.engine);
    file.engine.dispose();
    CHECK(file.folder.files() == 1);
    CHECK(rows(file.engine) == 20);
}

TEST_CASE("a connection of its own takes the turn for its transaction") {
    File file;
    auto own = file.engine.connect();
    own->begin();
    CHECK_THROWS_AS(own->begin(), InvalidRequestError);
    insert(*own, 1);
    std::thread other(
        [&] { file.engine.begin()->write_and_commit([](Connection& connection) { insert(connection, 2); }); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    own->commit();
    other.join();
    CHECK(rows(file.engine) == 2);
    own->begin();
    insert(*own, 3);
    own.reset();
    CHECK(rows(file.engine) == 2);
}
