// Durability: after a loss of power, everything acknowledged with FULL is there.

#include <atomic>
#include <set>
#include <thread>

#include "forgetful_vfs.hpp"
#include "retort/dialects/create_engine.hpp"
#include "retort/engine/result.hpp"
#include "scratch.hpp"
#include "tests/doctest.hpp"

namespace forgetful {

namespace {

/// Stands before the real file, which follows it in memory.
struct File {
    sqlite3_file base;
    std::string* path;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
};

int sync(sqlite3_file* file, int flags) {
    auto& self = File::of(file);
    int code = self.real()->pMethods->xSync(self.real(), flags);
    if (code == SQLITE_OK && self.path != nullptr) Disk::get().synced(*self.path);
    ++Disk::get().syncs;
    return code;
}

int close(sqlite3_file* file) {
    auto& self = File::of(file);
    delete self.path;
    return self.real()->pMethods->xClose(self.real());
}

#define FORWARD(method, parameters, ...)                                \
    int method parameters {                                             \
        auto* real = File::of(file).real();                             \
        return real->pMethods->method(real __VA_OPT__(, ) __VA_ARGS__); \
    }
FORWARD(xRead, (sqlite3_file * file, void* out, int size, sqlite3_int64 at), out, size, at)
FORWARD(xWrite, (sqlite3_file * file, const void* from, int size, sqlite3_int64 at), from, size, at)
FORWARD(xTruncate, (sqlite3_file * file, sqlite3_int64 size), size)
FORWARD(xFileSize, (sqlite3_file * file, sqlite3_int64* size), size)
FORWARD(xLock, (sqlite3_file * file, int level), level)
FORWARD(xUnlock, (sqlite3_file * file, int level), level)
FORWARD(xCheckReservedLock, (sqlite3_file * file, int* out), out)
FORWARD(xFileControl, (sqlite3_file * file, int op, void* argument), op, argument)
FORWARD(xSectorSize, (sqlite3_file * file))
FORWARD(xDeviceCharacteristics, (sqlite3_file * file))
FORWARD(xShmMap, (sqlite3_file * file, int region, int size, int extend, void volatile** out), region, size, extend,
        out)
FORWARD(xShmLock, (sqlite3_file * file, int offset, int n, int flags), offset, n, flags)
FORWARD(xShmUnmap, (sqlite3_file * file, int remove), remove)
#undef FORWARD

void xShmBarrier(sqlite3_file* file) {
    auto* real = File::of(file).real();
    real->pMethods->xShmBarrier(real);
}

constexpr sqlite3_io_methods methods = {2,
                                        close,
                                        xRead,
                                        xWrite,
                                        xTruncate,
                                        sync,
                                        xFileSize,
                                        xLock,
                                        xUnlock,
                                        xCheckReservedLock,
                                        xFileControl,
                                        xSectorSize,
                                        xDeviceCharacteristics,
                                        xShmMap,
                                        xShmLock,
                                        xShmBarrier,
                                        xShmUnmap,
                                        nullptr,
                                        nullptr};

sqlite3_vfs* system_vfs = nullptr;

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    auto& self = File::of(file);
    self.base.pMethods = nullptr;
    int code = system_vfs->xOpen(system_vfs, name, self.real(), flags, out);
    if (code != SQLITE_OK) return code;
    self.path = name != nullptr ? new std::string(name) : nullptr;
    self.base.pMethods = &methods;
    return SQLITE_OK;
}

int remove(sqlite3_vfs*, const char* name, int sync_folder) {
    Disk::get().removed(name);
    return system_vfs->xDelete(system_vfs, name, sync_folder);
}

}  // namespace

Disk& Disk::get() {
    static Disk disk;
    static bool registered = [] {
        system_vfs = sqlite3_vfs_find(nullptr);
        static sqlite3_vfs vfs = *system_vfs;
        vfs.zName = "forgetful";
        vfs.szOsFile = static_cast<int>(sizeof(File)) + system_vfs->szOsFile;
        vfs.xOpen = open;
        vfs.xDelete = remove;
        vfs.pNext = nullptr;
        return sqlite3_vfs_register(&vfs, 0) == SQLITE_OK;
    }();
    REQUIRE(registered);
    return disk;
}

}  // namespace forgetful

using namespace retort;
using engines::Connection;
using sql::ValueView;

namespace {

std::set<int> ids(const std::string& path) {
    auto engine = create_engine("sqlite:///" + path);
    CHECK(engine.connect()->execute("PRAGMA integrity_check").scalar_one<std::string>() == "ok");
    auto list = engine.begin()->reader().execute("SELECT id FROM t").scalars<int>();
    return {list.begin(), list.end()};
}

struct Acknowledged {
    void add(int id) {
        std::lock_guard lock(mutex);
        ids.insert(id);
    }
    std::set<int> copy() {
        std::lock_guard lock(mutex);
        return ids;
    }
    std::mutex mutex;
    std::set<int> ids;
};

std::string forgetful_url(const std::string& path) { return "sqlite:///file:" + path + "?uri=true&vfs=forgetful"; }

/// Writes with several clients, and takes what a loss of power would leave at several moments.
int lost_acknowledgements(Durability durability) {
    scratch::Folder folder;
    auto& disk = forgetful::Disk::get();
    auto path = folder.path("x.db");
    EngineOptions options;
    options.durability = durability;
    auto engine = create_engine(forgetful_url(path), options);
    engine.connect()->run("CREATE TABLE t (id INTEGER PRIMARY KEY, filling)");
    engine.begin()->write_and_commit([](Connection& c) { c.run("INSERT INTO t VALUES (-1, NULL)"); });
    Acknowledged acknowledged;
    std::atomic<bool> over{false};
    std::vector<std::thread> clients;
    for (int i = 0; i < 6; ++i) {
        clients.emplace_back([&, i] {
            for (int j = 0; !over; ++j) {
                const ValueView parameters[] = {ValueView::of(std::int64_t{i * 1'000'000 + j})};
                engine.begin()->write_and_commit(
                    [&](Connection& c) { c.run("INSERT INTO t VALUES (?, randomblob(3000))", parameters); });
                acknowledged.add(i * 1'000'000 + j);
            }
        });
    }
    int lost = 0;
    for (int crash = 0; crash < 6; ++crash) {
        std::this_thread::sleep_for(std::chrono::milliseconds(150));
        auto sure = acknowledged.copy();
        auto copy = folder.path("crash" + std::to_string(crash) + ".db");
        disk.restore(path, copy);
        auto there = ids(copy);
        for (int id : sure) lost += there.count(id) == 0 ? 1 : 0;
    }
    over = true;
    for (auto& client : clients) client.join();
    return lost;
}

}  // namespace

TEST_CASE("a loss of power takes nothing that was acknowledged with FULL") {
    CHECK(lost_acknowledgements(Durability::full) == 0);
    CHECK(forgetful::Disk::get().syncs > 10);
}

TEST_CASE("the test can fail: with NORMAL a loss of power takes something") {
    // A busy machine may be checkpointing at each of the moments, but not time after time.
    int lost = 0;
    for (int tries = 0; tries < 10 && lost == 0; ++tries) lost = lost_acknowledgements(Durability::normal);
    CHECK(lost > 0);
}

TEST_CASE("an interactive transaction is durable too") {
    scratch::Folder folder;
    auto& disk = forgetful::Disk::get();
    auto path = folder.path("x.db");
    auto engine = create_engine(forgetful_url(path));
    engine.connect()->run("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    auto transaction = engine.begin();
    transaction->write([](Connection& c) { c.run("INSERT INTO t VALUES (1)"); });
    disk.restore(path, folder.path("before.db"));
    CHECK(ids(folder.path("before.db")).empty());
    transaction->commit();
    disk.restore(path, folder.path("after.db"));
    CHECK(ids(folder.path("after.db")) == std::set<int>{1});
}
