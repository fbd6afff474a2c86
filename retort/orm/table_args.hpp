// TableArgs: what a model says about its table as a whole.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "retort/schema/constraint.hpp"

namespace retort {

/// Composite keys, checks, indexes, a comment and dialect options of a model's table:
/// `static TableArgs table_args() { return {.constraints = {schemas::Unique{"", {"first", "last"}}}}; }`.
/// Columns go by their names in the database.
struct TableArgs {
    std::vector<schemas::Constraint> constraints;
    std::vector<schemas::Index> indexes;
    std::string comment;
    std::map<std::string, std::string> options;
};

}  // namespace retort
