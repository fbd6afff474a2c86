// What PostgreSQL spells otherwise than the standard.
#include "retort/dialects/postgresql/compiler.hpp"

#include "retort/dialects/postgresql/words.hpp"

namespace retort::dialects::postgresql {

using sql::Operator;
using sql::ValueView;

bool PostgresqlCompiler::is_reserved(const sql::Identifier& name) const { return reserved.contains(name); }

void PostgresqlCompiler::write_mark(std::size_t position) {
    write('$');
    write_integer(static_cast<std::int64_t>(position));
}

void PostgresqlCompiler::visit_limit(const sql::QueryNode& query) {
    write(" \n LIMIT ");
    has_limit(query) ? visit_limit_rows(query) : write("ALL");
    if (!has_offset(query)) return;
    write(" OFFSET ");
    visit_offset_rows(query);
}

void PostgresqlCompiler::visit_fetch(const sql::QueryNode& query) {
    if (has_offset(query)) {
        write("\n OFFSET (");
        visit_offset_rows(query);
        write(") ROWS");
    }
    const sql::Fetch& fetch = *query.extras->fetch;
    write("\n FETCH FIRST (");
    visit_value(ValueView::of(fetch.count));
    write(fetch.percent ? ") PERCENT ROWS " : ") ROWS ");
    write(fetch.with_ties ? "WITH TIES" : "ONLY");
}

void PostgresqlCompiler::visit_for_update(const sql::ForUpdate& options) {
    if (options.read) {
        write(options.key_share ? " FOR KEY SHARE" : " FOR SHARE");
    } else {
        write(options.key_share ? " FOR NO KEY UPDATE" : " FOR UPDATE");
    }
    for (std::size_t i = 0; i < options.of.size(); ++i) {
        write(i == 0 ? " OF " : ", ");
        // Here PostgreSQL takes no schema before a table's name.
        const auto* table = sql::node_cast<sql::TableNode>(options.of[i].node());
        table ? write_name(table->name) : write_column_table(*options.of[i].node());
    }
    if (options.nowait) write(" NOWAIT");
    if (options.skip_locked) write(" SKIP LOCKED");
}

void PostgresqlCompiler::visit_distinct_on(const std::vector<sql::Expression>& expressions) {
    write("DISTINCT ON (");
    visit_delimited(expressions, Operator::comma);
    write(") ");
}

void PostgresqlCompiler::visit_default_values() { write(" DEFAULT VALUES"); }

void PostgresqlCompiler::visit_delete_froms(const sql::DeleteNode&, const std::vector<const sql::Node*>& froms) {
    write(" USING ");
    visit_froms(froms);
}

void PostgresqlCompiler::visit_hinted(const sql::Node& table, std::string_view hint) {
    if (hint != "ONLY") {
        throw sql::CompileError("unknown-hint"_code, "PostgreSQL has no hint \"" + std::string(hint) + "\"",
                                "it knows ONLY; give hints of other databases with their dialect's name");
    }
    write("ONLY ");
    visit(table);
}

void PostgresqlCompiler::visit_literal(const ValueView& value) {
    if (value.kind != sql::ValueKind::blob) return Compiler::visit_literal(value);
    constexpr char digits[] = "0123456789abcdef";
    write("'\\x");
    for (char c : value.text()) {
        write(digits[static_cast<unsigned char>(c) >> 4]);
        write(digits[static_cast<unsigned char>(c) & 15]);
    }
    write('\'');
}

namespace {

bool ignores_case(const sql::Expression& flags) {
    const auto* bind = sql::node_cast<sql::BindNode>(flags.node());
    return bind && bind->value.kind() == sql::ValueKind::text && bind->value.view().text() == "i";
}

}  // namespace

void PostgresqlCompiler::visit_regexp(const sql::RegexpNode& regexp, bool negated) {
    if (regexp.flags.is_empty()) return visit_generic(regexp, negated ? " !~ " : " ~ ");
    if (ignores_case(regexp.flags)) return visit_generic(regexp, negated ? " !~* " : " ~* ");
    visit_side(regexp.left, regexp.right, regexp.op);
    write(negated ? " !~ " : " ~ ");
    write("CONCAT('(?', ");
    visit_side(regexp.flags, regexp.left, Operator::comma);
    write(", ')', ");
    visit_side(regexp.right, regexp.left, Operator::comma);
    write(')');
}

void PostgresqlCompiler::visit_regexp_replace(const sql::RegexpNode& regexp) {
    write_regexp_replace("REGEXP_REPLACE", regexp);
}

void PostgresqlCompiler::visit_match(const sql::BinaryNode& binary) {
    visit_side(binary.left, binary.right, binary.op);
    write(" @@ plainto_tsquery(");
    visit_side(binary.right, binary.left, Operator::none);
    write(')');
}

void PostgresqlCompiler::visit_bitwise(const sql::BinaryNode& binary) {
    visit_generic(binary, binary.op == Operator::bitwise_xor ? " # " : sql::operator_text(binary.op));
}

/// In parentheses as a part of another operator: `->` binds less tightly than it looks.
void PostgresqlCompiler::visit_json_step(const sql::JsonNode& json, std::string_view symbol) {
    bool grouped = in_operator();
    if (grouped) write('(');
    visit_generic(json, symbol);
    if (grouped) write(')');
}

void PostgresqlCompiler::visit_json(const sql::JsonNode& json) {
    bool path = json.op == Operator::json_path;
    if (json.type.is_json()) return visit_json_step(json, path ? " #> " : " -> ");
    write("CAST(");
    visit_json_step(json, path ? " #>> " : " ->> ");
    write(" AS ");
    write(types().text(json.type));
    write(')');
}

void PostgresqlCompiler::visit_sequence(const sql::SequenceNode& sequence) {
    std::string name = quoted(sequence.name);
    if (!sequence.schema.empty()) name = quoted(sequence.schema) + '.' + name;
    write("nextval(");
    write_text(name);
    write(')');
}

void PostgresqlCompiler::visit_function(const sql::FunctionNode& function) {
    bool substring = function.name.text == "substring" && function.arguments.size() >= 2;
    if (!substring) return Compiler::visit_function(function);
    write("SUBSTRING(");
    visit(function.arguments[0]);
    write(" FROM ");
    visit_side(function.arguments[1], function.arguments[0], Operator::comma);
    if (function.arguments.size() > 2) {
        write(" FOR ");
        visit_side(function.arguments[2], function.arguments[0], Operator::comma);
    }
    write(')');
}

}  // namespace retort::dialects::postgresql
