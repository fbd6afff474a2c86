// An aggregate function that hands each row on, and the texts that it may be put before.
#include "retort/dialects/sqlite/pushed_query.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <utility>

#include "retort/dialects/sqlite/feed_text.hpp"
#include "retort/schema/sql_tokens.hpp"

namespace retort::dialects::sqlite {

namespace {

constexpr const char* row_function = "retort_row";
constexpr std::size_t most_cells = 100;  // SQLite's functions take no more arguments

void hand_on(sqlite3_context* context, int, sqlite3_value** cells) noexcept {
    auto& receiver = *static_cast<RowReceiver*>(sqlite3_user_data(context));
    if (receiver.row == nullptr) return;
    try {
        (*receiver.row)(cells);
    } catch (...) {
        receiver.error = std::current_exception();
        sqlite3_result_error_code(context, SQLITE_ABORT);
    }
}

void end_rows(sqlite3_context* context) noexcept { sqlite3_result_null(context); }

/// How many columns the list behind SELECT has, if each is a name; none otherwise.
std::size_t named_columns(const std::vector<schemas::Token>& tokens) {
    using schemas::TokenKind;
    std::size_t count = 1;
    for (std::size_t at = 1; at < tokens.size() && !tokens[at].is("FROM"); ++at) {
        const auto& token = tokens[at];
        if (token.is(',')) {
            ++count;
        } else if (!token.is('.') && token.kind != TokenKind::word && token.kind != TokenKind::quoted_name) {
            return 0;
        }
    }
    return count;
}

bool is_ordered_or_put_together(const schemas::Token& token) {
    constexpr std::array<std::string_view, 14> words{"ORDER",    "GROUP", "HAVING", "LIMIT",     "OFFSET",
                                                     "DISTINCT", "ALL",   "UNION",  "INTERSECT", "EXCEPT",
                                                     "WINDOW",   "OVER",  "RIGHT",  "FULL"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return token.is(word); });
}

bool has_utf8(sqlite3* db) {
    bool utf8 = false;
    auto look = [](void* out, int, char** cells, char**) {
        *static_cast<bool*>(out) = cells[0] != nullptr && std::string_view(cells[0]) == "UTF-8";
        return 0;
    };
    sqlite3_exec(db, "PRAGMA encoding", look, &utf8, nullptr);
    return utf8;
}

}  // namespace

void add_row_function(sqlite3* db, RowReceiver& receiver) {
    sqlite3_create_function_v2(db, row_function, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, &receiver, nullptr, &hand_on,
                               &end_rows, nullptr);
}

std::string pushed_text(std::string_view sql) {
    auto tokens = schemas::tokenize(sql);
    if (tokens.empty() || !tokens[0].is("SELECT")) return {};
    if (std::any_of(tokens.begin(), tokens.end(), &is_ordered_or_put_together)) return {};
    const std::size_t columns = named_columns(tokens);
    if (columns == 0 || columns > most_cells) return {};
    std::string names;
    for (std::size_t i = 0; i < columns; ++i) names += (i == 0 ? "c" : ", c") + std::to_string(i);
    // Without an order of its own the inner SELECT becomes one with the outer one.
    return "WITH retort_rows(" + names + ") AS (" + std::string(sql) + "\n) SELECT " + row_function + "(" + names +
           ") FROM retort_rows";
}

std::unique_ptr<PushedQuery> PushedQuery::of(sqlite3* db, RowReceiver& receiver, std::string_view sql) {
    auto text = pushed_text(sql);
    if (text.empty() || !has_utf8(db)) return nullptr;
    auto* statement = prepare_kept(db, text);
    return statement != nullptr ? std::unique_ptr<PushedQuery>(new PushedQuery(statement, receiver)) : nullptr;
}

PushedQuery::~PushedQuery() { sqlite3_finalize(statement_); }

int PushedQuery::run(const RowReceiver::Row& row) {
    // A row may be the reason for another query.
    auto outer = std::exchange(receiver_, {&row, nullptr});
    int code = sqlite3_step(statement_);
    auto error = std::exchange(receiver_, std::move(outer)).error;
    if (error) std::rethrow_exception(error);
    return code;
}

}  // namespace retort::dialects::sqlite
