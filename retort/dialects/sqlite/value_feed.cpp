// The virtual table's methods: SQLite calls them while a statement runs.
#include "retort/dialects/sqlite/value_feed.hpp"

#include <sqlite3.h>

#include <array>
#include <new>

#include "retort/dialects/sqlite/plain_value.hpp"

namespace retort::dialects::sqlite {

namespace {

using sql::ValueKind;
using sql::ValueView;

static_assert(ValueFeed::most_columns == 32);
constexpr const char* declaration =
    "CREATE TABLE feed(v0,v1,v2,v3,v4,v5,v6,v7,v8,v9,v10,v11,v12,v13,v14,v15,v16,v17,v18,v19,v20,v21,v22,v23,v24,v25,"
    "v26,v27,v28,v29,v30,v31)";

struct FeedTable : sqlite3_vtab {
    explicit FeedTable(ValueFeed& rows) : sqlite3_vtab{}, feed(rows) {}
    ValueFeed& feed;
};

/// Stands on the row that it took.
struct FeedCursor : sqlite3_vtab_cursor {
    explicit FeedCursor(ValueFeed& rows) : sqlite3_vtab_cursor{}, feed(rows) {}
    void take() {
        row = feed.is_empty() ? nullptr : &feed.values[feed.taken];
        if (row != nullptr) feed.taken += feed.width;
    }

    ValueFeed& feed;
    const ValueView* row = nullptr;
};

FeedCursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *static_cast<FeedCursor*>(cursor); }

int connect_feed(sqlite3* db, void* feed, int, const char* const*, sqlite3_vtab** table, char**) noexcept {
    int code = sqlite3_declare_vtab(db, declaration);
    if (code != SQLITE_OK) return code;
    *table = new (std::nothrow) FeedTable(*static_cast<ValueFeed*>(feed));
    return *table != nullptr ? SQLITE_OK : SQLITE_NOMEM;
}

int disconnect_feed(sqlite3_vtab* table) noexcept {
    delete static_cast<FeedTable*>(table);
    return SQLITE_OK;
}

/// As cheap as nothing, so that it is the outer loop of a join.
int plan_feed(sqlite3_vtab*, sqlite3_index_info* plan) noexcept {
    plan->estimatedCost = 1;
    plan->estimatedRows = 1;
    return SQLITE_OK;
}

int open_feed(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) noexcept {
    *cursor = new (std::nothrow) FeedCursor(static_cast<FeedTable*>(table)->feed);
    return *cursor != nullptr ? SQLITE_OK : SQLITE_NOMEM;
}

int close_feed(sqlite3_vtab_cursor* cursor) noexcept {
    delete &cursor_of(cursor);
    return SQLITE_OK;
}

int start_feed(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) noexcept {
    cursor_of(cursor).take();
    return SQLITE_OK;
}

int advance_feed(sqlite3_vtab_cursor* cursor) noexcept {
    cursor_of(cursor).take();
    return SQLITE_OK;
}

int is_feed_at_end(sqlite3_vtab_cursor* cursor) noexcept { return cursor_of(cursor).row == nullptr ? 1 : 0; }

int give_value(sqlite3_vtab_cursor* cursor, sqlite3_context* to, int column) noexcept {
    const auto& value = cursor_of(cursor).row[column];
    if (value.kind == ValueKind::integer) [[likely]] {
        sqlite3_result_int64(to, value.integer);
        return SQLITE_OK;
    }
    std::array<char, moment_size> place;  // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
    auto plain = plain_value(value, place.data());
    switch (plain.kind) {
        case ValueKind::integer: sqlite3_result_int64(to, plain.integer); break;
        case ValueKind::real: sqlite3_result_double(to, plain.real); break;
        case ValueKind::text:
            sqlite3_result_text64(to, plain.size > 0 ? plain.data : "", plain.size,
                                  plain.data == place.data() ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
            break;
        case ValueKind::blob:
            sqlite3_result_blob64(to, plain.size > 0 ? plain.data : "", plain.size, SQLITE_STATIC);
            break;
        default: sqlite3_result_null(to);
    }
    return SQLITE_OK;
}

int give_rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* rowid) noexcept {
    *rowid = static_cast<sqlite3_int64>(cursor_of(cursor).feed.taken);
    return SQLITE_OK;
}

sqlite3_module feed_module() {
    sqlite3_module module{};
    module.xConnect = &connect_feed;  // without xCreate: the table is there by its module's name, and in no schema
    module.xBestIndex = &plan_feed;
    module.xDisconnect = &disconnect_feed;
    module.xOpen = &open_feed;
    module.xClose = &close_feed;
    module.xFilter = &start_feed;
    module.xNext = &advance_feed;
    module.xEof = &is_feed_at_end;
    module.xColumn = &give_value;
    module.xRowid = &give_rowid;
    return module;
}

}  // namespace

void add_value_feed(sqlite3* db, const char* name, ValueFeed& feed) {
    static const sqlite3_module module = feed_module();
    sqlite3_create_module_v2(db, name, &module, &feed, nullptr);
}

}  // namespace retort::dialects::sqlite
