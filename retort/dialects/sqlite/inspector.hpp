// Looking at a SQLite database through its PRAGMAs.
#pragma once

#include <memory>

#include "retort/engine/connection.hpp"
#include "retort/engine/inspector.hpp"

namespace retort::dialects::sqlite {

/// An inspector of the database behind `connection`.
std::unique_ptr<engines::Inspector> make_inspector(engines::Connection& connection);

/// The type that a declaration such as `VARCHAR(80)` stands for; any other word is kept as it is.
sql::Type type_of_declaration(std::string_view declaration);

}  // namespace retort::dialects::sqlite
