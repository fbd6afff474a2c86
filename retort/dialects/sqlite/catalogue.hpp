// What SQLite's schema table of one database file holds, read once for each version of the schema.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "retort/engine/connection.hpp"

namespace retort::dialects::sqlite {

/// The rows of `sqlite_schema`, found by name without case.
class Catalogue {
  public:
    struct Entry {
        std::string type;  ///< "table", "virtual", "shadow", "view", "index", "trigger"
        std::string name;
        std::string table;
        std::string sql;  ///< empty for indexes that constraints make
    };

    /// Reads them again when the schema has changed.
    void refresh(engines::Connection& connection, std::string_view schema);

    const std::vector<Entry>& entries() const { return entries_; }
    /// A table or view; null when there is none.
    const Entry* find_table(std::string_view name) const;
    /// Indexes or triggers of a table, in the order in which they were made.
    std::vector<const Entry*> of_table(std::string_view type, std::string_view table) const;

  private:
    void read(engines::Connection& connection, std::string_view schema);
    void tell_virtual_apart(engines::Connection& connection, std::string_view schema);

    std::int64_t version_ = -1;
    std::vector<Entry> entries_;
    std::unordered_map<std::string, std::size_t> tables_;
    std::unordered_map<std::string, std::vector<std::size_t>> parts_;
};

/// A name in double quotes, whatever it holds.
std::string quoted_name(std::string_view name);

}  // namespace retort::dialects::sqlite
