// Beginning: the first revisions of a database without tables, whose tables are made once.
#pragma once

#include <cstddef>
#include <vector>

#include "retort/engine/connection.hpp"
#include "retort/migrate/schema_state.hpp"

namespace retort::migrations {

/// Where there are no rows, only what the last of several revisions leaves behind counts. So a new database takes the
/// revisions that speak of the schema alone together, in one transaction; it has all of them or none.
class Beginning {
  public:
    /// `revisions` are the steps of each, in order. Those count up to the first that has rows, SQL or C++ in it, or
    /// that does not fit.
    Beginning(const std::vector<std::vector<Operation>>& revisions, const schemas::DdlCompiler& compiler);

    /// How many revisions are taken together.
    std::size_t count() const { return count_; }
    const std::vector<schemas::Table>& tables() const { return state_.tables(); }

    /// Whether the database has nothing: no table, no view, no values that were kept.
    static bool fits(engines::Connection& connection);
    /// Makes the tables, in the order in which the revisions do.
    void run(engines::Connection& connection) const;

  private:
    SchemaState state_;
    std::size_t count_ = 0;
};

}  // namespace retort::migrations
