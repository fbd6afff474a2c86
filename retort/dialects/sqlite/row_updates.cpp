// Running the one statement for rows that are given.
#include "retort/dialects/sqlite/row_updates.hpp"

#include <sqlite3.h>

#include "retort/dialects/sqlite/feed_text.hpp"

namespace retort::dialects::sqlite {

std::unique_ptr<RowUpdates> RowUpdates::of(sqlite3* db, ValueFeed& feed, std::string_view sql) {
    auto statement = prepare_kept(db, fed_update(db, sql));
    return statement ? std::unique_ptr<RowUpdates>(new RowUpdates(std::move(statement), feed)) : nullptr;
}

int RowUpdates::run(std::span<const sql::ValueView> values, std::size_t width) noexcept {
    feed_ = {values, width, 0};
    int code = sqlite3_step(statement_.get());
    feed_ = {};
    sqlite3_reset(statement_.get());
    return code;
}

}  // namespace retort::dialects::sqlite
