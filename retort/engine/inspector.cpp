// The questions that all inspectors answer out of a table.
#include "retort/engine/inspector.hpp"

#include <algorithm>

#include "retort/base/suggest.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/engine.hpp"
#include "retort/schema/metadata.hpp"

namespace retort::engines {

namespace {

template <class Kind>
std::vector<Kind> constraints_of(const schemas::Table& table) {
    std::vector<Kind> out;
    for (const auto& constraint : table.constraints) {
        if (const auto* one = std::get_if<Kind>(&constraint)) out.push_back(*one);
    }
    return out;
}

}  // namespace

Inspector::~Inspector() = default;

void Inspector::keep(std::unique_ptr<Connection> connection) { connection_ = std::move(connection); }

schemas::Table Inspector::get_table(std::string_view name, std::string_view schema) {
    if (auto table = find_table(name, schema)) return std::move(*table);
    auto known = get_table_names(schema);
    auto near = did_you_mean(name, known);
    auto where = schema.empty() ? std::string() : " in \"" + std::string(schema) + '"';
    throw NoSuchTableError("no-such-table"_code, "The database has no table \"" + std::string(name) + '"' + where,
                           near.empty() ? "make it with create_all() or a migration, or look at get_table_names()"
                                        : "did you mean \"" + near + "\"?");
}

std::vector<schemas::Column> Inspector::get_columns(std::string_view table, std::string_view schema) {
    return get_table(table, schema).columns;
}

schemas::PrimaryKey Inspector::get_pk_constraint(std::string_view table, std::string_view schema) {
    return get_table(table, schema).primary_key;
}

std::vector<schemas::ForeignKey> Inspector::get_foreign_keys(std::string_view table, std::string_view schema) {
    return constraints_of<schemas::ForeignKey>(get_table(table, schema));
}

std::vector<schemas::Unique> Inspector::get_unique_constraints(std::string_view table, std::string_view schema) {
    return constraints_of<schemas::Unique>(get_table(table, schema));
}

std::vector<schemas::Check> Inspector::get_check_constraints(std::string_view name, std::string_view schema) {
    auto table = get_table(name, schema);
    std::vector<schemas::Check> out;
    for (const auto& column : table.columns) out.insert(out.end(), column.checks.begin(), column.checks.end());
    for (auto& check : constraints_of<schemas::Check>(table)) out.push_back(std::move(check));
    return out;
}

std::vector<schemas::Index> Inspector::get_indexes(std::string_view table, std::string_view schema) {
    return get_table(table, schema).indexes;
}

schemas::Options Inspector::get_table_options(std::string_view table, std::string_view schema) {
    return get_table(table, schema).options;
}

std::string Inspector::get_table_comment(std::string_view table, std::string_view schema) {
    return get_table(table, schema).comment;
}

bool Inspector::has_index(std::string_view name, std::string_view index, std::string_view schema) {
    auto table = find_table(name, schema);
    if (!table) return false;
    return std::any_of(table->indexes.begin(), table->indexes.end(), [&](auto& own) { return own.name == index; });
}

bool Inspector::has_schema(std::string_view schema) {
    auto names = get_schema_names();
    return std::find(names.begin(), names.end(), schema) != names.end();
}

std::vector<std::string> Inspector::get_sorted_table_names(std::string_view schema) {
    schemas::MetaData metadata;
    metadata.reflect(*this, {.schema = std::string(schema), .resolve_fks = false});
    std::vector<std::string> out;
    for (const auto* table : schemas::sort_tables(metadata).tables) out.push_back(table->name);
    return out;
}

std::unique_ptr<Inspector> inspect(Connection& connection) { return connection.dialect().inspect(connection); }

std::unique_ptr<Inspector> inspect(const Engine& engine) {
    auto connection = engine.connect();
    auto inspector = inspect(*connection);
    inspector->keep(std::move(connection));
    return inspector;
}

}  // namespace retort::engines
