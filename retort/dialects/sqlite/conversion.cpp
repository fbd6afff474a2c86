// Values that change their type: what SQLite must be told, and what it must be asked afterwards.
#include "retort/dialects/sqlite/ddl.hpp"

namespace retort::dialects::sqlite {

namespace {

using sql::TypeKind;

bool is_words(TypeKind kind) {
    return kind == TypeKind::string || kind == TypeKind::text || kind == TypeKind::enumeration ||
           kind == TypeKind::json || kind == TypeKind::uuid;
}

std::string enum_words(const schemas::Column& column, const SqliteDdlCompiler& compiler) {
    std::string out;
    for (const auto& word : column.type.details()->values) {
        auto literal = sql::literal(sql::Value(sql::ValueView::of(std::string_view(word))));
        out += (out.empty() ? "" : ", ") + compiler.expression(literal);
    }
    return out;
}

/// A condition on a value: it is none of the column's type. Numbers are no dates, though SQLite reads them as days.
std::string misfit(const std::string& value, const schemas::Column& column, const SqliteDdlCompiler& compiler) {
    auto kinds = [&](const char* list) { return "typeof(" + value + ") NOT IN (" + list + ", 'null')"; };
    auto given = value + " IS NOT NULL AND ";
    switch (column.type.kind()) {
        case TypeKind::boolean: return given + '(' + kinds("'integer'") + " OR " + value + " NOT IN (0, 1))";
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer: return kinds("'integer'");
        case TypeKind::floating:
        case TypeKind::numeric: return kinds("'integer', 'real'");
        case TypeKind::string:
            if (column.type.length() <= 0) return kinds("'text'");
            return kinds("'text'") + " OR length(" + value + ") > " + std::to_string(column.type.length());
        case TypeKind::text: return kinds("'text'");
        case TypeKind::date: return given + "date(" + value + ") IS NOT " + value;
        case TypeKind::time: return given + '(' + value + " NOT GLOB '[0-9][0-9]:*' OR time(" + value + ") IS NULL)";
        case TypeKind::datetime:
            return given + '(' + value + " NOT GLOB '[0-9][0-9][0-9][0-9]-*' OR datetime(" + value + ") IS NULL)";
        case TypeKind::json: return given + "NOT json_valid(" + value + ')';
        case TypeKind::enumeration:
            return column.type.details() ? given + value + " NOT IN (" + enum_words(column, compiler) + ')' : "";
        default: return {};
    }
}

}  // namespace

std::string SqliteDdlCompiler::conversion(const schemas::Column& before, const schemas::Column& after) const {
    auto from = before.type.kind();
    auto to = after.type.kind();
    auto name = quoted(before.name);
    if (to == TypeKind::large_binary && is_words(from)) return "CAST(" + name + " AS BLOB)";
    if (from == TypeKind::large_binary && is_words(to)) return "CAST(" + name + " AS TEXT)";
    if (from == TypeKind::datetime && to == TypeKind::date) return "date(" + name + ')';
    if (from == TypeKind::date && to == TypeKind::datetime) return name + " || ' 00:00:00.000000'";
    if (from == TypeKind::datetime && to == TypeKind::time) return "substr(" + name + ", 12)";
    // An affinity would make `5` of it, which reads as a number and not as JSON of a text.
    if (from == TypeKind::json && is_words(to)) return name;
    return {};
}

std::string SqliteDdlCompiler::convertible(const schemas::Column& before, const schemas::Column& after) const {
    auto name = quoted(before.name);
    // A text that looks like a number compares as one.
    switch (after.type.kind()) {
        case TypeKind::boolean:
            return "CAST(" + name + " AS INTEGER) = " + name + " AND " + name + " IN (0, 1, '0', '1')";
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer: return "CAST(" + name + " AS INTEGER) = " + name;
        case TypeKind::floating:
        case TypeKind::numeric: return "CAST(" + name + " AS NUMERIC) = " + name;
        case TypeKind::string:
        case TypeKind::text: {
            if (after.type.length() <= 0) return {};
            return "length(" + name + ") <= " + std::to_string(after.type.length());
        }
        case TypeKind::date:
            return before.type.kind() == TypeKind::datetime ? std::string() : "date(" + name + ") IS " + name;
        default: {
            auto value = conversion(before, after);
            auto wrong = misfit(value.empty() ? name : value, after, *this);
            return wrong.empty() ? wrong : "NOT (" + wrong + ')';
        }
    }
}

std::string SqliteDdlCompiler::misfits(const schemas::Column& column) const {
    return misfit(quoted(column.name), column, *this);
}

}  // namespace retort::dialects::sqlite
