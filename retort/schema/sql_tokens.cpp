// Cutting SQL into tokens.
#include "retort/schema/sql_tokens.hpp"

#include <algorithm>

#include "retort/base/text.hpp"

namespace retort::schemas {

namespace {

bool is_word_start(char c) { return is_ascii_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool is_word(char c) { return is_word_start(c) || is_ascii_digit(c) || c == '$'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Past white space and comments; a comment that does not end goes to the end of the text.
std::size_t skip_blanks(std::string_view sql, std::size_t at) {
    while (at < sql.size()) {
        if (is_space(sql[at])) {
            ++at;
        } else if (sql.compare(at, 2, "--") == 0) {
            at = std::min(sql.find('\n', at), sql.size());
        } else if (sql.compare(at, 2, "/*") == 0) {
            auto end = sql.find("*/", at + 2);
            at = end == std::string_view::npos ? sql.size() : end + 2;
        } else {
            break;
        }
    }
    return at;
}

/// The end of what starts with a quote at `at`, or npos; a doubled quote is part of it.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
    char quote = sql[at] == '[' ? ']' : sql[at];
    for (std::size_t end = at + 1; end < sql.size(); ++end) {
        if (sql[end] != quote) continue;
        bool doubled = quote != ']' && end + 1 < sql.size() && sql[end + 1] == quote;
        if (!doubled) return end + 1;
        ++end;
    }
    return std::string_view::npos;
}

/// `12`, `1.5`, `.5e-3`, `0xff`.
std::size_t end_of_number(std::string_view sql, std::size_t at) {
    bool hexadecimal = sql[at] == '0' && at + 1 < sql.size() && ascii_lower(sql[at + 1]) == 'x';
    while (at < sql.size()) {
        bool exponent = !hexadecimal && ascii_lower(sql[at]) == 'e' && at + 1 < sql.size();
        if (exponent && (sql[at + 1] == '+' || sql[at + 1] == '-')) ++at;
        if (!is_word(sql[at]) && sql[at] != '.' && !exponent) break;
        ++at;
    }
    return at;
}

bool starts_number(std::string_view sql, std::size_t at) {
    return is_ascii_digit(sql[at]) || (sql[at] == '.' && at + 1 < sql.size() && is_ascii_digit(sql[at + 1]));
}

std::size_t end_of_word(std::string_view sql, std::size_t at) {
    while (at < sql.size() && is_word(sql[at])) ++at;
    return at;
}

Token quoted_token(std::string_view sql, std::size_t at, std::size_t quote) {
    auto end = end_of_quoted(sql, quote);
    if (end == std::string_view::npos) return {TokenKind::broken, sql.substr(at)};
    return {sql[quote] == '\'' ? TokenKind::string : TokenKind::quoted_name, sql.substr(at, end - at)};
}

Token token_at(std::string_view sql, std::size_t at) {
    char c = sql[at];
    if (c == '\'' || c == '"' || c == '`' || c == '[') return quoted_token(sql, at, at);
    if (ascii_lower(c) == 'x' && at + 1 < sql.size() && sql[at + 1] == '\'') return quoted_token(sql, at, at + 1);
    if (starts_number(sql, at)) return {TokenKind::number, sql.substr(at, end_of_number(sql, at) - at)};
    if (is_word_start(c)) return {TokenKind::word, sql.substr(at, end_of_word(sql, at) - at)};
    return {TokenKind::symbol, sql.substr(at, 1)};
}

/// Whether a name means the same without its quotes.
bool needs_no_quotes(std::string_view name) {
    bool plain = !name.empty() && is_word_start(name.front()) && std::all_of(name.begin(), name.end(), is_word);
    return plain && name == ascii_lower(name);
}

/// Takes parentheses away that stand around everything.
std::span<const Token> without_outer_parentheses(std::span<const Token> tokens) {
    while (tokens.size() >= 2 && tokens.front().is('(')) {
        int depth = 0;
        std::size_t end = 0;
        for (; end < tokens.size(); ++end) {
            if (tokens[end].is('(')) ++depth;
            if (tokens[end].is(')') && --depth == 0) break;
        }
        if (end + 1 != tokens.size()) break;
        tokens = tokens.subspan(1, tokens.size() - 2);
    }
    return tokens;
}

}  // namespace

bool Token::is(std::string_view keyword) const { return kind == TokenKind::word && iequals(text, keyword); }

std::string Token::name() const {
    bool quoted = kind == TokenKind::quoted_name || (kind == TokenKind::string && text.front() == '\'');
    if (!quoted) return std::string(text);
    char quote = text.back();
    std::string out;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        out += text[i];
        if (text[i] == quote && quote != ']') ++i;
    }
    return out;
}

std::vector<Token> tokenize(std::string_view sql) {
    std::vector<Token> out;
    for (std::size_t at = 0;;) {
        std::size_t start = skip_blanks(sql, at);
        if (start == sql.size()) return out;
        out.push_back(token_at(sql, start));
        out.back().spaced = start != at;
        at = start + out.back().text.size();
    }
}

std::string text_of(std::span<const Token> tokens) {
    std::string out;
    for (const Token& token : tokens) {
        if (token.spaced && !out.empty()) out += ' ';
        out += token.text;
    }
    return out;
}

std::vector<std::span<const Token>> split_at_commas(std::span<const Token> tokens) {
    std::vector<std::span<const Token>> out;
    int depth = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].is('(')) ++depth;
        if (tokens[i].is(')')) --depth;
        if (depth > 0 || !tokens[i].is(',')) continue;
        out.push_back(tokens.subspan(start, i - start));
        start = i + 1;
    }
    out.push_back(tokens.subspan(start));
    return out;
}

std::string normal_sql(std::string_view sql) {
    auto tokens = tokenize(sql);
    std::string out;
    for (const Token& token : without_outer_parentheses(tokens)) {
        if (!out.empty()) out += ' ';
        if (token.kind == TokenKind::word || token.kind == TokenKind::number) {
            out += ascii_lower(token.text);
        } else if (token.kind == TokenKind::quoted_name) {
            auto name = token.name();
            out += needs_no_quotes(name) ? name : '"' + name + '"';
        } else {
            out += token.text;
        }
    }
    return out;
}

std::string without_own_name(std::string_view sql, std::string_view table) {
    if (sql.find('.') == std::string_view::npos) return std::string(sql);
    auto tokens = tokenize(sql);
    auto is_name = [&](std::size_t at) {
        return tokens[at].kind == TokenKind::word || tokens[at].kind == TokenKind::quoted_name;
    };
    auto is_qualifier = [&](std::size_t at) { return at + 1 < tokens.size() && is_name(at) && tokens[at + 1].is('.'); };
    std::string out;
    const char* last = sql.data();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        std::size_t own = is_qualifier(i) && is_qualifier(i + 2) ? i + 2 : i;
        if (!is_qualifier(own) || !iequals(tokens[own].name(), table)) continue;
        out.append(last, tokens[i].text.data());
        last = tokens[own + 1].text.data() + 1;
        i = own + 1;
    }
    return out.append(last, sql.data() + sql.size());
}

}  // namespace retort::schemas
