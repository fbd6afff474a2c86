// sqlite3's statements, each with its owner.
#pragma once

#include <memory>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace retort::dialects::sqlite {

struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
};

/// A statement that is finalized with its owner.
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

/// A statement to keep; null for an empty text, and for one that SQLite does not take.
Prepared prepare_kept(sqlite3* db, const std::string& sql);

}  // namespace retort::dialects::sqlite
