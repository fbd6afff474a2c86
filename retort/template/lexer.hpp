// The words of a template: text between tags, and the names, numbers and signs inside of them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/template/things.hpp"

namespace retort::templates {

/// How templates are written and what they may do.
struct Options {
    std::string block_start = "{%", block_end = "%}";
    std::string variable_start = "{{", variable_end = "}}";
    std::string comment_start = "{#", comment_end = "#}";
    std::string line_statement_prefix;  ///< empty: none
    std::string line_comment_prefix;
    bool trim_blocks = false;
    bool lstrip_blocks = false;
    bool keep_trailing_newline = false;
    std::string newline = "\n";
    Undefined undefined = Undefined::standard;
    /// Whether a template of that name escapes what it prints; the name is empty for text. By default those for
    /// `.html .htm .xml .xhtml .svg`, and text.
    std::function<bool(std::string_view name)> autoescape;
    bool auto_reload = true;     ///< read a template again when its file changed
    bool do_statement = false;   ///< {% do … %}
    bool loop_controls = false;  ///< {% break %} and {% continue %}
    /// Loops and calls of one rendering; 0: as many as it likes.
    std::uint64_t most_steps = 0;
    /// Bytes of stack that one rendering may take.
    std::size_t most_stack = 384 * 1024;
    std::size_t most_output = std::size_t{1} << 30;

    Options();
    Options(const Options& other);
    Options(Options&& other) noexcept;
    Options& operator=(const Options& other);
    ~Options();
};

enum class TokenKind : std::uint8_t {
    data,
    variable_begin,
    variable_end,
    block_begin,
    block_end,
    name,
    text,
    integer,
    real,
    // signs
    add,
    sub,
    div,
    floordiv,
    mul,
    mod,
    pow,
    tilde,
    lbracket,
    rbracket,
    lparen,
    rparen,
    lbrace,
    rbrace,
    eq,
    ne,
    gt,
    gteq,
    lt,
    lteq,
    assign,
    dot,
    colon,
    pipe,
    comma,
    semicolon,
    end,
    error,  ///< what cannot be read; the text says why
};

struct Token {
    TokenKind kind = TokenKind::end;
    int line = 1;
    std::string text;
};

/// As messages name it: "end of print statement", or the sign.
std::string_view describe(TokenKind kind);
std::string describe(const Token& token);

/// Cuts a whole template. What cannot be read becomes a last token `error`.
std::vector<Token> tokenize(std::string_view source, const Options& options);

}  // namespace retort::templates
