// Preparing and finalizing.
#include "retort/dialects/sqlite/prepared.hpp"

#include <sqlite3.h>

namespace retort::dialects::sqlite {

void Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

Prepared prepare_kept(sqlite3* db, const std::string& sql) {
    if (sql.empty()) return nullptr;
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v3(db, sql.c_str(), static_cast<int>(sql.size() + 1), SQLITE_PREPARE_PERSISTENT, &statement,
                       nullptr);
    return Prepared(statement);
}

}  // namespace retort::dialects::sqlite
