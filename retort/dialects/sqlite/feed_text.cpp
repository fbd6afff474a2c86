// Reading the two forms by their tokens, and writing the parameters as columns of the feed.
#include "retort/dialects/sqlite/feed_text.hpp"

#include <sqlite3.h>

#include <vector>

#include "retort/base/text.hpp"
#include "retort/dialects/sqlite/prepared.hpp"
#include "retort/dialects/sqlite/query_plan.hpp"
#include "retort/dialects/sqlite/value_feed.hpp"
#include "retort/schema/sql_tokens.hpp"

namespace retort::dialects::sqlite {

namespace {

using schemas::Token;
using schemas::TokenKind;

/// Goes over tokens as long as they are what is asked for.
class FormReader {
  public:
    explicit FormReader(std::string_view sql) : sql_(sql), tokens_(schemas::tokenize(sql)) {}

    bool take(std::string_view keyword) { return step(!at_end() && tokens_[at_].is(keyword)); }
    bool take(char symbol) { return step(!at_end() && tokens_[at_].is(symbol)); }
    /// A name, or null.
    const Token* name() {
        bool there = !at_end() && (tokens_[at_].kind == TokenKind::word || tokens_[at_].kind == TokenKind::quoted_name);
        return step(there) ? &tokens_[at_ - 1] : nullptr;
    }
    /// The column of a `table.column`, or null.
    const Token* column() { return name() != nullptr && take('.') ? name() : nullptr; }
    /// The same of this table only.
    const Token* column_of(const Token& table) {
        const auto* own = name();
        return own != nullptr && own->text == table.text && take('.') ? name() : nullptr;
    }
    /// How many stand in `(?, ?, …)`; 0 when it is no such list.
    std::size_t parameters() {
        std::size_t count = 0;
        if (!take('(')) return 0;
        do {
            if (!take('?')) return 0;
            ++count;
        } while (take(','));
        return take(')') ? count : 0;
    }
    /// `SELECT a.b, c.d AS e …`
    bool take_select() {
        if (!take("SELECT")) return false;
        do {
            if (column() == nullptr || (take("AS") && name() == nullptr)) return false;
        } while (take(','));
        return true;
    }
    bool at_end() const { return at_ == tokens_.size(); }
    std::size_t offset(const Token& token) const { return static_cast<std::size_t>(token.text.data() - sql_.data()); }

  private:
    bool step(bool there) {
        at_ += there ? 1 : 0;
        return there;
    }

    std::string_view sql_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
};

struct DeclaredColumn {
    std::string_view type;
    bool is_key = false;
};
/// Of a table; nothing for a view's.
DeclaredColumn declared(sqlite3* db, const Token& table, const Token& column) {
    const char* type = nullptr;
    const char* collation = nullptr;
    int not_null = 0;
    int is_key = 0;
    int numbers = 0;
    int code = sqlite3_table_column_metadata(db, nullptr, table.name().c_str(), column.name().c_str(), &type,
                                             &collation, &not_null, &is_key, &numbers);
    if (code != SQLITE_OK || type == nullptr) return {};
    return {type, is_key != 0};
}

bool is_integer_key(sqlite3* db, const Token& table, const Token& column) {
    auto found = declared(db, table, column);
    return found.is_key && iequals(found.type, "INTEGER");
}

/// By SQLite's rule: such a column keeps integers as integers.
bool holds_integers(sqlite3* db, const Token& table, const Token& column) {
    return ascii_upper(declared(db, table, column).type).find("INT") != std::string::npos;
}

/// Whether the rows of each key are found as they would be by the list, through which SQLite goes from its end where an
/// index descends.
bool finds_alike(sqlite3* db, const std::string& list, const std::string& fed) {
    const auto one = query_plan(db, list), both = query_plan(db, fed);
    return one.size() == 1 && one[0].starts_with("SEARCH ") && both.size() == 2 && both[1] == one[0] &&
           runs_forward(db, one);
}

std::string feed_column(std::size_t number) { return std::string(ValueFeed::table) + ".v" + std::to_string(number); }

/// The key in ` WHERE table.key = ?`, which ends the text; null if it does not.
const Token* key_at_end(FormReader& form, const Token& table) {
    const auto* key = form.take("WHERE") ? form.column_of(table) : nullptr;
    return key != nullptr && form.take('=') && form.take('?') && form.at_end() ? key : nullptr;
}

/// SELECT … FROM feed CROSS JOIN table WHERE table.key = the feed's: the feed is the outer loop.
std::string joined(std::string_view sql, const FormReader& form, const Token& table, const Token& key,
                   std::string_view feed) {
    const auto until_key = form.offset(key) + key.text.size() - form.offset(table);
    std::string out(sql.substr(0, form.offset(table)));
    out.append(feed).append(" CROSS JOIN ").append(sql.substr(form.offset(table), until_key));
    return out.append(" = ").append(feed).append(".v0");
}

}  // namespace

std::string fed_lookup(sqlite3* db, std::string_view sql) {
    FormReader form(sql);
    const auto* table = form.take_select() && form.take("FROM") ? form.name() : nullptr;
    if (table == nullptr) return {};
    const auto* key = key_at_end(form, *table);
    if (key == nullptr || !is_integer_key(db, *table, *key)) return {};
    return joined(sql, form, *table, *key, ValueFeed::table);
}

std::string fed_list(sqlite3* db, std::string_view sql) {
    FormReader form(sql);
    const auto* table = form.take_select() && form.take("FROM") ? form.name() : nullptr;
    if (table == nullptr || !form.take("WHERE")) return {};
    const auto* column = form.column_of(*table);
    // A list of one is no list for SQLite.
    if (column == nullptr || !form.take("IN") || form.parameters() < 2 || !form.at_end()) return {};
    if (!holds_integers(db, *table, *column)) return {};
    auto fed = joined(sql, form, *table, *column, ValueFeed::keys_table);
    return finds_alike(db, std::string(sql), fed) ? fed : std::string();
}

std::string fed_update(sqlite3* db, std::string_view sql) {
    FormReader form(sql);
    const auto* table = form.take("UPDATE") ? form.name() : nullptr;
    if (table == nullptr || !form.take("SET")) return {};
    std::string out = "UPDATE " + std::string(table->text) + " SET ";
    std::vector<const Token*> set;
    do {
        const auto* column = form.name();
        if (column == nullptr || !form.take('=') || !form.take('?')) return {};
        out += (set.empty() ? "" : ", ") + std::string(column->text) + " = " + feed_column(set.size());
        set.push_back(column);
    } while (form.take(','));
    const auto* key = key_at_end(form, *table);
    if (key == nullptr || set.size() + 1 > ValueFeed::most_columns || !is_integer_key(db, *table, *key)) return {};
    for (const auto* column : set) {
        if (iequals(column->name(), key->name())) return {};
    }
    out +=
        std::string(" FROM ") + ValueFeed::table + " WHERE " + std::string(table->text) + "." + std::string(key->text);
    return out + " = " + feed_column(set.size());
}

}  // namespace retort::dialects::sqlite
