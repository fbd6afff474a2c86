// One SQLite file as this process uses it: how its connections are opened, its readers, its writer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "retort/dialects/sqlite/driver.hpp"
#include "retort/engine/options.hpp"

namespace retort::dialects::sqlite {

class ReaderPool;
class Writer;

/// Where a database is, and how it is used.
struct Place {
    std::string filename;  ///< as sqlite3_open_v2 takes it: a path, or a `file:` URI with SQLITE_OPEN_URI in `flags`
    std::string path;      ///< the file itself; empty for a database in memory
    int flags = 0;
    bool in_memory = false;
};

/// Opens a connection for `place` with all settings made. Throws an OperationalError that says what is wrong with the
/// path: a missing folder, a folder instead of a file, no permission, no database.
std::shared_ptr<Handle> open_connection(const Place& place, const engines::EngineOptions& options);

/// A file and all that this process keeps open of it. Engines of the same file share one.
class Database : public std::enable_shared_from_this<Database> {
  public:
    /// The one for this place, made when there is none. Throws OperationalError.
    static std::shared_ptr<Database> shared(const Place& place, const engines::EngineOptions& options);

    Database(Place place, engines::EngineOptions options);
    /// Ends the writer after its last job, closes everything and leaves one file.
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    std::shared_ptr<Handle> open() const { return open_connection(place_, options_); }
    ReaderPool& readers() { return *readers_; }
    Writer& writer() { return *writer_; }
    const engines::EngineOptions& options() const { return options_; }
    /// Whether commits go to a write-ahead log, so that readers and the writer do not meet.
    bool has_wal() const { return has_wal_; }

  private:
    Place place_;
    engines::EngineOptions options_;
    bool has_wal_ = false;
    std::unique_ptr<ReaderPool> readers_;
    std::unique_ptr<Writer> writer_;
};

}  // namespace retort::dialects::sqlite
