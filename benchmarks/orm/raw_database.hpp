// A connection of raw sqlite3, opened with the very settings that the engine uses, and its prepared statements.
#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

/// What hand-written code has around its statements.
class RawDatabase {
  public:
    /// `file` may be ":memory:".
    explicit RawDatabase(const std::string& file);
    ~RawDatabase();
    RawDatabase(const RawDatabase&) = delete;
    RawDatabase& operator=(const RawDatabase&) = delete;

    void run(const char* sql);
    /// Lives as long as the connection.
    sqlite3_stmt* prepare(const std::string& sql);
    /// Whether there is a row; anything but a row or the end ends the program.
    bool step(sqlite3_stmt* statement) {
        int code = sqlite3_step(statement);
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE) fail("step");
        return false;
    }
    sqlite3* handle() const { return database_; }

    static std::string text(sqlite3_stmt* statement, int column) {
        const auto* characters = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        return {characters, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    }
    static std::optional<std::string> optional_text(sqlite3_stmt* statement, int column) {
        if (sqlite3_column_type(statement, column) == SQLITE_NULL) return std::nullopt;
        return text(statement, column);
    }
    /// The text must live until the statement has run.
    static void bind(sqlite3_stmt* statement, int index, const std::string& value) {
        sqlite3_bind_text(statement, index, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    }

  private:
    [[noreturn]] void fail(const char* what);

    sqlite3* database_ = nullptr;
    std::vector<sqlite3_stmt*> statements_;
};
