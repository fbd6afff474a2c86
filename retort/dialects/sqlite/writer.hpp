// The one writer of a database in this process: a thread that commits in groups, and the turn that sessions take.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "retort/base/duration.hpp"
#include "retort/base/error.hpp"
#include "retort/dialects/sqlite/control.hpp"
#include "retort/engine/connection.hpp"
#include "retort/engine/options.hpp"
#include "retort/fiber/fiber.hpp"

namespace retort::dialects::sqlite {

class ReaderPool;

/// The writing connection as a client sees it: its transaction is begun and ended for it.
class WriteConnection final : public engines::Connection {
  public:
    using Connection::Connection;
    void begin() override { refuse(); }
    void commit() override { refuse(); }
    void rollback() override { refuse(); }

  private:
    [[noreturn]] static void refuse();
};

/// Serves all writers of a process through one connection, so that they never meet "database is locked".
///
/// Whole transactions (`submit`) go to the writer's thread, which runs those that wait one after the other, each in a
/// savepoint, and commits them together: one fsync for the group. A session that wrote before it is ready to commit
/// takes the turn instead and uses the connection on its own thread; the group waits for the turn. Checkpoints
/// happen here only, and never on the thread of a loop.
class Writer {
  public:
    using Work = std::function<void(engines::Connection&)>;

    Writer(std::shared_ptr<Handle> handle, const engines::EngineOptions& options, bool has_wal);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Starts serving; `readers` are asked to let go of their snapshots before a checkpoint.
    void serve(ReaderPool& readers) { readers_ = &readers; }

    /// Runs `work` in a transaction of its own and returns when it is durable. When `work` throws, nothing of it is
    /// written and the exception comes out here. A fiber waits without stopping its thread.
    void submit(const Work& work, const engines::StatementHook* hook);

    /// Takes the turn and begins a transaction. Throws TimeoutError("write-lock-timeout").
    void take_turn(const engines::StatementHook* hook);
    /// Commits (durably) and gives the turn back. When that fails it is rolled back, and the turn given back all the
    /// same.
    void commit_turn();
    void roll_back_turn() noexcept;
    /// What the holder of the turn writes with.
    engines::Connection& connection() { return connection_; }
    TransactionControl& control() { return control_; }

    /// The turn alone, for connections that stand outside: waits, or throws TimeoutError("write-lock-timeout").
    void lock_turn();
    void unlock_turn() noexcept;

    /// Sees to it that snapshots which are open now are released when they are not used for a while.
    void watch_snapshots();
    /// Finishes all jobs, checkpoints, and ends the thread. Nothing may be submitted afterwards.
    void stop() noexcept;

    /// Groups committed, and transactions in them; for tests and statistics.
    std::uint64_t groups() const { return groups_; }
    std::uint64_t transactions() const { return transactions_; }

  private:
    struct Job;
    using Clock = std::chrono::steady_clock;

    void start_thread();
    void run();
    bool wait_for_jobs();
    void rest();
    void serve_group();
    void take_jobs(std::vector<Job*>& jobs);
    void fail_overdue();
    void run_group(std::vector<Job*>& group, bool may_grow);
    bool begin_for(std::vector<Job*>& group, std::size_t next);
    void run_job(Job& job);
    static void fail_rest(std::vector<Job*>& group, std::size_t first, std::size_t end);
    void commit_group(std::vector<Job*>& group);
    TimeoutError turn_timeout() const;
    void end_turn() noexcept;
    void checkpoint_if_due();
    bool checkpoint();
    static int count_frames(void* self, sqlite3* db, const char* name, int frames);

    engines::EngineOptions options_;
    std::shared_ptr<Handle> handle_;
    SqliteConnection driver_;
    WriteConnection connection_;
    TransactionControl control_;
    ReaderPool* readers_ = nullptr;
    bool has_wal_;

    fibers::Mutex turn_;
    Clock::time_point turn_since_;
    std::atomic<int> waiting_{0};
    std::atomic<int> wal_frames_{0};
    std::atomic<int> next_checkpoint_;

    std::mutex mutex_;  // of the queue and what wakes the thread
    std::condition_variable wake_;
    std::vector<Job*> queue_;
    std::thread thread_;
    bool stopping_ = false;
    bool checkpoint_wanted_ = false;
    std::atomic<bool> watching_{false};

    std::atomic<std::uint64_t> groups_{0};
    std::atomic<std::uint64_t> transactions_{0};
};

}  // namespace retort::dialects::sqlite
