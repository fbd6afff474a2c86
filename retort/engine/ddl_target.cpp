// Running DDL on a connection.
#include "retort/engine/ddl_target.hpp"

#include "retort/engine/dialect.hpp"

namespace retort::engines {

const schemas::DdlCompiler& ConnectionDdlTarget::compiler() const { return connection_.dialect().ddl(); }

bool ConnectionDdlTarget::has_table(std::string_view name, std::string_view schema) {
    return connection_.dialect().inspect(connection_)->has_table(name, schema);
}

void ConnectionDdlTarget::run(const std::string& ddl) { connection_.run(ddl); }

}  // namespace retort::engines
