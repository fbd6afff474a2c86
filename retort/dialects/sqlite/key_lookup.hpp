// Rows by their integer key, one after the other, from a query that is not begun anew for each of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/dialects/sqlite/prepared.hpp"
#include "retort/dialects/sqlite/value_feed.hpp"

namespace retort::dialects::sqlite {

/// A query for a row by its integer primary key that stays where it is until it is asked for the next key.
///
/// To begin a query, to open its table and to end it cost SQLite more than to find the row: its nested loop finds the
/// next row in two fifths of the time.
class KeyLookup {
  public:
    /// Null where `sql` is no such query (fed_lookup).
    static std::unique_ptr<KeyLookup> of(sqlite3* db, ValueFeed& feed, std::string_view sql);

    sqlite3_stmt* statement() const { return statement_.get(); }
    /// The first step for this key, which lives until it returns. What it answers is SQLite's; after an error the query
    /// stands at its beginning.
    int find(const sql::ValueView& key) noexcept;
    /// Back to the beginning.
    void end() noexcept;

  private:
    friend class WaitingLookups;
    KeyLookup(Prepared statement, ValueFeed& feed) : statement_(std::move(statement)), feed_(feed) {}

    Prepared statement_;
    ValueFeed& feed_;
    bool running_ = false;  // its row is being read
    bool waiting_ = false;
};

/// The lookups of a connection that stand where they found their last row, as long as a transaction that only reads is
/// kept open.
class WaitingLookups {
  public:
    static constexpr std::size_t most = 32;

    /// False when there are enough: then it is to end.
    bool keep(KeyLookup& lookup);
    /// Ends all but those whose row is being read. The transaction must not end before.
    void end_all() noexcept;
    /// Counts how often they were ended. What runs twice meanwhile is worth a lookup.
    std::uint64_t period() const { return period_; }

  private:
    std::vector<KeyLookup*> lookups_;
    std::uint64_t period_ = 1;
};

}  // namespace retort::dialects::sqlite
