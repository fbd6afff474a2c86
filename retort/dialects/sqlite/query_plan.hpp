// How SQLite would run a query.
#pragma once

#include <string>
#include <vector>

struct sqlite3;

namespace retort::dialects::sqlite {

/// The steps of its plan, as EXPLAIN QUERY PLAN tells them; none when it cannot be told.
std::vector<std::string> query_plan(sqlite3* db, const std::string& sql);

/// Whether the steps go through their tables and indexes from the beginning when no order is asked for, as they do for
/// orders that ascend. Not so where an index descends, or by `PRAGMA reverse_unordered_selects`.
bool runs_forward(sqlite3* db, const std::vector<std::string>& plan);

}  // namespace retort::dialects::sqlite
