// Transactions and connections of a SQLite file.
#include "retort/dialects/sqlite/file_engine.hpp"

#include <mutex>

#include "retort/dialects/sqlite/dialect.hpp"
#include "retort/dialects/sqlite/reader_pool.hpp"
#include "retort/dialects/sqlite/writer.hpp"
#include "retort/engine/errors.hpp"

namespace retort::dialects::sqlite {

namespace {

using engines::Connection;
using Work = std::function<void(Connection&)>;

class FileTransaction final : public engines::Transaction {
  public:
    FileTransaction(std::shared_ptr<Database> database, const engines::StatementHook* hook)
        : database_(std::move(database)), hook_(hook) {}
    ~FileTransaction() override { rollback(); }

    Connection& reader() override;
    void write(const Work& work) override;
    void write_and_commit(const Work& work) override;
    void commit() override;
    void rollback() noexcept override;
    bool is_writing() const override { return writing_; }

  private:
    void check_alive();
    void run_in_savepoint(const Work& work);

    std::shared_ptr<Database> database_;
    const engines::StatementHook* hook_;
    bool writing_ = false;
};

Connection& FileTransaction::reader() {
    if (writing_) {
        check_alive();
        return database_->writer().connection();
    }
    auto& connection = database_->readers().acquire().connection();
    connection.report_to(hook_);
    return connection;
}

/// Without this, statements after a lost transaction would each commit by themselves.
void FileTransaction::check_alive() {
    if (database_->writer().control().is_open()) return;
    rollback();
    throw InvalidRequestError("transaction-lost"_code,
                              "an error made SQLite roll this transaction back as a whole; nothing of it was written.",
                              "roll back, and begin again");
}

void FileTransaction::write(const Work& work) {
    if (writing_) {
        check_alive();
        run_in_savepoint(work);
        return;
    }
    database_->writer().take_turn(hook_);
    writing_ = true;
    try {
        run_in_savepoint(work);
    } catch (...) {
        rollback();  // nothing was written before, so nobody has to wait for it
        throw;
    }
}

void FileTransaction::run_in_savepoint(const Work& work) {
    auto& control = database_->writer().control();
    control.savepoint();
    try {
        work(database_->writer().connection());
        check_alive();
        control.release();
    } catch (...) {
        control.undo();
        if (writing_ && !control.is_open()) rollback();
        throw;
    }
}

void FileTransaction::write_and_commit(const Work& work) {
    if (!writing_) {
        database_->writer().submit(work, hook_);
        return;
    }
    try {
        check_alive();
        work(database_->writer().connection());
        commit();
    } catch (...) {
        rollback();
        throw;
    }
}

void FileTransaction::commit() {
    if (!writing_) return;
    check_alive();
    writing_ = false;
    database_->writer().commit_turn();
}

void FileTransaction::rollback() noexcept {
    if (!writing_) return;
    writing_ = false;
    database_->writer().roll_back_turn();
}

/// A connection beside the pools. Its transactions take the process's turn, so that they do not meet the writer.
class OwnConnection final : private std::shared_ptr<Database>, public Connection {
  public:
    OwnConnection(std::shared_ptr<Database> database, std::unique_ptr<SqliteConnection> driver)
        : std::shared_ptr<Database>(std::move(database)),
          Connection(sqlite_dialect(), *driver),
          driver_(std::move(driver)) {}
    ~OwnConnection() override {
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
    bool has_turn_ = false;
};

void OwnConnection::begin() {
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

void OwnConnection::commit() {
    Connection::commit();
    end_turn();
}

void OwnConnection::rollback() {
    Connection::rollback();
    end_turn();
}

void OwnConnection::end_turn() noexcept {
    if (!has_turn_) return;
    has_turn_ = false;
    get()->writer().unlock_turn();
}

class FileEngine final : public engines::Engine::Core {
  public:
    FileEngine(Place place, engines::EngineOptions options, std::string url)
        : place_(std::move(place)), options_(std::move(options)), url_(std::move(url)) {}

    const engines::Dialect& dialect() const override { return sqlite_dialect(); }
    std::string url() const override { return url_; }
    std::unique_ptr<engines::Transaction> begin() override {
        return std::make_unique<FileTransaction>(database(), hook());
    }
    std::unique_ptr<Connection> connect() override {
        auto database = this->database();
        auto driver = std::make_unique<SqliteConnection>(database->open());
        auto connection = std::make_unique<OwnConnection>(std::move(database), std::move(driver));
        connection->report_to(hook());
        return connection;
    }
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
    const engines::StatementHook* hook() const { return options_.on_statement ? &options_.on_statement : nullptr; }

    Place place_;
    engines::EngineOptions options_;
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
