// RowCounts: how many rows the tables have before an upgrade, and which of them lost some unsaid.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "retort/engine/connection.hpp"
#include "retort/migrate/operation.hpp"

namespace retort::migrations {

/// Counted on a copy that an upgrade is tried on.
class RowCounts {
  public:
    RowCounts(engines::Connection& connection, const std::vector<schemas::Table>& tables);

    /// What is going to happen: tables that get other names, and those whose rows a step may delete.
    void follow(const std::vector<Operation>& operations);
    /// Throws DataConflict("rows-lost") where a table has fewer rows now and no step said so. Returns what became
    /// fewer otherwise, a line each.
    std::vector<std::string> compare(engines::Connection& connection) const;

  private:
    struct Count {
        std::int64_t rows;
        bool may_lose = false;
    };
    void follow(const Operation& operation);
    void forgive(const std::string& sql);

    /// By the name that the table has at the end.
    std::map<std::string, Count> counts_;
};

}  // namespace retort::migrations
