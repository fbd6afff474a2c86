// Users by hand: prepared statements, one transaction, text copied into a vector of structs.
#include "people.hpp"

std::string username_of(int i) { return "user" + std::to_string(i); }
std::string email_of(int i) { return "user" + std::to_string(i) + "@example.com"; }

std::string fill_people(int rows) {
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(rows) +
           ") INSERT INTO users (username, email, age) "
           "SELECT 'user' || i, 'user' || i || '@example.com', i % 90 FROM n";
}

RawPeople::RawPeople(const std::string& file, int rows) : rows_(rows), database_(file) {
    database_.run(people_schema);
    insert_ = database_.prepare("INSERT INTO users (username, email, age) VALUES (?, ?, ?)");
    get_ = database_.prepare("SELECT id, username, email, age FROM users WHERE id = ?");
    all_ = database_.prepare("SELECT id, username, email, age FROM users");
    update_ = database_.prepare("UPDATE users SET age=? WHERE id = ?");
}

namespace {

RawPerson read(sqlite3_stmt* statement) {
    return {sqlite3_column_int(statement, 0), RawDatabase::text(statement, 1), RawDatabase::optional_text(statement, 2),
            sqlite3_column_int(statement, 3)};
}

}  // namespace

void RawPeople::insert() {
    people_.reserve(static_cast<std::size_t>(rows_));
    database_.run("BEGIN");
    for (int i = 1; i <= rows_; ++i) {
        auto& person = people_.emplace_back(RawPerson{0, username_of(i), email_of(i), i % 90});
        RawDatabase::bind(insert_, 1, person.username);
        RawDatabase::bind(insert_, 2, *person.email);
        sqlite3_bind_int(insert_, 3, person.age);
        database_.step(insert_);
        sqlite3_reset(insert_);
        person.id = static_cast<int>(sqlite3_last_insert_rowid(database_.handle()));
    }
    database_.run("COMMIT");
}

void RawPeople::get() {
    people_.reserve(static_cast<std::size_t>(rows_));
    database_.run("BEGIN");
    for (int i = 1; i <= rows_; ++i) {
        sqlite3_bind_int(get_, 1, i);
        if (database_.step(get_)) people_.push_back(read(get_));
        sqlite3_reset(get_);
    }
    database_.run("COMMIT");
}

void RawPeople::all() {
    while (database_.step(all_)) people_.push_back(read(all_));
    sqlite3_reset(all_);
}

void RawPeople::update() {
    database_.run("BEGIN");
    for (auto& person : people_) {
        ++person.age;
        sqlite3_bind_int(update_, 1, person.age);
        sqlite3_bind_int(update_, 2, person.id);
        database_.step(update_);
        sqlite3_reset(update_);
    }
    database_.run("COMMIT");
}

long RawPeople::checksum() const {
    long sum = 0;
    for (const auto& person : people_) {
        sum += person.id + person.age + static_cast<long>(person.username.size() + person.email->size());
    }
    return sum;
}
