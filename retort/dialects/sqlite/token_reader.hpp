// A cursor over the tokens of one statement, as a parser by hand wants it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retort/schema/sql_tokens.hpp"

namespace retort::dialects::sqlite {

/// Reads tokens in order. What must stand there and does not throws InternalError("unreadable-schema").
class TokenReader {
  public:
    explicit TokenReader(std::string_view sql) : sql_(sql), tokens_(schemas::tokenize(sql)) {}

    bool at_end() const { return at_ == tokens_.size(); }
    bool sees(std::string_view keyword, std::size_t ahead = 0) const;
    bool sees(char symbol) const { return !at_end() && tokens_[at_].is(symbol); }
    bool sees(schemas::TokenKind kind) const { return !at_end() && tokens_[at_].kind == kind; }
    /// Steps over the keyword or symbol if it stands here.
    bool take(std::string_view keyword);
    /// Both keywords or nothing.
    bool take(std::string_view first, std::string_view second);
    bool take(char symbol);
    void expect(std::string_view keyword);
    void expect(char symbol);
    /// Any token.
    const schemas::Token& take();
    /// A name, in quotes or not; keywords count as names here, and texts in single quotes do in SQLite.
    std::string name();
    /// The next word in capitals.
    std::string word();
    /// What stands between this parenthesis and its other half; both are stepped over.
    std::span<const schemas::Token> parenthesised();
    [[noreturn]] void refuse() const;

  private:
    std::string_view sql_;
    std::vector<schemas::Token> tokens_;
    std::size_t at_ = 0;
};

}  // namespace retort::dialects::sqlite
