// Dates and times as SQLite keeps them: text, as SQLAlchemy writes it.
#pragma once

#include <string_view>

#include "retort/sql/value.hpp"

namespace retort::dialects::sqlite {

/// Writes a date as `YYYY-MM-DD`, a time as `HH:MM:SS.ffffff`, a datetime as both with a blank between, into 32 bytes
/// at `place`; returns what was written.
std::string_view write_moment(const sql::ValueView& value, char* place);

}  // namespace retort::dialects::sqlite
