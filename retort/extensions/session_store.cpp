// The statements of the table of sessions.
#include "retort/extensions/session_store.hpp"

#include <utility>

#include "retort/engine/result.hpp"
#include "retort/sql/sql.hpp"
#include "retort/web/signing.hpp"

namespace retort {
namespace {

constexpr unsigned writes_between_cleanings = 100;

std::int64_t now() { return utc_now().microseconds() / 1'000'000; }

/// The database has the digest only: who reads it can take over nobody's session.
std::string kept_name(const std::string& id) { return detail::hex(detail::sha512(id)).substr(0, 64); }

sql::Value of(std::string_view text) { return sql::Value{sql::ValueView::of(text)}; }
sql::Value of(std::int64_t number) { return sql::Value{sql::ValueView::of(number)}; }

}  // namespace

DatabaseSessionStore::DatabaseSessionStore(const Database& database, std::string bind_key)
    : database_(database), bind_key_(std::move(bind_key)) {}
DatabaseSessionStore::~DatabaseSessionStore() = default;

void DatabaseSessionStore::make_table() {
    if (made_.load()) return;
    database_.engine(bind_key_).begin()->write_and_commit([](engines::Connection& connection) {
        connection.run(
            "CREATE TABLE IF NOT EXISTS http_sessions (id VARCHAR(64) NOT NULL PRIMARY KEY, data TEXT NOT NULL, "
            "expires BIGINT NOT NULL)");
    });
    made_.store(true);
}

std::optional<std::string> DatabaseSessionStore::load(const std::string& id) {
    make_table();
    auto transaction = database_.engine(bind_key_).begin();
    return transaction->reader()
        .execute(sql::text("SELECT data FROM http_sessions WHERE id = :id AND expires > :now",
                           {{"id", of(kept_name(id))}, {"now", of(now())}}))
        .scalar<std::string>();
}

void DatabaseSessionStore::save(const std::string& id, const std::string& text, std::chrono::seconds lifetime) {
    make_table();
    bool clean = writes_.fetch_add(1) % writes_between_cleanings == 0;
    auto name = kept_name(id);
    database_.engine(bind_key_).begin()->write_and_commit([&](engines::Connection& connection) {
        connection.execute(
            sql::text("INSERT INTO http_sessions (id, data, expires) VALUES (:id, :data, :expires)",
                      {{"id", of(name)}, {"data", of(text)}, {"expires", of(now() + lifetime.count())}}));
        if (clean)
            connection.execute(sql::text("DELETE FROM http_sessions WHERE expires <= :now", {{"now", of(now())}}));
    });
}

void DatabaseSessionStore::renew(const std::string& id, const std::optional<std::string>& text,
                                 std::chrono::seconds lifetime) {
    make_table();
    auto name = kept_name(id);
    auto expires = of(now() + lifetime.count());
    auto statement = text ? sql::text("UPDATE http_sessions SET data = :data, expires = :expires WHERE id = :id",
                                      {{"data", of(*text)}, {"expires", expires}, {"id", of(name)}})
                          : sql::text("UPDATE http_sessions SET expires = :expires WHERE id = :id",
                                      {{"expires", expires}, {"id", of(name)}});
    database_.engine(bind_key_).begin()->write_and_commit(
        [&](engines::Connection& connection) { connection.execute(statement); });
}

void DatabaseSessionStore::erase(const std::string& id) {
    make_table();
    database_.engine(bind_key_).begin()->write_and_commit([&](engines::Connection& connection) {
        connection.execute(sql::text("DELETE FROM http_sessions WHERE id = :id", {{"id", of(kept_name(id))}}));
    });
}

}  // namespace retort
