// Opening connections with their settings, and sharing one Database between the engines of a file.
#include "retort/dialects/sqlite/database.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <map>
#include <mutex>

#include "retort/dialects/sqlite/errors.hpp"
#include "retort/dialects/sqlite/place_errors.hpp"
#include "retort/dialects/sqlite/reader_pool.hpp"
#include "retort/dialects/sqlite/writer.hpp"
#include "retort/engine/errors.hpp"
#include "retort/fiber/fiber.hpp"

namespace retort::dialects::sqlite {

namespace {

void run(sqlite3* db, const char* sql) {
    int code = sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw_error(db, code, sql);
}

/// The first cell of a PRAGMA, as text.
std::string ask(sqlite3* db, const char* sql) {
    std::string answer;
    auto keep = [](void* out, int count, char** cells, char**) {
        if (count > 0 && cells[0] != nullptr) *static_cast<std::string*>(out) = cells[0];
        return 0;
    };
    int code = sqlite3_exec(db, sql, keep, &answer, nullptr);
    if (code != SQLITE_OK) throw_error(db, code, sql);
    return answer;
}

/// Turns the write-ahead log on where the place allows it; the mode stays with the file.
void choose_journal(sqlite3* db) {
    if (ask(db, "PRAGMA journal_mode") == "wal") return;
    try {
        ask(db, "PRAGMA journal_mode = WAL");
    } catch (const OperationalError&) {
        // Read-only, or in use by another process in the old mode: it serves as it is.
    }
}

void configure(sqlite3* db, const engines::EngineOptions& options, bool in_memory) {
    run(db, options.foreign_keys ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
    if (in_memory) return;
    // The first statement that touches the file, so this is where a bad one shows.
    run(db, "SELECT 1 FROM sqlite_schema LIMIT 1");
    choose_journal(db);
    switch (options.durability) {
        case engines::Durability::full: run(db, "PRAGMA synchronous = FULL"); break;
        case engines::Durability::normal: run(db, "PRAGMA synchronous = NORMAL"); break;
        case engines::Durability::off: run(db, "PRAGMA synchronous = OFF"); break;
    }
    // Checkpoints are the writer's.
    sqlite3_wal_autocheckpoint(db, 0);
}

/// Fibers wait for it, because a database is opened (and may be waited for) while it is held.
fibers::Mutex& registry_mutex() {
    static auto* mutex = new fibers::Mutex;
    return *mutex;
}

std::map<std::string, std::weak_ptr<Database>>& registry() {
    // Never destroyed: engines in global variables may outlive it.
    static auto* databases = new std::map<std::string, std::weak_ptr<Database>>;
    return *databases;
}

std::string key_of(const Place& place, const engines::EngineOptions& options) {
    std::error_code ignored;
    auto path = std::filesystem::weakly_canonical(place.path, ignored).string();
    return path + '\n' + place.filename.substr(std::min(place.filename.find('?'), place.filename.size())) + '\n' +
           std::to_string(options.busy_timeout.count()) + ',' + std::to_string(static_cast<int>(options.durability)) +
           ',' + std::to_string(options.foreign_keys ? 1 : 0);
}

}  // namespace

std::shared_ptr<Handle> open_connection(const Place& place, const engines::EngineOptions& options) {
    try {
        auto handle = std::make_shared<Handle>(OpenOptions{place.filename, place.flags, options.busy_timeout});
        configure(handle->db(), options, place.in_memory);
        return handle;
    } catch (const DatabaseError& error) {
        explain_failure(place.path, error);
        throw;
    }
}

std::shared_ptr<Database> Database::shared(const Place& place, const engines::EngineOptions& options) {
    std::lock_guard lock(registry_mutex());
    auto key = key_of(place, options);
    auto& known = registry()[key];
    auto database = known.lock();
    if (!database) {
        database = std::make_shared<Database>(place, options);
        known = database;
    }
    return database;
}

Database::Database(Place place, engines::EngineOptions options)
    : place_(std::move(place)), options_(std::move(options)) {
    auto handle = open();
    has_wal_ = ask(handle->db(), "PRAGMA journal_mode") == "wal";
    writer_ = std::make_unique<Writer>(std::move(handle), options_, has_wal_);
    readers_ = std::make_unique<ReaderPool>(*this);
    writer_->serve(*readers_);
}

Database::~Database() {
    writer_->stop();
    readers_.reset();
    writer_.reset();
}

}  // namespace retort::dialects::sqlite
