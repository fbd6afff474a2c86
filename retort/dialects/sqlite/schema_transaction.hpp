// Transactions that change tables of SQLite.
#pragma once

#include <memory>

#include "retort/engine/schema_transaction.hpp"

namespace retort::dialects::sqlite {

std::unique_ptr<engines::SchemaTransaction> make_schema_transaction(engines::Connection& connection);

}  // namespace retort::dialects::sqlite
