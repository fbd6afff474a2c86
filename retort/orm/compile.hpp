// The compiler of each dialect, asked for in one place, and the texts of queries that were compiled before.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "retort/engine/dialect.hpp"
#include "retort/sql/compiler.hpp"

namespace retort::orm {

sql::Compiled compile(const engines::Dialect& dialect, const sql::NodeRef& statement);

/// The text of a query, and its values, which live as long as the statement does.
struct CompiledQuery {
    std::shared_ptr<const std::string> text;
    std::vector<sql::ValueView> parameters;
    sql::NodeRef statement;
};

/// As `compile`, but looks first whether this thread has compiled a query of the same shape.
CompiledQuery compile_query(const engines::Dialect& dialect, const sql::NodeRef& statement);

}  // namespace retort::orm
