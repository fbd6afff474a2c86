// Committing in groups, giving the turn to sessions, and keeping the write-ahead log short.
#include "retort/dialects/sqlite/writer.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "retort/dialects/sqlite/dialect.hpp"
#include "retort/dialects/sqlite/reader_pool.hpp"
#include "retort/engine/errors.hpp"

namespace retort::dialects::sqlite {

namespace {

constexpr std::size_t largest_group = 256;
constexpr int checkpoint_frames = 1000;
constexpr auto snapshot_rest = std::chrono::seconds(1);

/// One more object of the same content: a group's members must not share one, for reading an error may change it.
std::exception_ptr copy_of(const DatabaseError& error) {
    DatabaseFailure failure{error.sqlstate(), error.native_code(), true, error.poisons_connection()};
    return std::make_exception_ptr(OperationalError(ErrorCode{error.code()}, error.message(), error.hint(), failure));
}

[[noreturn]] void throw_lost() {
    throw OperationalError("transaction-lost"_code,
                           "SQLite rolled the whole transaction back because of an error within it.",
                           "begin again; ON CONFLICT ROLLBACK and RAISE(ROLLBACK) do this too, ABORT does not",
                           {.sqlstate = "25P02", .poisons_transaction = true});
}

}  // namespace

void WriteConnection::refuse() {
    throw InvalidRequestError("already-begun"_code,
                              "this connection is inside a transaction that is begun and ended for it.",
                              "use savepoint() within it; return from the function to commit, throw to roll back");
}

/// A transaction that waits; it stands on its client's stack.
struct Writer::Job {
    const Work* work = nullptr;
    const engines::StatementHook* hook = nullptr;
    Clock::time_point since = Clock::now();
    std::exception_ptr error;
    fibers::Parker parker;

    void end(std::exception_ptr with) {
        error = std::move(with);
        parker.unpark();
    }
};

Writer::Writer(std::shared_ptr<Handle> handle, const engines::EngineOptions& options, bool has_wal)
    : options_(options),
      handle_(std::move(handle)),
      driver_(handle_),
      connection_(sqlite_dialect(), driver_),
      control_(handle_->db()),
      has_wal_(has_wal),
      next_checkpoint_(checkpoint_frames) {
    sqlite3_wal_hook(handle_->db(), &count_frames, this);
}

Writer::~Writer() {
    stop();
    if (has_wal_) sqlite3_wal_checkpoint_v2(handle_->db(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
}

int Writer::count_frames(void* self, sqlite3*, const char*, int frames) {
    static_cast<Writer*>(self)->wal_frames_.store(frames, std::memory_order_relaxed);
    return SQLITE_OK;
}

void Writer::submit(const Work& work, const engines::StatementHook* hook) {
    Job job;
    job.work = &work;
    job.hook = hook;
    // A plain thread that finds nobody before it writes in place; whoever comes meanwhile makes the next group.
    if (!fibers::in_fiber() && turn_.try_lock()) {
        std::vector<Job*> alone{&job};
        run_group(alone, false);
        checkpoint_if_due();
        unlock_turn();
    } else {
        std::unique_lock lock(mutex_);
        queue_.push_back(&job);
        start_thread();
        lock.unlock();
        wake_.notify_one();
        job.parker.park();
    }
    if (job.error) std::rethrow_exception(job.error);
}

void Writer::start_thread() {
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void Writer::run() {
    while (wait_for_jobs()) serve_group();
}

bool Writer::wait_for_jobs() {
    std::unique_lock lock(mutex_);
    while (queue_.empty() && !checkpoint_wanted_) {
        if (stopping_) return false;
        if (!watching_) {
            wake_.wait(lock);
        } else if (wake_.wait_for(lock, snapshot_rest) == std::cv_status::timeout) {
            lock.unlock();
            rest();
            lock.lock();
        }
    }
    checkpoint_wanted_ = false;
    return true;
}

void Writer::rest() {
    // Cleared before looking: a reader that opens a snapshot behind the look sets it again.
    watching_ = false;
    if (readers_->release_snapshots(true)) watching_ = true;
}

void Writer::watch_snapshots() {
    if (watching_.load()) return;
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    watching_ = true;
    start_thread();
    wake_.notify_one();
}

void Writer::serve_group() {
    if (!turn_.try_lock_for(options_.busy_timeout)) {
        fail_overdue();
        return;
    }
    std::vector<Job*> group;
    take_jobs(group);
    if (!group.empty()) run_group(group, true);
    checkpoint_if_due();
    unlock_turn();
}

void Writer::take_jobs(std::vector<Job*>& jobs) {
    std::lock_guard lock(mutex_);
    auto room = std::min(largest_group - jobs.size(), queue_.size());
    auto end = queue_.begin() + static_cast<std::ptrdiff_t>(room);
    jobs.insert(jobs.end(), queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
}

void Writer::fail_overdue() {
    std::vector<Job*> overdue;
    {
        std::lock_guard lock(mutex_);
        auto limit = Clock::now() - options_.busy_timeout;
        std::erase_if(queue_, [&](Job* job) {
            if (job->since <= limit) overdue.push_back(job);
            return job->since <= limit;
        });
    }
    for (auto* job : overdue) job->end(std::make_exception_ptr(turn_timeout()));
}

void Writer::run_group(std::vector<Job*>& group, bool may_grow) {
    for (std::size_t next = 0; next < group.size(); ++next) {
        if (!control_.is_open() && !begin_for(group, next)) break;
        run_job(*group[next]);
        // An error may have ended the transaction with all that was in it.
        if (!control_.is_open()) fail_rest(group, 0, next + 1);
        if (!may_grow || next + 1 < group.size()) continue;
        take_jobs(group);
        if (next + 1 < group.size()) continue;
        // Who waits for this processor may be about to submit, and is in this group then. Costs nothing on a free one.
        std::this_thread::yield();
        take_jobs(group);
    }
    if (control_.is_open()) commit_group(group);
    ++groups_;
    transactions_ += group.size();
    if (!may_grow) return;  // the only member is the caller, who does not wait
    fibers::Unparker all;
    for (auto* job : group) all.unpark(job->parker);
}

bool Writer::begin_for(std::vector<Job*>& group, std::size_t next) {
    try {
        control_.begin();
        return true;
    } catch (const DatabaseError& error) {
        for (std::size_t i = next; i < group.size(); ++i) group[i]->error = copy_of(error);
        return false;
    }
}

void Writer::run_job(Job& job) {
    try {
        control_.savepoint();
        connection_.report_to(job.hook);
        (*job.work)(connection_);
        if (!control_.is_open()) throw_lost();
        control_.check_deferred_keys();
        control_.release();
    } catch (...) {
        job.error = std::current_exception();
        control_.undo();
    }
    connection_.report_to(nullptr);
}

void Writer::fail_rest(std::vector<Job*>& group, std::size_t first, std::size_t end) {
    for (std::size_t i = first; i < end; ++i) {
        if (group[i]->error) continue;
        try {
            throw_lost();
        } catch (...) {
            group[i]->error = std::current_exception();
        }
    }
}

void Writer::commit_group(std::vector<Job*>& group) {
    try {
        control_.commit();
    } catch (const DatabaseError& error) {
        control_.rollback();
        for (auto* job : group) {
            if (!job->error) job->error = copy_of(error);
        }
    }
}

TimeoutError Writer::turn_timeout() const {
    return TimeoutError("write-lock-timeout"_code,
                        "the database was being written to by another transaction of this program for more than " +
                            std::to_string(options_.busy_timeout.count()) + " ms.",
                        "commit or roll back sooner after the first write, or raise the busy timeout");
}

void Writer::lock_turn() {
    ++waiting_;
    bool locked = turn_.try_lock_for(options_.busy_timeout);
    --waiting_;
    if (!locked) throw turn_timeout();
    turn_since_ = Clock::now();
}

void Writer::unlock_turn() noexcept {
    bool due = wal_frames_ >= next_checkpoint_;
    turn_.unlock();
    if (!due || std::this_thread::get_id() == thread_.get_id()) return;
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    checkpoint_wanted_ = true;
    start_thread();
    wake_.notify_one();
}

void Writer::take_turn(const engines::StatementHook* hook) {
    lock_turn();
    try {
        control_.begin();
    } catch (...) {
        unlock_turn();
        throw;
    }
    connection_.report_to(hook);
}

void Writer::commit_turn() {
    try {
        // The commit waits for the disk, so a fiber hands it to a thread that may.
        fibers::run_blocking([this] { control_.commit(); });
    } catch (...) {
        roll_back_turn();
        throw;
    }
    end_turn();
}

void Writer::roll_back_turn() noexcept {
    control_.rollback();
    end_turn();
}

void Writer::end_turn() noexcept {
    connection_.report_to(nullptr);
    auto held = Clock::now() - turn_since_;
    bool others_waited = waiting_ > 0;
    {
        std::lock_guard lock(mutex_);
        others_waited = others_waited || !queue_.empty();
    }
    unlock_turn();
    if (held < options_.long_write || !others_waited || !options_.on_warning) return;
    auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(held).count();
    try {
        options_.on_warning("a write transaction was open for " + std::to_string(milliseconds) +
                            " ms while others waited to write; commit sooner after the first write");
    } catch (...) {
        // A warning that cannot be told is not worth an error.
    }
}

void Writer::checkpoint_if_due() {
    int frames = wal_frames_;
    if (!has_wal_ || frames < next_checkpoint_) return;
    // Some reader may be within a long statement: then the log grows on, and is tried again after as much more.
    next_checkpoint_ = checkpoint() ? checkpoint_frames : frames + checkpoint_frames;
}

bool Writer::checkpoint() {
    constexpr auto longest_pause = std::chrono::microseconds(6400);
    auto pause = std::chrono::microseconds(100);
    // 13 ms of patience with readers, and 6 ms more for each thousand frames that the log has grown to.
    int attempts = 6 + wal_frames_ / checkpoint_frames;
    for (int attempt = 0; attempt < attempts; ++attempt, pause = std::min(pause * 2, longest_pause)) {
        readers_->release_snapshots(false);
        handle_->wait_for_locks(false);
        int code = sqlite3_wal_checkpoint_v2(handle_->db(), nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
        handle_->wait_for_locks(true);
        if (code == SQLITE_OK) {
            wal_frames_ = 0;
            return true;
        }
        if ((code & 0xff) != SQLITE_BUSY) break;
        std::this_thread::sleep_for(pause);
    }
    return false;
}

void Writer::stop() noexcept {
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

}  // namespace retort::dialects::sqlite
