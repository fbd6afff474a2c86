// Queries whose rows come by calls, all of them within one step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "retort/base/function_ref.hpp"
#include "retort/dialects/sqlite/prepared.hpp"

struct sqlite3_value;

namespace retort::dialects::sqlite {

class PushedQuery;

/// Who is given the rows of the query that runs.
struct RowReceiver {
    using Row = FunctionRef<void(sqlite3_value** cells)>;

    const Row* row = nullptr;
    const PushedQuery* begun = nullptr;  ///< it must be asked before its first row (may_begin)
    bool refused = false;                ///< and said no
    std::exception_ptr error{};
};

/// Makes the function known to the connection that hands rows to the receiver, which the connection must not outlive.
void add_row_function(sqlite3* db, RowReceiver& receiver);

/// A SELECT of named columns as the arguments of that function.
struct PushedText {
    std::string text;         ///< empty where the query is to be run as it is
    bool has_order = false;   ///< the query has one, and this text has not
    bool keeps_plan = false;  ///< it must not run by another plan than the one that it was made with
};
/// Empty for texts with groups, a limit, or anything else that the function would be put behind, and for those with
/// another order than that of columns which ascend.
PushedText pushed_text(std::string_view sql);

/// A SELECT that SQLite runs with a call for each row, within one step: from one step to the next, and for each cell,
/// goes a third of the time that a row takes.
///
/// An order would put a step for each row between. It is left out where SQLite's plan is the same without it.
class PushedQuery {
  public:
    /// Null where texts are not UTF-8 in the database, and where the rows would not come in the order of `sql`.
    static std::unique_ptr<PushedQuery> of(sqlite3* db, RowReceiver& receiver, const std::string& sql,
                                           const PushedText& text);

    sqlite3_stmt* statement() const { return statement_.get(); }
    /// What `run` answers when no row was handed on, because SQLite has prepared a statement anew that keeps its plan.
    static constexpr int changed = -1;
    /// Runs it to its end; its texts have no zero behind them. SQLite's answer, SQLITE_DONE when all went well. What
    /// `row` throws comes out.
    int run(const RowReceiver::Row& row);
    bool may_begin() const;

  private:
    PushedQuery(Prepared statement, bool keeps_plan, RowReceiver& receiver)
        : statement_(std::move(statement)), keeps_plan_(keeps_plan), receiver_(receiver) {}

    Prepared statement_;
    bool keeps_plan_;
    RowReceiver& receiver_;
};

}  // namespace retort::dialects::sqlite
