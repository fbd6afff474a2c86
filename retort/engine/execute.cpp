// Running statements that are values: compiled by the connection's dialect.
#include "retort/base/log.hpp"
#include "retort/engine/connection.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/result.hpp"
#include "retort/sql/sql.hpp"

namespace retort::engines {

sql::Compiled Dialect::compile(const sql::NodeRef& statement) const {
    auto compiled = compiler()->compile(statement);
    if (!compiled.product.empty())
        logger().warning(compiled.product + " Join one to the other; where all pairs are meant, join on true_().");
    if (!compiled.lost_distinct_on) return compiled;
    throw sql::CompileError("no-distinct-on"_code,
                            std::string(name()) + " has no DISTINCT ON, so distinct() cannot take columns here.",
                            "number the rows by func::row_number().over({.partition_by = …}) in a subquery, and take "
                            "those with 1");
}

Result Connection::execute(const sql::NodeRef& statement) {
    auto compiled = dialect_->compile(statement);
    return execute(compiled.text, compiled.parameters);
}

Result Connection::execute(const sql::Compiled& compiled) { return execute(compiled.text, compiled.parameters); }
Result Connection::execute(const sql::Select& statement) { return execute(statement.ref()); }
Result Connection::execute(const sql::Insert& statement) { return execute(statement.ref()); }
Result Connection::execute(const sql::Update& statement) { return execute(statement.ref()); }
Result Connection::execute(const sql::Delete& statement) { return execute(statement.ref()); }

}  // namespace retort::engines
