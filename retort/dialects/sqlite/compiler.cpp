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

void SqliteTypeCompiler::write_named(const sql::Type& type, std::string& out) const {
    bool sized = type.details()->name != "BLOB";
    sized ? TypeCompiler::write_named(type, out) : void(out += "BLOB");
}

const sql::TypeCompiler& sqlite_types() {
    static const SqliteTypeCompiler types;
    return types;
}

bool SqliteCompiler::is_reserved(const sql::Identifier& name) const { return reserved.contains(name); }

void SqliteCompiler::visit_limit(const sql::QueryNode& query) {
    write("\n LIMIT ");
    // SQLite takes an OFFSET behind a LIMIT only; -1 is no limit.
    has_limit(query) ? visit_limit_rows(query) : visit_value(ValueView::of(std::int64_t{-1}));
    write(" OFFSET ");
    has_offset(query) ? visit_offset_rows(query) : visit_value(ValueView::of(std::int64_t{0}));
}

void SqliteCompiler::visit_member(const sql::QueryNode& query, bool grouped) {
    if (grouped) write("SELECT * FROM ");
    Compiler::visit_member(query, grouped);
}

void SqliteCompiler::visit_hinted(const sql::Node& table, std::string_view) { visit(table); }

void SqliteCompiler::visit_default_values() { write(" DEFAULT VALUES"); }

void SqliteCompiler::visit_delete_froms(const sql::DeleteNode&, const std::vector<const sql::Node*>&) {
    throw sql::CompileError("delete-from-several-tables"_code,
                            "A DELETE may not name a second table in its conditions in this database",
                            "ask for the other table's rows in a subquery: column.in_(select(…))");
}

void SqliteCompiler::visit_empty_set(bool, std::size_t width) {
    std::string ones = "1";
    for (std::size_t i = 1; i < width; ++i) ones += ", 1";
    write("SELECT " + ones + " FROM (SELECT " + ones + ") WHERE 1!=1");
}

void SqliteCompiler::write_empty_list() { visit_empty_set(false, 1); }

void SqliteCompiler::visit_literal(const sql::ValueView& value) {
    bool moment = value.kind >= sql::ValueKind::date;
    char place[32];
    moment ? Compiler::visit_literal(ValueView::of(write_moment(value, place))) : Compiler::visit_literal(value);
}

void SqliteCompiler::visit_divide(const sql::BinaryNode& binary) {
    visit_side(binary.left, binary.right, binary.op);
    write(" / (");
    visit_side(binary.right, binary.left, binary.op);
    write(" + 0.0)");
}

void SqliteCompiler::visit_regexp(const sql::RegexpNode& regexp, bool negated) {
    visit_generic(regexp, negated ? " NOT REGEXP " : " REGEXP ");
}

void SqliteCompiler::visit_regexp_replace(const sql::RegexpNode&) {
    throw sql::CompileError("no-regexp-replace"_code, "SQLite cannot replace by a regular expression",
                            "use func replace(text, old, new), or replace in C++");
}

void SqliteCompiler::visit_json(const sql::JsonNode& json) {
    bool document = json.type.is_json();
    write(document ? "JSON_QUOTE(JSON_EXTRACT(" : "JSON_EXTRACT(");
    visit(json.left);
    write(", ");
    visit_side(json.path, json.left, sql::Operator::none);
    write(document ? "))" : ")");
}

void SqliteCompiler::visit_item(const sql::BinaryNode&) { SqliteTypeCompiler::throw_none(); }
void SqliteCompiler::visit_array(const sql::ArrayNode&) { SqliteTypeCompiler::throw_none(); }

// Right behind FROM, SQLite takes the ON of ON CONFLICT for that of a join.
static bool ends_with_from(const sql::Node* node) {
    if (const auto* compound = sql::node_cast<sql::CompoundNode>(node)) {
        if (!compound->order_by.empty() || compound->is_limited()) return false;
        node = compound->queries.back().get();
        if (node->kind() != sql::NodeKind::select) return true;
    }
    const auto* select = sql::node_cast<sql::SelectNode>(node);
    return select != nullptr && select->conditions.empty() && select->group_by.empty() && select->having.empty() &&
           select->order_by.empty() && !select->is_limited();
}

void SqliteCompiler::visit_conflict(const sql::InsertNode& insert) {
    if (insert.extras && !insert.extras->conflict_constraint.empty()) {
        throw sql::CompileError(
            "no-conflict-constraint"_code,
            "SQLite cannot name the constraint \"" + insert.extras->conflict_constraint + "\" in ON CONFLICT",
            "name its columns: ConflictTarget{.elements = {\"id\"}}");
    }
    if (insert.query && ends_with_from(insert.query.get())) write(" WHERE true");
    Compiler::visit_conflict(insert);
}

void SqliteCompiler::visit_sequence(const sql::SequenceNode& sequence) {
    throw sql::CompileError("no-sequences"_code,
                            "SQLite has no sequences, so \"" + sequence.name.text + "\" has no next value",
                            "let an integer primary key count the rows");
}

void SqliteCompiler::visit_distinct_from(const sql::BinaryNode& binary, bool negated) {
    visit_generic(binary, negated ? " IS NOT " : " IS ");
}

void SqliteCompiler::visit_function(const sql::FunctionNode& function) {
    std::string_view name = function.name.text;
    if (name == "now" && function.arguments.empty()) return write("CURRENT_TIMESTAMP");
    if (name == "localtimestamp") return write("DATETIME(CURRENT_TIMESTAMP, \"localtime\")");
    if (name == "char_length") {
        write("length");
        return visit_parenthesised(function.arguments);
    }
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

}  // namespace retort::dialects::sqlite
