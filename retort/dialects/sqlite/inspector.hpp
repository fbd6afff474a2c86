// Looking at a SQLite database through its schema table.
#pragma once

#include <memory>

#include "retort/engine/connection.hpp"
#include "retort/engine/inspector.hpp"

namespace retort::dialects::sqlite {

/// An inspector of the database behind `connection`.
std::unique_ptr<engines::Inspector> make_inspector(engines::Connection& connection);

}  // namespace retort::dialects::sqlite
