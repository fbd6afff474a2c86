// The ORM against raw sqlite3 with prepared statements into a vector of structs: CPU of both, interleaved, as ratios.
#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "retort/dialects/create_engine.hpp"
#include "retort/engine/connection.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/orm/orm.hpp"
#include "retort/schema/metadata.hpp"

using namespace retort;

namespace {

struct Person : Model<Person> {
    static constexpr auto table_name = "users";
    Column<int, primary_key> id;
    Column<std::string, unique_key> username;
    Column<std::optional<std::string>> email;
    Column<int> age;
};

struct RawPerson {
    int id = 0;
    std::string username;
    std::optional<std::string> email;
    int age = 0;
};

constexpr const char* schema =
    "CREATE TABLE users (id INTEGER NOT NULL, username VARCHAR NOT NULL, email VARCHAR, age INTEGER NOT NULL, "
    "CONSTRAINT pk_users PRIMARY KEY (id), CONSTRAINT uq_users_username UNIQUE (username))";

std::string username(int i) { return "user" + std::to_string(i); }
std::string email(int i) { return "user" + std::to_string(i) + "@example.com"; }

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// The work in raw sqlite3, as one writes it by hand.
class Raw {
  public:
    explicit Raw(int rows) : rows_(rows) {
        sqlite3_open(":memory:", &database_);
        run(schema);
        insert_ = prepare("INSERT INTO users (username, email, age) VALUES (?, ?, ?)");
        get_ = prepare("SELECT id, username, email, age FROM users WHERE id = ?");
        all_ = prepare("SELECT id, username, email, age FROM users");
        update_ = prepare("UPDATE users SET age=? WHERE id = ?");
    }
    ~Raw() {
        for (auto* statement : {insert_, get_, all_, update_}) sqlite3_finalize(statement);
        sqlite3_close(database_);
    }
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;

    void clear() { run("DELETE FROM users"); }
    void insert() {
        people_ = {};
        people_.reserve(static_cast<std::size_t>(rows_));
        run("BEGIN");
        for (int i = 1; i <= rows_; ++i) {
            auto& person = people_.emplace_back(RawPerson{0, username(i), email(i), i % 90});
            sqlite3_bind_text(insert_, 1, person.username.data(), static_cast<int>(person.username.size()),
                              SQLITE_STATIC);
            sqlite3_bind_text(insert_, 2, person.email->data(), static_cast<int>(person.email->size()), SQLITE_STATIC);
            sqlite3_bind_int(insert_, 3, person.age);
            sqlite3_step(insert_);
            sqlite3_reset(insert_);
            person.id = static_cast<int>(sqlite3_last_insert_rowid(database_));
        }
        run("COMMIT");
    }
    void get() {
        people_ = {};
        people_.reserve(static_cast<std::size_t>(rows_));
        run("BEGIN");
        for (int i = 1; i <= rows_; ++i) {
            sqlite3_bind_int(get_, 1, i);
            if (sqlite3_step(get_) == SQLITE_ROW) people_.push_back(read(get_));
            sqlite3_reset(get_);
        }
        run("COMMIT");
    }
    void all() {
        people_ = {};
        while (sqlite3_step(all_) == SQLITE_ROW) people_.push_back(read(all_));
        sqlite3_reset(all_);
    }
    void update() {
        run("BEGIN");
        for (auto& person : people_) {
            ++person.age;
            sqlite3_bind_int(update_, 1, person.age);
            sqlite3_bind_int(update_, 2, person.id);
            sqlite3_step(update_);
            sqlite3_reset(update_);
        }
        run("COMMIT");
    }

  private:
    void run(const char* sql) {
        if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return;
        std::fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(database_));
        std::exit(1);
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* statement = nullptr;
        sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        return statement;
    }
    static std::string text(sqlite3_stmt* statement, int column) {
        return {reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
                static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    }
    static RawPerson read(sqlite3_stmt* statement) {
        RawPerson person{sqlite3_column_int(statement, 0), text(statement, 1), std::nullopt,
                         sqlite3_column_int(statement, 3)};
        if (sqlite3_column_type(statement, 2) != SQLITE_NULL) person.email = text(statement, 2);
        return person;
    }

    int rows_;
    sqlite3* database_ = nullptr;
    sqlite3_stmt* insert_ = nullptr;
    sqlite3_stmt* get_ = nullptr;
    sqlite3_stmt* all_ = nullptr;
    sqlite3_stmt* update_ = nullptr;
    std::vector<RawPerson> people_;
};

/// The same through sessions.
class Ours {
  public:
    explicit Ours(int rows) : rows_(rows), engine_(create_engine("sqlite://")) { engine_.connect()->run(schema); }
    void clear() {
        people_.clear();
        session_.reset();
        engine_.connect()->run("DELETE FROM users");
    }
    void insert() {
        begin();
        for (int i = 1; i <= rows_; ++i) {
            people_.push_back(session_->add(Person{.username = username(i), .email = email(i), .age = i % 90}));
        }
        session_->commit();
    }
    void get() {
        begin();
        people_.reserve(static_cast<std::size_t>(rows_));
        for (int i = 1; i <= rows_; ++i) people_.push_back(session_->get<Person>(i));
    }
    void all() {
        begin();
        people_ = session_->scalars(select<Person>()).all();
    }
    void update() {
        for (auto& person : people_) person->age += 1;
        session_->commit();
    }

  private:
    void begin() {
        people_ = {};
        session_.emplace(engine_);
    }

    int rows_;
    Engine engine_;
    std::optional<Session> session_;
    std::vector<Ptr<Person>> people_;
};

struct Measured {
    const char* id;
    std::vector<double> raw;
    std::vector<double> ours;
    std::vector<double> ratios;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double timed(const std::function<void()>& work) {
    double start = cpu_seconds();
    work();
    return cpu_seconds() - start;
}

void add_round(Measured& measured, bool counts, const std::function<void()>& raw, const std::function<void()>& ours) {
    double hers = timed(raw);
    double his = timed(ours);
    if (!counts) return;
    measured.raw.push_back(hers);
    measured.ours.push_back(his);
    measured.ratios.push_back(his / hers);
}

void write_json(const char* file, const std::vector<Measured>& all) {
    std::FILE* out = std::fopen(file, "w");
    if (out == nullptr) return;
    std::fputs("[", out);
    const char* comma = "";
    for (const auto& measured : all) {
        std::fprintf(out, "%s{\"id\": \"%s\", \"ratio\": %.3f}", comma, measured.id, median(measured.ratios));
        comma = ", ";
    }
    std::fputs("]\n", out);
    std::fclose(out);
}

}  // namespace

int main(int argc, char** argv) {
    const char* json_file = nullptr;
    int rows = 100000;
    int rounds = 9;
    for (int i = 1; i + 1 < argc; ++i) {
        if (std::strcmp(argv[i], "--json") == 0) json_file = argv[i + 1];
        if (std::strcmp(argv[i], "--rows") == 0) rows = std::atoi(argv[i + 1]);
        if (std::strcmp(argv[i], "--rounds") == 0) rounds = std::atoi(argv[i + 1]);
    }
    Raw raw(rows);
    Ours ours(rows);
    std::vector<Measured> all{
        {"orm.insert", {}, {}, {}}, {"orm.get", {}, {}, {}}, {"orm.all", {}, {}, {}}, {"orm.update", {}, {}, {}}};
    for (int round = -1; round < rounds; ++round) {  // the first warms the heap
        raw.clear();
        ours.clear();
        bool counts = round >= 0;
        add_round(all[0], counts, [&] { raw.insert(); }, [&] { ours.insert(); });
        add_round(all[1], counts, [&] { raw.get(); }, [&] { ours.get(); });
        add_round(all[2], counts, [&] { raw.all(); }, [&] { ours.all(); });
        add_round(all[3], counts, [&] { raw.update(); }, [&] { ours.update(); });
    }
    std::printf("%d rows, median of %d rounds, CPU\n%-12s %12s %12s %8s\n", rows, rounds, "", "raw µs/row",
                "ours µs/row", "ratio");
    for (const auto& measured : all) {
        std::printf("%-12s %12.3f %12.3f %8.2f\n", measured.id, median(measured.raw) / rows * 1e6,
                    median(measured.ours) / rows * 1e6, median(measured.ratios));
    }
    if (json_file != nullptr) write_json(json_file, all);
}
