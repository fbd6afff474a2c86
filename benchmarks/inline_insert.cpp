// What http.durable is measured against: each request's insert committed inline on the loop. inline_insert PORT
// DATABASE
#include <sqlite3.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "retort/http/server.hpp"

namespace {

class Inserts {
  public:
    explicit Inserts(const char* path) {
        if (sqlite3_open(path, &database_) != SQLITE_OK) fail();
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = FULL");
        run("CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, note VARCHAR(80) NOT NULL)");
        if (sqlite3_prepare_v2(database_, "INSERT INTO entry (note) VALUES (?)", -1, &insert_, nullptr) != SQLITE_OK)
            fail();
    }
    ~Inserts() {
        sqlite3_finalize(insert_);
        sqlite3_close(database_);
    }
    Inserts(const Inserts&) = delete;
    Inserts& operator=(const Inserts&) = delete;

    /// The statement is its own transaction: durable when it returns.
    void insert() {
        sqlite3_bind_text(insert_, 1, "a durable note", -1, SQLITE_STATIC);
        if (sqlite3_step(insert_) != SQLITE_DONE) fail();
        sqlite3_reset(insert_);
    }

  private:
    void run(const char* sql) {
        if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail();
    }
    [[noreturn]] void fail() {
        std::fprintf(stderr, "inline_insert: %s\n", sqlite3_errmsg(database_));
        std::exit(1);
    }

    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
};

retort::http::Server* running = nullptr;

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    Inserts inserts(argv[2]);
    retort::http::ServerOptions options;
    options.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    options.threads = 1;
    retort::http::Server server(options, [&](retort::http::Request&, retort::http::Response& response) {
        inserts.insert();
        response.status = 201;
        response.headers.add("Content-Type", "application/json");
        response.body = "{\"ok\":true}\n";
    });
    running = &server;
    std::signal(SIGTERM, [](int) { running->stop(); });
    server.run();
}
