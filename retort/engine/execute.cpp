// Running statements that are values: compiled by the connection's dialect.
#include "retort/engine/connection.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/result.hpp"
#include "retort/sql/sql.hpp"

namespace retort::engines {

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
