// PropagatedOptions: what queries said about loading behind relationships that wait until they are touched.
#pragma once

#include <unordered_map>

#include "retort/orm/load_options.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {

/// They stay for as long as their object is in memory, as the `load_options` of SQLAlchemy's states, and objects of one
/// result share them. Expiring changes nothing: what is read again brings along what it did the first time.
struct PropagatedOptions {
    std::unordered_map<const void*, LoadOptions> by_cell;  ///< of the relationship, in its object
};

}  // namespace retort::orm
