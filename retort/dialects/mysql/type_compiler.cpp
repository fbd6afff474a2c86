// MySQL's names for types, and what may stand in a CAST.
#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "retort/dialects/mysql/compiler.hpp"

namespace retort::dialects::mysql {

namespace {

void write_precise(std::string_view name, const sql::Type& type, std::string& out) {
    out += name;
    if (type.length() >= 0) out += '(' + std::to_string(type.length()) + ')';
}

}  // namespace

void MysqlTypeCompiler::write_boolean(const sql::Type&, std::string& out) const { out += "BOOL"; }

void MysqlTypeCompiler::write_float(const sql::Type& type, std::string& out) const {
    type.is_double() ? void(out += "DOUBLE") : write_sized("FLOAT", type, out);
}

void MysqlTypeCompiler::write_string(const sql::Type& type, std::string& out) const {
    if (type.length() < 0) {
        throw sql::CompileError("varchar-without-length"_code, "A VARCHAR needs a length in MySQL",
                                "give it one: String(80); or use Text()");
    }
    TypeCompiler::write_string(type, out);
}

void MysqlTypeCompiler::write_binary(const sql::Type& type, std::string& out) const { write_sized("BLOB", type, out); }
void MysqlTypeCompiler::write_time(const sql::Type& type, std::string& out) const { write_precise("TIME", type, out); }
void MysqlTypeCompiler::write_datetime(const sql::Type& type, std::string& out) const {
    write_precise("DATETIME", type, out);
}

void MysqlTypeCompiler::write_enum(const sql::Type& type, std::string& out) const {
    const auto& details = *type.details();
    if (!details.native) return TypeCompiler::write_enum(type, out);
    out += "ENUM(";
    for (const std::string& value : details.values) {
        if (&value != &details.values.front()) out += ',';
        out += '\'';
        for (char c : value) {
            if (c == '\'' || c == '\\') out += c;
            out += c;
        }
        out += '\'';
    }
    out += ')';
}

void MysqlTypeCompiler::write_named(const sql::Type& type, std::string& out) const {
    const std::string& name = type.details()->name;
    if (name == "NCHAR" || name == "NVARCHAR") {
        return write_sized("NATIONAL " + name.substr(1), type, out);
    }
    if (name == "VARCHAR") return write_string(type, out);
    name == "BOOLEAN" ? void(out += "BOOL") : TypeCompiler::write_named(type, out);
}

void MysqlTypeCompiler::write_collation(const sql::Type& type, std::string& out) const {
    const auto* details = type.details();
    if (details && !details->collation.empty()) out += " COLLATE " + details->collation;
}

std::string MysqlTypeCompiler::cast_target(const sql::Type& type) const {
    using enum sql::TypeKind;
    std::string out;
    switch (type.kind()) {
        case small_integer:
        case integer:
        case big_integer: return "SIGNED INTEGER";
        case string:
        case sql::TypeKind::text: write_sized("CHAR", sql::Type(string, type.length()), out); return out;
        case numeric: write_sized("DECIMAL", type, out); return out;
        case date: return "DATE";
        case sql::TypeKind::time: write_time(type, out); return out;
        case datetime: write_datetime(type, out); return out;
        case interval: return "DATETIME";  // as which it is kept
        case large_binary: return "BINARY";
        case json: return "JSON";
        case array: write(type, out); return out;
        case named: write_named_target(type, out); return out;
        default: return {};
    }
}

/// CAST knows fewer types than columns have.
void MysqlTypeCompiler::write_named_target(const sql::Type& type, std::string& out) const {
    const std::string& name = type.details()->name;
    const auto is_one_of = [&](std::initializer_list<std::string_view> names) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (is_one_of({"INTEGER", "INT", "BIGINT", "SMALLINT"})) {
        out += "SIGNED INTEGER";
    } else if (is_one_of({"VARCHAR", "CHAR", "TEXT", "CLOB"})) {
        write_sized("CHAR", type, out);
    } else if (is_one_of({"NVARCHAR", "NCHAR"})) {
        write_sized("NATIONAL CHAR", type, out);
    } else if (is_one_of({"BINARY", "VARBINARY", "BLOB"})) {
        out += "BINARY";
    } else if (name == "NUMERIC") {
        write_sized("DECIMAL", type, out);
    } else if (name == "TIMESTAMP") {
        out += "DATETIME";
    } else {
        write(type, out);
    }
}

const MysqlTypeCompiler& mysql_types() {
    static const MysqlTypeCompiler types;
    return types;
}

}  // namespace retort::dialects::mysql
