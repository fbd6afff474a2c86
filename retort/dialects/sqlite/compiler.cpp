// What SQLite spells otherwise than the standard.
#include "retort/dialects/sqlite/compiler.hpp"

#include <string_view>

#include "retort/dialects/sqlite/moment.hpp"

namespace retort::dialects::sqlite {

using sql::ValueView;

namespace {

constexpr std::string_view words[] = {
    "abort",
    "action",
    "add",
    "after",
    "all",
    "alter",
    "analyze",
    "and",
    "as",
    "asc",
    "attach",
    "autoincrement",
    "before",
    "begin",
    "between",
    "by",
    "cascade",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "commit",
    "conflict",
    "constraint",
    "create",
    "cross",
    "current_date",
    "current_time",
    "current_timestamp",
    "database",
    "default",
    "deferrable",
    "deferred",
    "delete",
    "desc",
    "detach",
    "distinct",
    "drop",
    "each",
    "else",
    "end",
    "escape",
    "except",
    "exclusive",
    "exists",
    "explain",
    "false",
    "fail",
    "for",
    "foreign",
    "from",
    "full",
    "glob",
    "group",
    "having",
    "if",
    "ignore",
    "immediate",
    "in",
    "index",
    "indexed",
    "initially",
    "inner",
    "insert",
    "instead",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "key",
    "left",
    "like",
    "limit",
    "match",
    "natural",
    "not",
    "notnull",
    "null",
    "of",
    "offset",
    "on",
    "or",
    "order",
    "outer",
    "plan",
    "pragma",
    "primary",
    "query",
    "raise",
    "references",
    "regexp",
    "reindex",
    "rename",
    "replace",
    "restrict",
    "right",
    "rollback",
    "row",
    "select",
    "set",
    "table",
    "temp",
    "temporary",
    "then",
    "to",
    "transaction",
    "trigger",
    "true",
    "union",
    "unique",
    "update",
    "using",
    "vacuum",
    "values",
    "view",
    "virtual",
    "when",
    "where",
    // Reserved since SQLAlchemy's list was made.
    "nothing",
    "returning",
};
constexpr sql::WordSet reserved{words};

struct Field {
    std::string_view name;
    std::string_view format;
};

constexpr Field fields[] = {
    {"month", "%m"}, {"day", "%d"},    {"year", "%Y"},  {"second", "%S"}, {"hour", "%H"},
    {"doy", "%j"},   {"minute", "%M"}, {"epoch", "%s"}, {"dow", "%w"},    {"week", "%W"},
};

}  // namespace

void SqliteTypeCompiler::write_datetime(const sql::Type&, std::string& out) const { out += "DATETIME"; }
void SqliteTypeCompiler::write_interval(const sql::Type&, std::string& out) const { out += "DATETIME"; }

const sql::TypeCompiler& sqlite_types() {
    static const SqliteTypeCompiler types;
    return types;
}

bool SqliteCompiler::is_reserved(const sql::Identifier& name) const { return reserved.contains(name); }

void SqliteCompiler::visit_limit(const sql::QueryNode& query) {
    write("\n LIMIT ");
    // SQLite takes an OFFSET behind a LIMIT only; -1 is no limit.
    query.limit ? visit_value(ValueView::of(*query.limit)) : write("-1");
    write(" OFFSET ");
    visit_value(ValueView::of(query.offset ? *query.offset : std::int64_t{0}));
}

void SqliteCompiler::visit_empty_set(bool, std::size_t width) {
    std::string ones = "1";
    for (std::size_t i = 1; i < width; ++i) ones += ", 1";
    write("SELECT " + ones + " FROM (SELECT " + ones + ") WHERE 1!=1");
}

void SqliteCompiler::visit_literal(const sql::ValueView& value) {
    bool moment = value.kind >= sql::ValueKind::date;
    char place[32];
    moment ? Compiler::visit_literal(ValueView::of(write_moment(value, place))) : Compiler::visit_literal(value);
}

void SqliteCompiler::visit_divide(const sql::BinaryNode& binary) {
    visit_operand(binary.left, binary.op);
    write(" / (");
    visit_operand(binary.right, sql::Operator::none);
    write(" + 0.0)");
}

void SqliteCompiler::visit_regexp(const sql::BinaryNode& binary, bool negated) {
    visit_operand(binary.left, binary.op);
    write(negated ? " NOT REGEXP " : " REGEXP ");
    visit_operand(binary.right, binary.op);
}

void SqliteCompiler::visit_distinct_from(const sql::BinaryNode& binary, bool negated) {
    visit_operand(binary.left, binary.op);
    write(negated ? " IS NOT " : " IS ");
    visit_operand(binary.right, binary.op);
}

void SqliteCompiler::visit_function(const sql::FunctionNode& function) {
    std::string_view name = function.name.text;
    if (name == "now" && function.arguments.empty()) return write("CURRENT_TIMESTAMP");
    Compiler::visit_function(function);
}

void SqliteCompiler::visit_extract(const sql::ExtractNode& extract) {
    for (const auto& [name, format] : fields) {
        if (name != std::string_view(extract.field)) continue;
        write("CAST(STRFTIME('");
        write(format);
        write("', ");
        visit(extract.operand);
        return write(") AS INTEGER)");
    }
    throw sql::CompileError("unknown-extract-field"_code,
                            "SQLite cannot extract '" + std::string(extract.field) + "' from a date.",
                            "it can: year, month, day, hour, minute, second, dow, doy, week, epoch");
}

void SqliteCompiler::visit_as_boolean(const sql::Expression& value, bool wanted) {
    visit_operand(value, sql::Operator::eq);
    write(wanted ? " = 1" : " = 0");
}

}  // namespace retort::dialects::sqlite
