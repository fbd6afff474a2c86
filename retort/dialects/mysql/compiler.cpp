// What MySQL and MariaDB spell otherwise than the standard.
#include "retort/dialects/mysql/compiler.hpp"

#include "retort/dialects/mysql/words.hpp"

namespace retort::dialects::mysql {

using sql::Operator;

bool MysqlCompiler::is_reserved(const sql::Identifier& name) const { return reserved.contains(name); }

/// A backslash means something in MySQL's texts.
void MysqlCompiler::write_text(std::string_view text) {
    write('\'');
    for (char c : text) {
        if (c == '\'' || c == '\\') write(c);
        write(c);
    }
    write('\'');
}

void MysqlCompiler::write_empty_list() { write("SELECT _in_0 FROM (SELECT 1 AS _in_0) as _empty_set WHERE 1!=1"); }

void MysqlCompiler::visit_limit(const sql::QueryNode& query) {
    write(" \n LIMIT ");
    if (has_offset(query)) {
        visit_offset_rows(query);
        write(", ");
    }
    // MySQL takes an OFFSET with a LIMIT only; this number is its own way to say none.
    has_limit(query) ? visit_limit_rows(query) : write("18446744073709551615");
}

void MysqlCompiler::visit_write_limit(std::int64_t rows) {
    write(" LIMIT ");
    write_integer(rows);
}

void MysqlCompiler::visit_for_update(const sql::ForUpdate& options) {
    write(options.read ? " LOCK IN SHARE MODE" : " FOR UPDATE");
    if (options.nowait) write(" NOWAIT");
    if (options.skip_locked) write(" SKIP LOCKED");
}

void MysqlCompiler::visit_hinted(const sql::Node& table, std::string_view hint) {
    visit(table);
    write(' ');
    write(hint);
}

void MysqlCompiler::visit_delete_froms(const sql::DeleteNode& node, const std::vector<const sql::Node*>& froms) {
    write(" USING ");
    visit(*node.table.node());
    write(", ");
    visit_froms(froms);
}

void MysqlCompiler::visit_conflict(const sql::InsertNode&) {
    throw sql::CompileError(
        "no-on-conflict"_code, "MySQL has no ON CONFLICT",
        "use on_duplicate_key_update({{\"name\", inserted(\"name\")}}), or prefix_with(\"IGNORE\")");
}

void MysqlCompiler::visit_duplicate(const sql::InsertNode& insert) {
    write(" ON DUPLICATE KEY UPDATE ");
    visit_assignments(insert.extras->duplicate_set, " = ");
}

/// The operands of a chain of `||`, as arguments of one concat().
void MysqlCompiler::visit_parts(const sql::Expression& text, const sql::Expression& other, Operator outer) {
    const auto* binary = sql::node_cast<sql::BinaryNode>(text.node());
    if (!binary || binary->op != Operator::concat) return visit_side(text, other, outer);
    visit_parts(binary->left, binary->right, Operator::concat);
    write(", ");
    visit_parts(binary->right, binary->left, Operator::concat);
}

void MysqlCompiler::visit_concat(const sql::BinaryNode& binary) {
    write("concat(");
    visit_parts(binary.left, binary.right, Operator::concat);
    write(", ");
    visit_parts(binary.right, binary.left, Operator::concat);
    write(')');
}

void MysqlCompiler::visit_affix_pattern(const sql::BinaryNode& binary, bool before, bool after) {
    write("concat(");
    if (before) write("'%', ");
    if (binary.ignores_case) {
        visit_like_operand(binary.right, binary.left, binary.op, true);
    } else {
        visit_parts(binary.right, binary.left, binary.op);
    }
    if (after) write(", '%'");
    write(')');
}

void MysqlCompiler::visit_regexp(const sql::RegexpNode& regexp, bool negated) {
    if (regexp.flags.is_empty()) return visit_generic(regexp, negated ? " NOT REGEXP " : " REGEXP ");
    if (negated) write("NOT ");
    write("REGEXP_LIKE(");
    visit_operand(regexp.left, Operator::regexp_match);
    write(", ");
    visit_side(regexp.right, regexp.left, Operator::comma);
    write(", ");
    visit_side(regexp.flags, regexp.left, Operator::comma);
    write(')');
}

void MysqlCompiler::visit_regexp_replace(const sql::RegexpNode& regexp) {
    write_regexp_replace("REGEXP_REPLACE", regexp);
}

void MysqlCompiler::visit_match(const sql::BinaryNode& binary) {
    write("MATCH (");
    visit(binary.left);
    write(") AGAINST (");
    visit_side(binary.right, binary.left, Operator::none);
    write(" IN BOOLEAN MODE)");
}

void MysqlCompiler::visit_distinct_from(const sql::BinaryNode& binary, bool negated) {
    if (negated) write("NOT (");
    visit_generic(binary, " <=> ");
    if (negated) write(')');
}

void MysqlCompiler::visit_cast(const sql::CastNode& cast) {
    if (cast.coerce_only) return visit(cast.operand);
    std::string target = mysql_types().cast_target(cast.type);
    if (target.empty()) return visit_grouped(cast.operand);
    write("CAST(");
    visit(cast.operand);
    write(" AS ");
    write(target);
    write(')');
}

void MysqlCompiler::visit_extracted(const sql::JsonNode& json) {
    write("JSON_EXTRACT(");
    visit(json.left);
    write(", ");
    visit_side(json.path, json.left, Operator::none);
    write(')');
}

void MysqlCompiler::visit_json_value(const sql::JsonNode& json) {
    bool number = json.type.is_integer() || json.type.kind() == sql::TypeKind::numeric;
    bool text = json.type.is_text();
    if (number) write("CAST(");
    if (text) write("JSON_UNQUOTE(");
    visit_extracted(json);
    if (json.type.kind() == sql::TypeKind::floating) write("+0.0000000000000000000000");
    if (number) write(" AS " + mysql_types().cast_target(json.type));
    if (number || text) write(')');
}

/// JSON's null is NULL, whatever the value is read as.
void MysqlCompiler::visit_json(const sql::JsonNode& json) {
    if (json.type.is_json()) return visit_extracted(json);
    write("CASE ");
    visit_extracted(json);
    write(" WHEN 'null' THEN NULL ");
    if (json.type.is_boolean()) return write("WHEN true THEN true ELSE false END");
    write("ELSE ");
    visit_json_value(json);
    write(" END");
}

void MysqlCompiler::visit_item(const sql::BinaryNode&) { MysqlTypeCompiler::throw_none(); }
void MysqlCompiler::visit_array(const sql::ArrayNode&) { MysqlTypeCompiler::throw_none(); }

/// MariaDB has sequences, MySQL has none.
void MysqlCompiler::visit_sequence(const sql::SequenceNode& sequence) {
    write("nextval(");
    if (!sequence.schema.empty()) write(quoted(sequence.schema) + '.');
    write_name(sequence.name);
    write(')');
}

void MysqlCompiler::visit_function(const sql::FunctionNode& function) {
    std::string_view name = function.name.text;
    if (name == "random") {
        write("rand");
        return visit_parenthesised(function.arguments);
    }
    if (name == "sysdate" && function.arguments.empty()) return write("SYSDATE()");
    if (name != "rollup") return Compiler::visit_function(function);
    visit_delimited(function.arguments, Operator::comma);
    write(" WITH ROLLUP");
}

}  // namespace retort::dialects::mysql
