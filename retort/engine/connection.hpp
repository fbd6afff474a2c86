// Connection: runs statements on one driver connection and gives their results.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "retort/base/function_ref.hpp"
#include "retort/engine/driver.hpp"
#include "retort/engine/statement_event.hpp"
#include "retort/sql/node.hpp"

namespace retort::sql {
class Select;
class Insert;
class Update;
class Delete;
class Expression;
struct Compiled;
}  // namespace retort::sql

namespace retort::engines {

class Dialect;
class Result;  // engine/result.hpp: rows that own their values

/// Runs statements on one driver connection.
class Connection {
  public:
    Connection(const Dialect& dialect, DriverConnection& driver) : dialect_(&dialect), driver_(&driver) {}
    virtual ~Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    const Dialect& dialect() const { return *dialect_; }
    DriverConnection& driver() { return *driver_; }

    /// Runs text in the driver's own form, parameters by position. Errors carry statement and parameters.
    Result execute(std::string_view sql, std::span<const ValueView> parameters = {});
    Result execute(const sql::Select& statement);
    Result execute(const sql::Insert& statement);
    Result execute(const sql::Update& statement);
    Result execute(const sql::Delete& statement);
    /// `sql::text("… :name …", {{"name", value}})`.
    template <std::same_as<sql::Expression> Text>
    auto execute(const Text& text) {
        return execute(text.ref());
    }
    Result execute(const sql::NodeRef& statement);
    Result execute(const sql::Compiled& compiled);

    /// Runs text and gives each row to `row` while stepping, so that nothing is copied that `row` does not keep.
    /// `row` must not wait and must not use this connection. Of `repeated` cells it may look at the key only while that
    /// stays the same. Returns the number of rows changed.
    std::int64_t each(std::string_view sql, std::span<const ValueView> parameters,
                      FunctionRef<void(std::span<const ValueView>)> row, const RepeatedCells& repeated = {});

    /// The same for a query that can give one row only: the database is not asked for another.
    void first(std::string_view sql, std::span<const ValueView> parameters,
               FunctionRef<void(std::span<const ValueView>)> row);

    /// Runs text that gives no rows; returns the number of rows changed.
    std::int64_t run(std::string_view sql, std::span<const ValueView> parameters = {});

    /// Runs an UPDATE that sets values in one row, for each `width` parameters in their order, and stops at the first
    /// that does not change one row. Returns how many did; `rows` is then what that one changed. Rows behind it may be
    /// changed too, so there is nothing to do but to roll back.
    std::size_t run_updates(std::string_view sql, std::span<const ValueView> values, std::size_t width,
                            std::int64_t& rows);

    std::int64_t last_insert_id() const { return driver_->last_insert_id(); }

    virtual void begin();  ///< for writing; throws InvalidRequestError("already-begun")
    virtual void commit();
    virtual void rollback();
    bool in_transaction() const { return driver_->in_transaction(); }
    void savepoint(std::string_view name);
    void release_savepoint(std::string_view name);
    void rollback_to_savepoint(std::string_view name);

    /// Tells each statement to `hook` (null: to nobody); the hook outlives the connection.
    void report_to(const StatementHook* hook) { hook_ = hook; }

  private:
    friend class Cursor;
    template <class Sink>
    std::int64_t drive(std::string_view sql, std::span<const ValueView> parameters, Sink& sink);
    template <class Sink>
    std::int64_t step_through(std::string_view sql, std::span<const ValueView> parameters, Sink& sink);
    template <class Sink>
    std::int64_t report(std::string_view sql, std::span<const ValueView> parameters, Sink& sink);

    const Dialect* dialect_;
    DriverConnection* driver_;
    const StatementHook* hook_ = nullptr;
};

}  // namespace retort::engines
