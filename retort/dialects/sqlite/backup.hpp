// Copies of a whole SQLite database, made while it is in use.
#pragma once

#include <string>

#include "retort/engine/connection.hpp"

namespace retort::dialects::sqlite {

/// Into a new file, which is checked afterwards. Copying the `.db` file itself would miss what stands in its
/// write-ahead log, and may catch a page half-written.
void back_up(engines::Connection& connection, const std::string& path);

/// Throws OperationalError("bad-backup") when the file is no such copy.
void check_backup(const std::string& path);

/// From such a file, which is checked before. What was there stays beside it as `<file>.before-restore.bak`.
void restore(engines::Connection& connection, const std::string& path);

}  // namespace retort::dialects::sqlite
