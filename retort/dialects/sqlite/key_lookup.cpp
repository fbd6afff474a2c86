// Giving a waiting query its next key.
#include "retort/dialects/sqlite/key_lookup.hpp"

#include <sqlite3.h>

#include "retort/dialects/sqlite/feed_text.hpp"

namespace retort::dialects::sqlite {

std::unique_ptr<KeyLookup> KeyLookup::of(sqlite3* db, ValueFeed& feed, std::string_view sql) {
    auto statement = prepare_kept(db, fed_lookup(db, sql));
    return statement ? std::unique_ptr<KeyLookup>(new KeyLookup(std::move(statement), feed)) : nullptr;
}

int KeyLookup::find(const sql::ValueView& key) noexcept {
    running_ = true;
    feed_ = {{&key, 1}, 1, 0};
    int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW && !feed_.is_empty()) [[unlikely]] {
        // One more row of the key before: the table is not what it was.
        sqlite3_reset(statement_.get());
        code = sqlite3_step(statement_.get());
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) [[unlikely]] {
        end();
        feed_ = {};
    }
    return code;
}

void KeyLookup::end() noexcept {
    sqlite3_reset(statement_.get());
    running_ = false;
}

bool WaitingLookups::keep(KeyLookup& lookup) {
    if (!lookup.waiting_) {
        if (lookups_.size() == most) return false;
        lookups_.push_back(&lookup);
        lookup.waiting_ = true;
    }
    lookup.running_ = false;
    return true;
}

void WaitingLookups::end_all() noexcept {
    ++period_;
    std::erase_if(lookups_, [](KeyLookup* lookup) {
        if (lookup->running_) return false;
        lookup->end();
        lookup->waiting_ = false;
        return true;
    });
}

}  // namespace retort::dialects::sqlite
