// The driver for SQLite: one connection with its cache of prepared statements.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "retort/base/duration.hpp"
#include "retort/engine/driver.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace retort::dialects::sqlite {

using sql::ValueView;

/// Stands before a connection that others use too: entered before each statement, left with its reset. Who has
/// entered may enter again (a statement within another).
class Gate {
  public:
    virtual ~Gate() = default;
    virtual void enter() = 0;
    virtual void leave() noexcept = 0;
    /// Called after `enter` before anything but a query runs.
    virtual void before_change() noexcept {}
    /// Whether an open transaction of the connection is one that its user began.
    virtual bool is_users_transaction() const { return true; }
};

class SqliteConnection;

/// A prepared statement of one connection.
class SqliteStatement final : public engines::Statement {
  public:
    /// Throws ProgrammingError when `sql` is not one statement.
    SqliteStatement(SqliteConnection& connection, std::string_view sql);
    ~SqliteStatement() override;
    SqliteStatement(const SqliteStatement&) = delete;
    SqliteStatement& operator=(const SqliteStatement&) = delete;

    std::string_view sql() const override { return sql_; }
    int parameter_count() const override { return parameter_count_; }
    int column_count() const override;
    std::string_view column_name(int index) const override;
    bool reads_only() const override { return reads_only_; }

    void bind(std::span<const ValueView> parameters) override;
    bool step() override;
    std::span<const ValueView> row() const override { return row_; }
    void skip_repeated(const engines::RepeatedCells& cells) override { repeated_ = cells; }
    void reset() noexcept override;

    bool is_busy() const { return busy_; }
    /// Whether it gives rows and changes nothing, also no transaction.
    bool is_query() const { return is_query_; }
    std::uint64_t last_use() const { return last_use_; }
    /// Marks it as in use, the `use`-th of its connection.
    void take(std::uint64_t use) {
        busy_ = true;
        last_use_ = use;
    }

  private:
    void bind_one(int index, const ValueView& value);
    /// As a REAL or INTEGER, as SQLAlchemy does: docs/decisions says why.
    int bind_decimal(int index, sql::ShortDecimal value);
    int bind_moment(int index, const ValueView& value);
    void read_row();
    bool is_repeated();
    void read_cells(std::size_t first, std::size_t end);
    [[noreturn]] void fail(int code);

    SqliteConnection& connection_;
    std::string sql_;
    sqlite3_stmt* statement_ = nullptr;
    std::vector<ValueView> row_;
    std::vector<std::array<char, 32>> moments_;  // dates as text, one place for each parameter
    engines::RepeatedCells repeated_;
    bool has_key_ = false;  // of the row before, which is the one in row_
    std::uint64_t last_use_ = 0;
    int parameter_count_ = 0;
    bool reads_only_ = false;
    bool is_query_ = false;
    bool busy_ = false;
    bool stepping_ = false;
    bool done_ = false;
};

/// How a connection is opened.
struct OpenOptions {
    std::string filename;
    int flags = 0;  ///< SQLITE_OPEN_…; 0 for reading and writing, made when it is not there
    std::chrono::milliseconds busy_timeout{5000};
};

/// An open sqlite3, closed at its end.
class Handle {
  public:
    /// Opens, with the busy timeout set before anything else. Throws OperationalError.
    explicit Handle(const OpenOptions& options);
    ~Handle();
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    sqlite3* db() const { return db_; }
    /// Whether a fiber waits inside a call of SQLite, so that no other may use the connection now.
    bool is_lent() const { return lent_; }
    /// Runs `wait` with the connection lent; what it throws is dropped and answered with false.
    bool lend(const std::function<void()>& wait) noexcept;
    /// From now on a long statement of a fiber lets the loop's other fibers run every millisecond or so; the connection
    /// is lent meanwhile.
    void share_the_loop() noexcept;
    /// How long a lock of another process is waited for now.
    std::chrono::milliseconds patience() const { return waits_ ? busy_timeout_ : std::chrono::milliseconds(0); }
    std::chrono::milliseconds busy_timeout() const { return busy_timeout_; }
    void wait_for_locks(bool waits) { waits_ = waits; }

  private:
    sqlite3* db_ = nullptr;
    std::chrono::milliseconds busy_timeout_;
    bool waits_ = true;
    bool lent_ = false;
};

/// One connection. Used by one thread at a time; several may share one sqlite3 (each with its own statements).
class SqliteConnection final : public engines::DriverConnection {
  public:
    explicit SqliteConnection(std::shared_ptr<Handle> handle, Gate* gate = nullptr);
    ~SqliteConnection() override;
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    engines::Statement& prepare(std::string_view sql) override;
    void run_script(std::string_view sql) override;
    std::int64_t rows_affected() const override { return rows_affected_; }
    std::int64_t last_insert_id() const override;
    bool in_transaction() const override;
    void interrupt() noexcept override;

    sqlite3* db() const { return handle_->db(); }
    Handle& handle() const { return *handle_; }
    /// Throws the cached statements away; none may be busy.
    void forget_statements() noexcept;

  private:
    friend class SqliteStatement;
    class Entrance;
    SqliteStatement* find(std::string_view sql);
    SqliteStatement& add(std::string_view sql);
    void evict();
    void leave() noexcept;
    void count_changes(bool reads_only);

    static constexpr std::size_t capacity = 256;
    static constexpr std::size_t recent_slots = 64;

    std::shared_ptr<Handle> handle_;
    Gate* gate_;
    std::unordered_multimap<std::string_view, std::unique_ptr<SqliteStatement>> statements_;
    std::array<SqliteStatement*, recent_slots> recent_{};  // by the text's address, so that hashing is spared
    std::uint64_t uses_ = 0;
    std::int64_t rows_affected_ = 0;
    std::int64_t total_changes_ = 0;
};

}  // namespace retort::dialects::sqlite
