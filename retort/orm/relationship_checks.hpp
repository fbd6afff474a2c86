// Options of relationships that do not go together are told when the models are set up.
#pragma once

#include "retort/orm/mapper.hpp"

namespace retort::orm {

/// Throws ArgumentError("orphans-of-many", "cascade-beside-passive", "ordered-query"). What the relationship leads to,
/// and from which side, must be known.
void check_options(const Relationship& relationship);

}  // namespace retort::orm
