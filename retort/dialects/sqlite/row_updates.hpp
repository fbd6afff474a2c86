// Many rows changed by one statement that says of each what its UPDATE would.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "retort/dialects/sqlite/prepared.hpp"
#include "retort/dialects/sqlite/value_feed.hpp"

namespace retort::dialects::sqlite {

/// An `UPDATE t SET a=?, b=? WHERE t.key = ?` for many rows at once.
///
/// Half of the cost of such an UPDATE is its beginning and its end.
class RowUpdates {
  public:
    static constexpr std::size_t fewest_rows = 16;  ///< fewer are quicker one by one
    static constexpr std::size_t most_rows = 256;   ///< at once: the pages they change are kept until the end

    /// Null where `sql` is no such UPDATE (fed_update).
    static std::unique_ptr<RowUpdates> of(sqlite3* db, ValueFeed& feed, std::string_view sql);

    /// What it answers is SQLite's: SQLITE_DONE, or an error after which nothing is changed. Rows that are not there
    /// are not counted among the changed ones.
    int run(std::span<const sql::ValueView> values, std::size_t width) noexcept;

  private:
    RowUpdates(Prepared statement, ValueFeed& feed) : statement_(std::move(statement)), feed_(feed) {}

    Prepared statement_;
    ValueFeed& feed_;
};

}  // namespace retort::dialects::sqlite
