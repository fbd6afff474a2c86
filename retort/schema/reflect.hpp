// Reflection: a MetaData filled with the tables that a database has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/schema/table.hpp"

namespace retort::schemas {

/// Where tables are read from. A database's Inspector is one.
class TableSource {
  public:
    virtual ~TableSource() = default;
    virtual std::vector<std::string> get_table_names(std::string_view schema = {}) = 0;
    virtual std::vector<std::string> get_view_names(std::string_view schema = {}) = 0;
    /// The table or view as it is; empty when there is none.
    virtual std::optional<Table> find_table(std::string_view name, std::string_view schema = {}) = 0;
};

/// What `MetaData::reflect` reads, and what becomes of tables that the MetaData has already.
struct ReflectOptions {
    /// These tables; empty: all of them.
    std::vector<std::string> only;
    std::string schema;
    /// Views too.
    bool views = false;
    /// Whether tables that are there already take what the database has; else they stay as they are.
    bool extend_existing = false;
    /// Then: whether the database's columns replace those of the same name, or only missing ones are added.
    bool autoload_replace = true;
    /// Whether tables that foreign keys lead to are read too.
    bool resolve_fks = true;
};

}  // namespace retort::schemas
