// Asking SQLite for its plan.
#include "retort/dialects/sqlite/query_plan.hpp"

#include <sqlite3.h>

#include "retort/dialects/sqlite/prepared.hpp"

namespace retort::dialects::sqlite {

std::vector<std::string> query_plan(sqlite3* db, const std::string& sql) {
    auto plan = prepare_kept(db, "EXPLAIN QUERY PLAN " + sql);
    if (!plan) return {};
    std::vector<std::string> steps;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(plan.get())) == SQLITE_ROW) {
        const auto* step = reinterpret_cast<const char*>(sqlite3_column_text(plan.get(), 3));
        if (step == nullptr) return {};
        steps.emplace_back(step);
    }
    if (code != SQLITE_DONE) steps.clear();
    return steps;
}

}  // namespace retort::dialects::sqlite
