// Why a database file cannot be opened.
#pragma once

#include <string>

#include "retort/engine/errors.hpp"

namespace retort::dialects::sqlite {

/// Throws a better error than `cause` if the path shows what is wrong; else returns.
void explain_failure(const std::string& path, const DatabaseError& cause);

}  // namespace retort::dialects::sqlite
