// Queries whose objects bring others along, and the plans that were made for such queries before.
#pragma once

#include "retort/orm/selectable.hpp"
#include "retort/orm/session_core.hpp"

namespace retort::orm {

/// Runs a query by a plan; one of the same shape as a query of this thread before it, by that one's plan and text.
void run_planned(SessionCore& session, const SelectCore& select, SessionCore::RowSink sink);

}  // namespace retort::orm
