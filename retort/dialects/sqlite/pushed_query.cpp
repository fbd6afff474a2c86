// An aggregate function that hands each row on, and the texts that it may be put before.
#include "retort/dialects/sqlite/pushed_query.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "retort/dialects/sqlite/query_plan.hpp"
#include "retort/schema/sql_tokens.hpp"

namespace retort::dialects::sqlite {

namespace {

constexpr const char* row_function = "retort_row";
constexpr std::size_t most_cells = 100;  // SQLite's functions take no more arguments

void hand_on(sqlite3_context* context, int, sqlite3_value** cells) noexcept {
    auto& receiver = *static_cast<RowReceiver*>(sqlite3_user_data(context));
    if (receiver.row == nullptr) return;
    if (receiver.begun != nullptr && !std::exchange(receiver.begun, nullptr)->may_begin()) [[unlikely]] {
        receiver.refused = true;
        return sqlite3_result_error_code(context, SQLITE_ABORT);
    }
    try {
        (*receiver.row)(cells);
    } catch (...) {
        receiver.error = std::current_exception();
        sqlite3_result_error_code(context, SQLITE_ABORT);
    }
}

void end_rows(sqlite3_context* context) noexcept { sqlite3_result_null(context); }

using schemas::Token;
using schemas::TokenKind;
using Tokens = std::span<const Token>;

bool is_name(const Token& token) { return token.kind == TokenKind::word || token.kind == TokenKind::quoted_name; }

/// The list behind SELECT, if each of its columns is a name; none otherwise.
std::vector<Tokens> named_columns(Tokens tokens) {
    std::size_t end = 1;
    for (; end < tokens.size() && !tokens[end].is("FROM"); ++end) {
        if (!tokens[end].is(',') && !tokens[end].is('.') && !is_name(tokens[end])) return {};
    }
    return schemas::split_at_commas(tokens.subspan(1, end - 1));
}

bool is_put_together(const Token& token) {
    constexpr std::array<std::string_view, 13> words{"GROUP", "HAVING", "LIMIT",     "OFFSET", "DISTINCT",
                                                     "ALL",   "UNION",  "INTERSECT", "EXCEPT", "WINDOW",
                                                     "OVER",  "RIGHT",  "FULL"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return token.is(word); });
}

/// Whether the text ends with ORDER BY of `table.column`, or several of them, all ascending. A name by itself may be
/// what a column of the list is called.
bool has_plain_order(Tokens tokens) {
    if (tokens.size() < 2 || !tokens[1].is("BY")) return false;
    const auto terms = schemas::split_at_commas(tokens.subspan(2));
    return std::all_of(terms.begin(), terms.end(), [](Tokens term) {
        if (term.size() == 4 && term[3].is("ASC")) term = term.first(3);
        return term.size() == 3 && is_name(term[0]) && term[1].is('.') && is_name(term[2]);
    });
}

/// Whether the loops of both are the same, so that the rows of the one come in the order of the other.
bool runs_alike(sqlite3* db, const std::string& ordered, const std::string& pushed) {
    const auto plan = query_plan(db, ordered);
    const bool sorts = std::any_of(plan.begin(), plan.end(), [](const std::string& step) {
        return step.find("TEMP B-TREE") != std::string::npos;
    });
    return !plan.empty() && !sorts && plan == query_plan(db, pushed) && runs_forward(db, plan);
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

PushedText pushed_text(std::string_view sql) {
    const auto all = schemas::tokenize(sql);
    const Tokens tokens(all);
    if (tokens.empty() || !tokens[0].is("SELECT")) return {};
    if (std::any_of(tokens.begin(), tokens.end(), &is_put_together)) return {};
    const auto columns = named_columns(tokens);
    if (columns.empty() || columns.size() > most_cells) return {};
    PushedText pushed;
    auto order = std::find_if(tokens.begin(), tokens.end(), [](const Token& token) { return token.is("ORDER"); });
    if (order != tokens.end()) {
        if (!has_plain_order({order, tokens.end()})) return {};
        pushed.has_order = pushed.keeps_plan = true;
        sql = sql.substr(0, static_cast<std::size_t>(order->text.data() - sql.data()));
    }
    std::string names;
    for (std::size_t i = 0; i < columns.size(); ++i) names += (i == 0 ? "c" : ", c") + std::to_string(i);
    // Without an order the inner SELECT becomes one with the outer one.
    pushed.text = "WITH retort_rows(" + names + ") AS (" + std::string(sql) + "\n) SELECT " + row_function + "(" +
                  names + ") FROM retort_rows";
    return pushed;
}

std::unique_ptr<PushedQuery> PushedQuery::of(sqlite3* db, RowReceiver& receiver, const std::string& sql,
                                             const PushedText& text) {
    if (text.text.empty() || !has_utf8(db) || (text.has_order && !runs_alike(db, sql, text.text))) return nullptr;
    auto statement = prepare_kept(db, text.text);
    if (!statement) return nullptr;
    return std::unique_ptr<PushedQuery>(new PushedQuery(std::move(statement), text.keeps_plan, receiver));
}

bool PushedQuery::may_begin() const { return sqlite3_stmt_status(statement(), SQLITE_STMTSTATUS_REPREPARE, 0) == 0; }

int PushedQuery::run(const RowReceiver::Row& row) {
    // A row may be the reason for another query.
    auto outer = std::exchange(receiver_, {&row, keeps_plan_ ? this : nullptr, false, nullptr});
    // The only row is what the function gives when it had the last one.
    int code = sqlite3_step(statement());
    if (code == SQLITE_ROW) code = SQLITE_DONE;
    auto mine = std::exchange(receiver_, std::move(outer));
    if (mine.error) std::rethrow_exception(mine.error);
    if (mine.refused) return changed;
    return code;
}

}  // namespace retort::dialects::sqlite
