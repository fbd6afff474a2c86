// users(id, username unique, email, age): the same work by hand with raw sqlite3 and through sessions.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "measure.hpp"
#include "raw_database.hpp"

inline constexpr const char* people_schema =
    "CREATE TABLE IF NOT EXISTS users (id INTEGER NOT NULL, username VARCHAR NOT NULL, email VARCHAR, "
    "age INTEGER NOT NULL, CONSTRAINT pk_users PRIMARY KEY (id), CONSTRAINT uq_users_username UNIQUE (username))";

/// The same rows for both, made by SQL alone.
std::string fill_people(int rows);
std::string username_of(int i);
std::string email_of(int i);

struct RawPerson {
    int id = 0;
    std::string username;
    std::optional<std::string> email;
    int age = 0;
};

/// The work in raw sqlite3, as one writes it by hand. Each kind of work replaces the people in memory.
class RawPeople {
  public:
    RawPeople(const std::string& file, int rows);

    void forget() { people_ = std::vector<RawPerson>(); }
    void clear() { database_.run("DELETE FROM users"); }
    void fill() { database_.run(fill_people(rows_).c_str()); }
    void insert();
    void get();
    void all();
    void update();
    long checksum() const;
    /// What remains for good of people that are read: each in its place, no place unused.
    void shrink() { people_.shrink_to_fit(); }

  private:
    int rows_;
    RawDatabase database_;
    sqlite3_stmt* insert_;
    sqlite3_stmt* get_;
    sqlite3_stmt* all_;
    sqlite3_stmt* update_;
    std::vector<RawPerson> people_;
};

/// The same through sessions; a new one for each kind of work but `update` and the flushes, which take what is there.
class OurPeople {
  public:
    OurPeople(const std::string& file, int rows);
    ~OurPeople();

    void forget();
    void clear();
    void fill();
    void insert();
    void get();
    void select_one();
    void all();
    void rows();
    void update();
    void flush();
    /// Looks at each object through its handle, then flushes.
    void read_and_flush();
    long checksum() const;
    void drop_handles();

  private:
    struct Parts;
    int rows_;
    std::unique_ptr<Parts> parts_;
};

/// One round of everything, in a database of its own.
void measure_people(measure::Table& table, const std::string& prefix, RawPeople& raw, OurPeople& ours);
void measure_memory(measure::Table& table, int rows);
