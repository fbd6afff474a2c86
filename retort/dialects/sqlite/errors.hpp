// SQLite's result codes as the library's errors.
#pragma once

#include <string_view>

struct sqlite3;

namespace retort::dialects::sqlite {

/// Throws the error that `code` (an extended result code) and the connection's last message stand for.
/// `db` may be null when there is no connection; `sql` may be empty when there is no statement.
[[noreturn]] void throw_error(sqlite3* db, int code, std::string_view sql = {});

/// The same with the message given.
[[noreturn]] void throw_error(int code, std::string_view message, std::string_view sql = {});

}  // namespace retort::dialects::sqlite
