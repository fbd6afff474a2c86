// Operations as the C++ text of a revision.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retort/migrate/operation.hpp"

namespace retort::migrations {

/// The calls on `op`, one a line, each indented by `indent`; notes stand above as comments.
std::string render(const std::vector<Operation>& operations, std::string_view indent);

/// A type as a revision writes it: `String(80)`.
std::string render(const sql::Type& type);
/// As a C++ literal.
std::string cpp_literal(std::string_view text);
/// A name for a revision's variable, which clashes with nothing: `revision_add_email`.
std::string cpp_name(std::string_view text);

}  // namespace retort::migrations
