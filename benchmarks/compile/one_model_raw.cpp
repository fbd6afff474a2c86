// One struct and one query in raw sqlite3, which benchmarks/run compile compiles beside one_model.cpp; never linked.
#include <sqlite3.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

struct User {
    int id = 0;
    std::string username;
    std::optional<std::string> email;
    int age = 0;
};

namespace {

std::string text(sqlite3_stmt* statement, int column) {
    return {reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
            static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

}  // namespace

std::vector<User> adults(sqlite3* database, int from) {
    const char* sql = "SELECT id, username, email, age FROM user WHERE age >= ? ORDER BY username";
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, nullptr) != SQLITE_OK) {
        throw std::runtime_error(sqlite3_errmsg(database));
    }
    sqlite3_bind_int(statement, 1, from);
    std::vector<User> users;
    while (sqlite3_step(statement) == SQLITE_ROW) {
        User user{sqlite3_column_int(statement, 0), text(statement, 1), std::nullopt, sqlite3_column_int(statement, 3)};
        if (sqlite3_column_type(statement, 2) != SQLITE_NULL) user.email = text(statement, 2);
        users.push_back(std::move(user));
    }
    sqlite3_finalize(statement);
    return users;
}
