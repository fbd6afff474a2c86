// The dialect of SQLite.
#pragma once

#include "retort/engine/dialect.hpp"

namespace retort::dialects::sqlite {

/// SQLite's one dialect object.
const engines::Dialect& sqlite_dialect();

}  // namespace retort::dialects::sqlite
