// Asking SQLite for its plan.
#include "retort/dialects/sqlite/query_plan.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <string_view>

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

namespace {

/// `name` in `SEARCH t USING INDEX name (a=?)`; empty where a step uses none, or one that is made for it.
std::string index_of(std::string_view step) {
    constexpr std::string_view word = " INDEX ";
    const auto at = step.find(word);
    if (at == std::string_view::npos || step.find(" USING AUTOMATIC ") != std::string_view::npos) return {};
    step.remove_prefix(at + word.size());
    return std::string(step.substr(0, step.find(" (")));
}

bool ascends(sqlite3* db, const std::string& index) {
    // A CROSS JOIN keeps its order: without a schema the other table has no rows.
    auto columns =
        prepare_kept(db,
                     "SELECT max(x.\"desc\") FROM pragma_database_list AS d CROSS JOIN pragma_index_xinfo(?, "
                     "d.name) AS x");
    if (!columns) return false;
    sqlite3_bind_text(columns.get(), 1, index.data(), static_cast<int>(index.size()), SQLITE_STATIC);
    // Null where there is none of that name.
    return sqlite3_step(columns.get()) == SQLITE_ROW && sqlite3_column_type(columns.get(), 0) == SQLITE_INTEGER &&
           sqlite3_column_int(columns.get(), 0) == 0;
}

bool begins_at_the_end(sqlite3* db) {
    auto setting = prepare_kept(db, "PRAGMA reverse_unordered_selects");
    return !setting || sqlite3_step(setting.get()) != SQLITE_ROW || sqlite3_column_int(setting.get(), 0) != 0;
}

}  // namespace

bool runs_forward(sqlite3* db, const std::vector<std::string>& plan) {
    if (begins_at_the_end(db)) return false;
    return std::all_of(plan.begin(), plan.end(), [&](const std::string& step) {
        const auto index = index_of(step);
        return index.empty() || ascends(db, index);
    });
}

}  // namespace retort::dialects::sqlite
