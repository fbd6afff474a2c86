// Which objects of a model a query means: with_loader_criteria.
#pragma once

#include <span>

#include "retort/orm/load_options.hpp"
#include "retort/orm/mapper.hpp"
#include "retort/orm/selectable.hpp"
#include "retort/sql/select.hpp"

namespace retort::orm {

/// The criteria speak of the model's own table; the rows of another form of it are those whose key is among theirs.
sql::Expression those_of(const Mapper& target, const Condition& criteria, const sql::TableRef& targets);
/// What the options say of a model's objects, wherever they are loaded.
Condition criteria_for(const Mapper& mapper, std::span<const LoadOption> options);
bool has_model_criteria(std::span<const LoadOption> options);
/// The query for those of the objects it reads that its options mean: with_loader_criteria.
sql::Select with_criteria(sql::Select statement, std::span<const RowPart> parts, std::span<const Entity> entities,
                          std::span<const LoadOption> options);

}  // namespace retort::orm
