// Inspector: what a database holds: its tables, and how they are made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/schema/table.hpp"

namespace retort::engines {

/// Looks at a database through one connection, which must outlive it.
class Inspector {
  public:
    virtual ~Inspector() = default;

    /// Sorted by name, without the database's own tables.
    virtual std::vector<std::string> table_names(std::string_view schema = {}) = 0;
    virtual bool has_table(std::string_view name, std::string_view schema = {}) = 0;
    /// The table as it is: columns, keys, constraints, indexes; server defaults as SQL text.
    /// Empty when there is no such table.
    virtual std::optional<schemas::Table> table(std::string_view name, std::string_view schema = {}) = 0;
};

}  // namespace retort::engines
