// Values for a statement that runs on: a virtual table, whose rows are given while the statement takes them.
#pragma once

#include <cstddef>
#include <span>

#include "retort/sql/value.hpp"

struct sqlite3;

namespace retort::dialects::sqlite {

/// The rows that a statement takes next from the virtual table of its connection, each once. They are not copied.
struct ValueFeed {
    static constexpr const char* table = "retort_feed";
    /// Another table, of the keys that a list would have, so that lookups may run beside it.
    static constexpr const char* keys_table = "retort_keys";
    /// The table's columns are `v0`, `v1` and on, as many.
    static constexpr std::size_t most_columns = 32;

    std::span<const sql::ValueView> values{};
    std::size_t width = 1;  ///< values in a row
    std::size_t taken = 0;  ///< values of the rows that the statement has taken

    bool is_empty() const { return taken == values.size(); }
};

/// Makes a table of that name known to the connection, which must not outlive `feed`.
void add_value_feed(sqlite3* db, const char* name, ValueFeed& feed);

}  // namespace retort::dialects::sqlite
