// The driver for SQLite: one connection with its cache of prepared statements.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "retort/base/duration.hpp"
#include "retort/dialects/sqlite/key_lookup.hpp"
#include "retort/dialects/sqlite/plain_value.hpp"
#include "retort/dialects/sqlite/pushed_query.hpp"
#include "retort/dialects/sqlite/row_updates.hpp"
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
    /// Whether a transaction that has only read stays open between statements now.
    virtual bool keeps_reading() const { return false; }

    /// Lookups that wait while it stays open. Who ends the transaction ends them first.
    WaitingLookups& lookups() { return lookups_; }

  private:
    WaitingLookups lookups_;
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
    void run(std::span<const ValueView> parameters, FunctionRef<void()> on_row) override;
    void skip_repeated(const engines::RepeatedCells& cells) override { repeated_ = cells; }
    void reset() noexcept override;

    /// Runs it for several rows of `width` parameters at once, if it can. False when it could not, or when not every
    /// row was there: then it must be run for one after the other, to find out.
    bool run_at_once(std::span<const ValueView> values, std::size_t width);
    bool is_busy() const { return busy_; }
    /// Whether it gives rows and changes nothing, also no transaction.
    bool is_query() const { return is_query_; }
    std::uint64_t last_use() const { return last_use_; }
    /// Marks it as in use, the `use`-th of its connection, in this period of the connection's lookups.
    void take(std::uint64_t use, std::uint64_t period) {
        busy_ = true;
        again_ = period == period_;
        period_ = period;
        last_use_ = use;
    }

  private:
    void bind_all(std::span<const ValueView> parameters);
    void bind_one(int index, const ValueView& value);
    /// What SQLite has no kind for.
    void bind_converted(int index, const ValueView& value);
    KeyLookup* lookup_for(const ValueView& parameter);
    int find_key();
    void end_run() noexcept;
    PushedQuery* pushed_query();
    bool take_keys(std::span<const ValueView> parameters);
    template <class Cells>
    void read_row(Cells cells);
    bool has_same_key(sqlite3_value* key) const;
    template <class Cells>
    void read_cells(Cells cells, std::size_t first, std::size_t end);
    [[noreturn]] void fail(int code);

    SqliteConnection& connection_;
    std::string sql_;
    sqlite3_stmt* statement_ = nullptr;
    sqlite3_stmt* running_ = nullptr;  // the one whose rows are read: the statement or another form of it
    std::unique_ptr<KeyLookup> lookup_;
    ValueView key_;  // that the lookup is to find
    std::unique_ptr<RowUpdates> updates_;
    std::unique_ptr<PushedQuery> pushed_;
    std::vector<ValueView> keys_;  // of a list, for a query that takes them from the feed
    std::vector<ValueView> row_;
    std::vector<std::array<char, moment_size>> moments_;  // dates as text, one place for each parameter
    engines::RepeatedCells repeated_;
    bool has_key_ = false;  // of the row before, which is the one in row_
    std::uint64_t last_use_ = 0;
    std::uint64_t period_ = 0;  // of the connection's lookups when it was used last
    int parameter_count_ = 0;
    bool reads_only_ = false;
    bool is_query_ = false;
    bool busy_ = false;
    bool again_ = false;
    bool knows_lookup_ = false;  // or knows that there is none
    bool knows_updates_ = false;
    bool knows_pushed_ = false;
    bool feeds_keys_ = false;
    bool ran_ = false;
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
    /// What its statements take their values from.
    ValueFeed& feed() { return feed_; }
    /// The same for lists of keys.
    ValueFeed& keys() { return keys_; }
    /// Who is given the rows of a query that is pushed.
    RowReceiver& rows() { return rows_; }

  private:
    sqlite3* db_ = nullptr;
    ValueFeed feed_, keys_;
    RowReceiver rows_;
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
    bool run_at_once(std::string_view sql, std::span<const ValueView> values, std::size_t width) override;
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
    bool keeps_reading() const;
    void end_lookups() noexcept;

    static constexpr std::size_t capacity = 256;
    static constexpr std::size_t recent_slots = 64;

    std::shared_ptr<Handle> handle_;
    Gate* gate_;
    std::unordered_multimap<std::string_view, std::unique_ptr<SqliteStatement>> statements_;
    std::array<SqliteStatement*, recent_slots> recent_{};  // by the text's address, so that hashing is spared
    std::uint64_t uses_ = 0;
    std::int64_t rows_affected_ = 0;
    std::int64_t total_changes_ = 0;
    std::atomic<bool> interrupted_ = false;
};

}  // namespace retort::dialects::sqlite
