// Compiling a statement for the dialect that it runs on.
#pragma once

#include "retort/engine/dialect.hpp"
#include "retort/sql/compiler.hpp"

namespace retort::orm {

sql::Compiled compile(const engines::Dialect& dialect, const sql::NodeRef& statement);

}  // namespace retort::orm
