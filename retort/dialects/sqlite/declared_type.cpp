// The words that SQLite's tables declare types with.
#include <algorithm>
#include <charconv>

#include "retort/base/text.hpp"
#include "retort/dialects/sqlite/create_statement.hpp"

namespace retort::dialects::sqlite {

namespace {

using sql::TypeKind;

struct TypeWord {
    std::string_view word;
    TypeKind kind;
    /// How many numbers in parentheses mean something to that type.
    int sizes = 0;
};

constexpr TypeWord type_words[] = {
    {"BIGINT", TypeKind::big_integer},
    {"BLOB", TypeKind::large_binary},
    {"BOOL", TypeKind::boolean},
    {"BOOLEAN", TypeKind::boolean},
    {"CHARACTER VARYING", TypeKind::string, 1},
    {"DATE", TypeKind::date},
    {"DATETIME", TypeKind::datetime},
    {"DECIMAL", TypeKind::numeric, 2},
    {"FLOAT", TypeKind::floating},
    {"INT", TypeKind::integer},
    {"INTEGER", TypeKind::integer},
    {"JSON", TypeKind::json},
    {"NUMERIC", TypeKind::numeric, 2},
    {"NVARCHAR", TypeKind::string, 1},
    {"SMALLINT", TypeKind::small_integer},
    {"TEXT", TypeKind::text, 1},
    {"TIME", TypeKind::time},
    {"TIMESTAMP", TypeKind::datetime},
    {"VARCHAR", TypeKind::string, 1},
};

/// The numbers of `(a, b)`; -1 where there is none.
std::pair<int, int> sizes_of(std::string_view parentheses) {
    std::pair<int, int> sizes{-1, -1};
    if (parentheses.empty()) return sizes;
    const char* end = parentheses.data() + parentheses.size();
    const char* next = parentheses.data() + 1;
    for (int* size : {&sizes.first, &sizes.second}) {
        while (next != end && (*next == ',' || *next == ' ')) ++next;
        if (next != end) next = std::from_chars(next, end, *size).ptr;
    }
    return sizes;
}

}  // namespace

sql::Type type_of_declaration(std::string_view declaration) {
    // A word in quotes may hold anything.
    auto quote = declaration.rfind('"');
    auto open = std::min(declaration.find('(', quote == std::string_view::npos ? 0 : quote), declaration.size());
    auto word = ascii_upper(trim(declaration.substr(0, open)));
    auto [length, scale] = sizes_of(declaration.substr(open));
    for (const auto& known : type_words) {
        if (known.word != word) continue;
        return sql::Type(known.kind, known.sizes > 0 ? length : -1, known.sizes > 1 ? scale : -1);
    }
    if (word == "DOUBLE" || word == "DOUBLE PRECISION") return sql::types::Double();
    return sql::types::Named(word, length, scale);
}

}  // namespace retort::dialects::sqlite
