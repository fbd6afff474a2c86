// Values as SQLite has them: integer, real, text, blob or NULL.
#pragma once

#include <cstddef>

#include "retort/sql/value.hpp"

namespace retort::dialects::sqlite {

inline constexpr std::size_t moment_size = 32;

/// Decimals as numbers, truths as integers, dates and times as text, which is written to `moment_size` bytes at
/// `place`.
sql::ValueView plain_value(const sql::ValueView& value, char* place);

}  // namespace retort::dialects::sqlite
