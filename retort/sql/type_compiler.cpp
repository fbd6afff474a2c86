// Types as the SQL standard spells them.
#include "retort/sql/type_compiler.hpp"

#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/sql/expression.hpp"

namespace retort::sql {

void TypeCompiler::write_sized(std::string_view name, const Type& type, std::string& out) {
    out += name;
    if (type.length() < 0) return;
    out += '(';
    out += std::to_string(type.length());
    if (type.scale() >= 0) {
        out += ", ";
        out += std::to_string(type.scale());
    }
    out += ')';
}

void TypeCompiler::write(const Type& type, std::string& out) const {
    switch (type.kind()) {
        case TypeKind::unknown: break;
        case TypeKind::array: return write_array(type, out);
        case TypeKind::boolean: return write_boolean(type, out);
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer: return write_integer(type, out);
        case TypeKind::floating: return write_float(type, out);
        case TypeKind::numeric: return write_numeric(type, out);
        case TypeKind::string: write_string(type, out); return write_collation(type, out);
        case TypeKind::text: write_text(type, out); return write_collation(type, out);
        case TypeKind::large_binary: return write_binary(type, out);
        case TypeKind::date: return write_date(type, out);
        case TypeKind::time: return write_time(type, out);
        case TypeKind::datetime: return write_datetime(type, out);
        case TypeKind::interval: return write_interval(type, out);
        case TypeKind::json: return write_json(type, out);
        case TypeKind::uuid: return write_uuid(type, out);
        case TypeKind::enumeration: return write_enum(type, out);
        case TypeKind::named: return write_named(type, out);
    }
    throw CompileError("unknown-type"_code, "A column or CAST has no type",
                       "give it one, such as Integer() or String(80)");
}

std::string TypeCompiler::text(const Type& type) const {
    std::string out;
    write(type, out);
    return out;
}

void TypeCompiler::write_boolean(const Type&, std::string& out) const { out += "BOOLEAN"; }

void TypeCompiler::write_integer(const Type& type, std::string& out) const {
    switch (type.kind()) {
        case TypeKind::small_integer: out += "SMALLINT"; break;
        case TypeKind::big_integer: out += "BIGINT"; break;
        default: out += "INTEGER"; break;
    }
}

void TypeCompiler::write_float(const Type& type, std::string& out) const {
    out += type.is_double() ? "DOUBLE" : "FLOAT";
}
void TypeCompiler::write_numeric(const Type& type, std::string& out) const { write_sized("NUMERIC", type, out); }
void TypeCompiler::write_string(const Type& type, std::string& out) const { write_sized("VARCHAR", type, out); }
void TypeCompiler::write_text(const Type& type, std::string& out) const { write_sized("TEXT", type, out); }
void TypeCompiler::write_binary(const Type&, std::string& out) const { out += "BLOB"; }
void TypeCompiler::write_date(const Type&, std::string& out) const { out += "DATE"; }
void TypeCompiler::write_time(const Type&, std::string& out) const { out += "TIME"; }
void TypeCompiler::write_datetime(const Type&, std::string& out) const { out += "DATETIME"; }
void TypeCompiler::write_interval(const Type&, std::string& out) const { out += "DATETIME"; }
void TypeCompiler::write_json(const Type&, std::string& out) const { out += "JSON"; }
void TypeCompiler::write_uuid(const Type&, std::string& out) const { out += "CHAR(32)"; }

void TypeCompiler::write_enum(const Type& type, std::string& out) const {
    auto longest = static_cast<std::size_t>(std::max(type.length(), 0));
    for (const std::string& value : type.details()->values) longest = std::max(longest, utf8_length(value));
    out += "VARCHAR(" + std::to_string(longest) + ")";
}

void TypeCompiler::write_array(const Type&, std::string& out) const { out += "ARRAY"; }

void TypeCompiler::throw_no_arrays(std::string_view dialect) {
    throw CompileError("no-arrays"_code, std::string(dialect) + " has no arrays",
                       "keep the list in a JSON column, or in rows of a table of its own");
}

void TypeCompiler::write_collation(const Type& type, std::string& out) const {
    const auto* details = type.details();
    if (!details || details->collation.empty()) return;
    out += " COLLATE \"";
    out += details->collation;
    out += '"';
}

void TypeCompiler::write_named(const Type& type, std::string& out) const {
    write_sized(type.details()->name, type, out);
}

}  // namespace retort::sql
