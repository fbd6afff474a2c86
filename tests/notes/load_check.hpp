// Compares a database, as a server shows it, with what the load's clients were promised.
#pragma once

#include <filesystem>

#include "load_clients.hpp"

namespace notes {

/// Settles what was left without an answer, then looks at every user and every bookmark. Counts what is lost, and what
/// is nobody's. With `answers_all`, a write carried out but not answered counts too.
void check_everything(Clients& clients, std::uint16_t port, bool answers_all, Totals& totals);

/// After a clean stop: one database file, and SQLite finds it whole.
void check_file(const std::filesystem::path& database, Totals& totals);

}  // namespace notes
