// The tables of models, as mappers describe them.
#pragma once

#include "retort/orm/mapper.hpp"
#include "retort/schema/table.hpp"

namespace retort::orm {

/// The table of a mapper that has one of its own, with the columns of all kinds that stand in it.
/// Throws ArgumentError("column-shared", "composite-target").
schemas::Table make_table(const Mapper& mapper);

/// What a foreign key of one column points at. Throws ArgumentError("composite-target").
const Attribute& key_of(const Mapper& target, const Mapper& from, const Attribute& attribute);

/// What two relationships of a model do to each other without a word: a warning for each pair.
std::vector<std::string> overlaps_of(const Mapper& mapper);

}  // namespace retort::orm
