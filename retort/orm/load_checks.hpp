// What is wrong with the loader options of a query is told before it runs.
#pragma once

#include <span>

#include "retort/orm/load_plan.hpp"

namespace retort::orm {

/// Whether the option's path begins at this entity of a query, or at none in particular.
bool begins_at(const LoadOption& option, const Entity& entity);
/// Throws ArgumentError("foreign-loader-option") for an option that begins at nothing that is selected, or goes on at
/// another model than the step before leads to.
void refuse_foreign(std::span<const LoadOption> options, std::span<const RowPart> parts,
                    std::span<const Entity> entities);
/// The table of the alias that contains_eager takes a relationship's objects from. Throws
/// ArgumentError("foreign-loader-option") when it is one of another model.
sql::TableRef contained_table(const LoadStep& step);
/// Throws ArgumentError("foreign-loader-option") where contains_eager speaks of a table that the query does not read:
/// each row would be one of each owner.
void require_contained(const sql::Select& statement, const LoadNode& node);

}  // namespace retort::orm
