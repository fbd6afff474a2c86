// Transactions and connections of a SQLite file.
#include "retort/dialects/sqlite/file_engine.hpp"

#include <mutex>
#include <utility>

#include "retort/dialects/sqlite/dialect.hpp"
#include "retort/dialects/sqlite/reader_pool.hpp"
#include "retort/dialects/sqlite/transaction.hpp"
#include "retort/dialects/sqlite/writer.hpp"
#include "retort/engine/errors.hpp"

namespace retort::dialects::sqlite {

namespace {

using engines::Connection;

class FileTransaction final : public TurnTransaction {
  public:
    FileTransaction(std::shared_ptr<Database> database, const engines::StatementHook* hook)
        : database_(std::move(database)), hook_(hook) {}
    ~FileTransaction() override { rollback(); }

    Connection& reader() override;

    // A request makes and ends one transaction: the thread keeps the place of the last.
    static void* operator new(std::size_t size);
    static void operator delete(void* place) noexcept;

  protected:
    void take_turn() override { database_->writer().take_turn(hook_); }
    void commit_turn() override { database_->writer().commit_turn(); }
    void roll_back_turn() noexcept override { database_->writer().roll_back_turn(); }
    Connection& connection() override { return database_->writer().connection(); }
    TransactionControl& control() override { return database_->writer().control(); }
    void submit(const Work& work) override { database_->writer().submit(work, hook_); }

  private:
    std::shared_ptr<Database> database_;
    const engines::StatementHook* hook_;
};

/// Memory for one transaction of the thread, and whether the thread still keeps it: some transactions end after that.
thread_local constinit void* spare_place = nullptr;
thread_local constinit bool keeps_place = true;

struct SpareEnd {
    ~SpareEnd() {
        keeps_place = false;
        ::operator delete(std::exchange(spare_place, nullptr));
    }
};

void* FileTransaction::operator new(std::size_t size) {
    thread_local SpareEnd end;
    void* place = std::exchange(spare_place, nullptr);
    return place != nullptr ? place : ::operator new(size);
}

void FileTransaction::operator delete(void* place) noexcept {
    if (spare_place == nullptr && keeps_place) {
        spare_place = place;
    } else {
        ::operator delete(place);
    }
}

Connection& FileTransaction::reader() {
    if (is_writing()) {
        check_alive();
        return connection();
    }
    auto& connection = database_->readers().acquire().connection();
    connection.report_to(hook_);
    return connection;
}

/// A connection beside the pools. Its transactions take the process's turn, so that they do not meet the writer.
class FileConnection final : private std::shared_ptr<Database>, public Connection {
  public:
    FileConnection(std::shared_ptr<Database> database, std::unique_ptr<SqliteConnection> driver,
                   std::shared_ptr<const engines::StatementHook> hook)
        : std::shared_ptr<Database>(std::move(database)),
          Connection(sqlite_dialect(), *driver),
          driver_(std::move(driver)),
          hook_(std::move(hook)) {
        report_to(hook_.get());
    }
    ~FileConnection() override {
        if (!has_turn_) return;
        try {
            rollback();
        } catch (...) {
            get()->writer().unlock_turn();
        }
    }

    void begin() override;
    void commit() override;
    void rollback() override;

  private:
    void end_turn() noexcept;

    std::unique_ptr<SqliteConnection> driver_;
    std::shared_ptr<const engines::StatementHook> hook_;
    bool has_turn_ = false;
};

void FileConnection::begin() {
    bool had_turn = has_turn_;
    if (!had_turn && !in_transaction()) {
        get()->writer().lock_turn();
        has_turn_ = true;
    }
    try {
        Connection::begin();
    } catch (...) {
        if (!had_turn) end_turn();
        throw;
    }
}

void FileConnection::commit() {
    Connection::commit();
    end_turn();
}

void FileConnection::rollback() {
    Connection::rollback();
    end_turn();
}

void FileConnection::end_turn() noexcept {
    if (!has_turn_) return;
    has_turn_ = false;
    get()->writer().unlock_turn();
}

class FileEngine final : public engines::Engine::Core {
  public:
    FileEngine(Place place, engines::EngineOptions options, std::string url)
        : place_(std::move(place)),
          options_(std::move(options)),
          hook_(std::make_shared<engines::StatementHook>(options_.on_statement)),
          url_(std::move(url)) {}

    const engines::Dialect& dialect() const override { return sqlite_dialect(); }
    std::string url() const override { return url_; }
    std::unique_ptr<engines::Transaction> begin() override {
        return std::make_unique<FileTransaction>(database(), hook_.get());
    }
    std::unique_ptr<Connection> connect() override {
        auto database = this->database();
        auto driver = std::make_unique<SqliteConnection>(database->open());
        return std::make_unique<FileConnection>(std::move(database), std::move(driver), hook_);
    }
    void listen(engines::StatementHook hook) override { engines::add_hook(*hook_, std::move(hook)); }
    void release_thread() noexcept override {
        std::lock_guard lock(mutex_);
        if (database_) database_->readers().release_thread();
    }
    void dispose() noexcept override {
        std::shared_ptr<Database> database;
        std::lock_guard lock(mutex_);
        database.swap(database_);
    }

  private:
    std::shared_ptr<Database> database();

    Place place_;
    engines::EngineOptions options_;
    /// What is put there later is heard too; connections, which may outlive the engine, share it.
    std::shared_ptr<engines::StatementHook> hook_;
    std::string url_;
    std::mutex mutex_;
    std::shared_ptr<Database> database_;
};

std::shared_ptr<Database> FileEngine::database() {
    {
        std::lock_guard lock(mutex_);
        if (database_) return database_;
    }
    // Opening may wait, so it happens outside the lock; who comes second gets the same one.
    auto opened = Database::shared(place_, options_);
    std::lock_guard lock(mutex_);
    if (!database_) database_ = std::move(opened);
    return database_;
}

}  // namespace

std::shared_ptr<engines::Engine::Core> make_file_engine(Place place, engines::EngineOptions options, std::string url) {
    return std::make_shared<FileEngine>(std::move(place), std::move(options), std::move(url));
}

}  // namespace retort::dialects::sqlite
