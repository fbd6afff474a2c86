// Stepping through the tokens of a statement.
#include "retort/dialects/sqlite/token_reader.hpp"

#include "retort/base/text.hpp"
#include "retort/engine/errors.hpp"

namespace retort::dialects::sqlite {

using schemas::Token;
using schemas::TokenKind;

bool TokenReader::sees(std::string_view keyword, std::size_t ahead) const {
    return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].is(keyword);
}

bool TokenReader::take(std::string_view keyword) {
    bool there = sees(keyword);
    at_ += there ? 1 : 0;
    return there;
}

bool TokenReader::take(std::string_view first, std::string_view second) {
    bool there = sees(first) && sees(second, 1);
    at_ += there ? 2 : 0;
    return there;
}

bool TokenReader::take(char symbol) {
    bool there = sees(symbol);
    at_ += there ? 1 : 0;
    return there;
}

void TokenReader::expect(std::string_view keyword) {
    if (!take(keyword)) refuse();
}

void TokenReader::expect(char symbol) {
    if (!take(symbol)) refuse();
}

const Token& TokenReader::take() {
    if (at_end() || tokens_[at_].kind == TokenKind::broken) refuse();
    return tokens_[at_++];
}

std::string TokenReader::name() {
    const Token& token = take();
    if (token.kind == TokenKind::symbol || token.kind == TokenKind::number) refuse();
    return token.name();
}

std::string TokenReader::word() {
    if (!sees(TokenKind::word)) refuse();
    return ascii_upper(take().text);
}

std::span<const Token> TokenReader::parenthesised() {
    expect('(');
    std::size_t start = at_;
    for (int depth = 1; depth > 0;) {
        const Token& token = take();
        if (token.is('(')) ++depth;
        if (token.is(')')) --depth;
    }
    return std::span(tokens_).subspan(start, at_ - 1 - start);
}

void TokenReader::refuse() const {
    auto rest = at_end() ? std::string_view("its end") : sql_.substr(tokens_[at_].text.data() - sql_.data());
    throw InternalError(
        "unreadable-schema"_code,
        "SQLite's schema table holds a statement that cannot be read at: " + std::string(rest.substr(0, 60)),
        "leave that table out (ReflectOptions::only), or make it anew", {.sqlstate = "58000"});
}

}  // namespace retort::dialects::sqlite
