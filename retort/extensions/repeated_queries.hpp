// N+1: the same query once for each object of a list, found among the recorded ones, and the option that mends it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "retort/extensions/recorded_queries.hpp"

namespace retort::detail {

/// One sentence for each query that ran at least so many times.
std::vector<std::string> repeated_query_warnings(const std::vector<RecordedQuery>& queries, std::size_t least = 5);

}  // namespace retort::detail
