// Sharing the one connection of a database in memory.
#include "retort/dialects/sqlite/memory_engine.hpp"

#include <sqlite3.h>

#include <atomic>
#include <mutex>

#include "retort/dialects/sqlite/control.hpp"
#include "retort/dialects/sqlite/dialect.hpp"
#include "retort/dialects/sqlite/transaction.hpp"
#include "retort/dialects/sqlite/writer.hpp"
#include "retort/engine/errors.hpp"
#include "retort/fiber/fiber.hpp"

namespace retort::dialects::sqlite {

namespace {

using engines::Connection;

/// One at a time, fibers and threads alike.
class Turn {
  public:
    explicit Turn(std::chrono::milliseconds patience) : patience_(patience) {}

    void lock() {
        if (mutex_.try_lock() || mutex_.try_lock_for(patience_)) return;
        throw TimeoutError("write-lock-timeout"_code,
                           "the database in memory was in use by another transaction for more than " +
                               std::to_string(patience_.count()) + " ms.",
                           "commit or roll back sooner after the first write; there is one connection to share");
    }
    void unlock() noexcept { mutex_.unlock(); }

  private:
    fibers::Mutex mutex_;
    std::chrono::milliseconds patience_;
};

/// The gate of the connection that all share: one fiber or thread at a time, for its outermost statement.
///
/// Between queries it keeps a transaction open that has only read, for beginning and ending one costs as much as a
/// quarter of a query for one row. Whoever takes the turn for something else ends it.
class SharedGate final : public Gate {
  public:
    SharedGate(Turn& turn, sqlite3* db) : turn_(turn), db_(db), begin_(prepare("BEGIN")), end_(prepare("COMMIT")) {}
    ~SharedGate() override {
        sqlite3_finalize(begin_);
        sqlite3_finalize(end_);
    }
    SharedGate(const SharedGate&) = delete;
    SharedGate& operator=(const SharedGate&) = delete;

    void enter() override {
        // The slot's address tells fibers, and threads without one, apart.
        const void* self = &fibers::local(fibers::Local::spare);
        if (owner_.load(std::memory_order_relaxed) != self) {
            turn_.lock();
            owner_.store(self, std::memory_order_relaxed);
            begin_reading();
        }
        ++depth_;
    }
    void leave() noexcept override {
        if (--depth_ > 0) return;
        // A transaction begun as text on a connection that is for reading would catch everybody's statements.
        if (!reading_ && is_open()) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
        owner_.store(nullptr, std::memory_order_relaxed);
        turn_.unlock();
    }
    void before_change() noexcept override { end_reading(); }
    bool is_users_transaction() const override { return !reading_; }
    bool keeps_reading() const override { return reading_; }
    /// By who has the turn.
    void end_reading() noexcept {
        if (!reading_) return;
        lookups().end_all();
        reading_ = false;
        if (is_open()) run(end_);
    }

  private:
    bool is_open() const { return sqlite3_get_autocommit(db_) == 0; }
    void begin_reading() noexcept {
        if (reading_ && is_open()) return;  // an error may have ended it
        lookups().end_all();
        reading_ = run(begin_);
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        return statement;
    }
    static bool run(sqlite3_stmt* statement) noexcept {
        bool done = sqlite3_step(statement) == SQLITE_DONE;
        sqlite3_reset(statement);
        return done;
    }

    Turn& turn_;
    sqlite3* db_;
    sqlite3_stmt* begin_;
    sqlite3_stmt* end_;
    std::atomic<const void*> owner_{nullptr};
    int depth_ = 0;
    bool reading_ = false;
};

/// The gate of a connection with one user: takes the turn for each statement, and keeps it while a transaction is open.
class OwnGate final : public Gate {
  public:
    OwnGate(Turn& turn, SharedGate& shared, sqlite3* db) : turn_(turn), shared_(shared), db_(db) {}
    ~OwnGate() override {
        if (held_) end();
    }
    OwnGate(const OwnGate&) = delete;
    OwnGate& operator=(const OwnGate&) = delete;

    void enter() override {
        if (depth_ == 0 && !held_) {
            turn_.lock();
            shared_.end_reading();
        }
        ++depth_;
    }
    void leave() noexcept override {
        if (--depth_ > 0) return;
        held_ = sqlite3_get_autocommit(db_) == 0;
        if (!held_) turn_.unlock();
    }
    bool is_users_transaction() const override { return held_ || depth_ > 0; }

  private:
    void end() noexcept {
        sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
        turn_.unlock();
    }

    Turn& turn_;
    SharedGate& shared_;
    sqlite3* db_;
    int depth_ = 0;
    bool held_ = false;
};

/// The database and its two ways in: one that takes the turn for each statement, one for the holder of the turn.
struct MemoryDatabase {
    MemoryDatabase(const Place& place, const engines::EngineOptions& options,
                   std::shared_ptr<const engines::StatementHook> reported_to)
        : hook(std::move(reported_to)), handle(open_connection(place, options)), turn(options.busy_timeout) {
        control.allow_text();
        shared.report_to(hook.get());
        own.report_to(hook.get());
    }

    std::shared_ptr<const engines::StatementHook> hook;

    std::shared_ptr<Handle> handle;
    Turn turn;
    SharedGate gate{turn, handle->db()};
    SqliteConnection shared_driver{handle, &gate};
    SqliteConnection own_driver{handle};
    Connection shared{sqlite_dialect(), shared_driver};
    WriteConnection own{sqlite_dialect(), own_driver};
    TransactionControl control{handle->db()};
};

class MemoryTransaction final : public TurnTransaction {
  public:
    explicit MemoryTransaction(std::shared_ptr<MemoryDatabase> database) : database_(std::move(database)) {}
    ~MemoryTransaction() override { rollback(); }

    Connection& reader() override {
        if (is_writing()) return database_->own;
        return database_->shared;
    }

  protected:
    void take_turn() override;
    void commit_turn() override;
    void roll_back_turn() noexcept override;
    Connection& connection() override { return database_->own; }
    TransactionControl& control() override { return database_->control; }
    void submit(const Work& work) override;

  private:
    std::shared_ptr<MemoryDatabase> database_;
};

void MemoryTransaction::take_turn() {
    database_->turn.lock();
    database_->gate.end_reading();
    try {
        database_->control.begin();
    } catch (...) {
        database_->turn.unlock();
        throw;
    }
}

void MemoryTransaction::commit_turn() {
    try {
        database_->control.commit();
    } catch (...) {
        roll_back_turn();
        throw;
    }
    database_->turn.unlock();
}

void MemoryTransaction::roll_back_turn() noexcept {
    database_->control.rollback();
    database_->turn.unlock();
}

void MemoryTransaction::submit(const Work& work) {
    take_turn();
    try {
        work(database_->own);
        check_alive();
    } catch (...) {
        roll_back_turn();
        throw;
    }
    commit_turn();
}

/// What a connection of its own is made of; built before the connection that refers to it.
struct OwnParts {
    explicit OwnParts(std::shared_ptr<MemoryDatabase> shared)
        : database(std::move(shared)),
          gate(database->turn, database->gate, database->handle->db()),
          driver(database->handle, &gate) {}

    std::shared_ptr<MemoryDatabase> database;
    OwnGate gate;
    SqliteConnection driver;
};

/// A connection for scripts: it holds the turn while it has a transaction open.
class MemoryConnection final : private OwnParts, public Connection {
  public:
    explicit MemoryConnection(std::shared_ptr<MemoryDatabase> database)
        : OwnParts(std::move(database)), Connection(sqlite_dialect(), driver_of(*this)) {
        report_to(this->database->hook.get());
    }

  private:
    static SqliteConnection& driver_of(OwnParts& parts) { return parts.driver; }
};

class MemoryEngine final : public engines::Engine::Core {
  public:
    MemoryEngine(Place place, engines::EngineOptions options, std::string url)
        : place_(std::move(place)),
          options_(std::move(options)),
          hook_(std::make_shared<engines::StatementHook>(options_.on_statement)),
          url_(std::move(url)) {}

    const engines::Dialect& dialect() const override { return sqlite_dialect(); }
    std::string url() const override { return url_; }
    std::unique_ptr<engines::Transaction> begin() override { return std::make_unique<MemoryTransaction>(database()); }
    std::unique_ptr<Connection> connect() override { return std::make_unique<MemoryConnection>(database()); }
    bool reads_beside() const override { return false; }
    void listen(engines::StatementHook hook) override { engines::add_hook(*hook_, std::move(hook)); }
    void release_thread() noexcept override {}
    void dispose() noexcept override {
        std::lock_guard lock(mutex_);
        database_.reset();
    }

  private:
    std::shared_ptr<MemoryDatabase> database() {
        std::lock_guard lock(mutex_);
        if (!database_) database_ = std::make_shared<MemoryDatabase>(place_, options_, hook_);
        return database_;
    }

    Place place_;
    engines::EngineOptions options_;
    /// What is put there later is heard too; connections, which may outlive the engine, share it.
    std::shared_ptr<engines::StatementHook> hook_;
    std::string url_;
    std::mutex mutex_;
    std::shared_ptr<MemoryDatabase> database_;
};

}  // namespace

std::shared_ptr<engines::Engine::Core> make_memory_engine(Place place, engines::EngineOptions options,
                                                          std::string url) {
    return std::make_shared<MemoryEngine>(std::move(place), std::move(options), std::move(url));
}

}  // namespace retort::dialects::sqlite
