// What a database driver offers: connections that prepare, bind, step and keep transactions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "retort/base/function_ref.hpp"
#include "retort/sql/value.hpp"

namespace retort::engines {

using sql::ValueView;

/// Cells of a result that belong to one thing, which stands in several rows, one after the other.
struct RepeatedCells {
    std::size_t key = 0;    ///< an integer among them that tells the things apart
    std::size_t first = 0;  ///< where they begin
    std::size_t count = 0;  ///< none: nothing is repeated
};

/// A prepared statement, kept in its connection's cache. Bind, step until false, reset.
class Statement {
  public:
    virtual ~Statement() = default;
    virtual std::string_view sql() const = 0;
    virtual int parameter_count() const = 0;
    virtual int column_count() const = 0;
    virtual std::string_view column_name(int index) const = 0;
    /// Whether running it can change nothing in the database.
    virtual bool reads_only() const = 0;

    /// Binds all parameters, in order. Text and blobs are not copied: they must live until `reset`.
    virtual void bind(std::span<const ValueView> parameters) = 0;
    /// To the next row, which `row()` then shows; false at the end. Throws a DatabaseError.
    virtual bool step() = 0;
    /// The current row; its text and blobs live until the next `step` or `reset`.
    virtual std::span<const ValueView> row() const = 0;
    /// Until `reset`, a row whose key is that of the row before need not have these cells: `row()` shows what it likes
    /// there, but for the key.
    virtual void skip_repeated(const RepeatedCells&) {}
    /// Binds, and calls `on_row` for each row, which `row()` shows meanwhile. Where the database calls back for a row,
    /// nothing else may run on the connection then, and a fiber must not wait. What `on_row` throws comes out.
    virtual void run(std::span<const ValueView> parameters, FunctionRef<void()> on_row) {
        bind(parameters);
        while (step()) on_row();
    }
    /// Ends the execution and forgets the parameters; the statement can be bound again, until the next `prepare`.
    virtual void reset() noexcept = 0;
};

/// One open connection to a database. Used by one thread at a time.
class DriverConnection {
  public:
    virtual ~DriverConnection() = default;
    /// The statement for this text, from the cache if it is there. It is the connection's, and busy until `reset`;
    /// when the cached one is busy, another is made. Throws ProgrammingError when the text is no SQL.
    virtual Statement& prepare(std::string_view sql) = 0;
    /// Runs statements without parameters and without rows, several at once if there are several.
    virtual void run_script(std::string_view sql) = 0;
    /// Runs an UPDATE of one row for several rows at once, `width` parameters each, if it can and is in a transaction.
    /// False when it could not, or when a row was not there or refused: then it is run for one after the other, which
    /// does what it did once more and finds out which it is.
    virtual bool run_at_once(std::string_view, std::span<const ValueView>, std::size_t) { return false; }
    /// Rows changed by the statement that ran last.
    virtual std::int64_t rows_affected() const = 0;
    /// The rowid that the last INSERT made, where the database has such a thing.
    virtual std::int64_t last_insert_id() const = 0;
    virtual bool in_transaction() const = 0;
    /// Makes what runs on this connection stop soon with OperationalError("interrupted"). Any thread may call it.
    virtual void interrupt() noexcept = 0;
};

/// Resets a statement at the end of a scope.
class StatementScope {
  public:
    explicit StatementScope(Statement& statement) : statement_(statement) {}
    ~StatementScope() { statement_.reset(); }
    StatementScope(const StatementScope&) = delete;
    StatementScope& operator=(const StatementScope&) = delete;
    Statement* operator->() const { return &statement_; }
    Statement& operator*() const { return statement_; }

  private:
    Statement& statement_;
};

}  // namespace retort::engines
