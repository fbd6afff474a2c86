// A read transaction that is kept open as long as nobody commits: the reader's snapshot, and the guard that sees to it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>

#include "retort/dialects/sqlite/driver.hpp"

struct sqlite3_stmt;

namespace retort::dialects::sqlite {

/// What of the WAL index tells that the database changed: its header, which every commit rewrites, and the number of
/// frames that a checkpoint has copied (a reader that does not see that would keep the WAL from being reset).
struct WalIndexMark {
    std::array<std::uint64_t, 6> header{};
    std::uint32_t backfilled = 0;
    friend bool operator==(const WalIndexMark&, const WalIndexMark&) = default;
};

/// The WAL index of an open connection, read through SQLite's own mapping.
///
/// Never open the `-shm` file (nor the database, nor the `-wal`) instead: closing any descriptor of a file drops all
/// POSIX locks that the process holds on it, SQLite's among them.
class WalIndex {
  public:
    /// Empty where the database is not in WAL mode. The connection must have read once.
    static WalIndex of(sqlite3* db);

    explicit operator bool() const { return place_ != nullptr; }
    bool is_at(const WalIndexMark& mark) const noexcept;
    WalIndexMark mark() const noexcept;

  private:
    const volatile std::uint64_t* place_ = nullptr;
};

/// The gate of a reading connection: before a statement it renews the read transaction if somebody has committed.
///
/// So a point select costs no lock at all while nothing is written, and never sees less than what was committed when
/// it began. One thread reads; others may ask it to let go of the snapshot while it rests.
class SnapshotGate final : public Gate {
  public:
    /// `opened` is called after a snapshot was opened. Without a WAL the gate only counts.
    SnapshotGate(sqlite3* db, std::function<void()> opened);
    ~SnapshotGate() override;
    SnapshotGate(const SnapshotGate&) = delete;
    SnapshotGate& operator=(const SnapshotGate&) = delete;

    void enter() override;
    void leave() noexcept override;
    bool keeps_reading() const override { return open_; }

    /// Ends the snapshot unless a statement runs; with `spare_recent`, also not if one ran since the last call.
    /// Returns whether a snapshot is still open. Any thread may call it.
    bool release(bool spare_recent) noexcept;
    /// How often the snapshot was renewed.
    std::uint64_t renewals() const { return renewals_; }

  private:
    void renew();
    void close_snapshot() noexcept;
    void lock() noexcept;

    WalIndex index_;
    WalIndexMark seen_;
    std::function<void()> opened_;
    sqlite3_stmt* begin_ = nullptr;
    sqlite3_stmt* end_ = nullptr;
    std::uint64_t renewals_ = 0;
    int depth_ = 0;  // statements that run; of the reader's own thread
    std::atomic<bool> locked_{false};
    bool open_ = false;
    bool recent_ = false;
};

}  // namespace retort::dialects::sqlite
