// DDL as the SQL standard has it.
#include "retort/schema/ddl.hpp"

#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/schema/naming.hpp"

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

std::string DdlCompiler::index_name(const std::string& name) const { return quoted(short_name(name, longest_name())); }

std::string DdlCompiler::constraint_prefix(std::string_view name) const {
    return name.empty() ? std::string() : "CONSTRAINT " + index_name(std::string(name)) + ' ';
}

std::string DdlCompiler::server_default(const Column& column) const { return expression(column.server_default); }

std::string DdlCompiler::literal(std::string_view text) const {
    return expression(sql::literal(sql::Value(sql::ValueView::of(text))));
}

std::string DdlCompiler::option(const Options& options, const std::string& name) {
    auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
}

std::string DdlCompiler::deferral(const Deferral& deferral) const {
    std::string out;
    if (deferral.deferrable) out += *deferral.deferrable ? " DEFERRABLE" : " NOT DEFERRABLE";
    if (!deferral.initially.empty()) out += " INITIALLY " + deferral.initially;
    return out;
}

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

std::vector<std::string> DdlCompiler::key_columns(const Table& table) const {
    std::vector<std::string> columns = table.primary_key_columns();
    const Column* counted = table.autoincrement_column();
    if (!counted) return columns;
    auto own = std::find(columns.begin(), columns.end(), counted->name);
    std::rotate(columns.begin(), own, own + 1);
    return columns;
}

std::string DdlCompiler::primary_key(const Table& table) const {
    std::vector<std::string> columns = key_columns(table);
    if (columns.empty()) return {};
    return constraint_prefix(table.primary_key.name) + "PRIMARY KEY (" + names(columns) + ')' +
           deferral(table.primary_key.deferral);
}

std::string DdlCompiler::foreign_key(const ForeignKey& key, std::string_view) const {
    std::string out = constraint_prefix(key.name) + "FOREIGN KEY(" + names(key.columns) + ") REFERENCES " +
                      qualified(key.referred_schema, key.referred_table);
    // Without columns it is the primary key that is meant.
    if (!key.referred_columns.empty()) out += " (" + names(key.referred_columns) + ')';
    if (!key.match.empty()) out += " MATCH " + key.match;
    if (key.on_delete != Action::unspecified) out.append(" ON DELETE ").append(action_text(key.on_delete));
    if (key.on_update != Action::unspecified) out.append(" ON UPDATE ").append(action_text(key.on_update));
    return out + deferral({key.deferrable, key.initially});
}

std::string DdlCompiler::unique(const Unique& unique) const {
    return constraint_prefix(unique.name) + "UNIQUE (" + names(unique.columns) + ')' + deferral(unique.deferral);
}

std::string DdlCompiler::check(const Check& check) const {
    bool native = (check.type == sql::TypeKind::boolean && has_native_boolean()) ||
                  (check.type == sql::TypeKind::enumeration && has_native_enum());
    if (native) return {};
    return constraint_prefix(check.name) + "CHECK (" + expression(check.condition) + ')' + deferral(check.deferral);
}

std::string DdlCompiler::exclude(const Exclude& exclude) const {
    throw sql::CompileError("no-exclude"_code,
                            "The constraint \"" + exclude.name +
                                "\" is an EXCLUDE, which only "
                                "PostgreSQL has",
                            "leave it out for this database, or check in the program");
}

std::string DdlCompiler::table_options(const Table&) const { return {}; }

std::string DdlCompiler::constraint(const Constraint& constraint, const CreateTable& statement) const {
    if (const auto* key = std::get_if<ForeignKey>(&constraint)) {
        const auto& without = statement.without;
        bool later = std::find(without.begin(), without.end(), key->name) != without.end();
        return later ? std::string() : foreign_key(*key, statement.table.schema);
    }
    if (const auto* one = std::get_if<Unique>(&constraint)) return unique(*one);
    if (const auto* one = std::get_if<Check>(&constraint)) return check(*one);
    return exclude(std::get<Exclude>(constraint));
}

std::string DdlCompiler::create_table(const CreateTable& statement) const {
    const Table& table = statement.table;
    std::string lines;
    for (const Column& column : table.columns) {
        if (!column.system) append_line(lines, column_specification(column, table));
    }
    append_line(lines, primary_key(table));
    for (const Constraint& one : table.constraints) append_line(lines, constraint(one, statement));
    std::string out = "CREATE ";
    for (const std::string& prefix : table.prefixes) out += prefix + ' ';
    out += statement.if_not_exists ? "TABLE IF NOT EXISTS " : "TABLE ";
    out += qualified(table.schema, table.name) + " (" + lines + "\n)";
    return out + table_options(table);
}

std::string DdlCompiler::drop_table(const DropTable& statement) const {
    std::string_view condition = statement.if_exists ? "IF EXISTS " : "";
    return std::string("DROP TABLE ").append(condition) + qualified(statement.schema, statement.name);
}

std::string DdlCompiler::index_part(const IndexPart& part, const Index&) const {
    return part.column.empty() ? expression(part.expression) : quoted(part.column);
}

std::string DdlCompiler::index_where(const Index& index) const {
    auto own = index.where_on.find(std::string(dialect_name()));
    const sql::Expression& where = own == index.where_on.end() ? index.where : own->second;
    return where.is_empty() ? std::string() : " WHERE " + expression(where);
}

void DdlCompiler::check_index(const CreateIndex& statement) {
    if (!statement.index.name.empty()) return;
    throw sql::CompileError("unnamed-index"_code, "An index of table \"" + statement.table + "\" has no name",
                            "name it, or add its table to a MetaData, which names it");
}

std::string DdlCompiler::index_parts(const Index& index) const {
    std::string out = " (";
    for (const IndexPart& part : index.parts) {
        if (&part != &index.parts.front()) out += ", ";
        out += index_part(part, index);
    }
    return out + ')';
}

std::string DdlCompiler::create_index(const CreateIndex& statement) const {
    check_index(statement);
    const Index& index = statement.index;
    std::string out = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
    if (statement.if_not_exists) out += "IF NOT EXISTS ";
    out += index_name(index.name) + " ON " + qualified(statement.schema, statement.table);
    return out + index_parts(index) + index_where(index);
}

std::string DdlCompiler::drop_index(const DropIndex& statement) const {
    std::string_view condition = statement.if_exists ? "IF EXISTS " : "";
    std::string name = short_name(statement.name, longest_name());
    return std::string("DROP INDEX ").append(condition) + qualified(statement.schema, name);
}

}  // namespace retort::schemas
