// Reading the signs, numbers and quoted texts of expressions.
#include "retort/template/signs.hpp"

#include "retort/base/text.hpp"

namespace retort::templates {

namespace {

struct NamedSign {
    std::string_view sign;
    TokenKind kind;
};
// The longer ones first.
constexpr NamedSign signs[] = {
    {"//", TokenKind::floordiv}, {"**", TokenKind::pow},      {"==", TokenKind::eq},    {"!=", TokenKind::ne},
    {">=", TokenKind::gteq},     {"<=", TokenKind::lteq},     {"+", TokenKind::add},    {"-", TokenKind::sub},
    {"/", TokenKind::div},       {"*", TokenKind::mul},       {"%", TokenKind::mod},    {"~", TokenKind::tilde},
    {"[", TokenKind::lbracket},  {"]", TokenKind::rbracket},  {"(", TokenKind::lparen}, {")", TokenKind::rparen},
    {"{", TokenKind::lbrace},    {"}", TokenKind::rbrace},    {">", TokenKind::gt},     {"<", TokenKind::lt},
    {"=", TokenKind::assign},    {".", TokenKind::dot},       {":", TokenKind::colon},  {"|", TokenKind::pipe},
    {",", TokenKind::comma},     {";", TokenKind::semicolon},
};

/// Behind the digits, which `_` may join, or where it began.
template <class Is>
std::size_t digits_end(std::string_view source, std::size_t at, Is is) {
    auto end = at;
    while (end < source.size()) {
        auto next = source[end] == '_' && end > at ? end + 1 : end;
        if (next >= source.size() || !is(source[next])) break;
        end = next + 1;
    }
    return end;
}
std::size_t decimal_end(std::string_view source, std::size_t at) { return digits_end(source, at, is_ascii_digit); }

std::size_t prefixed_end(std::string_view source, std::size_t at) {
    if (source[at] != '0' || at + 1 >= source.size()) return at;
    char base = ascii_lower(source[at + 1]);
    auto is = [base](char c) {
        c = ascii_lower(c);
        if (base == 'b') return c == '0' || c == '1';
        if (base == 'o') return c >= '0' && c <= '7';
        return base == 'x' && (is_ascii_digit(c) || (c >= 'a' && c <= 'f'));
    };
    auto from = at + 2;
    if (from < source.size() && source[from] == '_') ++from;
    auto end = digits_end(source, from, is);
    return end == from ? at : end;
}

/// Behind a fraction, an exponent or both; `whole` when there is none.
std::size_t real_end(std::string_view source, std::size_t whole) {
    auto end = whole;
    if (end + 1 < source.size() && source[end] == '.' && is_ascii_digit(source[end + 1])) {
        end = decimal_end(source, end + 1);
    }
    if (end < source.size() && ascii_lower(source[end]) == 'e') {
        auto digits = end + 1;
        if (digits < source.size() && (source[digits] == '+' || source[digits] == '-')) ++digits;
        if (digits < source.size() && is_ascii_digit(source[digits])) end = decimal_end(source, digits);
    }
    return end;
}

int hex_value(char c) {
    c = ascii_lower(c);
    return is_ascii_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Reads so many hexadecimal digits; false when there are fewer.
bool read_hex(std::string_view quoted, std::size_t& at, int count, char32_t& point) {
    point = 0;
    for (int digit = 0; digit < count; ++digit, ++at) {
        int value = at < quoted.size() ? hex_value(quoted[at]) : -1;
        if (value < 0) return false;
        point = point * 16 + static_cast<char32_t>(value);
    }
    return true;
}

constexpr std::string_view plain_escapes = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v";

}  // namespace

std::string_view describe(TokenKind kind) {
    for (auto& named : signs) {
        if (named.kind == kind) return named.sign;
    }
    switch (kind) {
        case TokenKind::block_begin: return "begin of statement block";
        case TokenKind::block_end: return "end of statement block";
        case TokenKind::variable_begin: return "begin of print statement";
        case TokenKind::variable_end: return "end of print statement";
        case TokenKind::data: return "template data / text";
        case TokenKind::end: return "end of template";
        case TokenKind::name: return "name";
        case TokenKind::text: return "string";
        case TokenKind::integer: return "integer";
        default: return "float";
    }
}

Sign sign_at(std::string_view source, std::size_t at) {
    for (auto& named : signs) {
        if (source.compare(at, named.sign.size(), named.sign) == 0) return {named.kind, named.sign.size()};
    }
    return {};
}

Number read_number(std::string_view source, std::size_t at) {
    auto whole = decimal_end(source, at);
    bool after_dot = at > 0 && source[at - 1] == '.';
    auto end = after_dot ? whole : real_end(source, whole);
    bool real = end != whole;
    if (!real) {
        end = prefixed_end(source, at);
        if (end == at) end = source[at] == '0' ? digits_end(source, at, [](char c) { return c == '0'; }) : whole;
    }
    Number number{{}, end, real};
    for (char c : source.substr(at, end - at)) {
        if (c != '_') number.digits += c;
    }
    return number;
}

bool unescape(std::string_view quoted, std::string_view newline, std::string& out, std::string& problem) {
    for (std::size_t at = 0; at < quoted.size();) {
        char c = quoted[at++];
        if (c == '\n') {
            out += newline;
            continue;
        }
        if (c != '\\') {
            out += c;
            continue;
        }
        char code = at < quoted.size() ? quoted[at++] : '\\';
        char32_t point = 0;
        if (code == '\n') continue;
        if (code == 'x' || code == 'u' || code == 'U') {
            int count = code == 'x' ? 2 : code == 'u' ? 4 : 8;
            if (!read_hex(quoted, at, count, point)) {
                problem = code == 'x' ? "truncated \\xXX escape" : "truncated \\uXXXX escape";
                return false;
            }
            append_utf8(out, point);
        } else if (code >= '0' && code <= '7') {
            point = static_cast<char32_t>(code - '0');
            for (int more = 0; more < 2 && at < quoted.size() && quoted[at] >= '0' && quoted[at] <= '7'; ++more) {
                point = point * 8 + static_cast<char32_t>(quoted[at++] - '0');
            }
            append_utf8(out, point);
        } else {
            std::size_t known = 0;
            while (known < plain_escapes.size() && plain_escapes[known] != code) known += 2;
            known < plain_escapes.size() ? (void)(out += plain_escapes[known + 1]) : (void)((out += '\\') += code);
        }
    }
    return true;
}

}  // namespace retort::templates
