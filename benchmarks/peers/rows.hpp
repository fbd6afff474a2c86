// What the C++ peers share: the rows of the benchmark by raw sqlite3 with statements prepared once, written as JSON.
#pragma once

#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "benchmarks/peers/row_numbers.hpp"

/// One connection, used by one thread.
class Rows {
  public:
    explicit Rows(const char* path) {
        if (sqlite3_open_v2(path, &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK)
            fail();
        prepare("SELECT id, random_number FROM world WHERE id = ?", select_);
        prepare(
            "SELECT author.id, author.name, book.id, book.title FROM author LEFT JOIN book ON book.author_id = "
            "author.id "
            "WHERE author.id BETWEEN ? AND ? ORDER BY author.id",
            shelf_);
        sqlite3_busy_timeout(database_, 1000);
    }
    ~Rows() {
        sqlite3_finalize(select_);
        sqlite3_finalize(shelf_);
        sqlite3_close(database_);
    }
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    /// One row as a JSON object, put at the end of `json`.
    void append(int id, std::string& json) {
        sqlite3_bind_int(select_, 1, id);
        char text[80] = "null";
        if (sqlite3_step(select_) == SQLITE_ROW) {
            std::snprintf(text, sizeof text, "{\"id\":%d,\"random_number\":%d}", sqlite3_column_int(select_, 0),
                          sqlite3_column_int(select_, 1));
        }
        sqlite3_reset(select_);
        json += text;
    }

    /// Twenty rows as a JSON list.
    std::string twenty() {
        std::string json = "[";
        for (int i = 0; i < 20; ++i) {
            if (i > 0) json += ',';
            append(numbers_.next(), json);
        }
        return json + "]";
    }

    /// Two authors with their ten books each, by one join, as a JSON list.
    std::string shelf() {
        int first = 1000 + numbers_.next() % 999, author = 0;
        sqlite3_bind_int(shelf_, 1, first);
        sqlite3_bind_int(shelf_, 2, first + 1);
        std::string json = "[", end;
        char text[160];
        while (sqlite3_step(shelf_) == SQLITE_ROW) {
            const int id = sqlite3_column_int(shelf_, 0);
            if (id != author) {
                json += author == 0 ? "{\"books\":[" : end + ",{\"books\":[";
                std::snprintf(text, sizeof text, "],\"id\":%d,\"name\":\"%s\"}", id, column(1));
                end = text;
            } else {
                json += ',';
            }
            author = id;
            std::snprintf(text, sizeof text, "{\"id\":%d,\"title\":\"%s\"}", sqlite3_column_int(shelf_, 2), column(3));
            json += text;
        }
        sqlite3_reset(shelf_);
        return json + end + "]";
    }

  private:
    [[noreturn]] void fail() {
        std::fprintf(stderr, "rows: %s\n", sqlite3_errmsg(database_));
        std::exit(1);
    }
    void prepare(const char* sql, sqlite3_stmt*& statement) {
        if (sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) fail();
    }
    const char* column(int place) { return reinterpret_cast<const char*>(sqlite3_column_text(shelf_, place)); }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* select_ = nullptr;
    sqlite3_stmt* shelf_ = nullptr;
    RowNumbers numbers_;
};
