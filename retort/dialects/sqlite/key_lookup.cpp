// Giving a waiting query its next key.
#include "retort/dialects/sqlite/key_lookup.hpp"

#include <sqlite3.h>

#include "retort/dialects/sqlite/feed_text.hpp"

namespace retort::dialects::sqlite {

std::unique_ptr<KeyLookup> KeyLookup::of(sqlite3* db, ValueFeed& feed, std::string_view sql) {
    auto* statement = prepare_kept(db, fed_lookup(db, sql));
    return statement != nullptr ? std::unique_ptr<KeyLookup>(new KeyLookup(statement, feed)) : nullptr;
}

KeyLookup::~KeyLookup() { sqlite3_finalize(statement_); }

int KeyLookup::find(const sql::ValueView& key) noexcept {
    feed_ = {{&key, 1}, 1, 0};
    int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW && !feed_.is_empty()) [[unlikely]] {
        // One more row of the key before: the table is not what it was.
        sqlite3_reset(statement_);
        code = sqlite3_step(statement_);
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) [[unlikely]] {
        sqlite3_reset(statement_);
        feed_ = {};
    }
    return code;
}

}  // namespace retort::dialects::sqlite
