// Reading the two forms by their tokens, and writing the parameters as columns of the feed.
#include "retort/dialects/sqlite/feed_text.hpp"

#include <sqlite3.h>

#include <vector>

#include "retort/base/text.hpp"
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

bool is_integer_key(sqlite3* db, const Token& table, const Token& column) {
    const char* type = nullptr;
    const char* collation = nullptr;
    int not_null = 0;
    int is_key = 0;
    int numbers = 0;
    int code = sqlite3_table_column_metadata(db, nullptr, table.name().c_str(), column.name().c_str(), &type,
                                             &collation, &not_null, &is_key, &numbers);
    return code == SQLITE_OK && is_key != 0 && type != nullptr && iequals(type, "INTEGER");
}

std::string feed_column(std::size_t number) { return std::string(ValueFeed::table) + ".v" + std::to_string(number); }

/// The key in ` WHERE table.key = ?`, which ends the text; null if it does not.
const Token* key_at_end(FormReader& form, const Token& table) {
    const auto* key = form.take("WHERE") ? form.column_of(table) : nullptr;
    return key != nullptr && form.take('=') && form.take('?') && form.at_end() ? key : nullptr;
}

}  // namespace

std::string fed_lookup(sqlite3* db, std::string_view sql) {
    FormReader form(sql);
    if (!form.take("SELECT")) return {};
    do {
        if (form.column() == nullptr) return {};
        if (form.take("AS") && form.name() == nullptr) return {};
    } while (form.take(','));
    const auto* table = form.take("FROM") ? form.name() : nullptr;
    if (table == nullptr) return {};
    const auto* key = key_at_end(form, *table);
    if (key == nullptr || !is_integer_key(db, *table, *key)) return {};
    auto until_key = form.offset(*key) + key->text.size() - form.offset(*table);
    std::string out(sql.substr(0, form.offset(*table)));
    // CROSS: the feed is the outer loop.
    out += std::string(ValueFeed::table) + " CROSS JOIN ";
    return out.append(sql.substr(form.offset(*table), until_key)) + " = " + feed_column(0);
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
