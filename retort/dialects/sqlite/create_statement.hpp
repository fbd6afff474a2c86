// Reading the CREATE statements that SQLite keeps in its schema table: names, constraints and texts that no PRAGMA
// tells.
#pragma once

#include <string>
#include <string_view>

#include "retort/schema/table.hpp"

namespace retort::dialects::sqlite {

/// The table that a CREATE TABLE makes. Names of columns in keys are spelt as the columns are; a foreign key that
/// names no target columns has none. Throws InternalError("unreadable-schema").
schemas::Table read_create_table(std::string_view sql);

/// The index that a CREATE INDEX on `table` makes. Throws InternalError("unreadable-schema").
schemas::Index read_create_index(std::string_view sql, const schemas::Table& table);

/// "fts5(title, body)" of a CREATE VIRTUAL TABLE.
std::string virtual_module(std::string_view sql);

/// The type that a declaration such as `VARCHAR(80)` stands for; any other word is kept as it is. A column without a
/// type has the type `Named("")`.
sql::Type type_of_declaration(std::string_view declaration);

}  // namespace retort::dialects::sqlite
