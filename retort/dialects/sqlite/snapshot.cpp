// Reading the WAL index header, and renewing a reader's snapshot when it changed.
#include "retort/dialects/sqlite/snapshot.hpp"

#include <sqlite3.h>

#include <thread>

#include "retort/dialects/sqlite/errors.hpp"

namespace retort::dialects::sqlite {

namespace {

// The first region of the WAL index, as SQLite's file format documents it (walformat.html): two copies of a header of
// 48 bytes, then the number of frames that are in the database already.
constexpr int region_bytes = 32768;
constexpr std::size_t backfill_word = 96 / sizeof(std::uint64_t);

}  // namespace

WalIndex WalIndex::of(sqlite3* db) {
    WalIndex index;
    sqlite3_file* file = nullptr;
    sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (file == nullptr || file->pMethods == nullptr) return index;
    const auto& methods = *file->pMethods;
    if (methods.iVersion < 2 || methods.xShmMap == nullptr) return index;
    void volatile* region = nullptr;
    if (methods.xShmMap(file, 0, region_bytes, 0, &region) != SQLITE_OK) return index;
    index.place_ = static_cast<const volatile std::uint64_t*>(region);
    return index;
}

// The memory is shared with other processes, which write it as they please: a torn read differs from what was seen
// before and leads to a renewal, so no lock is needed. The thread sanitizer cannot know that.
__attribute__((no_sanitize("thread"))) bool WalIndex::is_at(const WalIndexMark& mark) const noexcept {
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < mark.header.size(); ++i) difference |= place_[i] ^ mark.header[i];
    difference |= static_cast<std::uint32_t>(place_[backfill_word]) ^ mark.backfilled;
    std::atomic_thread_fence(std::memory_order_acquire);
    return difference == 0;
}

__attribute__((no_sanitize("thread"))) WalIndexMark WalIndex::mark() const noexcept {
    WalIndexMark mark;
    for (std::size_t i = 0; i < mark.header.size(); ++i) mark.header[i] = place_[i];
    mark.backfilled = static_cast<std::uint32_t>(place_[backfill_word]);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    return mark;
}

SnapshotGate::SnapshotGate(sqlite3* db, std::function<void()> opened)
    : index_(WalIndex::of(db)), opened_(std::move(opened)) {
    if (!index_) return;
    sqlite3_prepare_v3(db, "BEGIN", -1, SQLITE_PREPARE_PERSISTENT, &begin_, nullptr);
    sqlite3_prepare_v3(db, "COMMIT", -1, SQLITE_PREPARE_PERSISTENT, &end_, nullptr);
}

SnapshotGate::~SnapshotGate() {
    close_snapshot();
    sqlite3_finalize(begin_);
    sqlite3_finalize(end_);
}

void SnapshotGate::lock() noexcept {
    // The only other one that takes it is release(), for a microsecond.
    while (locked_.exchange(true, std::memory_order_acquire)) std::this_thread::yield();
}

void SnapshotGate::enter() {
    if (depth_++ > 0) return;
    lock();
    recent_ = true;
    if (!index_ || (open_ && index_.is_at(seen_))) return;
    renew();
}

void SnapshotGate::leave() noexcept {
    if (--depth_ == 0) locked_.store(false, std::memory_order_release);
}

void SnapshotGate::renew() {
    close_snapshot();
    // The mark is taken before the snapshot, so that it can only be older: then the next statement renews in vain,
    // where the other order would miss a commit between the two.
    seen_ = index_.mark();
    sqlite3_step(begin_);
    sqlite3_reset(begin_);
    open_ = true;
    ++renewals_;
    if (opened_) opened_();
}

void SnapshotGate::close_snapshot() noexcept {
    if (!open_) return;
    lookups().end_all();
    // Fails only when an error has ended the transaction already.
    sqlite3_step(end_);
    sqlite3_reset(end_);
    open_ = false;
}

bool SnapshotGate::release(bool spare_recent) noexcept {
    if (locked_.exchange(true, std::memory_order_acquire)) return true;
    if (!spare_recent || !recent_) close_snapshot();
    recent_ = false;
    bool open = open_;
    locked_.store(false, std::memory_order_release);
    return open;
}

}  // namespace retort::dialects::sqlite
