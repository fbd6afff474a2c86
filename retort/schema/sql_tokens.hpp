// SQL text cut into tokens, for reading what a database keeps of its tables and for comparing expressions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace retort::schemas {

enum class TokenKind : std::uint8_t {
    word,         ///< a name or a keyword; also what follows the sign of a parameter
    quoted_name,  ///< `"name"`, `[name]` or `` `name` ``
    string,       ///< `'text'`, and blobs: `x'00ff'`
    number,
    symbol,  ///< one character of punctuation
    broken,  ///< a quote that does not end
};

/// A piece of SQL; it points into the text that it was cut from.
struct Token {
    TokenKind kind;
    std::string_view text;
    /// Whether white space or a comment stands before it.
    bool spaced = false;

    bool is(char symbol) const { return kind == TokenKind::symbol && text.front() == symbol; }
    /// Whether it is this keyword, in any case.
    bool is(std::string_view keyword) const;
    /// A name as it is meant: without its quotes, doubled quotes once.
    std::string name() const;
};

/// All tokens; white space and comments stand between them and are left out.
std::vector<Token> tokenize(std::string_view sql);

/// The text of tokens that stand together: comments are gone, white space is one blank.
std::string text_of(std::span<const Token> tokens);

/// What stands between top-level commas.
std::vector<std::span<const Token>> split_at_commas(std::span<const Token> tokens);

/// A form that two spellings of one expression share: without comments, needless quotes and outer parentheses,
/// words in lower case. For comparing, not for running.
std::string normal_sql(std::string_view sql);

/// Without the table's own name before its columns: `a > 0` for `t.a > 0`, also for `main.t.a > 0`.
std::string without_own_name(std::string_view sql, std::string_view table);

}  // namespace retort::schemas
