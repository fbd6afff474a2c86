// Rows by their integer key, one after the other, from a query that is not begun anew for each of them.
#pragma once

#include <memory>
#include <string_view>

#include "retort/dialects/sqlite/value_feed.hpp"

struct sqlite3_stmt;

namespace retort::dialects::sqlite {

/// A query for a row by its integer primary key that stays where it is until it is asked for the next key.
///
/// To begin a query, to open its table and to end it cost SQLite more than to find the row: its nested loop finds the
/// next row in two fifths of the time.
class KeyLookup {
  public:
    /// Null where `sql` is no such query (fed_lookup).
    static std::unique_ptr<KeyLookup> of(sqlite3* db, ValueFeed& feed, std::string_view sql);
    ~KeyLookup();
    KeyLookup(const KeyLookup&) = delete;
    KeyLookup& operator=(const KeyLookup&) = delete;

    sqlite3_stmt* statement() const { return statement_; }
    /// The first step for this key, which lives until it returns. What it answers is SQLite's; after an error the query
    /// stands at its beginning.
    int find(const sql::ValueView& key) noexcept;

  private:
    KeyLookup(sqlite3_stmt* statement, ValueFeed& feed) : statement_(statement), feed_(feed) {}

    sqlite3_stmt* statement_;
    ValueFeed& feed_;
};

}  // namespace retort::dialects::sqlite
