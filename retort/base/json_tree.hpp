// Writing a whole document.
#pragma once

#include <string>

#include "retort/base/json.hpp"

namespace retort::detail {

/// Appends an array or object as JSON; `depth` is how deep it stands already, for the indent.
void append_tree(std::string& out, const json& container, const JsonFormat& format, int depth);

}  // namespace retort::detail
