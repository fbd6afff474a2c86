// Finding the calling thread's reader, and closing it when the thread ends.
#include "retort/dialects/sqlite/reader_pool.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>

#include "retort/dialects/sqlite/database.hpp"
#include "retort/dialects/sqlite/dialect.hpp"
#include "retort/dialects/sqlite/writer.hpp"

namespace retort::dialects::sqlite {

namespace {

/// The reader that this thread used last.
struct Recent {
    std::uint64_t pool = 0;
    Reader* reader = nullptr;
};
thread_local constinit Recent recent;

/// Closes the thread's readers at its end, of those databases that are still open.
class ThreadEnd {
  public:
    ~ThreadEnd() {
        recent = {};
        for (auto& entry : databases_) {
            if (auto database = entry.lock()) database->readers().release_thread();
        }
    }
    void add(std::weak_ptr<Database> database) {
        std::erase_if(databases_, [](const auto& entry) { return entry.expired(); });
        databases_.push_back(std::move(database));
    }

  private:
    std::vector<std::weak_ptr<Database>> databases_;
};
thread_local ThreadEnd thread_end;

std::uint64_t next_id() {
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

std::shared_ptr<Handle> open_reader(Database& database) {
    auto handle = database.open();
    sqlite3_exec(handle->db(), "PRAGMA query_only = ON", nullptr, nullptr, nullptr);
    sqlite3_db_config(handle->db(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    handle->share_the_loop();
    return handle;
}

}  // namespace

Reader::Reader(Database& database)
    : handle_(open_reader(database)),
      gate_(handle_->db(), [&database] { database.writer().watch_snapshots(); }),
      driver_(handle_, &gate_),
      connection_(sqlite_dialect(), driver_) {}

ReaderPool::ReaderPool(Database& database) : database_(database), id_(next_id()) {}
ReaderPool::~ReaderPool() = default;

Reader& ReaderPool::acquire() {
    if (recent.pool == id_ && !recent.reader->is_lent()) [[likely]] {
        return *recent.reader;
    }
    auto& reader = find_or_open();
    recent = {id_, &reader};
    return reader;
}

Reader* ReaderPool::find_free(bool& known) {
    std::lock_guard lock(mutex_);
    for (auto& owned : readers_) {
        if (owned.thread != std::this_thread::get_id()) continue;
        known = true;
        if (!owned.reader->is_lent()) return owned.reader.get();
    }
    return nullptr;
}

Reader& ReaderPool::find_or_open() {
    bool known = false;
    if (auto* reader = find_free(known)) return *reader;
    // Opened outside the lock, because opening may wait.
    auto reader = std::make_unique<Reader>(database_);
    if (!known) thread_end.add(database_.weak_from_this());
    std::lock_guard lock(mutex_);
    readers_.push_back({std::this_thread::get_id(), std::move(reader)});
    return *readers_.back().reader;
}

void ReaderPool::release_thread() noexcept {
    if (recent.pool == id_) recent = {};
    std::vector<Owned> mine;
    std::lock_guard lock(mutex_);
    auto own = std::this_thread::get_id();
    auto first = std::partition(readers_.begin(), readers_.end(), [&](const Owned& o) { return o.thread != own; });
    std::move(first, readers_.end(), std::back_inserter(mine));
    readers_.erase(first, readers_.end());
}

bool ReaderPool::release_snapshots(bool spare_recent) noexcept {
    std::lock_guard lock(mutex_);
    bool open = false;
    for (auto& owned : readers_) open = owned.reader->gate().release(spare_recent) || open;
    return open;
}

}  // namespace retort::dialects::sqlite
