// DDL as the SQL standard has it.
#include "retort/schema/ddl.hpp"

#include <algorithm>

#include "retort/base/suggest.hpp"

namespace retort::schemas {

namespace {

std::string_view action_text(Action action) {
    switch (action) {
        case Action::no_action: return "NO ACTION";
        case Action::restrict_: return "RESTRICT";
        case Action::cascade: return "CASCADE";
        case Action::set_null: return "SET NULL";
        case Action::set_default: return "SET DEFAULT";
        case Action::unspecified: break;
    }
    return {};
}

void append_line(std::string& out, const std::string& line) {
    if (line.empty()) return;
    out += out.empty() ? "\n\t" : ", \n\t";
    out += line;
}

}  // namespace

std::string DdlCompiler::compile(const DdlStatement& statement) const {
    return std::visit([&](const auto& one) { return compile(one); }, statement);
}

std::unique_ptr<sql::Compiler> DdlCompiler::sql_compiler(sql::CompileOptions options) const {
    return std::make_unique<sql::Compiler>(options);
}

std::string DdlCompiler::type(const sql::Type& type) const { return sql_compiler({})->types().text(type); }

std::string DdlCompiler::quoted(std::string_view name) const { return sql_compiler({})->quoted(sql::Identifier(name)); }

std::string DdlCompiler::qualified(std::string_view schema, std::string_view name) const {
    return schema.empty() ? quoted(name) : quoted(schema) + '.' + quoted(name);
}

std::string DdlCompiler::expression(const sql::Expression& expression) const {
    return sql_compiler({.literal_values = true, .table_names = false})->compile(expression).text;
}

std::string DdlCompiler::names(const std::vector<std::string>& columns) const {
    std::string out;
    for (const std::string& column : columns) {
        if (!out.empty()) out += ", ";
        out += quoted(column);
    }
    return out;
}

std::string DdlCompiler::constraint_prefix(std::string_view name) const {
    return name.empty() ? std::string() : "CONSTRAINT " + quoted(name) + ' ';
}

std::string DdlCompiler::server_default(const Column& column) const { return expression(column.server_default); }

std::string DdlCompiler::computed(const Computed& computed) const {
    std::string out = "GENERATED ALWAYS AS (" + computed.sql + ')';
    if (computed.stored) out += *computed.stored ? " STORED" : " VIRTUAL";
    return out;
}

std::string DdlCompiler::column_type(const Column& column, const Table&) const { return type(column.type); }

std::string DdlCompiler::column_specification(const Column& column, const Table& table) const {
    if (column.type.is_unknown()) {
        throw sql::CompileError("unknown-type"_code,
                                "Column \"" + column.name + "\" of table \"" + table.full_name() + "\" has no type",
                                "give it one, such as Integer() or String(80)");
    }
    std::string out = quoted(column.name) + ' ' + column_type(column, table);
    if (!column.collation.empty()) out += " COLLATE " + quoted(column.collation);
    if (!column.server_default.is_empty()) out += " DEFAULT " + server_default(column);
    if (column.computed) out += ' ' + computed(*column.computed);
    if (!column.nullable || column.primary_key) out += " NOT NULL";
    for (const Check& own : column.checks) out += ' ' + check(own);
    return out;
}

std::string DdlCompiler::primary_key(const Table& table) const {
    std::vector<std::string> columns = table.primary_key_columns();
    if (columns.empty()) return {};
    return constraint_prefix(table.primary_key.name) + "PRIMARY KEY (" + names(columns) + ')';
}

std::string DdlCompiler::foreign_key(const ForeignKey& key) const {
    std::string out = constraint_prefix(key.name) + "FOREIGN KEY(" + names(key.columns) + ") REFERENCES " +
                      qualified(key.referred_schema, key.referred_table) + " (" + names(key.referred_columns) + ')';
    if (key.on_delete != Action::unspecified) out.append(" ON DELETE ").append(action_text(key.on_delete));
    if (key.on_update != Action::unspecified) out.append(" ON UPDATE ").append(action_text(key.on_update));
    if (key.deferrable) out += *key.deferrable ? " DEFERRABLE" : " NOT DEFERRABLE";
    if (!key.initially.empty()) out += " INITIALLY " + key.initially;
    return out;
}

std::string DdlCompiler::unique(const Unique& unique) const {
    return constraint_prefix(unique.name) + "UNIQUE (" + names(unique.columns) + ')';
}

std::string DdlCompiler::check(const Check& check) const {
    bool native = (check.type == sql::TypeKind::boolean && has_native_boolean()) ||
                  (check.type == sql::TypeKind::enumeration && has_native_enum());
    if (native) return {};
    return constraint_prefix(check.name) + "CHECK (" + expression(check.condition) + ')';
}

std::string DdlCompiler::table_options(const Table&) const { return {}; }

std::string DdlCompiler::create_table(const CreateTable& statement) const {
    const Table& table = statement.table;
    std::string lines;
    for (const Column& column : table.columns) append_line(lines, column_specification(column, table));
    append_line(lines, primary_key(table));
    for (const Constraint& constraint : table.constraints) {
        if (const auto* key = std::get_if<ForeignKey>(&constraint)) {
            const auto& without = statement.without;
            bool later = std::find(without.begin(), without.end(), key->name) != without.end();
            if (!later) append_line(lines, foreign_key(*key));
        } else if (const auto* one = std::get_if<Unique>(&constraint)) {
            append_line(lines, unique(*one));
        } else {
            append_line(lines, check(std::get<Check>(constraint)));
        }
    }
    std::string out = "CREATE TABLE ";
    if (statement.if_not_exists) out += "IF NOT EXISTS ";
    out += qualified(table.schema, table.name) + " (" + lines + "\n)";
    return out + table_options(table);
}

std::string DdlCompiler::drop_table(const DropTable& statement) const {
    std::string_view condition = statement.if_exists ? "IF EXISTS " : "";
    return std::string("DROP TABLE ").append(condition) + qualified(statement.schema, statement.name);
}

std::string DdlCompiler::create_index(const CreateIndex& statement) const {
    const Index& index = statement.index;
    if (index.name.empty()) {
        throw sql::CompileError("unnamed-index"_code, "An index of table \"" + statement.table + "\" has no name",
                                "name it, or add its table to a MetaData, which names it");
    }
    std::string out = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
    if (statement.if_not_exists) out += "IF NOT EXISTS ";
    out += quoted(index.name) + " ON " + qualified(statement.schema, statement.table) + " (";
    for (const IndexPart& part : index.parts) {
        if (&part != &index.parts.front()) out += ", ";
        out += part.column.empty() ? expression(part.expression) : quoted(part.column);
    }
    out += ')';
    if (!index.where.is_empty()) out += " WHERE " + expression(index.where);
    return out;
}

std::string DdlCompiler::drop_index(const DropIndex& statement) const {
    std::string_view condition = statement.if_exists ? "IF EXISTS " : "";
    return std::string("DROP INDEX ").append(condition) + qualified(statement.schema, statement.name);
}

std::string DdlCompiler::add_foreign_key(const AddForeignKey& statement) const {
    return "ALTER TABLE " + qualified(statement.schema, statement.table) + " ADD " + foreign_key(statement.key);
}

std::string DdlCompiler::drop_constraint(const DropConstraint& statement) const {
    return "ALTER TABLE " + qualified(statement.schema, statement.table) + " DROP CONSTRAINT " + quoted(statement.name);
}

}  // namespace retort::schemas
