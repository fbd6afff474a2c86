// How SQLite would run a query.
#pragma once

#include <string>
#include <vector>

struct sqlite3;

namespace retort::dialects::sqlite {

/// The steps of its plan, as EXPLAIN QUERY PLAN tells them; none when it cannot be told.
std::vector<std::string> query_plan(sqlite3* db, const std::string& sql);

}  // namespace retort::dialects::sqlite
