// Queries whose rows come by calls: all of them within one step.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "retort/base/function_ref.hpp"

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_value;

namespace retort::dialects::sqlite {

/// Who is given the rows of the query that runs.
struct RowReceiver {
    using Row = FunctionRef<void(sqlite3_value** cells)>;

    const Row* row = nullptr;
    std::exception_ptr error{};
};

/// Makes the function known to the connection that hands rows to the receiver, which the connection must not outlive.
void add_row_function(sqlite3* db, RowReceiver& receiver);

/// A SELECT of named columns as the arguments of that function. Empty for texts that would be run another way then:
/// with an order, groups, a limit, or anything else that the function would be put behind.
std::string pushed_text(std::string_view sql);

/// A SELECT that SQLite runs in one step, with a call for each row: from one step to the next, and for each cell, goes
/// a third of the time that a row takes.
class PushedQuery {
  public:
    /// Null where `sql` is nothing to be pushed (pushed_text), or texts are not UTF-8 in the database.
    static std::unique_ptr<PushedQuery> of(sqlite3* db, RowReceiver& receiver, std::string_view sql);
    ~PushedQuery();
    PushedQuery(const PushedQuery&) = delete;
    PushedQuery& operator=(const PushedQuery&) = delete;

    sqlite3_stmt* statement() const { return statement_; }
    /// Runs it to its end; its texts have no zero behind them. SQLite's answer, SQLITE_ROW when all went well. What
    /// `row` throws comes out.
    int run(const RowReceiver::Row& row);

  private:
    PushedQuery(sqlite3_stmt* statement, RowReceiver& receiver) : statement_(statement), receiver_(receiver) {}

    sqlite3_stmt* statement_;
    RowReceiver& receiver_;
};

}  // namespace retort::dialects::sqlite
