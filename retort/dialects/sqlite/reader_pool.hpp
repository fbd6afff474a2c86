// The reading connections of a database: one for each thread, and spares while one of them is lent.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "retort/dialects/sqlite/snapshot.hpp"
#include "retort/engine/connection.hpp"

namespace retort::dialects::sqlite {

class Database;

/// A connection that only reads, under a guarded snapshot. It belongs to one thread.
class Reader {
  public:
    explicit Reader(Database& database);

    engines::Connection& connection() { return connection_; }
    SnapshotGate& gate() { return gate_; }
    /// Whether a fiber waits within a statement of this connection.
    bool is_lent() const { return handle_->is_lent(); }

  private:
    std::shared_ptr<Handle> handle_;
    SnapshotGate gate_;
    SqliteConnection driver_;
    engines::Connection connection_;
};

/// All readers of a database.
class ReaderPool {
  public:
    explicit ReaderPool(Database& database);
    ~ReaderPool();
    ReaderPool(const ReaderPool&) = delete;
    ReaderPool& operator=(const ReaderPool&) = delete;

    /// A reader of the calling thread that no fiber waits in; opened when there is none.
    Reader& acquire();
    /// Closes the calling thread's readers.
    void release_thread() noexcept;
    /// Ends the snapshots of readers that rest (see SnapshotGate::release). Returns whether one is still open.
    bool release_snapshots(bool spare_recent) noexcept;

  private:
    struct Owned {
        std::thread::id thread;
        std::unique_ptr<Reader> reader;
    };
    Reader* find_free(bool& known);
    Reader& find_or_open();

    Database& database_;
    const std::uint64_t id_;  // never used again, so that a thread's note of a pool that is gone is harmless
    std::mutex mutex_;
    std::vector<Owned> readers_;
};

}  // namespace retort::dialects::sqlite
