// Texts with parameters, written anew so that they take their values from the feed.
#pragma once

#include <string>
#include <string_view>

struct sqlite3;

namespace retort::dialects::sqlite {

/// `SELECT t.a, t.b FROM t WHERE t.key = ?` as a join with the feed, which gives keys one after the other. Empty where
/// `sql` is anything else, or `key` is no integer key of a table `t`.
std::string fed_lookup(sqlite3* db, std::string_view sql);

/// `SELECT t.a, t.b FROM t WHERE t.c IN (?, ?, …)` as a join with the feed of keys, which must be integers that ascend:
/// SQLite would make a table of them first. Empty where `sql` is anything else, where `c` is no column of integers, and
/// where SQLite would not find the rows of each key by the same index, in the same order.
std::string fed_list(sqlite3* db, std::string_view sql);

/// `UPDATE t SET a=?, b=? WHERE t.key = ?` as one UPDATE for all rows of the feed, whose columns are the parameters.
/// Empty where `sql` is anything else, sets the key, or `key` is no integer key of a table `t`.
std::string fed_update(sqlite3* db, std::string_view sql);

}  // namespace retort::dialects::sqlite
