// Rehearsal: an upgrade tried on a copy of the database first.
#pragma once

#include <string>

#include "retort/migrate/command_work.hpp"

namespace retort::migrations {

/// Copies the database and upgrades the copy; throws what the upgrade throws. The copy of
/// the database as it was stays beside it as a backup, the last three of them. Does nothing for a database that is no
/// file, that is empty, or that has nothing to upgrade.
void rehearse(CommandWork& work, const Place& place, const std::string& target);

}  // namespace retort::migrations
