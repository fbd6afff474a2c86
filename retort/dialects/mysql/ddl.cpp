// What MySQL spells otherwise in DDL.
#include "retort/dialects/mysql/ddl.hpp"

#include <algorithm>
#include <iterator>

#include "retort/base/text.hpp"
#include "retort/dialects/mysql/compiler.hpp"
#include "retort/schema/alter.hpp"
#include "retort/sql/nodes.hpp"

namespace retort::dialects::mysql {

namespace {

/// A TIMESTAMP is NOT NULL unless it says otherwise.
bool is_timestamp(const sql::Type& type) {
    return type.kind() == sql::TypeKind::named && type.details()->name == "TIMESTAMP";
}

}  // namespace

std::unique_ptr<sql::Compiler> MysqlDdlCompiler::sql_compiler(sql::CompileOptions options) const {
    return std::make_unique<MysqlCompiler>(options);
}

std::string MysqlDdlCompiler::column_text(const schemas::Column& column, bool counted) const {
    std::string out = quoted(column.name) + ' ' + type(column.type);
    if (!column.collation.empty()) out += " COLLATE " + quoted(column.collation);
    if (column.computed) out += ' ' + computed(*column.computed);
    if (!column.nullable || column.primary_key) {
        out += " NOT NULL";
    } else if (is_timestamp(column.type)) {
        out += " NULL";
    }
    if (!column.comment.empty()) out += " COMMENT " + literal(column.comment);
    if (counted) return out + " AUTO_INCREMENT";
    if (!column.server_default.is_empty()) out += " DEFAULT " + server_default(column);
    return out;
}

std::string MysqlDdlCompiler::rename_table(std::string_view schema, std::string_view table, std::string_view to) const {
    return "ALTER TABLE " + qualified(schema, table) + " RENAME TO " + qualified(schema, to);
}

std::string MysqlDdlCompiler::column_specification(const schemas::Column& column, const schemas::Table& table) const {
    const auto* counting = table.autoincrement_column();
    std::string out = column_text(column, counting != nullptr && counting->name == column.name);
    for (const schemas::Check& own : column.checks) out += ' ' + check(own);
    return out;
}

std::string MysqlDdlCompiler::foreign_key(const schemas::ForeignKey& key, std::string_view schema) const {
    if (!key.match.empty()) {
        throw sql::CompileError("no-match"_code,
                                "MySQL ignores MATCH, and with it the ON DELETE and ON UPDATE of a foreign key",
                                "leave `match` empty for this database");
    }
    return DdlCompiler::foreign_key(key, schema);
}

namespace {

struct TableOption {
    std::string_view name;
    std::string_view words;
};
/// In the order in which they are written; all others follow by their names.
constexpr TableOption first_options[] = {
    {"engine", "ENGINE="},
    {"auto_increment", "AUTO_INCREMENT="},
    {"row_format", "ROW_FORMAT="},
    {"key_block_size", "KEY_BLOCK_SIZE="},
    {"charset", "CHARSET="},
    {"default_charset", "DEFAULT CHARSET="},
    {"character_set", "CHARACTER SET "},
    {"default_character_set", "DEFAULT CHARACTER SET "},
    {"collate", "COLLATE "},
    {"default_collate", "DEFAULT COLLATE "},
};
constexpr TableOption last_options[] = {
    {"partition_by", "PARTITION BY "},
    {"partitions", "PARTITIONS "},
    {"subpartition_by", "SUBPARTITION BY "},
    {"subpartitions", "SUBPARTITIONS "},
};
constexpr std::string_view texts[] = {"connection", "data_directory", "index_directory", "password"};

bool has_place(std::string_view name) {
    auto same = [&](const TableOption& one) { return one.name == name; };
    return name == "comment" || std::any_of(std::begin(first_options), std::end(first_options), same) ||
           std::any_of(std::begin(last_options), std::end(last_options), same);
}

/// `PACK_KEYS=`, `DATA DIRECTORY=`, `TABLESPACE `
std::string words_of(std::string_view name) {
    std::string out = ascii_upper(name);
    if (out.ends_with("_DIRECTORY")) out[out.size() - 10] = ' ';
    return out + (name == "tablespace" ? ' ' : '=');
}

}  // namespace

std::string MysqlDdlCompiler::table_options(const schemas::Table& table) const {
    constexpr std::string_view own = "mysql_";
    std::string out;
    auto append = [&](const std::string& text) { out += out.empty() ? text : ' ' + text; };
    auto append_known = [&](const TableOption& one) {
        std::string_view value = table.option(std::string(own).append(one.name));
        if (!value.empty()) append(std::string(one.words).append(value));
    };
    for (const TableOption& one : first_options) append_known(one);
    std::string comment = table.comment.empty() ? std::string(table.option("mysql_comment")) : table.comment;
    if (!comment.empty()) append("COMMENT=" + literal(comment));
    for (const auto& [key, value] : table.options) {
        if (!key.starts_with(own) || value.empty()) continue;
        std::string_view name = std::string_view(key).substr(own.size());
        if (has_place(name)) continue;
        bool is_text = std::find(std::begin(texts), std::end(texts), name) != std::end(texts);
        append(words_of(name) + (is_text && !value.starts_with('\'') ? literal(value) : value));
    }
    for (const TableOption& one : last_options) append_known(one);
    return out;
}

namespace {

/// Functions and operators stand in parentheses of their own; columns and their order do not.
bool needs_parentheses(const sql::Node& node) {
    switch (node.kind()) {
        case sql::NodeKind::column:
        case sql::NodeKind::text:
        case sql::NodeKind::literal_column: return false;
        case sql::NodeKind::unary: {
            const auto& unary = static_cast<const sql::UnaryNode&>(node);
            bool order = unary.op == sql::Operator::asc || unary.op == sql::Operator::desc;
            return !order || needs_parentheses(*unary.operand.node());
        }
        default: return true;
    }
}

}  // namespace

std::string MysqlDdlCompiler::index_part(const schemas::IndexPart& part, const schemas::Index& index) const {
    if (part.column.empty()) {
        std::string text = expression(part.expression);
        return needs_parentheses(*part.expression.node()) ? '(' + text + ')' : text;
    }
    std::string length = option(index.options, "mysql_length:" + part.column);
    if (length.empty()) length = option(index.options, "mysql_length");
    return length.empty() ? quoted(part.column) : quoted(part.column) + '(' + length + ')';
}

std::string MysqlDdlCompiler::create_index(const schemas::CreateIndex& statement) const {
    check_index(statement);
    const schemas::Index& index = statement.index;
    std::string out = index.unique ? "CREATE UNIQUE " : "CREATE ";
    std::string prefix = option(index.options, "mysql_prefix");
    if (!prefix.empty()) out += prefix + ' ';
    out += statement.if_not_exists ? "INDEX IF NOT EXISTS " : "INDEX ";
    out += index_name(index.name) + " ON " + qualified(statement.schema, statement.table) + index_parts(index);
    std::string parser = option(index.options, "mysql_with_parser");
    if (!parser.empty()) out += " WITH PARSER " + parser;
    std::string method = option(index.options, "mysql_using");
    return method.empty() ? out : out + " USING " + method;
}

std::string MysqlDdlCompiler::drop_index(const schemas::DropIndex& statement) const {
    std::string out = statement.if_exists ? "DROP INDEX IF EXISTS " : "DROP INDEX ";
    return out + index_name(statement.name) + " ON " + qualified(statement.schema, statement.table);
}

std::string MysqlDdlCompiler::drop_constraint(const schemas::DropConstraint& statement) const {
    std::string out = "ALTER TABLE " + qualified(statement.schema, statement.table) + " DROP ";
    switch (statement.kind) {
        case schemas::ConstraintKind::primary_key: return out + "PRIMARY KEY";
        case schemas::ConstraintKind::foreign_key: out += "FOREIGN KEY "; break;
        case schemas::ConstraintKind::unique: out += "INDEX "; break;
        case schemas::ConstraintKind::check: out += "CHECK "; break;
        case schemas::ConstraintKind::unknown: out += "CONSTRAINT "; break;
    }
    if (statement.if_exists) out += "IF EXISTS ";
    return out + index_name(statement.name);
}

std::string MysqlDdlCompiler::set_table_comment(const schemas::SetTableComment& statement) const {
    return "ALTER TABLE " + qualified(statement.schema, statement.table) + " COMMENT " + literal(statement.comment);
}

/// MySQL wants the whole column again.
std::string MysqlDdlCompiler::set_column_comment(const schemas::SetColumnComment& statement) const {
    std::string name = quoted(statement.column.name);
    return "ALTER TABLE " + qualified(statement.schema, statement.table) + " CHANGE " + name + ' ' +
           column_text(statement.column, false);
}

void MysqlDdlCompiler::change_column(std::vector<std::string>& out, const schemas::TableChange& change,
                                     const schemas::Column& before, const schemas::Column& after) const {
    schemas::Column old = before;
    schemas::Column changed = after;
    old.checks.clear();
    changed.checks.clear();
    auto text = column_specification(changed, change.after);
    if (column_specification(old, change.before) == text) return;
    auto table = qualified(change.before.schema, change.before.name);
    const auto* source = change.source_of(after.name);
    if (before.nullable && !after.nullable && source && !source->backfill.empty() && !source->from.empty()) {
        out.push_back("UPDATE " + table + " SET " + quoted(after.name) + " = " + source->backfill + " WHERE " +
                      quoted(after.name) + " IS NULL");
    }
    out.push_back("ALTER TABLE " + table + " MODIFY COLUMN " + text);
}

const schemas::DdlCompiler& mysql_ddl() {
    static const MysqlDdlCompiler ddl;
    return ddl;
}

}  // namespace retort::dialects::mysql
