// PostgreSQL's names for types.
#include "retort/dialects/postgresql/compiler.hpp"

namespace retort::dialects::postgresql {

namespace {

/// `TIMESTAMP(3) WITH TIME ZONE`.
void write_moment(std::string_view name, const sql::Type& type, bool zone, std::string& out) {
    out += name;
    if (type.length() >= 0) out += '(' + std::to_string(type.length()) + ')';
    out += zone ? " WITH TIME ZONE" : " WITHOUT TIME ZONE";
}

}  // namespace

void PostgresqlTypeCompiler::write_float(const sql::Type& type, std::string& out) const {
    type.is_double() ? void(out += "DOUBLE PRECISION") : write_sized("FLOAT", type, out);
}

void PostgresqlTypeCompiler::write_binary(const sql::Type&, std::string& out) const { out += "BYTEA"; }

void PostgresqlTypeCompiler::write_time(const sql::Type& type, std::string& out) const {
    write_moment("TIME", type, type.has_timezone(), out);
}

void PostgresqlTypeCompiler::write_datetime(const sql::Type& type, std::string& out) const {
    write_moment("TIMESTAMP", type, type.has_timezone(), out);
}

void PostgresqlTypeCompiler::write_interval(const sql::Type&, std::string& out) const { out += "INTERVAL"; }

void PostgresqlTypeCompiler::write_json(const sql::Type& type, std::string& out) const {
    out += type.is_binary_json() ? "JSONB" : "JSON";
}

void PostgresqlTypeCompiler::write_uuid(const sql::Type& type, std::string& out) const {
    bool native = !type.details() || type.details()->native;
    native ? void(out += "UUID") : TypeCompiler::write_uuid(type, out);
}

void PostgresqlTypeCompiler::write_enum(const sql::Type& type, std::string& out) const {
    const auto& details = *type.details();
    if (!details.native) return TypeCompiler::write_enum(type, out);
    if (details.name.empty()) {
        throw sql::CompileError("unnamed-enum"_code, "An Enum has no name, and PostgreSQL's enums are types with names",
                                "name it: Enum({\"a\", \"b\"}, \"letters\"); or make it native=false");
    }
    out += PostgresqlCompiler().quoted(details.name);
}

void PostgresqlTypeCompiler::write_named(const sql::Type& type, std::string& out) const {
    const std::string& name = type.details()->name;
    if (name == "TIMESTAMP" || name == "TIME") return write_moment(name, type, false, out);
    name == "BLOB" ? void(out += name) : TypeCompiler::write_named(type, out);
}

void PostgresqlTypeCompiler::write_array(const sql::Type& type, std::string& out) const {
    write(*type.details()->item, out);
    for (int i = 0; i < type.length(); ++i) out += "[]";
}

const sql::TypeCompiler& postgresql_types() {
    static const PostgresqlTypeCompiler types;
    return types;
}

}  // namespace retort::dialects::postgresql
