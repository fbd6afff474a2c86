// DDL beside tables: constraints that come and go, sequences, schemas, types and comments.
#include "retort/schema/ddl.hpp"

namespace retort::schemas {

std::string DdlCompiler::add_foreign_key(const AddForeignKey& statement) const {
    return "ALTER TABLE " + qualified(statement.schema, statement.table) + " ADD " +
           foreign_key(statement.key, statement.schema);
}

std::string DdlCompiler::add_constraint(const AddConstraint& statement) const {
    std::string text;
    if (const auto* key = std::get_if<PrimaryKey>(&statement.constraint)) {
        text = constraint_prefix(key->name) + "PRIMARY KEY (" + names(key->columns) + ')' + deferral(key->deferral);
    } else if (const auto* foreign = std::get_if<ForeignKey>(&statement.constraint)) {
        text = foreign_key(*foreign, statement.schema);
    } else if (const auto* one = std::get_if<Unique>(&statement.constraint)) {
        text = unique(*one);
    } else if (const auto* condition = std::get_if<Check>(&statement.constraint)) {
        text = check(*condition);
    } else {
        text = exclude(std::get<Exclude>(statement.constraint));
    }
    return "ALTER TABLE " + qualified(statement.schema, statement.table) + " ADD " + text;
}

std::string DdlCompiler::drop_constraint(const DropConstraint& statement) const {
    std::string out = "ALTER TABLE " + qualified(statement.schema, statement.table) + " DROP CONSTRAINT ";
    if (statement.if_exists) out += "IF EXISTS ";
    out += index_name(statement.name);
    return statement.cascade ? out + " CASCADE" : out;
}

namespace {

void append_number(std::string& out, std::string_view words, std::optional<std::int64_t> number) {
    if (!number) return;
    if (!out.empty()) out += ' ';
    out += words;
    out += std::to_string(*number);
}

void append_words(std::string& out, bool wanted, std::string_view words) {
    if (!wanted) return;
    if (!out.empty()) out += ' ';
    out += words;
}

}  // namespace

std::string DdlCompiler::counting(const Counting& counting) const {
    std::string out;
    append_number(out, "INCREMENT BY ", counting.increment);
    append_number(out, "START WITH ", counting.start);
    append_number(out, "MINVALUE ", counting.min_value);
    append_number(out, "MAXVALUE ", counting.max_value);
    append_words(out, counting.no_min_value, "NO MINVALUE");
    append_words(out, counting.no_max_value, "NO MAXVALUE");
    append_number(out, "CACHE ", counting.cache);
    if (counting.order) append_words(out, true, *counting.order ? "ORDER" : "NO ORDER");
    if (counting.cycle) append_words(out, true, *counting.cycle ? "CYCLE" : "NO CYCLE");
    return out;
}

std::string DdlCompiler::create_sequence(const CreateSequence& statement) const {
    const Sequence& sequence = statement.sequence;
    std::string out = "CREATE SEQUENCE ";
    if (statement.if_not_exists) out += "IF NOT EXISTS ";
    out += qualified(sequence.schema, sequence.name);
    std::string how = counting(sequence.counting);
    return how.empty() ? out : out + ' ' + how;
}

std::string DdlCompiler::compile(const DropSequence& statement) const {
    std::string out = statement.if_exists ? "DROP SEQUENCE IF EXISTS " : "DROP SEQUENCE ";
    return out + qualified(statement.schema, statement.name);
}

std::string DdlCompiler::compile(const CreateSchema& statement) const {
    std::string out = statement.if_not_exists ? "CREATE SCHEMA IF NOT EXISTS " : "CREATE SCHEMA ";
    return out + quoted(statement.name);
}

std::string DdlCompiler::compile(const DropSchema& statement) const {
    std::string out = statement.if_exists ? "DROP SCHEMA IF EXISTS " : "DROP SCHEMA ";
    out += quoted(statement.name);
    return statement.cascade ? out + " CASCADE" : out;
}

std::string DdlCompiler::compile(const CreateEnum& statement) const {
    const auto* details = statement.type.details();
    if (!details || details->name.empty()) {
        throw sql::CompileError("unnamed-enum"_code, "A type cannot be made without a name",
                                "name it: Enum({\"a\", \"b\"}, \"letters\")");
    }
    std::string out = "CREATE TYPE " + qualified(statement.schema, details->name) + " AS ENUM (";
    for (const std::string& value : details->values) {
        if (&value != &details->values.front()) out += ", ";
        out += literal(value);
    }
    return out + ')';
}

std::string DdlCompiler::compile(const DropEnum& statement) const {
    std::string out = statement.if_exists ? "DROP TYPE IF EXISTS " : "DROP TYPE ";
    return out + qualified(statement.schema, statement.name);
}

std::string DdlCompiler::rename_table(std::string_view schema, std::string_view table, std::string_view to) const {
    return "ALTER TABLE " + qualified(schema, table) + " RENAME TO " + quoted(to);
}

std::string DdlCompiler::set_table_comment(const SetTableComment& statement) const {
    std::string text = statement.comment.empty() ? std::string("NULL") : literal(statement.comment);
    return "COMMENT ON TABLE " + qualified(statement.schema, statement.table) + " IS " + text;
}

std::string DdlCompiler::set_column_comment(const SetColumnComment& statement) const {
    const Column& column = statement.column;
    std::string text = column.comment.empty() ? std::string("NULL") : literal(column.comment);
    return "COMMENT ON COLUMN " + qualified(statement.schema, statement.table) + '.' + quoted(column.name) + " IS " +
           text;
}

}  // namespace retort::schemas
